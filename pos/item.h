// An item of the catalogue, as it was when its line was scanned.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pos/ids.h"
#include "pos/money.h"

namespace pos {

struct Item {
  ProductId id;
  std::string name;
  std::vector<std::string> codes;  // as printed; looked up as 14 digits when they are GTINs
  std::string unit = "each";       // "each", "kg", "l", "m"
  Money price;                     // 10^-price_scale minor units per unit
  int price_scale = 0;
  int64_t price_version = 0;  // the catalogue version that set the price
  Rate tax_rate;
  std::string category;
  int age_limit = 0;  // years; 0 = none
  bool open_price = false;
  ProductId deposit;   // sold along with it, as a line of its own; empty: none
  std::string colour;  // "#rrggbb", or empty
  int tile = 0;        // place among the tiles, 1 = first; 0 = not a tile
  bool operator==(const Item&) const = default;
};

// A gift card that is sold: money, no goods. It has no tax, no stock and no discount, does not come
// back, and its line's code is the card. No product of the catalogue may have this id.
inline constexpr const char* kGiftCard = "gift-card";
inline bool is_gift_card(const Item& item) { return item.id.value == kGiftCard; }

// Stock as the cashier may be told: central's last figure less what it does not know yet.
struct ShownStock {
  Quantity shown;       // central's figure less the store's own sales that it does not cover
  Quantity on_hand;     // central's last figure
  int64_t version = 0;  // of that figure (Unix ms or more); 0 = central never told
  bool operator==(const ShownStock&) const = default;
};

}  // namespace pos

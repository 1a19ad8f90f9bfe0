// What the office decides, on its way down: prices of one store, its settings, and promotions. As
// in wire.h, every decode is safe against strangers' bytes and returns nullopt for what cannot be.
// Versions are numbers of the catalogue's one counter, so that a hello tells whether all is here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/rules.h"
#include "sync/wire.h"

namespace pos::sync {

// down.<store>.price.<product>: what the store charges in place of the catalogue's price. A product
// may have several, each from another time; the one that began last counts. A new one with the same
// effectiveFrom takes the other's place.
struct Price {
  std::string productId;
  int64_t price = 0;  // in the product's own priceScale
  std::string currency;
  int64_t version = 0;
  // A date of the store's calendar, or an instant in UTC; empty: always. A date at the end is the
  // last day, an instant the moment from which it does not hold any more.
  std::string effectiveFrom, effectiveTo;
  bool deleted = false;
  bool operator==(const Price&) const = default;
};
std::string encode(const Price&);
std::optional<Price> decode_price(std::string_view);
std::string fault_of(const Price&);  // words for the first thing that is wrong, or empty

// down.<store>.settings
struct Settings {
  StoreSettings store;
  int64_t version = 0;
  bool operator==(const Settings&) const = default;
};
std::string encode(const Settings&);
std::optional<Settings> decode_settings(std::string_view);
std::string fault_of(const Settings&);

// down.<store>.promotion.<id>
struct OfferedPromotion {
  Promotion promotion;
  int64_t version = 0;
  bool deleted = false;
  bool operator==(const OfferedPromotion&) const = default;
};
std::string encode(const OfferedPromotion&);
std::optional<OfferedPromotion> decode_promotion(std::string_view);
std::string fault_of(const OfferedPromotion&);

std::string encode(const Page<Price>&);
std::string encode(const Page<Settings>&);
std::string encode(const Page<OfferedPromotion>&);
std::optional<Page<Price>> decode_price_page(std::string_view);
std::optional<Page<Settings>> decode_settings_page(std::string_view);
std::optional<Page<OfferedPromotion>> decode_promotion_page(std::string_view);

// Where an item stands in the order of a pull.
inline const std::string& id_of(const Price& p) { return p.productId; }
inline const std::string& id_of(const OfferedPromotion& p) { return p.promotion.id; }
inline std::string id_of(const Settings&) { return {}; }

}  // namespace pos::sync

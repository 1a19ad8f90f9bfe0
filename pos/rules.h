// What the office of a store decides about selling: how tax is reckoned, how cash is rounded, what
// may be taken off a price, what is taken for money, how the shop's scales print, and which
// promotions run. It comes down from central while the till sells; a sale that has begun is
// reckoned by the rules it began with, to its end, also over a restart.
#pragma once

#include <optional>
#include <vector>

#include "pos/label.h"
#include "pos/money.h"
#include "pos/sale.h"
#include "pos/time.h"

namespace pos {

// The largest share of a price that a discount of each role may take off.
struct DiscountLimits {
  Rate cashier{100'000}, supervisor{500'000}, manager{1'000'000};
  bool operator==(const DiscountLimits&) const = default;
};

struct StoreSettings {
  TaxProfile tax;
  CashRounding rounding;
  DiscountLimits limits;
  std::vector<TenderKind> tenders = {TenderKind::cash, TenderKind::card, TenderKind::voucher,
                                     TenderKind::gift};
  std::vector<LabelPattern> labels;
  bool operator==(const StoreSettings&) const = default;
};

struct StoreRules {
  std::optional<StoreSettings> settings;  // empty: the office has set none; provisioning's hold
  std::vector<Promotion> promotions;      // ascending by id
};

}  // namespace pos

// Tax per rate and receipt. By construction net + tax = gross at each rate, and the lines' tax adds
// up to the receipt's (largest remainder).
#pragma once

#include <vector>

#include "pos/money.h"

namespace pos {

struct TaxTotal {
  Rate rate;
  Money net, tax, gross;
  bool operator==(const TaxTotal&) const = default;
};

// The tax inside a gross amount, rounded half away from zero: 398 at 20 % has 66.
Money tax_within(Money gross, Rate rate);

struct TaxedAmount {
  Money gross;
  Rate rate;
};
struct TaxResult {
  std::vector<TaxTotal> totals;   // ascending by rate, one for each rate that occurs
  std::vector<Money> line_taxes;  // parallel to the amounts; sums per rate equal the totals
};
// Prices include tax; tax is worked out once per rate on the receipt's sum.
TaxResult tax_inclusive_per_receipt(const std::vector<TaxedAmount>&);

}  // namespace pos

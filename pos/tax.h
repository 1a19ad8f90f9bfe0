// Tax per rate and receipt. By construction net + tax = gross at each rate, and the lines' tax adds
// up to the receipt's. Where it is rounded is the store's profile: the law of each country says
// other things (Case C-302/07 leaves it to the member states).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pos/money.h"

namespace pos {

struct TaxTotal {
  Rate rate;
  Money net, tax, gross;
  bool operator==(const TaxTotal&) const = default;
};

// Prices include tax, or it comes on top.
enum class TaxMode { inclusive, exclusive };
// Rounded for each line, or once for each rate on the receipt's sum.
enum class TaxLevel { line, receipt };
struct TaxProfile {
  TaxMode mode = TaxMode::inclusive;
  TaxLevel level = TaxLevel::receipt;
  bool operator==(const TaxProfile&) const = default;
};
// "inclusive", "exclusive"; "line", "receipt": on the wire and on disk.
const char* to_word(TaxMode);
const char* to_word(TaxLevel);
std::optional<TaxMode> tax_mode(std::string_view word);
std::optional<TaxLevel> tax_level(std::string_view word);

// Rounded half away from zero: the tax inside a gross amount (398 at 20 % has 66), and the tax that
// comes on a net one.
Money tax_within(Money gross, Rate rate);
Money tax_upon(Money net, Rate rate);

struct TaxedAmount {
  Money amount;  // gross if prices include tax, else net
  Rate rate;
};
struct TaxResult {
  std::vector<TaxTotal> totals;   // ascending by rate, one for each rate that occurs
  std::vector<Money> line_taxes;  // parallel to the amounts; sums per rate equal the totals
};
// Tax that exists only per receipt is spread to the lines by largest remainder.
TaxResult tax_of(const std::vector<TaxedAmount>&, TaxProfile = {});

}  // namespace pos

#include "pos/tax.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace pos {
namespace {

// gross * ppm / (1,000,000 + ppm) as a fraction: what the tax is before it is rounded.
struct Share {
  __int128 whole, rest;
};
Share exact_tax(Money gross, Rate rate) {
  const __int128 by = 1'000'000 + rate.ppm;
  const __int128 raw = static_cast<__int128>(gross.minor) * rate.ppm;
  __int128 whole = raw / by, rest = raw % by;
  if (rest < 0) whole -= 1, rest += by;  // floor, so that the rest is never negative
  return {whole, rest};
}

// Largest remainder: every line gets its floor, and what is left goes a minor unit each to those
// that lost most; among equals to the first.
void spread(Money tax, Rate rate, const std::vector<TaxedAmount>& amounts,
            const std::vector<size_t>& lines, std::vector<Money>& out) {
  std::vector<std::pair<__int128, size_t>> rests;
  __int128 given = 0;
  for (const size_t i : lines) {
    const Share share = exact_tax(amounts[i].gross, rate);
    out[i] = {static_cast<int64_t>(share.whole)};
    given += share.whole;
    rests.emplace_back(share.rest, i);
  }
  std::stable_sort(rests.begin(), rests.end(), [](auto& a, auto& b) { return a.first > b.first; });
  const auto left = static_cast<size_t>(tax.minor - static_cast<int64_t>(given));
  for (size_t k = 0; k < left && k < rests.size(); ++k) out[rests[k].second].minor += 1;
}

}  // namespace

Money tax_within(Money gross, Rate rate) {
  const __int128 by = 1'000'000 + rate.ppm;
  const __int128 raw = static_cast<__int128>(gross.minor) * rate.ppm;
  return {static_cast<int64_t>((raw + (raw < 0 ? -by / 2 : by / 2)) / by)};
}

TaxResult tax_inclusive_per_receipt(const std::vector<TaxedAmount>& amounts) {
  TaxResult result;
  result.line_taxes.resize(amounts.size());
  std::map<Rate, std::vector<size_t>> by_rate;
  for (size_t i = 0; i < amounts.size(); ++i) by_rate[amounts[i].rate].push_back(i);
  for (const auto& [rate, lines] : by_rate) {
    Money gross;
    for (const size_t i : lines) gross += amounts[i].gross;
    const Money tax = tax_within(gross, rate);
    result.totals.push_back({rate, gross - tax, tax, gross});
    spread(tax, rate, amounts, lines, result.line_taxes);
  }
  return result;
}

}  // namespace pos

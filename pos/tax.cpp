#include "pos/tax.h"

#include <algorithm>
#include <map>

namespace pos {
namespace {

// What the tax of an amount is divided by: 1,000,000 + rate inside a gross amount.
__int128 divisor(TaxMode mode, Rate rate) {
  return 1'000'000 + (mode == TaxMode::inclusive ? rate.ppm : 0);
}

Money rounded_tax(Money amount, Rate rate, TaxMode mode) {
  const __int128 by = divisor(mode, rate);
  const __int128 raw = static_cast<__int128>(amount.minor) * rate.ppm;
  return {static_cast<int64_t>((raw + (raw < 0 ? -by / 2 : by / 2)) / by)};
}

// The tax before it is rounded, as a fraction; floored, so that the rest is never negative.
struct Share {
  __int128 whole, rest;
};
Share exact_tax(Money amount, Rate rate, TaxMode mode) {
  const __int128 by = divisor(mode, rate);
  const __int128 raw = static_cast<__int128>(amount.minor) * rate.ppm;
  __int128 whole = raw / by, rest = raw % by;
  if (rest < 0) whole -= 1, rest += by;
  return {whole, rest};
}

using Lines = std::vector<size_t>;

// Largest remainder: every line gets its floor, and what is left goes a minor unit each to those
// that lost most; among equals to the first.
void spread(Money tax, Rate rate, TaxMode mode, const std::vector<TaxedAmount>& amounts,
            const Lines& lines, std::vector<Money>& out) {
  std::vector<std::pair<__int128, size_t>> rests;
  __int128 given = 0;
  for (const size_t i : lines) {
    const Share share = exact_tax(amounts[i].amount, rate, mode);
    out[i] = {static_cast<int64_t>(share.whole)};
    given += share.whole;
    rests.emplace_back(share.rest, i);
  }
  std::stable_sort(rests.begin(), rests.end(), [](auto& a, auto& b) { return a.first > b.first; });
  const auto left = static_cast<size_t>(tax.minor - static_cast<int64_t>(given));
  for (size_t k = 0; k < left && k < rests.size(); ++k) out[rests[k].second].minor += 1;
}

// The tax of all lines of one rate, theirs put into `out`.
Money tax_at(Rate rate, TaxProfile profile, Money sum, const std::vector<TaxedAmount>& amounts,
             const Lines& lines, std::vector<Money>& out) {
  if (profile.level == TaxLevel::receipt) {
    const Money tax = rounded_tax(sum, rate, profile.mode);
    spread(tax, rate, profile.mode, amounts, lines, out);
    return tax;
  }
  Money tax;
  for (const size_t i : lines) {
    out[i] = rounded_tax(amounts[i].amount, rate, profile.mode);
    tax += out[i];
  }
  return tax;
}

}  // namespace

const char* to_word(TaxMode mode) { return mode == TaxMode::exclusive ? "exclusive" : "inclusive"; }
const char* to_word(TaxLevel level) { return level == TaxLevel::line ? "line" : "receipt"; }

std::optional<TaxMode> tax_mode(std::string_view word) {
  for (const auto mode : {TaxMode::inclusive, TaxMode::exclusive}) {
    if (word == to_word(mode)) return mode;
  }
  return {};
}
std::optional<TaxLevel> tax_level(std::string_view word) {
  for (const auto level : {TaxLevel::line, TaxLevel::receipt}) {
    if (word == to_word(level)) return level;
  }
  return {};
}

Money tax_within(Money gross, Rate rate) { return rounded_tax(gross, rate, TaxMode::inclusive); }
Money tax_upon(Money net, Rate rate) { return rounded_tax(net, rate, TaxMode::exclusive); }

TaxResult tax_of(const std::vector<TaxedAmount>& amounts, TaxProfile profile) {
  TaxResult result;
  result.line_taxes.resize(amounts.size());
  std::map<Rate, Lines> by_rate;
  for (size_t i = 0; i < amounts.size(); ++i) by_rate[amounts[i].rate].push_back(i);
  for (const auto& [rate, lines] : by_rate) {
    Money sum;
    for (const size_t i : lines) sum += amounts[i].amount;
    const Money tax = tax_at(rate, profile, sum, amounts, lines, result.line_taxes);
    const bool within = profile.mode == TaxMode::inclusive;
    result.totals.push_back({rate, within ? sum - tax : sum, tax, within ? sum : sum + tax});
  }
  return result;
}

}  // namespace pos

// However goods come back: nobody gets more than was paid, and all of it together is what was paid.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "pos/returns.h"

namespace pos {
namespace {

Part any_sold() {
  Part sold;
  sold.quantity = {*rc::gen::inRange<int64_t>(1, 20'000)};
  sold.total = {*rc::gen::inRange<int64_t>(0, 100'000)};
  sold.tax = {*rc::gen::inRange<int64_t>(0, sold.total.minor + 1)};
  sold.discount = {*rc::gen::inRange<int64_t>(0, 10'000)};
  return sold;
}

// The line's quantity cut into parts.
std::vector<int64_t> any_parts(int64_t whole) {
  std::vector<int64_t> parts;
  while (whole > 0 && parts.size() < 30) {
    parts.push_back(*rc::gen::inRange<int64_t>(1, whole + 1));
    whole -= parts.back();
  }
  if (whole > 0) parts.push_back(whole);
  return parts;
}

// Returns them one after the other; each must be a share to the cent.
Part all_back(const Part& sold, const std::vector<int64_t>& quantities) {
  Part back;
  for (const int64_t milli : quantities) {
    const Part part = next_part(sold, back, {milli});
    RC_ASSERT(part.quantity.milli == milli);
    RC_ASSERT(part.total.minor >= 0 && part.discount.minor >= 0 && part.tax.minor >= 0);
    RC_ASSERT(part.tax <= part.total);
    back += part;
    RC_ASSERT(back.total <= sold.total && back.tax <= sold.tax && back.discount <= sold.discount);
    const auto exact = static_cast<__int128>(sold.total.minor) * back.quantity.milli;
    const auto given = static_cast<__int128>(back.total.minor) * sold.quantity.milli;
    RC_ASSERT(2 * (given - exact) <= sold.quantity.milli);
    RC_ASSERT(2 * (exact - given) <= sold.quantity.milli);
  }
  return back;
}

RC_GTEST_PROP(Returns, PartsSumToTheWholeInWhateverOrderTheyComeBack, ()) {
  const Part sold = any_sold();
  std::vector<int64_t> quantities = any_parts(sold.quantity.milli);
  RC_ASSERT(all_back(sold, quantities) == sold);
  std::reverse(quantities.begin(), quantities.end());
  RC_ASSERT(all_back(sold, quantities) == sold);
}

RC_GTEST_PROP(Returns, WhatIsGivenForSoMuchDoesNotDependOnTheWayThere, ()) {
  const Part sold = any_sold();
  const std::vector<int64_t> quantities = any_parts(sold.quantity.milli);
  Part by_parts;
  for (const int64_t milli : quantities) {
    by_parts += next_part(sold, by_parts, {milli});
    RC_ASSERT(by_parts == next_part(sold, {}, by_parts.quantity));
  }
}

}  // namespace
}  // namespace pos

#include "pos/money.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

TEST(Money, ExtendsByWeightRoundingHalfAwayFromZero) {
  EXPECT_EQ(extend({199}, {250}), Money{50});  // 49.75
  EXPECT_EQ(extend({1}, {500}), Money{1});
  EXPECT_EQ(extend({-1}, {500}), Money{-1});
  EXPECT_EQ(extend({1}, {499}), Money{0});
  EXPECT_EQ(extend({199}, {2000}), Money{398});
}

TEST(Money, APriceFinerThanTheMinorUnitIsRoundedOnce) {
  EXPECT_EQ(extend({1799}, {10'000}, 1), Money{1799});  // 10 l at 1.799
  EXPECT_EQ(extend({1799}, {33'335}, 1), Money{5997});  // 59.969…
}

TEST(Money, TheLargestPriceAndQuantityDoNotOverflow) {
  EXPECT_EQ(extend({kMaxPriceMinor}, {kMaxQuantityMilli}), (Money{kMaxPriceMinor * 100'000}));
}

TEST(Money, IsPrintedWithTheDigitsOfItsCurrency) {
  EXPECT_EQ(to_text(Money{1234}), "12.34");
  EXPECT_EQ(to_text(Money{5}), "0.05");
  EXPECT_EQ(to_text(Money{-5}), "-0.05");
  EXPECT_EQ(to_text(Money{0}), "0.00");
  EXPECT_EQ(to_text(Money{1234}, 0), "1234");
  EXPECT_EQ(to_text(Money{1234}, 3), "1.234");
  EXPECT_EQ(to_text(Money{INT64_MIN}), "-92233720368547758.08");
  EXPECT_EQ(currency_digits("EUR"), 2);
  EXPECT_EQ(currency_digits("JPY"), 0);
  EXPECT_EQ(currency_digits("TND"), 3);
}

TEST(Quantity, IsPrintedWithoutTrailingZeros) {
  EXPECT_EQ(to_text(Quantity{2000}), "2");
  EXPECT_EQ(to_text(Quantity{250}), "0.25");
  EXPECT_EQ(to_text(Quantity{-1500}), "-1.5");
  EXPECT_EQ(to_text(Quantity{0}), "0");
}

}  // namespace
}  // namespace pos

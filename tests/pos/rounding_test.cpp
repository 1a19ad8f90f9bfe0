#include "pos/rounding.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

using Mode = CashRounding::Mode;

TEST(CashRounding, IsToTheNearestStep) {
  const CashRounding five{5};
  for (const auto& [sum, due] : {std::pair{2042, 2040},
                                 {2043, 2045},
                                 {231, 230},
                                 {499, 500},
                                 {1, 0},
                                 {2, 0},
                                 {3, 5},
                                 {0, 0},
                                 {-268, -270},
                                 {-231, -230}}) {
    EXPECT_EQ(rounded({sum}, five), Money{due}) << sum;
  }
}

TEST(CashRounding, AHalfGoesWhereTheCountrySays) {
  EXPECT_EQ(rounded({1225}, {50}), Money{1250});
  EXPECT_EQ(rounded({1225}, {50, Mode::half_down}), Money{1200});
  EXPECT_EQ(rounded({1201}, {50, Mode::up}), Money{1250});
  EXPECT_EQ(rounded({1249}, {50, Mode::down}), Money{1200});
  EXPECT_EQ(rounded({1200}, {50, Mode::up}), Money{1200});
}

TEST(CashRounding, SmallSumsMayStayAsTheyAre) {
  CashRounding belgium{5};
  belgium.above = {5};
  EXPECT_EQ(rounded({2}, belgium), Money{2});
  EXPECT_EQ(rounded({7}, belgium), Money{5});
}

TEST(CashRounding, NoStepIsNoRounding) { EXPECT_EQ(rounded({2042}, {}), Money{2042}); }

TEST(CashRounding, ItsWordsComeBack) {
  for (const auto mode : {Mode::half_up, Mode::half_down, Mode::up, Mode::down})
    EXPECT_EQ(rounding_mode(to_word(mode)), mode);
  for (const auto scope : {CashRounding::Scope::cash, CashRounding::Scope::all})
    EXPECT_EQ(rounding_scope(to_word(scope)), scope);
  for (const auto mixed :
       {CashRounding::Mixed::rest, CashRounding::Mixed::sum, CashRounding::Mixed::exact})
    EXPECT_EQ(rounding_mixed(to_word(mixed)), mixed);
  EXPECT_FALSE(rounding_mode("bankers"));
}

}  // namespace
}  // namespace pos

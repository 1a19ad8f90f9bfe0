#include "pos/tax.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

constexpr Rate k20{200'000}, k21{210'000}, k10{100'000};

TEST(Tax, TheContractsExample) { EXPECT_EQ(tax_within({398}, k20), Money{66}); }

TEST(Tax, PerReceiptIsRoundedOnTheSum) {
  const auto three = tax_of({{{99}, k21}, {{99}, k21}, {{99}, k21}});
  ASSERT_EQ(three.totals.size(), 1u);
  EXPECT_EQ(three.totals[0].tax, Money{52});  // per line it would be 51
  const auto seven = tax_of(std::vector<TaxedAmount>(7, {{149}, k20}));
  EXPECT_EQ(seven.totals[0].tax, Money{174});  // per line it would be 175
}

TEST(Tax, TheLinesShareTheReceiptsTaxToTheCent) {
  const auto r = tax_of({{{99}, k21}, {{99}, k21}, {{99}, k21}, {{500}, k10}});
  Money sum21;
  for (size_t i = 0; i < 3; ++i) sum21 += r.line_taxes[i];
  EXPECT_EQ(sum21, Money{52});
  EXPECT_EQ(r.line_taxes[0], Money{18});  // equal remainders: the first lines take the cents
  EXPECT_EQ(r.line_taxes[3], tax_within({500}, k10));
  ASSERT_EQ(r.totals.size(), 2u);
  EXPECT_LT(r.totals[0].rate, r.totals[1].rate);
}

TEST(Tax, AReturnIsTheMirrorOfASale) {
  EXPECT_EQ(tax_within({-398}, k20), Money{-66});
  const auto r = tax_of({{{-99}, k21}, {{-99}, k21}, {{-99}, k21}});
  EXPECT_EQ(r.totals[0].tax, Money{-52});
  EXPECT_EQ(r.line_taxes[0] + r.line_taxes[1] + r.line_taxes[2], Money{-52});
}

TEST(Tax, AnExemptLineHasARateOfZero) {
  const auto r = tax_of({{{1000}, Rate{0}}});
  EXPECT_EQ(r.totals[0], (TaxTotal{Rate{0}, {1000}, {0}, {1000}}));
}

}  // namespace
}  // namespace pos

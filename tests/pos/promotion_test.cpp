#include "pos/promotion.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

const Moment kNoon{"2026-11-24", 1, 12 * 60, {}};

Pieces pieces(const char* product, int64_t price, int64_t count, const char* category = "") {
  return {{product}, category, {price}, count};
}
Money sum(const Saved& saved) {
  Money all;
  for (const Money& m : saved.discounts) all += m;
  return all;
}

TEST(Promotion, ThreeForAPriceTakesTheDearest) {
  const auto deal = n_for_price("d", "3 for 5.00", {{"a"}, {"b"}}, 3, {500});
  const auto saved = apply_promotions(
      {pieces("a", 199, 2), pieces("b", 249, 2), pieces("c", 999, 3)}, {deal}, kNoon);
  ASSERT_EQ(saved.savings.size(), 1u);
  EXPECT_EQ(saved.savings[0], (Saving{"d", "3 for 5.00", 1, {2 * 249 + 199 - 500}}));
  EXPECT_EQ(sum(saved), saved.savings[0].amount);
  EXPECT_EQ(saved.discounts[2], Money{0});
  EXPECT_EQ(saved.promotions[0], std::vector<std::string>{"d"});
  EXPECT_TRUE(saved.promotions[2].empty());
}

TEST(Promotion, ADealThatSavesNothingIsNotTaken) {
  const auto deal = n_for_price("d", "3 for 5.00", {{"a"}}, 3, {500});
  EXPECT_TRUE(apply_promotions({pieces("a", 100, 9)}, {deal}, kNoon).savings.empty());
}

TEST(Promotion, TheCheapestOfEachBundleIsFree) {
  const auto deal = buy_x_get_y("d", "2+1", {{"a"}, {"b"}}, 2, 1);
  const auto saved = apply_promotions({pieces("a", 300, 4), pieces("b", 100, 2)}, {deal}, kNoon);
  EXPECT_EQ(sum(saved), Money{400});  // of 3 x 3.00 one, of 3.00 1.00 1.00 one
}

TEST(Promotion, TheSecondAtHalfPriceRoundsForTheCustomer) {
  const auto deal = second_half_price("d", "second half", {{"bun"}});
  EXPECT_EQ(sum(apply_promotions({pieces("bun", 99, 1)}, {deal}, kNoon)), Money{0});
  EXPECT_EQ(sum(apply_promotions({pieces("bun", 99, 2)}, {deal}, kNoon)), Money{50});
  EXPECT_EQ(sum(apply_promotions({pieces("bun", 99, 5)}, {deal}, kNoon)), Money{100});
}

TEST(Promotion, AMealTakesOneOfEachPart) {
  Promotion meal;
  meal.id = "meal";
  meal.parts = {{{}, {"sandwich"}, 1, 0, {}}, {{}, {"drink"}, 1, 0, {}}};
  meal.price = Money{500};
  const auto saved =
      apply_promotions({pieces("s1", 399, 1, "sandwich"), pieces("s2", 449, 1, "sandwich"),
                        pieces("d1", 199, 1, "drink")},
                       {meal}, kNoon);
  EXPECT_EQ(sum(saved), Money{449 + 199 - 500});
  EXPECT_EQ(saved.discounts[0], Money{0});
}

TEST(Promotion, BuyingOneThingMakesAnotherCheaper) {
  Promotion pair;
  pair.id = "pair";
  pair.parts = {{{{"shampoo"}}, {}, 1, 0, {}}, {{{"comb"}}, {}, 1, 1, {500'000}}};
  EXPECT_EQ(sum(apply_promotions({pieces("comb", 300, 2)}, {pair}, kNoon)), Money{0});
  EXPECT_EQ(
      sum(apply_promotions({pieces("shampoo", 400, 1), pieces("comb", 300, 2)}, {pair}, kNoon)),
      Money{150});
}

TEST(Promotion, OfAllCombinationsTheCustomerGetsTheBest) {
  // First come, first served would take the pair and leave the better three behind.
  const auto pair = n_for_price("a-pair", "2 for 3.50", {{"x"}}, 2, {350});
  const auto three = n_for_price("b-three", "3 for 4.00", {{"x"}}, 3, {400});
  const auto five = apply_promotions({pieces("x", 200, 5)}, {pair, three}, kNoon);
  EXPECT_EQ(sum(five), Money{250});  // one of each
  const auto six = apply_promotions({pieces("x", 200, 6)}, {three, pair}, kNoon);
  EXPECT_EQ(sum(six), Money{400});  // twice the three
}

// Of seven at 2.00, pairs first leave one over (1.50 saved), threes first waste the pairs (1.20).
TEST(Promotion, NoOrderOfTakingThemIsTheBestSometimes) {
  const auto pair = n_for_price("pair", "2 for 3.50", {{"x"}}, 2, {350});
  const auto three = n_for_price("three", "3 for 5.40", {{"x"}}, 3, {540});
  EXPECT_EQ(sum(apply_promotions({pieces("x", 200, 7)}, {pair, three}, kNoon)), Money{160});
}

TEST(Promotion, AtMostIsAtMost) {
  auto deal = second_half_price("d", "one a customer", {{"bun"}});
  deal.at_most = 1;
  EXPECT_EQ(sum(apply_promotions({pieces("bun", 100, 6)}, {deal}, kNoon)), Money{50});
}

TEST(Promotion, HasItsDaysItsHoursAndItsCustomers) {
  Promotion happy = second_half_price("d", "happy hour", {{"beer"}});
  happy.first_day = "2026-11-24", happy.last_day = "2026-11-24";
  happy.weekdays = 1U << 1;
  happy.from_minute = 17 * 60, happy.to_minute = 18 * 60;
  happy.customer_group = "club";
  const Moment in{"2026-11-24", 1, 17 * 60, {"club"}};
  EXPECT_TRUE(active(happy, in));
  for (const Moment& out : std::vector<Moment>{{"2026-11-25", 1, 17 * 60, {"club"}},
                                               {"2026-11-23", 1, 17 * 60, {"club"}},
                                               {"2026-11-24", 2, 17 * 60, {"club"}},
                                               {"2026-11-24", 1, 17 * 60 - 1, {"club"}},
                                               {"2026-11-24", 1, 18 * 60, {"club"}},
                                               {"2026-11-24", 1, 17 * 60, {}}}) {
    EXPECT_FALSE(active(happy, out));
  }
}

TEST(Promotion, AHugeBasketIsAnsweredAtOnce) {
  std::vector<Pieces> basket;
  std::vector<ProductId> all;
  for (int i = 0; i < 60; ++i) {
    all.push_back({"p" + std::to_string(i)});
    basket.push_back({all.back(), "", {100 + i * 7}, 5});
  }
  const std::vector<Promotion> deals = {n_for_price("a", "4 for 5", all, 4, {500}),
                                        buy_x_get_y("b", "2+1", all, 2, 1),
                                        second_half_price("c", "half", all)};
  EXPECT_GT(sum(apply_promotions(basket, deals, kNoon)), Money{0});
}

TEST(Promotion, WhatMakesNoSenseDoesNothing) {
  Promotion bad = n_for_price("d", "none", {{"a"}}, 0, {1});
  EXPECT_EQ(sum(apply_promotions({pieces("a", 100, 3)}, {bad}, kNoon)), Money{0});
  bad = n_for_price("d", "dear", {{"a"}}, 1, {-5});
  EXPECT_EQ(sum(apply_promotions({pieces("a", 100, 3)}, {bad}, kNoon)), Money{0});
}

}  // namespace
}  // namespace pos

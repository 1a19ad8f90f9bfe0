// Discounts, other prices, and the drawer without a sale.
#include <gmock/gmock.h>

#include "hands.h"
#include "ui/present.h"

namespace pos::ui {
namespace {

using testing::HasSubstr;

struct Discounts : testing::Test {
  test::Shop shop;
  Desk desk{shop.reg, {}};
  int recorded = 0, opened = 0;

  void SetUp() override {
    type("1234"), enter();
    type("10000"), enter();
    desk.on_record = [this] { ++recorded; };
    desk.on_drawer = [this] { ++opened; };
    scan("2001"), scan("2001"), scan("3001");  // two espressos, a croissant
    desk.apply(PickLine{1});
  }
  void type(std::string_view text) { test::type_into(desk, text); }
  void scan(const std::string& code) { test::scan_into(desk, code, code); }
  void enter() { desk.apply(Enter{}); }
  void press(int key) { desk.apply(FunctionKey{key}); }
  void supervisor() { press(11), type("8642"), enter(); }
  Place place() const { return desk.state().typing.place; }
  const std::string& trouble() const { return desk.state().trouble; }
  const Line& line(size_t at) const { return shop.reg.sale().lines().at(at); }
  Money total() const { return shop.reg.sale().total(); }
  View view() const { return present(desk, SyncChip{}); }
  ChoicesView choices() const { return std::get<ChoicesView>(view().middle); }
};

TEST_F(Discounts, TenPercentOffTheLineIsTwoKeysAndTwoEnters) {
  const Money before = line(0).total;
  type("10"), press(7);
  ASSERT_EQ(place(), Place::discount);
  EXPECT_EQ(view().readout.entry, "10");
  EXPECT_THAT(choices().words, HasSubstr("Espresso"));
  enter();
  ASSERT_EQ(place(), Place::reasons);
  EXPECT_EQ(choices().title, "Why is it reduced?");
  enter();
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(line(0).own.percent, Rate{100'000});
  EXPECT_EQ(line(0).reason, "Damaged");
  EXPECT_EQ(line(0).total, (Money{before.minor * 9 / 10}));
  EXPECT_EQ(line(1).own, Reduction{});
  EXPECT_EQ(recorded, 1);
}

TEST_F(Discounts, ItsKindAndSizeAreAskedForOneAfterTheOther) {
  const Money before = total();
  press(7);
  type("4"), enter();  // an amount off the sale
  EXPECT_EQ(view().readout.caption, "Amount");
  EXPECT_EQ(view().pad_extra.label, ".");
  type("0.50"), enter();
  type("4"), enter();
  EXPECT_EQ(total(), before - Money{50});
  EXPECT_EQ(shop.reg.sale().conditions().whole.reason, "Goodwill");
}

TEST_F(Discounts, WithoutAPointAnAmountIsCents) {
  const Money before = total();
  press(7), desk.apply(Choose{3}), type("50"), enter(), enter();
  EXPECT_EQ(total(), before - Money{50});
}

TEST_F(Discounts, MoreThanACashierMayIsASupervisorsPinAway) {
  type("30"), press(7), enter(), desk.apply(Choose{1});
  EXPECT_THAT(trouble(), HasSubstr("needs a supervisor"));
  EXPECT_EQ(line(0).own, Reduction{});
  supervisor();
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(line(0).own.percent, Rate{300'000});
  EXPECT_EQ(line(0).reason, "Best before");
  type("60"), press(7), enter(), enter();
  EXPECT_THAT(trouble(), HasSubstr("needs a supervisor"));
  supervisor();
  EXPECT_FALSE(trouble().empty()) << "a manager's";
  EXPECT_EQ(line(0).own.percent, Rate{300'000});
}

TEST_F(Discounts, AnotherPriceIsASupervisors) {
  press(7), desk.apply(Choose{4}), type("1.50"), enter(), desk.apply(Choose{2});
  EXPECT_FALSE(trouble().empty());
  supervisor();
  EXPECT_EQ(line(0).item.price, Money{150});
  EXPECT_EQ(line(0).reason, "Price on the shelf");
}

TEST_F(Discounts, NothingOffTakesItAwayAndAsksForNoReason) {
  type("10"), press(7), enter(), enter();
  ASSERT_FALSE(line(0).own.empty());
  type("0"), press(7), enter();
  EXPECT_EQ(place(), Place::sale);
  EXPECT_TRUE(line(0).own.empty());
}

TEST_F(Discounts, WhatIsNoNumberIsSaidAndAskedForAgain) {
  for (const char* no : {"101", "7.555", ".", "1.2.3"}) {
    press(7), desk.apply(Choose{0}), type(no), enter();
    EXPECT_THAT(trouble(), HasSubstr("0 to 100 percent")) << no;
    EXPECT_TRUE(desk.state().typing.asks_cut);
  }
  enter();
  EXPECT_THAT(trouble(), HasSubstr("Type how much"));
  type("7.5"), enter(), enter();
  EXPECT_EQ(line(0).own.percent, Rate{75'000});
  press(7), desk.apply(Choose{1}), type("999"), enter(), enter();
  EXPECT_FALSE(trouble().empty()) << "more than it costs";
  EXPECT_EQ(line(0).own.percent, Rate{75'000});
}

TEST_F(Discounts, EscGoesBackOneStepEachAndAScanSellsOn) {
  press(7), desk.apply(Choose{0}), type("10");
  desk.apply(Back{});
  EXPECT_EQ(desk.state().typing.entry, "");
  EXPECT_TRUE(desk.state().typing.asks_cut);
  desk.apply(Back{});
  EXPECT_FALSE(desk.state().typing.asks_cut);
  EXPECT_EQ(place(), Place::discount);
  desk.apply(Back{});
  EXPECT_EQ(place(), Place::sale);
  press(7), desk.apply(Choose{0}), type("10"), enter();
  desk.apply(Back{});
  EXPECT_EQ(place(), Place::discount);
  const size_t lines = shop.reg.sale().lines().size();
  scan("3110");
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(shop.reg.sale().lines().size(), lines + 1);
  EXPECT_TRUE(line(0).own.empty());
}

TEST_F(Discounts, AnEmptyBasketHasNothingToReduceAndItsKeysAreOthers) {
  EXPECT_EQ(view().functions.at(5).label, "% off");
  EXPECT_EQ(view().functions.at(6).label, "Void");
  press(5);
  EXPECT_EQ(view().functions.at(5).label, "Return");
  EXPECT_EQ(view().functions.at(6).label, "Drawer");
  press(7);
  EXPECT_EQ(place(), Place::sale);
  EXPECT_THAT(trouble(), HasSubstr("nothing in the basket"));
}

TEST_F(Discounts, TheDrawerOpensForASupervisorAndTheJournalSaysWhy) {
  press(10);
  ASSERT_EQ(place(), Place::reasons);
  EXPECT_EQ(choices().title, "Why is the drawer opened?");
  desk.apply(Choose{1});
  EXPECT_EQ(opened, 0);
  EXPECT_FALSE(trouble().empty());
  supervisor();
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(shop.reg.sale().lines().size(), 2U) << "the sale goes on";
  const auto* row = std::get_if<DrawerOpened>(&shop.book.facts.back());
  ASSERT_TRUE(row);
  EXPECT_EQ(row->reason, "Wrong change given");
}

TEST(TypedSizes, ArePercentOrMoney) {
  EXPECT_EQ(parse_percent("7.25"), Rate{72'500});
  EXPECT_EQ(parse_percent("100"), Rate{1'000'000});
  EXPECT_EQ(parse_percent("100.01"), std::nullopt);
  EXPECT_EQ(parse_percent(""), std::nullopt);
  EXPECT_EQ(parse_money("150", 2), Money{150});
  EXPECT_EQ(parse_money("1.5", 2), Money{150});
  EXPECT_EQ(parse_money(".05", 2), Money{5});
  EXPECT_EQ(parse_money("1.505", 2), std::nullopt);
  EXPECT_EQ(parse_money("1.5", 0), std::nullopt);
  EXPECT_EQ(parse_money("1234567890", 2), std::nullopt);
  EXPECT_EQ(parse_money(".", 2), std::nullopt);
}

}  // namespace
}  // namespace pos::ui

// Sales that are put aside, and goods that come back.
#include <gmock/gmock.h>

#include "hands.h"
#include "ui/present.h"

namespace pos::ui {
namespace {

using test::kMilk;
using testing::HasSubstr;

struct Lists : testing::Test {
  test::Shop shop;
  test::SlowStore store;
  Register reg{shop.shelf, shop.book, shop.badges, shop.watch, shop.settings, nullptr, &store};
  Desk desk{reg, {}};
  int recorded = 0;

  void SetUp() override {
    store.says = ClaimAnswer{ClaimAnswer::State::won};
    type("1234"), enter();
    type("10000"), enter();
    ASSERT_EQ(place(), Place::sale);
    desk.on_record = [this] { ++recorded; };
  }
  void type(std::string_view text) { test::type_into(desk, text); }
  void scan(const std::string& code) { test::scan_into(desk, code, code); }
  void enter() { desk.apply(Enter{}); }
  void press(int key) { desk.apply(FunctionKey{key}); }
  Place place() const { return desk.state().typing.place; }
  const std::string& trouble() const { return desk.state().trouble; }
  const std::vector<Line>& lines() const { return reg.sale().lines(); }
  View view() const { return present(desk, SyncChip{}); }
  ListView list() const { return std::get<ListView>(view().middle); }

  // Two coffees and a milk, for cash; their receipt's number.
  std::string sell() {
    type("2*"), scan("2001"), scan(kMilk);
    enter(), enter(), enter();
    EXPECT_EQ(place(), Place::sale);
    recorded = 0;
    return shop.book.sales.back().receipt;
  }
};

// Held sales ----------------------------------------------------------------------------------

TEST_F(Lists, ASaleIsPutAsideAndComesBack) {
  scan("2001"), scan(kMilk);
  EXPECT_EQ(view().functions.at(4).label, "Hold");
  press(5);
  EXPECT_TRUE(lines().empty());
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(view().readout.idle, "Put aside");
  EXPECT_EQ(recorded, 1);
  EXPECT_EQ(view().functions.at(4).label, "Recall");
  EXPECT_EQ(view().functions.at(4).detail, "1");
  scan("3001"), enter(), enter(), enter();  // the next customer
  press(6);
  ASSERT_EQ(place(), Place::held);
  ASSERT_EQ(list().rows.size(), 1U);
  EXPECT_EQ(list().rows[0].name, "Espresso");
  EXPECT_EQ(list().rows[0].amount, "3.49");
  enter();
  EXPECT_EQ(place(), Place::sale);
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(desk.state().selected, lines().back().id);
  EXPECT_TRUE(desk.state().held.empty());
  EXPECT_EQ(view().functions.at(4).label, "Hold");
}

TEST_F(Lists, WhatIsTypedIsItsNameAndAnArrowPicksTheNext) {
  scan("2001"), type("12"), press(5);
  EXPECT_EQ(view().readout.idle, "Put aside: 12");
  scan("3001"), type("7"), press(5);
  press(6);
  ASSERT_EQ(list().rows.size(), 2U);
  EXPECT_EQ(list().rows[1].name, "7");
  EXPECT_THAT(list().rows[1].detail, HasSubstr("Butter croissant"));
  desk.apply(Move{1});
  EXPECT_TRUE(list().rows[1].selected);
  enter();
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].item.name, "Butter croissant");
}

TEST_F(Lists, ATapBringsBackTheSaleThatItTouched) {
  scan("2001"), press(5);
  scan("3001"), press(5);
  press(6);
  desk.apply(list().rows[1].action);
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].item.name, "Butter croissant");
}

TEST_F(Lists, NothingIsHeldOverNothingAndNothingIsRecalledOverASale) {
  press(5);
  EXPECT_THAT(trouble(), HasSubstr("There is no open sale"));
  press(6);
  EXPECT_TRUE(list().rows.empty());
  EXPECT_THAT(list().nothing, HasSubstr("No sale is put aside"));
  enter();
  EXPECT_EQ(place(), Place::sale);
  scan("2001"), press(5), scan("3001");
  press(6), enter();
  EXPECT_THAT(trouble(), HasSubstr("A sale is open"));
  EXPECT_EQ(lines().size(), 1U);
  scan(kMilk);  // a scan works here too
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(Lists, ASaleOfAnotherTillIsAskedForWhileTheWindowGoesOn) {
  shop.book.other_tills = true;
  scan("2001"), press(5);
  shop.book.put_aside[0].till = "till2";
  desk.refresh();
  store.says.reset();
  press(6);
  EXPECT_EQ(list().rows.at(0).note, "at till till2");
  enter();
  EXPECT_EQ(place(), Place::sale);
  EXPECT_THAT(trouble(), HasSubstr("being asked"));
  store.says = ClaimAnswer{ClaimAnswer::State::won};
  desk.tick();
  EXPECT_EQ(lines().size(), 1U);
  EXPECT_EQ(trouble(), "");
}

TEST_F(Lists, ASupervisorBringsBackTheSaleThatWasPickedWhateverIsFirstThen) {
  shop.book.other_tills = true;
  scan("2001"), press(5);
  scan("3001"), press(5);
  for (HeldSale& held : shop.book.put_aside) held.till = "till2";
  store.says = ClaimAnswer{ClaimAnswer::State::unreachable};
  press(6), desk.apply(Move{1}), enter();
  desk.tick();
  ASSERT_TRUE(desk.state().approvable) << trouble();
  shop.book.put_aside.erase(shop.book.put_aside.begin());  // another till took the first
  desk.refresh();
  press(11), type("8642"), enter();
  desk.tick();
  ASSERT_EQ(lines().size(), 1U) << trouble();
  EXPECT_EQ(lines()[0].item.name, "Butter croissant");
}

TEST_F(Lists, ThePickStaysOnItsSaleWhenTheListChanges) {
  for (const char* code : {"2001", "3001", "1100"}) scan(code), press(5);
  press(6), desk.apply(Move{1});
  auto& held = shop.book.put_aside;
  held.erase(held.begin());  // another till took the first
  desk.refresh();
  EXPECT_TRUE(list().rows.at(0).selected);
  EXPECT_EQ(list().rows[0].name, "Butter croissant");
  held.erase(held.begin());  // and this one
  desk.refresh();
  EXPECT_FALSE(list().rows.at(0).selected);
  enter();
  EXPECT_THAT(trouble(), HasSubstr("not held any more"));
  EXPECT_TRUE(lines().empty()) << "no other sale is recalled for it";
  desk.apply(Move{1}), enter();
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].item.name, "Extra virgin olive oil 750 ml");
}

TEST_F(Lists, RedRowsGoWithTheCustomerWhoseSaleIsPutAside) {
  scan("2001"), scan("7777");
  ASSERT_EQ(desk.state().failed.size(), 1U);
  press(5);
  EXPECT_TRUE(desk.state().failed.empty());
}

TEST_F(Lists, ThatTheStoreIsNotAskedAnyMoreIsSaid) {
  shop.book.other_tills = true;
  scan("2001"), press(5);
  shop.book.put_aside[0].till = "till2";
  store.says.reset();
  press(6), enter();
  desk.apply(Move{1});
  EXPECT_THAT(trouble(), HasSubstr("being asked")) << "until it answers";
  scan("3001");  // the next customer
  EXPECT_THAT(trouble(), HasSubstr("not asked any more"));
  store.says = ClaimAnswer{ClaimAnswer::State::won};
  desk.tick();
  EXPECT_EQ(lines().size(), 1U);
}

// Goods that come back --------------------------------------------------------------------------

TEST_F(Lists, AReceiptIsScannedThenTheGoodsAndTheMoneyGoesOut) {
  const std::string receipt = sell();
  press(8);
  ASSERT_EQ(place(), Place::give_back);
  scan(receipt);
  ASSERT_EQ(list().rows.size(), 2U);
  EXPECT_EQ(list().title, "Receipt " + receipt);
  EXPECT_FALSE(view().primary.enabled) << "nothing is picked";
  scan("2001");
  EXPECT_EQ(list().rows[0].note, "1 comes back");
  EXPECT_TRUE(view().primary.enabled);
  press(12);
  ASSERT_EQ(place(), Place::reasons);
  EXPECT_EQ(std::get<ChoicesView>(view().middle).choices.at(0).label, "Faulty");
  type("3"), enter();
  ASSERT_EQ(place(), Place::sale);
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].quantity, Quantity{-1000});
  EXPECT_EQ(view().basket.caption, "To give back");
  EXPECT_EQ(view().basket.amount, "€ 2.20");
  enter();
  const auto pay = std::get<TendersView>(view().middle);
  EXPECT_EQ(pay.caption, "To give back");
  EXPECT_EQ(pay.due, "€ 2.20");
  EXPECT_TRUE(pay.notes.empty()) << "the customer gives nothing";
  EXPECT_TRUE(pay.others.empty());
  EXPECT_EQ(view().primary.label, "Pay out");
  enter();
  ASSERT_EQ(place(), Place::done);
  EXPECT_EQ(std::get<DoneView>(view().middle).headline, "Given back");
  EXPECT_EQ(view().basket.caption, "Given back");
  EXPECT_EQ(view().readout.idle, "Given back");
  const CompletedSale& back = shop.book.sales.back();
  EXPECT_EQ(back.total, Money{-220});
  EXPECT_EQ(back.original_receipt, receipt);
  EXPECT_GT(recorded, 0);
}

TEST_F(Lists, WhatCameBackOnceIsGreyAndTheRestIsSaid) {
  const std::string receipt = sell();
  press(8), scan(receipt), scan("2001"), scan(kMilk);
  press(12), enter(), enter(), enter(), enter();
  ASSERT_EQ(shop.book.sales.size(), 2U);
  press(8), type("1"), enter();
  ASSERT_EQ(list().rows.size(), 2U) << "1 is this till's receipt 1: " << trouble();
  EXPECT_EQ(list().rows[0].note, "1 left");
  EXPECT_FALSE(list().rows[1].enabled);
  scan(kMilk);
  EXPECT_THAT(trouble(), HasSubstr("is picked or came back"));
  desk.apply(list().rows[1].action);
  EXPECT_THAT(trouble(), HasSubstr("cannot come back"));
  scan("3001");
  EXPECT_THAT(trouble(), HasSubstr("is not on this receipt"));
  EXPECT_FALSE(view().primary.enabled);
}

TEST_F(Lists, RowsArePickedByKeysAndByTouchWholeOrInPart) {
  const std::string receipt = sell();
  press(8), type(receipt), enter();
  ASSERT_EQ(list().rows.size(), 2U) << trouble();
  enter();
  EXPECT_EQ(list().rows[0].note, "comes back");
  enter();
  EXPECT_FALSE(list().rows[0].chosen) << "and not";
  type("1"), enter();
  EXPECT_EQ(list().rows[0].note, "1 comes back");
  type("3"), enter();
  EXPECT_THAT(trouble(), HasSubstr("at most 2 can come back, in whole pieces"));
  type("0.5"), enter();
  EXPECT_THAT(trouble(), HasSubstr("in whole pieces"));
  EXPECT_EQ(desk.state().giving_back->takes[0], 1000);
  desk.apply(Move{1}), enter();
  EXPECT_TRUE(list().rows[1].chosen);
  type("2"), desk.apply(PickReturned{0});  // a number, then a tap
  EXPECT_EQ(list().rows[0].note, "comes back");
  press(12), desk.apply(Back{});
  EXPECT_EQ(place(), Place::give_back) << "Esc of the reasons goes back to the rows";
  EXPECT_EQ(desk.state().giving_back->takes, (std::vector<int64_t>{2000, 1000}));
  press(12), desk.apply(Choose{0});
  EXPECT_EQ(reg.sale().total(), Money{-569});
}

TEST_F(Lists, AnExchangeIsOneSale) {
  const std::string receipt = sell();
  scan("2002");  // the other coffee is on the counter
  press(8), scan(receipt), scan("2001"), press(12), enter();
  EXPECT_EQ(reg.sale().total(), Money{340 - 220});
  EXPECT_EQ(view().basket.caption, "Total");
  press(8), scan(receipt);
  EXPECT_EQ(list().rows[0].note, "1 left") << "the other one is on the counter";
}

TEST_F(Lists, AReceiptThatNobodyKnowsIsSaidInTheRegistersWords) {
  press(8), enter();
  EXPECT_EQ(trouble(), "Scan the receipt, or type its number.");
  type("s1-till1-A999999"), enter();
  EXPECT_EQ(trouble(), "This till has no receipt of that number.");
  EXPECT_EQ(place(), Place::give_back);
  type("s1-till9-A000001"), enter();
  EXPECT_THAT(trouble(), HasSubstr("has not heard of that receipt"));
  press(12);
  EXPECT_NE(trouble(), "");
  EXPECT_EQ(place(), Place::give_back);
}

TEST_F(Lists, AReceiptOfAnotherTillIsAskedForAndASupervisorAnswersForASilentStore) {
  const std::string receipt = sell();
  shop.book.elsewhere = "till2";
  store.says.reset();
  press(8), scan(receipt), scan("2001"), press(12), enter();
  EXPECT_EQ(place(), Place::sale);
  EXPECT_THAT(trouble(), HasSubstr("being asked"));
  EXPECT_TRUE(lines().empty());
  store.says = ClaimAnswer{ClaimAnswer::State::unreachable};
  desk.tick();
  ASSERT_TRUE(desk.state().approvable) << trouble();
  press(11), type("8642"), enter();
  desk.tick();
  ASSERT_EQ(lines().size(), 1U) << trouble();
  EXPECT_EQ(view().basket.caption, "To give back");
}

TEST_F(Lists, WhatASupervisorAllowsIsWhatWasPickedWhateverIsLookedAtMeanwhile) {
  const std::string first = sell();
  const std::string second = sell();
  shop.book.elsewhere = "till2";
  store.says.reset();
  press(8), scan(first), scan("2001"), press(12), enter();
  press(8);  // impatient
  EXPECT_THAT(trouble(), HasSubstr("not asked any more"));
  press(8), scan(first), scan("2001"), press(12), enter();
  store.says = ClaimAnswer{ClaimAnswer::State::unreachable};
  desk.tick();
  ASSERT_TRUE(desk.state().approvable);
  press(11), type("8642"), enter();
  desk.tick();
  ASSERT_EQ(lines().size(), 1U) << trouble();
  EXPECT_EQ(lines()[0].quantity, Quantity{-1000}) << "one coffee, and not the whole receipt";
}

TEST_F(Lists, OfTwoPackagesItIsTheOneWithThatLabel) {
  for (Item& item : shop.shelf.items) {
    if (item.id.value == "P30") item.codes.push_back("4011");
  }
  scan("4010"), type("1.6"), enter();
  scan("4011"), type("0.4"), enter();
  ASSERT_EQ(lines().size(), 2U);
  enter(), enter(), enter();
  press(8), type("1"), enter();
  scan("4011");
  EXPECT_EQ(desk.state().giving_back->takes, (std::vector<int64_t>{0, 400}));
  scan("4011");
  EXPECT_EQ(desk.state().giving_back->takes, (std::vector<int64_t>{1600, 400}))
      << "the label is gone, the goods are the same";
}

TEST_F(Lists, OneMoreThingScannedWhileTheReasonIsAskedComesBackToo) {
  const std::string receipt = sell();
  press(8), scan(receipt), scan("2001"), press(12);
  scan("2001");
  EXPECT_EQ(place(), Place::give_back);
  EXPECT_TRUE(lines().empty()) << "it is not sold";
  EXPECT_EQ(desk.state().giving_back->takes[0], 2000);
}

TEST_F(Lists, AQuantityBeforeF12CountsAndACodeNobodyKnowsChangesNothing) {
  const std::string receipt = sell();
  press(8), scan(receipt), scan(kMilk);
  scan("77");
  EXPECT_NE(trouble(), "");
  EXPECT_EQ(desk.state().giving_back->from.sale.receipt, receipt);
  desk.apply(Move{-1}), type("1"), press(12);
  EXPECT_EQ(place(), Place::reasons);
  EXPECT_EQ(desk.state().giving_back->takes, (std::vector<int64_t>{1000, 1000}));
  desk.apply(Back{}), type("9"), press(12);
  EXPECT_EQ(place(), Place::give_back);
  EXPECT_THAT(trouble(), HasSubstr("at most 2"));
}

TEST_F(Lists, TheMenuHasTheReturnAsWell) {
  desk.apply(Back{});
  ASSERT_EQ(place(), Place::menu);
  type("7"), enter();
  EXPECT_EQ(place(), Place::give_back);
  desk.apply(Back{});
  EXPECT_EQ(place(), Place::sale);
}

}  // namespace
}  // namespace pos::ui

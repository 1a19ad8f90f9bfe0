#include "ui/desk.h"

#include <gmock/gmock.h>

#include "hands.h"
#include "ui/present.h"
#include "ui/wedge.h"

namespace pos::ui {
namespace {

using test::kMilk;
using test::scan_into;
using test::Shop;
using test::SlowStore;
using test::type_into;

struct Counter : testing::Test {
  Shop shop;
  Desk desk{shop.reg, {}};
  int recorded = 0;

  void SetUp() override {
    desk.on_record = [this] { ++recorded; };
  }
  void type(std::string_view text) { type_into(desk, text); }
  void scan(const std::string& code) { scan_into(desk, code, stripped(code)); }
  void log_in(const char* pin = "1234") { type(pin), desk.apply(Enter{}); }
  void start() {
    log_in();
    type("10000");
    desk.apply(Enter{});
    ASSERT_EQ(place(), Place::sale);
    recorded = 0;
  }
  void choose(MenuEntry entry) {
    desk.apply(Back{});
    ASSERT_EQ(place(), Place::menu);
    desk.apply(Choose{static_cast<int>(entry)});
  }
  Place place() const { return desk.state().typing.place; }
  const std::string& trouble() const { return desk.state().trouble; }
  const std::vector<Line>& lines() const { return shop.reg.sale().lines(); }
};

TEST_F(Counter, ACashierSellsWithKeysAlone) {
  EXPECT_EQ(place(), Place::login);
  log_in();
  EXPECT_EQ(place(), Place::open_shift);
  type("10000"), desk.apply(Enter{});
  EXPECT_EQ(place(), Place::sale);
  scan("2001"), scan(kMilk);
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::pay);
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::done);
  ASSERT_EQ(shop.book.sales.size(), 1U);
  EXPECT_EQ(shop.book.sales[0].total, Money{349});
  EXPECT_EQ(recorded, 2);  // the shift and the sale
}

TEST_F(Counter, AnAgeIsAskedAndAnsweredByEnterOrEsc) {
  start();
  scan("1105");
  EXPECT_TRUE(lines().empty());
  ASSERT_TRUE(shop.reg.question());
  desk.apply(Back{});
  EXPECT_FALSE(shop.reg.question());
  ASSERT_EQ(desk.state().failed.size(), 1U);
  EXPECT_EQ(desk.state().failed[0].words, "Not sold: the customer is too young.");
  scan("1105"), desk.apply(Enter{});
  EXPECT_EQ(lines().size(), 1U);
  scan("1105");
  EXPECT_EQ(lines()[0].quantity, Quantity{2000}) << "once a sale is enough";
}

TEST_F(Counter, AWeightIsAskedAndTyped) {
  start();
  scan("4010");
  EXPECT_TRUE(lines().empty());
  desk.apply(Enter{});
  EXPECT_NE(trouble().find("Type the quantity in kg"), std::string::npos);
  type("0.25"), desk.apply(Enter{});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].quantity, Quantity{250});
  scan("4010");
  scan(kMilk);  // another scan is another item
  EXPECT_EQ(lines().size(), 2U);
  EXPECT_FALSE(shop.reg.question());
}

TEST_F(Counter, EnterWithNothingTypedTakesWhatLiesOnTheScale) {
  start();
  Outcome<Quantity> on_it = Refusal{RefusalCode::moving_weight, "It has not settled."};
  desk.weigh = [&] { return on_it; };
  scan("4010"), desk.apply(Enter{});
  EXPECT_TRUE(lines().empty());
  EXPECT_EQ(trouble(), "It has not settled.");
  ASSERT_TRUE(shop.reg.question()) << "it is still asked";
  on_it = Quantity{335};
  desk.apply(Enter{});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].quantity, Quantity{335});
  scan("4010");
  type("0.25"), desk.apply(Enter{});
  EXPECT_EQ(lines()[1].quantity, Quantity{250}) << "what is typed counts";
}

TEST_F(Counter, AWrongPinIsSaidAndForgotten) {
  log_in("9999");
  EXPECT_EQ(place(), Place::login);
  EXPECT_EQ(trouble(), "This PIN is not known. Try again.");
  EXPECT_EQ(desk.state().typing.entry, "");
}

TEST_F(Counter, APinTypedAsFastAsAScannerTypesIsAPin) {
  scan("1234");
  EXPECT_EQ(place(), Place::open_shift);
}

TEST_F(Counter, AFloatTypedFastIsAFloatAndAScanIsNot) {
  log_in();
  scan(kMilk);
  EXPECT_EQ(place(), Place::open_shift);
  EXPECT_NE(trouble(), "");
  EXPECT_EQ(desk.state().typing.entry, "");
  scan("10000");
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(shop.book.open->float_amount, Money{10000});
}

TEST_F(Counter, DigitsAndEnterSellACode) {
  start();
  type("2002");
  EXPECT_EQ(desk.state().typing.entry, "2002");
  desk.apply(Enter{});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].item.name, "Café crème");
}

TEST_F(Counter, ThreeTimesMultipliesTheNextScanOnly) {
  start();
  type("3*");
  scan("3110");
  scan("2001");
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[0].quantity, Quantity{3000});
  EXPECT_EQ(lines()[1].quantity, kOnePiece);
}

TEST_F(Counter, WhatWasTypedBeforeAScanIsStillThereAfterIt) {
  start();
  type("12");
  scan(kMilk);
  EXPECT_EQ(desk.state().typing.entry, "12");
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(Counter, ACodeWithLettersLeavesNoSearchBehind) {
  start();
  scan("ABC-123");
  EXPECT_EQ(place(), Place::sale);
  ASSERT_EQ(desk.state().failed.size(), 1U);
  EXPECT_EQ(desk.state().failed[0].code, "ABC-123");
}

TEST_F(Counter, AnUnknownCodeIsARedRowAndScanningGoesOn) {
  start();
  for (const char* code : {"7001", "7002", "7003", "7004"}) scan(code);
  scan(kMilk);
  EXPECT_EQ(lines().size(), 1U);
  ASSERT_EQ(desk.state().failed.size(), 3U);
  EXPECT_EQ(desk.state().failed.back().code, "7004");
  desk.apply(Back{});
  EXPECT_TRUE(desk.state().failed.empty());
  EXPECT_EQ(place(), Place::sale);
}

TEST_F(Counter, ATileSellsOnePieceOrWhatWasTyped) {
  start();
  desk.apply(TapTile{ProductId{"P04"}});
  type("4");
  desk.apply(TapTile{ProductId{"P05"}});
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[1].quantity, Quantity{4000});
  EXPECT_EQ(desk.state().typing.entry, "");
}

TEST_F(Counter, QuantityIsSetBeforeOrAfterF3) {
  start();
  scan("2001");
  type("5"), desk.apply(FunctionKey{3});
  EXPECT_EQ(lines()[0].quantity, Quantity{5000});
  desk.apply(FunctionKey{3});
  type("7"), desk.apply(Enter{});
  EXPECT_EQ(lines()[0].quantity, Quantity{7000});
  EXPECT_FALSE(desk.state().typing.asks_quantity);
}

TEST_F(Counter, AScanWhileAQuantityIsAskedIsAScan) {
  start();
  scan("2001");
  desk.apply(FunctionKey{3});
  scan(kMilk);
  EXPECT_EQ(lines().size(), 2U);
  EXPECT_FALSE(desk.state().typing.asks_quantity);
}

TEST_F(Counter, AQuantityThatTheRegisterRefusesIsSaidInItsWords) {
  start();
  scan("2001");
  type("1.5"), desk.apply(FunctionKey{3});
  EXPECT_EQ(trouble(), "This item is sold by the piece: a whole number.");
  EXPECT_EQ(lines()[0].quantity, kOnePiece);
}

TEST_F(Counter, ArrowsPickALineAndF9VoidsIt) {
  start();
  scan("2001"), scan(kMilk), scan("3110");
  desk.apply(Move{-1});
  desk.apply(FunctionKey{9});
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[1].item.name, "Żurek, soup of the day with bread");
  desk.apply(FunctionKey{9});
  desk.apply(FunctionKey{9});
  EXPECT_TRUE(lines().empty());
  desk.apply(FunctionKey{9});
  EXPECT_NE(trouble(), "");
}

TEST_F(Counter, LettersOpenTheSearchAndEnterAddsTheFirst) {
  start();
  type("cro");
  EXPECT_EQ(place(), Place::search);
  ASSERT_EQ(desk.state().typing.found.size(), 1U);
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(lines()[0].item.name, "Butter croissant");
}

TEST_F(Counter, TheSearchForgetsALetterAndAnArrowPicksTheNext) {
  start();
  desk.apply(FunctionKey{2});
  type("but");
  desk.apply(Erase{});
  EXPECT_EQ(desk.state().typing.search, "bu");
  desk.apply(Move{1});
  desk.apply(Enter{});
  EXPECT_EQ(lines()[0].item.name, "Salted butter 250 g");
}

TEST_F(Counter, AScanWorksFromTheSearchThePaymentTheMenuAndTheHelp) {
  start();
  scan("2001");
  desk.apply(FunctionKey{2}), scan(kMilk);
  EXPECT_EQ(lines().size(), 2U);
  desk.apply(FunctionKey{12}), scan("3110");
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(lines().size(), 3U);
  desk.apply(Back{}), scan("4001");
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(lines().size(), 4U);
  desk.apply(FunctionKey{1}), scan("4002");
  EXPECT_EQ(lines().size(), 5U);
}

TEST_F(Counter, AShortCodeScannedWhilePayingIsAnItemAndNeverMoney) {
  start();
  scan("2001");
  desk.apply(FunctionKey{12});
  scan("3110");
  EXPECT_TRUE(shop.book.sales.empty());
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(Counter, APriceCheckSellsNothingUntilEnter) {
  start();
  desk.apply(FunctionKey{4});
  scan("9002");
  ASSERT_TRUE(desk.state().checked);
  EXPECT_EQ(desk.state().checked->item.price, Money{349});
  EXPECT_TRUE(lines().empty());
  desk.apply(Enter{});
  EXPECT_EQ(lines().size(), 1U);
}

TEST_F(Counter, MoreCashThanDueGivesChange) {
  start();
  scan("3110");
  desk.apply(FunctionKey{12});
  type("1000");
  desk.apply(Enter{});
  ASSERT_EQ(place(), Place::done);
  EXPECT_EQ(shop.book.sales[0].change(), Money{410});
}

TEST_F(Counter, TheNextNoteIsAFunctionKey) {
  start();
  scan("3110");  // 5.90: the next notes are 10, 20 and 50
  desk.apply(FunctionKey{12});
  desk.apply(FunctionKey{3});
  ASSERT_EQ(place(), Place::done);
  EXPECT_EQ(shop.book.sales[0].tenders[0].amount, Money{2000});
}

TEST_F(Counter, APartIsPaidAndTheRestIsDue) {
  start();
  scan("3110");
  desk.apply(FunctionKey{12});
  type("200"), desk.apply(Enter{});
  EXPECT_EQ(place(), Place::pay);
  EXPECT_EQ(shop.reg.sale().due(), Money{390});
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::done);
  EXPECT_EQ(shop.book.sales[0].tenders.size(), 2U);
}

// Gift cards ----------------------------------------------------------------------------------

struct CardCounter : testing::Test {
  Shop shop;
  SlowStore store;
  Register reg{shop.shelf, shop.book, shop.badges, shop.watch, shop.settings, nullptr, &store};
  Desk desk{reg, with_cards()};

  static DeskSettings with_cards() {
    DeskSettings settings;
    settings.tenders = {TenderKind::cash, TenderKind::card, TenderKind::gift};
    return settings;
  }
  // A card that the till has heard of, with so much on it.
  static GiftCard card_of(int64_t money) { return {true, {money}, {money}, {}, 0}; }

  void SetUp() override {
    shop.book.cards["G-42"] = card_of(1000);
    type("1234"), desk.apply(Enter{});
    type("10000"), desk.apply(Enter{});
    desk.apply(Scanned{kMilk});
    desk.apply(Scanned{"3110"});
    desk.apply(FunctionKey{12});
    ASSERT_EQ(place(), Place::pay);
    store.says = ClaimAnswer{ClaimAnswer::State::won};
  }
  void type(std::string_view text) { type_into(desk, text); }
  void scan(const std::string& code) { scan_into(desk, code, code); }
  Place place() const { return desk.state().typing.place; }
  const std::string& trouble() const { return desk.state().trouble; }
  TendersView tenders() { return std::get<TendersView>(present(desk, SyncChip{}).middle); }
};

TEST_F(CardCounter, AScannedCardPaysWhatIsDue) {
  const Money due = reg.sale().due();
  desk.apply(FunctionKey{6});
  EXPECT_TRUE(desk.state().typing.asks_card);
  EXPECT_TRUE(reg.sale().tenders().empty()) << "first the card";
  scan("G-42");
  EXPECT_EQ(place(), Place::done);
  ASSERT_EQ(shop.book.sales.size(), 1U);
  EXPECT_EQ(shop.book.sales[0].tenders[0].reference, "G-42");
  EXPECT_EQ(shop.book.sales[0].tenders[0].amount, due);
  EXPECT_EQ(store.asked.at(0).of, "gift-G-42");
  EXPECT_EQ(store.asked[0].wanted, (Portions{{0, due.minor}}));
}

TEST_F(CardCounter, ATypedAmountIsTakenFromTheCardThatFollows) {
  type("300");
  desk.apply(FunctionKey{6});
  type("G-42"), desk.apply(Enter{});
  EXPECT_EQ(place(), Place::pay);
  EXPECT_FALSE(desk.state().typing.asks_card);
  ASSERT_EQ(reg.sale().tenders().size(), 1U);
  EXPECT_EQ(reg.sale().tenders()[0].amount, Money{300});
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::done) << "the rest in cash";
}

TEST_F(CardCounter, ACardWithoutEnoughSaysWhatIsLeftAndAsksForAnAmount) {
  shop.book.cards["G-42"] = card_of(150);
  desk.apply(FunctionKey{6});
  scan("G-42");
  EXPECT_THAT(trouble(), testing::HasSubstr("Only 1.50 is left"));
  EXPECT_FALSE(desk.state().typing.asks_card) << "digits are an amount now";
  type("150"), desk.apply(FunctionKey{6});
  scan("G-42");
  EXPECT_EQ(reg.sale().tenders().size(), 1U);
}

TEST_F(CardCounter, ACardThatIsNotKnownIsAskedForOnceMore) {
  desk.apply(FunctionKey{6});
  scan("G-43");
  EXPECT_THAT(trouble(), testing::HasSubstr("check its number"));
  EXPECT_TRUE(desk.state().typing.asks_card);
  desk.apply(Enter{});
  EXPECT_THAT(trouble(), testing::HasSubstr("Scan the gift card"));
  scan("G-42");
  EXPECT_EQ(place(), Place::done);
}

TEST_F(CardCounter, EscTakesAnotherTender) {
  desk.apply(FunctionKey{6});
  type("G-4");
  desk.apply(Back{});
  EXPECT_EQ(desk.state().typing.entry, "");
  desk.apply(Back{});
  EXPECT_FALSE(desk.state().typing.asks_card);
  EXPECT_EQ(place(), Place::pay);
  desk.apply(Enter{});
  EXPECT_EQ(shop.book.sales.at(0).tenders[0].kind, TenderKind::cash);
}

TEST_F(CardCounter, TheStoreIsAskedWhileTheWindowGoesOn) {
  store.says.reset();
  desk.apply(FunctionKey{6});
  scan("G-42");
  EXPECT_THAT(trouble(), testing::HasSubstr("being asked"));
  desk.tick();
  EXPECT_EQ(place(), Place::pay);
  store.says = ClaimAnswer{ClaimAnswer::State::won};
  desk.tick();
  EXPECT_EQ(place(), Place::done);
  EXPECT_EQ(trouble(), "");
  EXPECT_EQ(shop.book.sales.size(), 1U);
}

TEST_F(CardCounter, WhatTheStoreAnswersAfterEscPaysNothing) {
  store.says.reset();
  desk.apply(FunctionKey{6});
  scan("G-42");
  desk.apply(Back{});
  store.says = ClaimAnswer{ClaimAnswer::State::won};
  desk.tick();
  EXPECT_TRUE(reg.sale().tenders().empty());
  EXPECT_EQ(place(), Place::pay);
}

TEST_F(CardCounter, APriceCheckOfACardIsItsBalance) {
  desk.apply(Back{}), desk.apply(FunctionKey{4});
  store.says.reset();
  scan("G-42");
  EXPECT_THAT(trouble(), testing::HasSubstr("being asked"));
  store.says = ClaimAnswer{ClaimAnswer::State::won, "", {{0, 250}}};
  desk.tick();
  ASSERT_TRUE(desk.state().checked_card);
  const auto price = std::get<PriceView>(present(desk, SyncChip{}).middle);
  EXPECT_EQ(price.name, "Gift card");
  EXPECT_EQ(price.price, "€ 2.50") << "another till takes the rest";
  EXPECT_EQ(price.rows.back().value, "asked just now");
  scan("G-43");
  EXPECT_FALSE(desk.state().checked_card);
  EXPECT_THAT(trouble(), testing::HasSubstr("not in the catalogue"));
  scan(kMilk);
  EXPECT_TRUE(desk.state().checked);
  EXPECT_TRUE(reg.sale().tenders().empty());
}

// What only a supervisor may allow ------------------------------------------------------------

TEST_F(CardCounter, ASupervisorTakesACardThatNobodyKnows) {
  desk.apply(FunctionKey{6});
  scan("G-43");
  ASSERT_TRUE(desk.state().approvable);
  desk.apply(FunctionKey{11});
  EXPECT_THAT(trouble(), testing::HasSubstr("check its number")) << "what she is asked for";
  type("1234"), desk.apply(Enter{});
  EXPECT_THAT(trouble(), testing::HasSubstr("Only a supervisor"));
  EXPECT_EQ(place(), Place::pay);
  type("8642"), desk.apply(Enter{});
  EXPECT_EQ(place(), Place::done);
  ASSERT_EQ(shop.book.sales.size(), 1U);
  EXPECT_EQ(shop.book.sales[0].tenders[0].reference, "G-43");
  EXPECT_NE(shop.book.sales[0].header.approved_by.value, "") << "it stands in the row";
  desk.apply(Enter{});
  EXPECT_FALSE(desk.state().approvable);
}

TEST_F(CardCounter, ASupervisorAnswersForAStoreThatIsSilent) {
  shop.book.other_tills = true;
  store.says.reset();
  desk.apply(FunctionKey{6});
  scan("G-42");
  store.says = ClaimAnswer{ClaimAnswer::State::unreachable};
  desk.tick();
  ASSERT_TRUE(desk.state().approvable) << trouble();
  desk.apply(FunctionKey{11});
  type("8642"), desk.apply(Enter{});
  EXPECT_EQ(place(), Place::done) << trouble();
}

TEST_F(CardCounter, TheSupervisorsPinIsNoMoneyAndNobodyReadsIt) {
  desk.apply(FunctionKey{6});
  scan("G-43");
  desk.apply(FunctionKey{11});
  type("8642");
  const View view = present(desk, SyncChip{});
  EXPECT_EQ(view.readout.caption, "Supervisor PIN");
  EXPECT_EQ(view.readout.entry, "••••");
  EXPECT_EQ(view.primary.label, "Approve");
  EXPECT_EQ(view.functions.at(6).label, "PIN");
  EXPECT_EQ(tenders().given, "");
  desk.apply(Back{});
  EXPECT_TRUE(desk.state().typing.asks_card) << "as it was";
  EXPECT_EQ(desk.state().typing.entry, "");
  EXPECT_NE(present(desk, SyncChip{}).functions.at(6).label, "PIN");
}

TEST_F(CardCounter, AScanEndsTheQuestionForHerPin) {
  desk.apply(FunctionKey{6});
  scan("G-43");
  desk.apply(FunctionKey{11});
  type("86");
  scan("G-42");
  EXPECT_EQ(place(), Place::done);
  EXPECT_EQ(shop.book.sales.at(0).tenders[0].reference, "G-42");
  EXPECT_EQ(shop.book.sales[0].header.approved_by.value, "");
}

TEST_F(CardCounter, F11AsksForNobodyWhereNothingWasRefused) {
  desk.apply(FunctionKey{11});
  EXPECT_FALSE(desk.state().typing.pin);
  EXPECT_EQ(place(), Place::pay);
}

TEST_F(CardCounter, TheScreenSaysWhatIsAskedFor) {
  desk.apply(FunctionKey{6});
  EXPECT_THAT(tenders().hint, testing::HasSubstr("Scan the gift card"));
  EXPECT_TRUE(tenders().others.at(1).chosen);
  EXPECT_EQ(tenders().exact.key, "") << "Enter is no cash now";
  type("12");
  EXPECT_EQ(tenders().given, "") << "a card's number is no money";
  const View view = present(desk, SyncChip{});
  EXPECT_EQ(view.readout.caption, "Gift card");
  EXPECT_EQ(view.readout.entry, "12");
  EXPECT_EQ(view.primary.label, "Take card");
}

TEST_F(Counter, PayWithAnEmptyBasketSaysSo) {
  start();
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::sale);
  EXPECT_NE(trouble(), "");
}

TEST_F(Counter, TheNextScanStartsTheNextSale) {
  start();
  scan("2001");
  desk.apply(Enter{}), desk.apply(Enter{});
  ASSERT_EQ(place(), Place::done);
  scan(kMilk);
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(lines().size(), 1U);
  EXPECT_EQ(shop.book.sales.size(), 1U);
}

TEST_F(Counter, AVoidedSaleTellsWhyAndIsRecorded) {
  start();
  scan("2001");
  choose(MenuEntry::void_sale);
  ASSERT_EQ(place(), Place::reasons);
  type("2"), desk.apply(Enter{});
  EXPECT_EQ(place(), Place::sale);
  EXPECT_TRUE(lines().empty());
  EXPECT_EQ(std::get<SaleVoided>(shop.book.facts.back()).reason, kVoidReasons[1]);
  EXPECT_EQ(recorded, 1);
}

TEST_F(Counter, ADigitInTheMenuOnlyPicksSoThatAScanChangesNothing) {
  start();
  desk.apply(Back{});
  type("6");
  EXPECT_EQ(place(), Place::menu);
  EXPECT_EQ(desk.state().typing.chosen, 5);
  scan("6001");
  EXPECT_TRUE(shop.reg.person());
  EXPECT_EQ(place(), Place::sale);
}

TEST_F(Counter, TheShiftIsCountedClosedAndLockedAgain) {
  start();
  scan("3110");
  desk.apply(Enter{}), desk.apply(Enter{}), desk.apply(Enter{});
  choose(MenuEntry::close_shift);
  ASSERT_EQ(place(), Place::count);
  desk.apply(PickCount{2});  // 100.00
  type("1"), desk.apply(Enter{});
  desk.apply(PickCount{6});  // 5.00
  type("1");
  desk.apply(FunctionKey{12});
  ASSERT_EQ(place(), Place::report);
  EXPECT_EQ(desk.state().report->counted, Money{10500});
  EXPECT_EQ(desk.state().report->variance, Money{-90});
  desk.apply(Enter{});
  EXPECT_EQ(place(), Place::login);
  EXPECT_FALSE(shop.reg.person());
}

TEST_F(Counter, AShiftIsNotClosedOverAnOpenSaleButOverAnEmptiedOne) {
  start();
  scan("2001");
  choose(MenuEntry::close_shift);
  EXPECT_NE(trouble(), "");
  desk.apply(Back{});
  desk.apply(FunctionKey{9});
  choose(MenuEntry::close_shift);
  EXPECT_EQ(place(), Place::count);
}

TEST_F(Counter, AnotherPersonTakesOverTheOpenSale) {
  start();
  scan("2001");
  choose(MenuEntry::lock);
  ASSERT_EQ(place(), Place::login);
  log_in("8642");
  EXPECT_EQ(place(), Place::sale);
  EXPECT_EQ(lines().size(), 1U);
  EXPECT_EQ(shop.reg.person()->name, "Mehmet Yılmaz");
}

TEST_F(Counter, AnIdleTillLocksItself) {
  DeskSettings settings;
  settings.lock_after_ms = 60'000;
  Desk guarded(shop.reg, settings);
  for (const char c : std::string("1234")) guarded.apply(Typed{static_cast<char32_t>(c), true});
  guarded.apply(Enter{});
  shop.watch.time.unix_ms += 59'000;
  guarded.tick();
  EXPECT_TRUE(shop.reg.person());
  shop.watch.time.unix_ms += 2'000;
  guarded.tick();
  EXPECT_FALSE(shop.reg.person());
  EXPECT_EQ(guarded.state().typing.place, Place::login);
}

// Else a clock that is put back by an hour would keep it open for an hour more.
TEST_F(Counter, AnIdleTillLocksItselfAlsoWhenItsClockIsPutBack) {
  DeskSettings settings;
  settings.lock_after_ms = 60'000;
  Desk guarded(shop.reg, settings);
  for (const char c : std::string("1234")) guarded.apply(Typed{static_cast<char32_t>(c), true});
  guarded.apply(Enter{});
  shop.watch.time.unix_ms -= 3'600'000;
  guarded.tick();
  EXPECT_TRUE(shop.reg.person());
  shop.watch.time.unix_ms += 61'000;
  guarded.tick();
  EXPECT_FALSE(shop.reg.person());
}

TEST_F(Counter, ABrokenDiskIsSaidAndTheTillGoesOn) {
  start();
  scan("2001");
  shop.book.fails = true;
  scan(kMilk);
  EXPECT_THAT(trouble(), testing::HasSubstr("The disk is full"));
  EXPECT_EQ(lines().size(), 1U);
  shop.book.fails = false;
  scan(kMilk);
  EXPECT_EQ(trouble(), "");
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(Counter, ASaleThatWasRecordedThoughTheAnswerWasLostIsShownAsSold) {
  start();
  scan("2001");
  desk.apply(Enter{});
  shop.book.fails_after = true;
  desk.apply(Enter{});
  shop.book.fails_after = false;
  EXPECT_EQ(place(), Place::done);
  EXPECT_EQ(shop.book.sales.size(), 1U);
  EXPECT_TRUE(lines().empty());
  EXPECT_THAT(trouble(), testing::HasSubstr("The disk did not answer"));
}

TEST_F(Counter, ASaleWithoutAnAnswerIsAskedAboutAfterTheNextStart) {
  start();
  scan("2001");
  desk.apply(Enter{}), desk.apply(Enter{});
  // The power goes here, before anyone said that the receipt was handed out.
  Register again(shop.shelf, shop.book, shop.badges, shop.watch, shop.settings);
  Desk next(again, {});
  for (const char c : std::string("1234")) next.apply(Typed{static_cast<char32_t>(c), true});
  next.apply(Enter{});
  const View view = present(next, {});
  ASSERT_EQ(view.place, Place::done);
  EXPECT_TRUE(std::get<DoneView>(view.middle).in_doubt);
  next.apply(Enter{});
  EXPECT_EQ(next.state().typing.place, Place::sale);
  EXPECT_FALSE(again.last_sale_in_doubt());
}

TEST_F(Counter, TheSyncListShowsTheNewestFirst) {
  start();
  for (int i = 0; i < 150; ++i) {
    scan("2001");
    desk.apply(Enter{}), desk.apply(Enter{});
  }
  shop.book.settled_up_to = 150;
  desk.apply(ShowSync{});
  ASSERT_EQ(place(), Place::sync);
  ASSERT_EQ(desk.state().journal.size(), 100U);
  EXPECT_EQ(desk.state().journal.front().seq, 151);
  EXPECT_FALSE(desk.state().journal.front().settled);
  EXPECT_TRUE(desk.state().journal[1].settled);
}

TEST(NextNotes, AreRoundSumsAboveTheDue) {
  const DeskSettings s;
  EXPECT_EQ(next_notes(Money{4128}, s.notes), (std::vector<Money>{{4500}, {5000}, {6000}}));
  EXPECT_EQ(next_notes(Money{500}, s.notes), (std::vector<Money>{{1000}, {2000}, {5000}}));
}

TEST(Quantities, AreParsedFromWhatPeopleType) {
  EXPECT_EQ(parse_quantity("3"), Quantity{3000});
  EXPECT_EQ(parse_quantity("0.25"), Quantity{250});
  EXPECT_EQ(parse_quantity(".5"), Quantity{500});
  for (const char* text : {"", ".", "1.2.3", "0.2505", "12345678", "1a"}) {
    EXPECT_FALSE(parse_quantity(text)) << text;
  }
}

}  // namespace
}  // namespace pos::ui

#include "ui/present.h"

#include <gmock/gmock.h>

#include "shop.h"

namespace pos::ui {
namespace {

using test::kMilk;

struct Presented : testing::Test {
  test::Shop shop;
  Desk desk{shop.reg, {}};
  SyncChip chip{SyncChip::Kind::sending, "sending 3"};

  void type(std::string_view text) {
    for (const char c : text) desk.apply(Typed{static_cast<char32_t>(c), true});
  }
  void start() {
    type("1234"), desk.apply(Enter{});
    type("0"), desk.apply(Enter{});
  }
  View view() { return present(desk, chip); }
};

TEST_F(Presented, TheStripTellsStoreTillCashierTimeAndSync) {
  start();
  EXPECT_EQ(view().strip, (StripView{"Store s1", "Till 1", "Anna Huber", "23:02", chip}));
}

TEST_F(Presented, TrainingIsABandOnEveryScreenAndOnWhatIsSold) {
  start();
  EXPECT_FALSE(view().strip.training);
  ASSERT_TRUE(shop.reg.login("8642"));
  ASSERT_TRUE(shop.reg.set_training(true));
  desk.apply(Scanned{kMilk});
  EXPECT_TRUE(view().strip.training);
  EXPECT_EQ(view().strip.store, "TRAINING");
  desk.apply(FunctionKey{12}), desk.apply(Enter{});
  ASSERT_EQ(view().place, Place::done);
  EXPECT_EQ(view().basket.caption, "TRAINING");
  EXPECT_TRUE(shop.book.sales.empty());
  Desk locked(shop.reg, {});
  ASSERT_TRUE(shop.reg.logout());
  EXPECT_TRUE(present(locked, chip).strip.training);
}

TEST_F(Presented, ABasketHasItsLinesTheirDetailAndItsTotal) {
  start();
  desk.apply(Scanned{kMilk});
  type("3*"), desk.apply(Scanned{"2001"});
  type("0.25*"), desk.apply(Scanned{"4010"});
  BasketView expected;
  expected.lines = {{1, "Milk 1 l", "", "1.29", false},
                    {2, "Espresso", "3 × 2.20", "6.60", false},
                    {3, "Grapes, loose", "0.25 kg × 4.49", "1.12", true}};
  expected.selected = 2;
  expected.caption = "Total";
  expected.pieces = "5 items";
  expected.amount = "€ 9.01";
  expected.hint = "Scan an item or tap a product.";
  const BasketView shown = view().basket;
  for (size_t i = 0; i < shown.lines.size(); ++i) {
    EXPECT_EQ(shown.lines[i], expected.lines[i]) << shown.lines[i].name << shown.lines[i].detail;
  }
  EXPECT_EQ(shown, expected);
}

TEST_F(Presented, ThePinIsNeverInAView) {
  type("1234");
  const View v = view();
  EXPECT_EQ(v.readout.entry, "••••");
  EXPECT_FALSE(shows_basket(v.place));
}

TEST_F(Presented, ALockedTillShowsNoBasket) {
  start();
  desk.apply(Scanned{kMilk});
  desk.apply(Back{});
  desk.apply(Choose{static_cast<int>(MenuEntry::lock)});
  EXPECT_EQ(view().basket, BasketView{});
  EXPECT_EQ(std::get<LoginView>(view().middle).date, "Tuesday, 24 November 2026");
}

TEST_F(Presented, ATileHasPriceStockColourAndPicture) {
  start();
  const auto tiles = std::get<TilesView>(view().middle);
  EXPECT_EQ(tiles.tabs[0], "All");
  EXPECT_EQ(tiles.tiles[4], (TileView{ProductId{"P05"}, "Sourdough bread 1 kg", "4.65", "3 left",
                                      Tone::warn, 0xAA6E3C, Icon::barley}));
  EXPECT_EQ(tiles.tiles[5].stock, "out");
  EXPECT_EQ(tiles.tiles[5].stock_tone, Tone::bad);
  EXPECT_EQ(tiles.tiles[21].stock, "");  // central told nothing about carrier bags
}

TEST_F(Presented, ATabShowsItsCategoryAndTabsGoRound) {
  start();
  desk.apply(ShowTab{2});
  auto tiles = std::get<TilesView>(view().middle);
  EXPECT_EQ(tiles.tabs[2], "Bakery");
  EXPECT_EQ(tiles.tiles.size(), 3U);
  desk.apply(ShowTab{static_cast<int>(tiles.tabs.size())});
  EXPECT_EQ(std::get<TilesView>(view().middle).tab, 0);
}

TEST_F(Presented, AColourWithoutOneStaysWithItsProduct) {
  Item item;
  item.id = {"P99"};
  const uint32_t colour = colour_of(item);
  item.name = "Another name";
  EXPECT_EQ(colour_of(item), colour);
  item.colour = "#102030";
  EXPECT_EQ(colour_of(item), 0x102030U);
}

TEST_F(Presented, PayShowsTheNextNotesAndTheChangeOfWhatIsTyped) {
  start();
  desk.apply(Scanned{"3110"});
  desk.apply(FunctionKey{12});
  auto pay = std::get<TendersView>(view().middle);
  EXPECT_EQ(pay.due, "€ 5.90");
  ASSERT_EQ(pay.notes.size(), 3U);
  EXPECT_EQ(pay.notes[0].label, "€ 10.00");
  EXPECT_EQ(pay.notes[0].action, (Action{PutTender{TenderKind::cash, Money{1000}}}));
  EXPECT_TRUE(pay.others.empty());
  type("2000");
  pay = std::get<TendersView>(view().middle);
  EXPECT_EQ(pay.back_label, "Change");
  EXPECT_EQ(pay.back, "€ 14.10");
  EXPECT_EQ(view().primary.label, "Take cash");
}

TEST_F(Presented, DoneShowsTheChangeAndTheSoldLines) {
  start();
  desk.apply(Scanned{"3110"});
  desk.apply(FunctionKey{12});
  type("1000"), desk.apply(Enter{});
  const View v = view();
  const auto done = std::get<DoneView>(v.middle);
  EXPECT_EQ(done.headline, "Change");
  EXPECT_EQ(done.amount, "€ 4.10");
  EXPECT_TRUE(v.basket.sold);
  EXPECT_EQ(v.basket.amount, "€ 5.90");
  EXPECT_EQ(v.primary.label, "Next sale");
}

TEST_F(Presented, ThePrimaryKeyIsWhatEnterDoes) {
  start();
  EXPECT_EQ(view().primary.label, "PAY");
  EXPECT_FALSE(view().primary.enabled);
  type("2001");
  EXPECT_EQ(view().primary.label, "Add");
  EXPECT_EQ(view().primary.action, (Action{Enter{}}));
  desk.apply(Enter{});
  EXPECT_TRUE(view().primary.enabled);
  EXPECT_EQ(view().primary.action, (Action{FunctionKey{12}}));
}

TEST_F(Presented, NothingChangedIsTheSameView) {
  start();
  desk.apply(Scanned{kMilk});
  EXPECT_EQ(view(), view());
  const View before = view();
  shop.watch.time.unix_ms += 1000;  // the clock shows minutes
  EXPECT_EQ(view(), before);
  shop.watch.time.unix_ms += 60'000;
  EXPECT_NE(view(), before);
}

TEST_F(Presented, AZReportSaysWhatIsMissing) {
  start();
  desk.apply(Scanned{"3110"});
  desk.apply(Enter{}), desk.apply(Enter{}), desk.apply(Enter{}), desk.apply(Back{});
  desk.apply(Choose{static_cast<int>(MenuEntry::close_shift)});
  desk.apply(FunctionKey{12});
  const auto report = std::get<ReportView>(view().middle);
  EXPECT_EQ(report.title, "Z report 1");
  EXPECT_EQ(report.headline, "€ 5.90");
  EXPECT_EQ(report.sections[1].back(), (RowView{"Difference", "-5.90", true, Tone::bad}));
  EXPECT_EQ(report.words, "Sync: sending 3");
}

TEST(Words, OfMoneyAndPrices) {
  EXPECT_EQ(money_text(Money{-5}, "EUR"), "€ -0.05");
  EXPECT_EQ(money_text(Money{1234}, "JPY"), "¥ 1234");
  EXPECT_EQ(money_text(Money{1234}, "TND"), "TND 1.234");
  Item diesel;
  diesel.price = Money{1799};
  diesel.price_scale = 1;
  diesel.unit = "l";
  EXPECT_EQ(price_text(diesel, "EUR"), "€ 1.799 / l");
}

TEST(Pictures, FitTheWordsOrAreAbsent) {
  EXPECT_EQ(icon_for("Hot drinks", "Espresso"), Icon::coffee);
  EXPECT_EQ(icon_for("", "Carrier bag"), Icon::shopping);
  EXPECT_EQ(icon_for("", "Hammock"), Icon::none);  // "ham" is not the start of it alone
  EXPECT_EQ(icon_for("", "Quantum widget"), Icon::none);
}

}  // namespace
}  // namespace pos::ui

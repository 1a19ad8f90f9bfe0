// The office's rules at a register over a real database: they count from the next sale on.
#include "storage/rules.h"

#include "pos/register.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class WallClock final : public Clock {
 public:
  Instant now() override { return {at.unix_ms++}; }
  int utc_offset_min(Instant) override { return 60; }
  Instant at = *parse_iso("2026-11-22T10:00:00.000Z");
};

class OfficeRules : public TillDatabase {
 protected:
  OfficeRules() {
    sync::Product p;
    p.productId = "p1";
    p.name = "Milk";
    p.codes = {"4006381333931"};
    p.price = 199;
    p.taxRate = 200'000;
    p.version = 1;
    projections_->apply(std::vector{p});
    start();
    EXPECT_TRUE(reg_->open_shift({0}));
  }
  void start() {
    reg_.reset();
    rules_ = std::make_unique<Rules>(*database_);
    reg_ = std::make_unique<Register>(*catalogue_, *ledger_, *staff_, clock_,
                                      RegisterSettings{{"s1"}, {"till1"}}, rules_.get());
    ASSERT_TRUE(reg_->login("1234"));
  }
  void restart() {
    reg_.reset(), rules_.reset();
    reopen();
    start();
  }
  void offer(int64_t price, int64_t version, bool deleted = false) {
    projections_->apply(std::vector<sync::OfferedPromotion>{
        {n_for_price("o1", "2 for less", {{"p1"}}, 2, {price}), version, deleted}});
  }
  void settings(int64_t step, int64_t version) {
    sync::Settings s;
    s.version = version;
    s.store.rounding.step = step;
    s.store.tenders = {TenderKind::cash};
    s.store.labels = *parse_label_patterns("21:5:-:weight:3");
    projections_->apply(std::vector{s});
  }
  int64_t scan_two() {
    EXPECT_TRUE(reg_->scan("4006381333931"));
    EXPECT_TRUE(reg_->scan("4006381333931"));
    return reg_->sale().total().minor;
  }
  void pay() { ASSERT_TRUE(reg_->pay(TenderKind::cash, {}, "")->completed); }

  WallClock clock_;
  std::unique_ptr<Rules> rules_;
  std::unique_ptr<Register> reg_;
};

TEST_F(OfficeRules, APromotionCountsFromTheNextSaleOn) {
  EXPECT_TRUE(reg_->scan("4006381333931"));
  offer(300, 5);
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().total(), Money{398}) << "this sale began before it";
  pay();
  EXPECT_EQ(scan_two(), 300);
  offer(250, 6);
  EXPECT_TRUE(reg_->set_quantity(1, {3000}));
  EXPECT_EQ(reg_->sale().total(), Money{499});
  pay();
  EXPECT_EQ(scan_two(), 250);
  pay();
  offer(0, 7, true);
  EXPECT_EQ(scan_two(), 398);
}

TEST_F(OfficeRules, AnOpenSaleKeepsItsRulesOverARestart) {
  offer(300, 5);
  EXPECT_EQ(scan_two(), 300);
  offer(250, 6);
  settings(5, 7);
  restart();
  EXPECT_TRUE(reg_->set_quantity(1, {2000}));
  EXPECT_EQ(reg_->sale().total(), Money{300});
  EXPECT_TRUE(reg_->set_quantity(1, {1000}));
  EXPECT_EQ(reg_->sale().due(TenderKind::cash), Money{199}) << "and nothing is rounded";
  EXPECT_TRUE(reg_->pay(TenderKind::card, {}, "")) << "card was taken when it began";
  EXPECT_EQ(scan_two(), 250);
  restart();
  restart();
  EXPECT_EQ(reg_->sale().total(), Money{250});
}

// The till was updated, or heard of its office for the first time, while a sale was open.
TEST_F(OfficeRules, AHeldSaleKeepsItsRulesAndTheNextSaleHasTheNewOnes) {
  offer(300, 5);
  EXPECT_EQ(scan_two(), 300);
  const std::string held = reg_->hold("the dog")->id();
  offer(250, 6);
  settings(5, 7);
  EXPECT_EQ(scan_two(), 250);
  pay();
  ASSERT_TRUE(reg_->recall(held));
  EXPECT_EQ(reg_->sale().total(), Money{300});
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().due(TenderKind::cash), Money{499}) << "not rounded";
  pay();
  EXPECT_EQ(scan_two(), 250);
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().due(TenderKind::cash), Money{450});
}

// Its rules are forgotten then: it is reckoned anew, and never by one rule with another's tax.
TEST_F(OfficeRules, ASaleHeldForMonthsIsReckonedAsAWhole) {
  sync::Settings s;
  s.store.tax.mode = TaxMode::exclusive;
  s.version = 5;
  projections_->apply(std::vector{s});
  ASSERT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().total(), Money{239});
  const std::string held = reg_->hold("the dog")->id();
  for (const int64_t version : {6, 7}) {
    clock_.at.unix_ms += 40LL * 24 * 3'600'000;
    settings(5, version);
    scan_two();
    pay();
  }
  ASSERT_TRUE(reg_->recall(held));
  const auto done = reg_->pay(TenderKind::cash, {}, "")->completed;
  ASSERT_TRUE(done);
  const CompletedSale& sale = done->sale;
  ASSERT_EQ(sale.taxes.size(), 1u);
  EXPECT_EQ(sale.taxes[0].gross + sale.rounding, sale.total);
  EXPECT_EQ(sale.taxes[0].gross, sale.lines[0].total);
}

TEST_F(OfficeRules, ASaleThatBeganBeforeAnyRuleKeepsThoseOfProvisioning) {
  EXPECT_TRUE(reg_->scan("4006381333931"));
  offer(300, 5);
  restart();
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().total(), Money{398});
  pay();
  EXPECT_EQ(scan_two(), 300);
}

TEST_F(OfficeRules, AnOpenSaleKeepsItsRulesAlsoWhenTheClockGoesBack) {
  offer(300, 5);
  scan_two();
  pay();
  clock_.at.unix_ms -= 3'600'000;
  EXPECT_EQ(scan_two(), 300);
  restart();
  EXPECT_TRUE(reg_->set_quantity(1, {2000}));
  EXPECT_EQ(reg_->sale().total(), Money{300});
}

TEST_F(OfficeRules, SettingsSayHowCashIsRoundedWhatIsTakenAndHowLabelsAreCut) {
  settings(5, 5);
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().due(TenderKind::cash), Money{200});
  EXPECT_EQ(reg_->pay(TenderKind::card, {}, "").refusal().code, RefusalCode::tender_not_taken);
  pay();
  settings(1, 4);  // older than what is there
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_EQ(reg_->sale().due(TenderKind::cash), Money{200});
  EXPECT_EQ(reg_->settings().labels.size(), 1u);
}

// As the shop's scales print since this morning, also for a return and a look at the price; but an
// open sale keeps what it began with.
TEST_F(OfficeRules, NewLabelsAreReadByWhateverComesFirst) {
  settings(5, 5);
  ASSERT_TRUE(reg_->check("4006381333931"));
  EXPECT_EQ(reg_->settings().labels.size(), 1u);
  ASSERT_TRUE(reg_->scan("4006381333931"));
  sync::Settings none;
  none.version = 6;
  projections_->apply(std::vector{none});
  ASSERT_TRUE(reg_->check("4006381333931"));
  EXPECT_EQ(reg_->settings().labels.size(), 1u);
  pay();
  ASSERT_TRUE(reg_->approve("97531"));
  ASSERT_TRUE(reg_->take_back_without_receipt("4006381333931", {}, {}, "flat"));
  EXPECT_EQ(reg_->settings().labels.size(), 0u);
}

TEST_F(OfficeRules, LimitsAreTheOffices) {
  EXPECT_TRUE(reg_->scan("4006381333931"));
  Reduction half{{500'000}, {}, "damaged"};
  EXPECT_EQ(reg_->discount(1, half).refusal().code, RefusalCode::not_allowed);
  EXPECT_TRUE(reg_->void_sale(""));
  sync::Settings s;
  s.version = 9;
  s.store.limits.cashier = {500'000};
  projections_->apply(std::vector{s});
  EXPECT_TRUE(reg_->scan("4006381333931"));
  EXPECT_TRUE(reg_->discount(1, half));
}

TEST_F(OfficeRules, OldOnesAreForgottenAfterAMonthAndTheirOwnSalesAreNot) {
  for (int64_t version = 5; version < 25; ++version) {
    offer(300 + version, version);
    scan_two();
    pay();
  }
  clock_.at.unix_ms += 31LL * 24 * 3'600'000;
  offer(200, 30);
  EXPECT_EQ(scan_two(), 200);
  Query kept(*database_, "SELECT count(*) FROM office_rule");
  ASSERT_TRUE(kept.row());
  EXPECT_EQ(kept.integer(0), 2) << "the last of a month ago, and today's";
}

TEST_F(OfficeRules, APriceChangeDuringASaleNeverTouchesALine) {
  EXPECT_TRUE(reg_->scan("4006381333931"));
  sync::Product p;
  p.productId = "p1", p.name = "Milk", p.codes = {"4006381333931"};
  p.price = 299, p.version = 2;
  projections_->apply(std::vector{p});
  EXPECT_TRUE(reg_->scan("4006381333931"));
  ASSERT_EQ(reg_->sale().lines().size(), 2u);
  EXPECT_EQ(reg_->sale().lines()[0].item.price, Money{199});
  EXPECT_EQ(reg_->sale().lines()[0].item.price_version, 1);
  EXPECT_EQ(reg_->sale().lines()[1].item.price, Money{299});
  EXPECT_EQ(reg_->sale().lines()[1].item.price_version, 2);
  EXPECT_TRUE(reg_->set_quantity(1, {2000}));
  EXPECT_EQ(reg_->sale().total(), Money{2 * 199 + 299});
}

}  // namespace
}  // namespace pos::storage

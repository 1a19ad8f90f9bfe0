// What an item costs when the store's clock says so, with no network at all.
#include "storage/price_list.h"

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class WallClock final : public Clock {
 public:
  Instant now() override { return at; }
  int utc_offset_min(Instant) override { return 60; }
  void set(const char* iso) { at = *parse_iso(iso); }
  Instant at = *parse_iso("2026-11-22T10:00:00.000Z");
};

class Prices : public TillDatabase {
 protected:
  Prices() {
    projections_ = std::make_unique<Projections>(*database_, &prices_);
    catalogue_ = std::make_unique<Catalogue>(*database_, *pending_, &prices_);
    product(199, 10);
  }
  void product(int64_t price, int64_t version, const std::string& from = {},
               const std::string& code = "4006381333931") {
    sync::Product p;
    p.productId = "p1";
    p.name = "Milk v" + std::to_string(version);
    p.codes = {code};
    p.price = price;
    p.version = version;
    p.effectiveFrom = from;
    projections_->apply(std::vector{p});
  }
  void price(int64_t price, int64_t version, const std::string& from = {},
             const std::string& to = {}, const std::string& currency = "EUR", bool gone = false) {
    projections_->apply(std::vector<sync::Price>{{"p1", price, currency, version, from, to, gone}});
  }
  // "179 v12"
  std::string costs() {
    const auto item = catalogue_->find("04006381333931");
    if (!item) return "unknown";
    return std::to_string(item->price.minor) + " v" + std::to_string(item->price_version);
  }
  WallClock clock_;
  PriceList prices_{*database_, clock_};
};

TEST_F(Prices, TheStoresPriceCountsInPlaceOfTheCatalogues) {
  EXPECT_EQ(costs(), "199 v10");
  price(179, 12);
  EXPECT_EQ(costs(), "179 v12");
  EXPECT_EQ(catalogue_->by_id({"p1"})->price, Money{179});
  EXPECT_EQ(catalogue_->search("milk", 9).at(0).price, Money{179});
  product(209, 13);  // the chain's new price does not touch what the store charges
  EXPECT_EQ(costs(), "179 v12");
  price(179, 14, "", "", "EUR", true);
  EXPECT_EQ(costs(), "209 v13");
}

TEST_F(Prices, OneOfAnotherCurrencyIsNotThisStores) {
  price(179, 12, "", "", "CHF");
  EXPECT_EQ(costs(), "199 v10");
}

TEST_F(Prices, OneBeginsAndEndsWithTheDaysOfTheStoreAndNotWithThoseOfGreenwich) {
  price(149, 12, "2026-11-23", "2026-11-24");
  clock_.set("2026-11-22T22:59:59.999Z");
  EXPECT_EQ(costs(), "199 v10");
  clock_.set("2026-11-22T23:00:00.000Z");  // midnight at the store
  EXPECT_EQ(costs(), "149 v12");
  clock_.set("2026-11-24T22:59:59.999Z");  // the last moment of the last day
  EXPECT_EQ(costs(), "149 v12");
  clock_.set("2026-11-24T23:00:00.000Z");
  EXPECT_EQ(costs(), "199 v10");
}

TEST_F(Prices, AnInstantIsMeantToTheMillisecond) {
  price(149, 12, "2026-11-22T12:00:00.000Z", "2026-11-22T13:00:00.000Z");
  clock_.set("2026-11-22T11:59:59.999Z");
  EXPECT_EQ(costs(), "199 v10");
  clock_.set("2026-11-22T12:00:00.000Z");
  EXPECT_EQ(costs(), "149 v12");
  clock_.set("2026-11-22T13:00:00.000Z");
  EXPECT_EQ(costs(), "199 v10");
}

TEST_F(Prices, TheOneThatBeganLastCountsAndAfterItsEndTheOneBefore) {
  price(149, 12, "2026-11-20", "2026-11-25");
  price(189, 13, "2026-11-01");  // later said, earlier begun
  EXPECT_EQ(costs(), "149 v12");
  clock_.set("2026-11-26T10:00:00.000Z");
  EXPECT_EQ(costs(), "189 v13");
}

TEST_F(Prices, AnOlderVersionOfTheSamePriceDoesNotPass) {
  price(149, 12);
  price(139, 11);
  EXPECT_EQ(costs(), "149 v12");
  price(139, 15, "", "", "EUR", true);
  price(149, 12);  // it comes again
  EXPECT_EQ(costs(), "199 v10");
}

TEST_F(Prices, AProductThatChangesLaterIsAsItWasUntilThen) {
  product(249, 11, "2026-11-23", "96385074");
  EXPECT_EQ(costs(), "199 v10");
  EXPECT_EQ(catalogue_->find("04006381333931")->name, "Milk v10");
  EXPECT_FALSE(projections_->take_due());
  clock_.set("2026-11-22T23:00:00.000Z");
  EXPECT_EQ(costs(), "249 v11") << "at once, also before anybody has tidied up";
  EXPECT_TRUE(projections_->take_due());
  EXPECT_FALSE(projections_->take_due());
  EXPECT_EQ(costs(), "unknown") << "it has another code now";
  EXPECT_EQ(catalogue_->find("00000096385074")->price, Money{249});
  EXPECT_EQ(catalogue_->search("milk", 9).at(0).name, "Milk v11");
}

TEST_F(Prices, WhatTheOfficeSaidLastCounts) {
  product(249, 11, "2026-11-23");
  product(239, 12);  // it has thought better of it
  clock_.set("2026-11-24T10:00:00.000Z");
  EXPECT_EQ(costs(), "239 v12");
  product(259, 14, "2026-11-25");
  product(255, 13);  // late, and older than what is to come
  EXPECT_EQ(costs(), "255 v13");
  clock_.set("2026-11-25T10:00:00.000Z");
  EXPECT_EQ(costs(), "259 v14");
  product(259, 14, "2026-11-25");  // and again
  EXPECT_EQ(costs(), "259 v14");
}

TEST_F(Prices, AProductThatIsNewHereIsSoldAsItComes) {
  sync::Product p;
  p.productId = "p2";
  p.name = "Bread";
  p.codes = {"96385074"};
  p.price = 100;
  p.version = 20;
  p.effectiveFrom = "2027-01-01";
  projections_->apply(std::vector{p});
  EXPECT_TRUE(catalogue_->find("00000096385074"));
}

TEST_F(Prices, TheyOutliveARestart) {
  price(149, 12, "2026-11-23");
  product(249, 11, "2026-11-24");
  projections_->set_office_version(12);
  reopen();
  PriceList prices(*database_, clock_);
  catalogue_ = std::make_unique<Catalogue>(*database_, *pending_, &prices);
  EXPECT_EQ(projections_->office_version(), 12);
  EXPECT_EQ(costs(), "199 v10");
  clock_.set("2026-11-23T10:00:00.000Z");
  EXPECT_EQ(costs(), "149 v12");
}

}  // namespace
}  // namespace pos::storage

// What the office decides, from its desk down to what a till is told.
#include "central/answers.h"
#include "central/down.h"
#include "tests/central/desk_fixture.h"

namespace pos::central {
namespace {

class Office : public DeskTest {
 protected:
  Office() {
    add_store("s1");
    add_store("s2");
    catalogue_.put(product_named("p1"), CatalogueDesk::Put::create, now_);
    catalogue_.put(product_named("p2"), CatalogueDesk::Put::create, now_);
    registry_.add_staff("s1", {"1", "Ann", "cashier"}, "1234");
    bundle();
  }
  std::string bundle() {
    return registry_.add_till("s1", "till1", "nats://127.0.0.1:1", {std::string(32, 'k')}, now_);
  }
  sync::Price price(int64_t amount, const std::string& from = {}, const std::string& to = {},
                    const std::string& product = "p1") {
    return office_.put_price("s1", {product, amount, "EUR", 0, from, to, false}, now_);
  }
  PromotionEntry offer(const std::string& id, std::vector<std::string> stores = {},
                       bool deleted = false) {
    return office_.put_promotion(
        {{n_for_price(id, "3 for 5", {{"p1"}}, 3, {500}), 0, deleted}, std::move(stores)}, now_);
  }
  // What is to go down on a subject, in order; the marks are cleared.
  std::map<std::string, std::vector<std::string>> down() {
    std::map<std::string, std::vector<std::string>> all;
    auto session = database_->session();
    const auto page = next_down(*session, key_, now_, 1000);
    for (const auto& message : page.first) all[message.subject].push_back(message.body);
    clear_down(*session, page);
    return all;
  }
  std::string pull(const std::string& kind, int64_t after = 0, int32_t limit = 200,
                   const std::string& after_id = {}) {
    auto session = database_->session();
    return answer_pull(*session, {"s1", "till1"},
                       sync::encode(sync::PullRequest{kind, after, after_id, limit}), now_)
        .value_or("");
  }
  const sync::SigningKey key_ = sync::make_signing_key();
};

TEST_F(Office, APriceOfAStoreGoesDownToThatStoreAlone) {
  down();
  const auto first = price(179, "2026-12-01", "2026-12-24");
  const auto second = price(149, "2026-12-10");
  EXPECT_GT(second.version, first.version);
  const auto messages = down();
  ASSERT_EQ(messages.size(), 1u);
  const auto& bodies = messages.at("down.s1.price.p1");
  ASSERT_EQ(bodies.size(), 2u);
  EXPECT_EQ(*sync::decode_price(bodies[0]), first);
  EXPECT_EQ(*sync::decode_price(bodies[1]), second) << "the newest stays on the subject";
  EXPECT_TRUE(office_.prices("s2", "p1", "", 1).empty());
}

TEST_F(Office, APriceThatIsSentAgainIsTheSamePrice) {
  const auto once = price(179);
  down();
  EXPECT_EQ(price(179), once);
  EXPECT_TRUE(down().empty());
  EXPECT_NE(price(169).version, once.version);
  EXPECT_EQ(office_.prices("s1", "p1", "", 1).size(), 1u);
}

TEST_F(Office, WhatAPriceCannotBeIsRefused) {
  EXPECT_EQ(refusal([&] { price(-1); }), "bad_price");
  EXPECT_EQ(refusal([&] { price(1, "tomorrow"); }), "bad_price");
  EXPECT_EQ(refusal([&] { price(1, "", "", "p9"); }), "unknown_product");
  EXPECT_EQ(refusal([&] {
              office_.put_price("s9", {"p1", 1, "", 0, "", "", false}, now_);
            }),
            "unknown_store");
  EXPECT_EQ(refusal([&] {
              office_.put_price("s1", {"p1", 1, "CHF", 0, "", "", false}, now_);
            }),
            "other_currency");
  for (int i = 1; i <= 100; ++i)
    price(i, "20" + std::to_string(10 + i / 12) + "-" + (i % 12 < 9 ? "0" : "") +
                 std::to_string(i % 12 + 1) + "-01");
  EXPECT_EQ(refusal([&] { price(1, "2030-01-01"); }), "too_many_prices");
}

TEST_F(Office, PricesAreListedInWholeProducts) {
  price(179, "2026-12-01");
  price(149, "2026-12-10");
  price(99, "", "", "p2");
  EXPECT_EQ(office_.prices("s1", "", "", 1).size(), 2u);
  EXPECT_EQ(office_.prices("s1", "", "p1", 9).size(), 1u);
  office_.put_price("s1", {"p2", 99, "EUR", 0, "", "", true}, now_);
  EXPECT_TRUE(office_.prices("s1", "", "p1", 9).empty()) << "it is withdrawn";
}

TEST_F(Office, SettingsReplaceEachOtherByTheirVersion) {
  down();
  EXPECT_EQ(office_.settings("s1").version, 0);
  sync::Settings s;
  s.store.rounding.step = 5;
  s.store.tenders = {TenderKind::cash};
  const auto first = office_.put_settings("s1", s, now_);
  EXPECT_EQ(office_.put_settings("s1", s, now_).version, first.version);
  EXPECT_EQ(sync::decode_settings(down().at("down.s1.settings").at(0))->store, s.store);
  s.store.rounding.step = 10;
  s.version = first.version + 100;
  EXPECT_EQ(refusal([&] { office_.put_settings("s1", s, now_); }), "stale_version");
  s.version = first.version;
  EXPECT_GT(office_.put_settings("s1", s, now_).version, first.version);
  s.store.rounding.step = 0;
  EXPECT_EQ(refusal([&] { office_.put_settings("s1", s, now_); }), "bad_settings");
  EXPECT_EQ(refusal([&] { office_.put_settings("s9", {}, now_); }), "unknown_store");
}

TEST_F(Office, APromotionRunsWhereItIsSaidTo) {
  down();
  offer("o1", {"s1"});
  offer("o2");
  auto messages = down();
  ASSERT_EQ(messages.size(), 4u);
  EXPECT_FALSE(sync::decode_promotion(messages.at("down.s1.promotion.o1").at(0))->deleted);
  EXPECT_TRUE(sync::decode_promotion(messages.at("down.s2.promotion.o1").at(0))->deleted);
  EXPECT_FALSE(sync::decode_promotion(messages.at("down.s2.promotion.o2").at(0))->deleted);
  offer("o1", {"s1"}, true);
  EXPECT_TRUE(sync::decode_promotion(down().at("down.s1.promotion.o1").at(0))->deleted);
  EXPECT_EQ(office_.promotions("", 9).size(), 1u);
  EXPECT_EQ(refusal([&] { offer("o3", {"s9"}); }), "unknown_store");
  EXPECT_EQ(refusal([&] { office_.put_promotion({{{}, 0, false}, {}}, now_); }), "bad_promotion");
}

TEST_F(Office, ATillPullsWhatIsNewerThanWhatItHas) {
  price(179, "2026-12-01");
  const auto last = price(149, "2026-12-10");
  offer("o1", {"s2"});
  const auto all = sync::decode_price_page(pull("price"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->items.size(), 2u);
  EXPECT_FALSE(all->more);
  const auto page = sync::decode_price_page(pull("price", 0, 1));
  EXPECT_EQ(page->items.size(), 1u);
  EXPECT_TRUE(page->more);
  EXPECT_EQ(sync::decode_price_page(pull("price", page->items[0].version, 200, "p1"))->items.at(0),
            last);
  const auto offers = sync::decode_promotion_page(pull("promotion"));
  ASSERT_TRUE(offers);
  EXPECT_TRUE(offers->items.at(0).deleted) << "it runs in the other store";
  EXPECT_TRUE(sync::decode_settings_page(pull("settings"))->items.empty());
  const auto settings = office_.put_settings("s1", {}, now_);
  const auto page_of_settings = sync::decode_settings_page(pull("settings"));
  EXPECT_EQ(page_of_settings->items.at(0), settings);
  EXPECT_EQ(page_of_settings->catalogueVersion, settings.version);
  EXPECT_TRUE(sync::decode_settings_page(pull("settings", settings.version))->items.empty());
  EXPECT_EQ(pull("horoscope"), "");
}

// Else the tills of every store would take a price of one store for a catalogue that does not come.
TEST_F(Office, WhatTheOfficeSaysMovesAMarkOfItsOwn) {
  EXPECT_EQ(sync::decode_pull_answer(pull("product"))->catalogueVersion, 2);
  const auto last = price(179);
  EXPECT_EQ(last.version, 3);
  EXPECT_EQ(sync::decode_pull_answer(pull("product"))->catalogueVersion, 2);
  EXPECT_EQ(sync::decode_price_page(pull("price"))->catalogueVersion, 3);
  catalogue_.put(product_named("p3"), CatalogueDesk::Put::create, now_);
  EXPECT_EQ(sync::decode_pull_answer(pull("product"))->catalogueVersion, 4);
}

TEST_F(Office, EverythingIsMarkedAfterARestore) {
  price(179);
  offer("o1");
  office_.put_settings("s2", {}, now_);
  down();
  {
    auto session = database_->session();
    mark_all_down(*session);
    mark_all_down(*session);
  }
  const auto messages = down();
  for (const char* subject : {"down.s1.price.p1", "down.s1.promotion.o1", "down.s2.promotion.o1",
                              "down.s2.settings", "all.product.p1"}) {
    EXPECT_TRUE(messages.contains(subject)) << subject;
  }
  EXPECT_FALSE(messages.contains("down.s1.settings")) << "the office has set none";
}

TEST_F(Office, ANewTillsBundleHasTheRules) {
  EXPECT_EQ(bundle().find("\"settings\""), std::string::npos);
  sync::Settings s;
  s.store.rounding.step = 5;
  office_.put_settings("s1", s, now_);
  offer("o1", {"s1"});
  offer("o2", {"s2"});
  const std::string text = bundle();
  EXPECT_NE(text.find("\"cashRounding\""), std::string::npos);
  EXPECT_NE(text.find("\"o1\""), std::string::npos);
  EXPECT_EQ(text.find("\"o2\""), std::string::npos);
}

}  // namespace
}  // namespace pos::central

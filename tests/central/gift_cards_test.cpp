// Gift cards in central's books: each row counts once, and the sum goes down.
#include "central/gift_books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "central/answers.h"
#include "central/down.h"
#include "central/reconciler.h"
#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class GiftBooks : public BooksTest {
 protected:
  GiftBooks() { open_store("s1", "EUR"); }

  void open_store(const std::string& store, const std::string& currency) {
    auto session = database_->session();
    session->execute("INSERT INTO store (id, currency, pepper, created_at) VALUES ($1, $2, '', '')",
                     {store, currency});
  }
  FactHeader header(PaperTill& till) { return till.sale({{}}).header; }
  Fact issued(PaperTill& till, int64_t amount, const std::string& card = "G-1") {
    return GiftIssued{header(till), card, till.store + "-" + till.till + "-A000001", {amount}};
  }
  Fact redeemed(PaperTill& till, int64_t amount, const std::string& card = "G-1",
                const TransactionId& sale = {}) {
    return GiftRedeemed{
        header(till), card, till.store + "-" + till.till + "-A000002", {amount}, sale};
  }
  int64_t balance(const std::string& card = "G-1", const std::string& currency = "EUR") {
    return number("SELECT balance FROM gift_card WHERE card = $1 AND currency = $2",
                  {card, currency});
  }
  // A store of its own, with a till.
  PaperTill branch(const std::string& store, const std::string& currency) {
    PaperTill till(store, "till1", 9);
    open_store(store, currency);
    approve(till);
    return till;
  }
  DownPage page() {
    auto session = database_->session();
    return next_down(*session, key_, now_, 500);
  }
  std::optional<sync::GiftCard> sent(const std::string& subject) {
    for (const auto& message : page().first)
      if (message.subject == subject) return sync::decode_gift_card(message.body);
    return {};
  }
  std::optional<sync::Page<sync::GiftCard>> pull(const std::string& store, int64_t after = 0,
                                                 const std::string& after_id = "",
                                                 int32_t limit = 200) {
    auto session = database_->session();
    const auto text =
        answer_pull(*session, {store, "till1"},
                    sync::encode(sync::PullRequest{"gift", after, after_id, limit}), now_);
    return text ? sync::decode_gift_page(*text) : std::nullopt;
  }
  const sync::SigningKey key_ = sync::make_signing_key();
};

TEST_F(GiftBooks, AddUpWhatWasLoadedAndTaken) {
  apply({till1_.seal(issued(till1_, 2500)), till1_.seal(redeemed(till1_, 199))}, till1_);
  apply(till2_.seal(redeemed(till2_, 301)), till2_);
  EXPECT_EQ(balance(), 2000);
  EXPECT_EQ(problems("gift_overspent"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM gift_entry"), 3);
}

TEST_F(GiftBooks, CountEachRowOnceWhoeverBringsItHoweverOften) {
  const Fact load = issued(till1_, 2500), take = redeemed(till1_, 500);
  const auto first = till1_.seal(load), second = till1_.seal(take);
  apply({arrival_of(first, till1_), arrival_of(first, till1_), arrival_of(second, till1_)});
  apply({arrival_of(second, till1_, "till2"), arrival_of(first, till1_, "till2")});
  apply({till1_.new_epoch(), till1_.rechain(load), till1_.rechain(take)}, till1_);
  EXPECT_EQ(balance(), 2000);
  EXPECT_EQ(number("SELECT count(*) FROM gift_entry"), 2);
}

TEST_F(GiftBooks, CountARowThatTakesEffectBesideTheChain) {
  const Fact load = issued(till1_, 2500);
  till1_.note();  // never comes
  const auto row = till1_.seal(load);
  apply({arrival_of(row, till1_, "", true)});
  EXPECT_EQ(balance(), 2500);
  EXPECT_EQ(mark(till1_), 0);
}

TEST_F(GiftBooks, BelowNothingAreAProblemUntilTheMoneyIsThere) {
  const auto load = till1_.seal(issued(till1_, 1000));
  apply(till2_.seal(redeemed(till2_, 700)), till2_);
  EXPECT_EQ(problems("gift_overspent"), 1);
  EXPECT_THAT(text("SELECT text FROM problem WHERE kind = 'gift_overspent'"),
              HasSubstr("gift card G-1 is at -7.00 EUR after receipt s1-till2-A000002"));
  EXPECT_EQ(text("SELECT about FROM problem WHERE kind = 'gift_overspent'"), "G-1/EUR");
  apply(load, till1_);
  EXPECT_EQ(balance(), 300);
  EXPECT_EQ(problems("gift_overspent"), 0) << "the row that loaded it was on its way";
  apply(till1_.seal(redeemed(till1_, 400)), till1_);
  EXPECT_EQ(problems("gift_overspent"), 1) << "it is open again";
  EXPECT_THAT(text("SELECT text FROM problem WHERE kind = 'gift_overspent' AND resolved_at = ''"),
              HasSubstr("by s1/till1, s1/till2"));
  apply(till1_.seal(redeemed(till1_, 1)), till1_);
  EXPECT_EQ(number("SELECT CAST(sum(times) AS BIGINT) FROM problem WHERE kind = 'gift_overspent'"),
            2)
      << "below nothing it falls once";
}

TEST_F(GiftBooks, GoDownToTheStoresThatKnowTheCardBeforeTheAck) {
  PaperTill there = branch("s2", "EUR");
  const TransactionId sale{till1_.new_id()};
  apply({till1_.seal(issued(till1_, 2500)), till1_.seal(redeemed(till1_, 500, "G-1", sale))},
        till1_);
  EXPECT_FALSE(marked("down.s2.gift.G-1")) << "that store hears of it when it asks";
  const auto here = sent("down.s1.gift.G-1");
  ASSERT_TRUE(here);
  EXPECT_EQ(here->balance, 2000);
  EXPECT_EQ(here->currency, "EUR");
  EXPECT_EQ(here->covers.at("till1").at(till1_.epoch), 2);
  EXPECT_THAT(here->sales, ElementsAre(sale.value));
  const int64_t version = here->version;
  forget_marks();
  const TransactionId elsewhere{there.new_id()};
  apply({arrival_of(there.seal(redeemed(there, 100, "G-1", elsewhere)), there)});
  ASSERT_TRUE(sent("down.s2.gift.G-1"));
  EXPECT_THAT(sent("down.s2.gift.G-1")->sales, ElementsAre(elsewhere.value));
  EXPECT_EQ(sent("down.s2.gift.G-1")->balance, 1900);
  EXPECT_EQ(sent("down.s1.gift.G-1")->balance, 1900);
  EXPECT_THAT(sent("down.s1.gift.G-1")->sales, ElementsAre(sale.value)) << "of its own tills";
  EXPECT_GT(sent("down.s1.gift.G-1")->version, version);
}

TEST_F(GiftBooks, AreKeptApartByTheirCurrency) {
  PaperTill swiss = branch("s3", "CHF");
  apply(till1_.seal(issued(till1_, 2500)), till1_);
  apply({arrival_of(swiss.seal(redeemed(swiss, 100)), swiss)});
  EXPECT_EQ(balance("G-1", "EUR"), 2500);
  EXPECT_EQ(balance("G-1", "CHF"), -100);
  EXPECT_EQ(problems("gift_overspent"), 1);
  EXPECT_EQ(sent("down.s3.gift.G-1")->balance, -100);
  EXPECT_EQ(pull("s3")->items.size(), 1u);
}

TEST_F(GiftBooks, ArePulledAPageAtATimeByEveryStoreOfTheCurrency) {
  branch("s2", "EUR");
  apply({till1_.seal(issued(till1_, 100, "G-1")), till1_.seal(issued(till1_, 200, "G-2")),
         till1_.seal(issued(till1_, 300, "no id: told to nobody"))},
        till1_);
  now_.unix_ms += 1000;
  apply(till1_.seal(issued(till1_, 300, "G-3")), till1_);
  const auto first = pull("s2", 0, "", 2);
  ASSERT_TRUE(first);
  ASSERT_EQ(first->items.size(), 2u);
  EXPECT_TRUE(first->more);
  EXPECT_EQ(first->items[0].balance, 100);
  EXPECT_EQ(first->items[1].card, "G-2");
  EXPECT_EQ(first->items[1].balance, 200);
  EXPECT_TRUE(first->items[0].covers.empty()) << "none of its tills has used it";
  const auto rest = pull("s2", first->items[1].version, "G-2", 2);
  ASSERT_EQ(rest->items.size(), 1u);
  EXPECT_FALSE(rest->more);
  EXPECT_EQ(rest->items[0].card, "G-3");
  const int64_t last = gift_version(*database_->session());
  EXPECT_EQ(rest->catalogueVersion, last);
  EXPECT_EQ(rest->items[0].version, last);
  EXPECT_FALSE(marked("down.s1.gift.no id: told to nobody"));
}

TEST_F(GiftBooks, HelloNamesTheirVersion) {
  const auto hello = [&] {
    auto session = database_->session();
    return sync::decode_hello_answer(
        *answer_hello(*session, key_, {"s1", "till1"}, sync::encode(sync::Hello{}), now_));
  };
  EXPECT_EQ(hello()->giftVersion, 0);
  apply(till1_.seal(issued(till1_, 100)), till1_);
  const int64_t first = hello()->giftVersion;
  EXPECT_GT(first, 0);
  now_.unix_ms -= 3'600'000;
  apply(till1_.seal(issued(till1_, 100)), till1_);
  EXPECT_EQ(hello()->giftVersion, first + 1) << "also when the clock goes back";
}

TEST_F(GiftBooks, CountTheRowsThatWereThereBeforeThem) {
  apply({till1_.seal(issued(till1_, 1000)), till1_.seal(redeemed(till1_, 1500))}, till1_);
  auto session = database_->session();
  session->begin();
  session->execute("DELETE FROM gift_card");
  session->execute("DELETE FROM gift_entry");
  session->execute("DELETE FROM problem");
  count_old_gift_rows(*session, now_);
  count_old_gift_rows(*session, now_);
  set_meta(*session, "gift_counted", "");
  count_old_gift_rows(*session, now_);  // each row is one entry, whatever else is forgotten
  session->commit();
  session.reset();
  EXPECT_EQ(balance(), -500);
  EXPECT_EQ(problems("gift_overspent"), 1);
  EXPECT_TRUE(marked("down.s1.gift.G-1"));
}

TEST_F(GiftBooks, AreAllMarkedAfterARestoreWithHigherVersions) {
  apply(till1_.seal(issued(till1_, 1000)), till1_);
  forget_marks();
  now_.unix_ms += 5000;
  {
    auto session = database_->session();
    session->begin();
    renumber_gift_cards(*session, now_);
    mark_all_down(*session);
    session->commit();
  }
  EXPECT_EQ(sent("down.s1.gift.G-1")->version, now_.unix_ms);
}

}  // namespace
}  // namespace pos::central

#include "central/down.h"

#include <gtest/gtest.h>

#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

class Down : public BooksTest {
 protected:
  DownPage page(int64_t limit = 500) {
    auto session = database_->session();
    return next_down(*session, key_, now_, limit);
  }
  void clear(const DownPage& page) {
    auto session = database_->session();
    clear_down(*session, page);
  }
  int64_t marks() { return number("SELECT count(*) FROM down_mark"); }
  const sync::SigningKey key_ = sync::make_signing_key();
};

TEST_F(Down, StockOfOneSnapshotComesBeforeTheAckThatItCovers) {
  apply({till1_.sell({{"p1", 1000}, {"p2", 1000}}), till1_.sell()}, till1_);
  const auto p = page();
  ASSERT_EQ(p.first.size(), 4u) << "two figures, each for the tills and for other services";
  ASSERT_EQ(p.late.size(), 1u);
  const auto stock = sync::decode_stock(p.first[0].body);
  const auto ack = sync::decode_ack(p.late[0].body);
  ASSERT_TRUE(stock && ack);
  EXPECT_EQ(stock->onHand, 998'000);
  EXPECT_EQ(stock->covers.at("till1").at(till1_.epoch), 2);
  EXPECT_EQ(ack->seq, 2);
  EXPECT_EQ(ack->hash, till1_.head);
  EXPECT_EQ(p.late[0].subject, "down.s1.ack.till1");
  clear(p);
  EXPECT_EQ(marks(), 0);
}

TEST_F(Down, AcksWaitUntilTheRestIsOut) {
  apply(till1_.sell({{"p1", 1000}, {"p2", 1000}}), till1_);
  const auto first = page(2);
  EXPECT_TRUE(first.late.empty());
  clear(first);
  EXPECT_EQ(page(2).late.size(), 1u);
}

TEST_F(Down, AMarkThatWasSetAgainMeanwhileStays) {
  apply(till1_.sell(), till1_);
  const auto p = page();
  apply(till1_.sell(), till1_);
  clear(p);
  EXPECT_EQ(marks(), 2);
  EXPECT_EQ(sync::decode_ack(page().late.at(0).body)->seq, 2);
}

TEST_F(Down, AMarkOfSomethingThatIsGoneIsCleared) {
  {
    auto session = database_->session();
    mark_down(*session,
              {"all.product.nothing", "down.s1.stock.nothing", "down.s1.odd.thing", "rubbish"});
  }
  const auto p = page();
  EXPECT_TRUE(p.first.empty());
  clear(p);
  EXPECT_EQ(marks(), 0);
}

TEST_F(Down, AForkBeforeTheFirstRowNamesNoughtAndZeros) {
  till1_.sell();
  const auto second = till1_.sell();
  auto broken = till1_.cloned();
  broken.seq = 0;  // says seq 1, follows another row
  apply(broken.sell(), broken);
  const auto p = page();
  std::optional<sync::Fork> fork;
  for (const auto& message : p.late)
    if (message.subject == "down.s1.fork.till1") fork = sync::decode_fork(message.body);
  ASSERT_TRUE(fork);
  EXPECT_EQ(fork->seq, 0);
  EXPECT_EQ(fork->hash, sync::kZeroHash);
}

TEST_F(Down, TheStockVersionIsTheClockAndNeverFalls) {
  apply(till1_.sell(), till1_);
  const int64_t first = number("SELECT version FROM stock WHERE product_id = 'p1'");
  EXPECT_EQ(first, now_.unix_ms);
  now_.unix_ms -= 3'600'000;  // the clock goes back
  apply(till1_.sell(), till1_);
  EXPECT_EQ(number("SELECT version FROM stock WHERE product_id = 'p1'"), first + 1);
}

TEST_F(Down, EverythingIsMarkedAfterARestore) {
  apply(till1_.sell(), till1_);
  apply(till2_.sell(), till2_);
  forget_marks();
  {
    auto session = database_->session();
    mark_all_down(*session);
    mark_all_down(*session);
  }
  EXPECT_TRUE(marked("all.product.p3"));
  EXPECT_TRUE(marked("down.s1.stock.p3"));
  EXPECT_TRUE(marked("down.s1.ack.till2"));
  EXPECT_EQ(marks(), 3 + 3 + 2);
}

TEST_F(Down, EachLineOfASaleIsAnEventOfItsOwn) {
  apply(till1_.sell({{"p1", 1000}, {"p2", 1000}}), till1_);
  auto session = database_->session();
  const auto events = next_events(*session, 10);
  ASSERT_EQ(events.ids.size(), 1u);
  ASSERT_EQ(events.messages.size(), 2u);
  EXPECT_EQ(events.messages[0].subject, "product.sold");
  EXPECT_NE(events.messages[0].message_id, events.messages[1].message_id);
  EXPECT_NE(events.messages[1].body.find("\"lineId\":2"), std::string::npos);
  clear_events(*session, events);
  EXPECT_TRUE(next_events(*session, 10).ids.empty());
}

}  // namespace
}  // namespace pos::central

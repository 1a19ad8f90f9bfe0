#include "central/keys.h"

#include <gtest/gtest.h>

#include "central/answers.h"
#include "sync/key_change.h"
#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

class KeysTest : public BooksTest {
 protected:
  std::string present(const PaperTill& t) {
    return text("SELECT key_id FROM till WHERE store = $1 AND till = $2", {t.store, t.till});
  }
  int64_t keys_of(const PaperTill& t) {
    return number("SELECT count(*) FROM till_key WHERE store = $1 AND till = $2",
                  {t.store, t.till});
  }
  int64_t waiting() { return number("SELECT count(*) FROM waiting"); }
  int64_t admit() {
    auto session = database_->session();
    int64_t all = 0;
    for (int64_t some = 1; some > 0; all += some) some = reconcile_waiting(*session, now_);
    return all;
  }
  void revoke(const PaperTill& t) {
    auto session = database_->session();
    session->execute("UPDATE till SET state = 'revoked' WHERE till = $1", {t.till});
    session->execute("UPDATE till_key SET revoked = 1 WHERE till = $1", {t.till});
  }
  // A key that the till never had.
  sync::SigningKey fresh_key(char filler) { return *sync::signing_key(std::string(32, filler)); }
};

TEST_F(KeysTest, RowsOfBothKeysCountAndTheNewOneIsPresent) {
  const std::string old = till1_.key.id;
  apply({till1_.sell(), till1_.sell()}, till1_);
  apply(till1_.change_key(), till1_);
  EXPECT_EQ(present(till1_), till1_.key.id);
  EXPECT_EQ(text("SELECT public_key FROM till WHERE till = 'till1'"), till1_.public_key());
  EXPECT_EQ(apply(till1_.sell(), till1_).effects, 1);
  EXPECT_EQ(mark(till1_), 4);
  EXPECT_EQ(number("SELECT count(DISTINCT key_id) FROM journal_row"), 2);
  EXPECT_EQ(number("SELECT until_seq FROM till_key WHERE key_id = $1", {old}), 3);
  EXPECT_EQ(problems("unknown_key") + problems("key_refused"), 0);
}

TEST_F(KeysTest, ADayWithoutANetworkComesInOneBatchInAnyOrder) {
  std::vector<sync::SealedRow> day;
  for (int change = 0; change < 3; ++change) {
    for (int i = 0; i < 4; ++i) day.push_back(till1_.sell());
    day.push_back(till1_.change_key());
  }
  day.push_back(till1_.sell());
  std::reverse(day.begin(), day.end());
  EXPECT_EQ(apply(day, till1_).effects, 16);
  EXPECT_EQ(mark(till1_), 16);
  EXPECT_EQ(keys_of(till1_), 4);
  EXPECT_EQ(present(till1_), till1_.key.id);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(KeysTest, WhatComesBeforeItsKeyIsKnownWaitsAndIsTaken) {
  const auto sold = till1_.sell(), change = till1_.change_key(), after = till1_.sell();
  EXPECT_EQ(apply(after, till1_).verdicts[0], Verdict::waits);
  apply(sold, till1_);
  EXPECT_TRUE(apply(change, till1_).admits);
  EXPECT_EQ(admit(), 1);
  EXPECT_EQ(mark(till1_), 3);
}

TEST_F(KeysTest, AReplayedChangeDoesNothingMore) {
  const auto change = till1_.change_key();
  apply(change, till1_);
  const auto second = till1_.change_key();
  apply(second, till1_);
  for (int i = 0; i < 3; ++i) {
    apply({second, change}, till1_);
    apply({arrival_of(change, till1_, "till2")});
  }
  EXPECT_EQ(present(till1_), till1_.key.id) << "the first change does not bring its key back";
  EXPECT_EQ(keys_of(till1_), 3);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(problems("key_refused"), 0);
}

TEST_F(KeysTest, AChangeThatAnotherKeySignedIsRefused) {
  PaperTill thief = till1_;  // knows the chain, not the key
  apply(till1_.sell(), till1_);
  thief.seq = till1_.seq;
  thief.head = till1_.head;
  thief.key = fresh_key('t');
  EXPECT_EQ(apply(thief.change_key(), thief).verdicts[0], Verdict::waits);
  PaperTill liar = till1_;
  auto forged = liar.change_key();
  forged.key_id = till1_.key.id;
  forged.signature = sync::base64(sync::sign(fresh_key('t'), *sync::unhex(forged.hash)));
  apply(forged, liar);
  EXPECT_EQ(quarantined("bad_signature"), 1);
  EXPECT_EQ(present(till1_), till1_.key.id);
  EXPECT_EQ(keys_of(till1_), 1);
  EXPECT_EQ(mark(till1_), 1);
}

TEST_F(KeysTest, AKeyThatWasReplacedNamesNoOtherAndOpensNoEpoch) {
  apply(till1_.sell(), till1_);
  PaperTill stolen = till1_;  // with the key of today
  apply(till1_.change_key(), till1_);
  const std::string now_present = present(till1_);
  for (int i = 0; i < 2; ++i) {
    PaperTill thief = stolen.cloned();
    if (i == 1) thief.new_epoch();
    thief.sell();
    const auto change = thief.change_key();
    EXPECT_EQ(apply(change, thief).verdicts[0], Verdict::waits) << i;
    EXPECT_EQ(apply(thief.sell(), thief).verdicts[0], Verdict::waits) << i;
  }
  EXPECT_EQ(present(till1_), now_present);
  EXPECT_EQ(keys_of(till1_), 2);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(admit(), 0);
}

TEST_F(KeysTest, NobodyTakesAnothersKey) {
  PaperTill liar = till1_;
  apply(liar.seal(sync::key_changed({{liar.new_id()}, "2025-11-24", {1}, 60, {}, {}, {}},
                                    till2_.key.public_key)),
        liar);
  EXPECT_EQ(present(till1_), till1_.key.id);
  EXPECT_EQ(keys_of(till1_), 1);
  EXPECT_EQ(problems("key_refused"), 1);
  EXPECT_EQ(apply(till2_.sell(), till2_).effects, 1);
}

TEST_F(KeysTest, RowsFromBeforeTheChangeCountWheneverTheyCome) {
  const auto first = till1_.sell(), second = till1_.sell(), change = till1_.change_key();
  apply(change, till1_);  // a gap: later
  EXPECT_EQ(
      present(till1_),
      sync::key_id(*sync::unbase64(text("SELECT public_key FROM till WHERE till = 'till1'"))));
  apply({arrival_of(change, till1_, "", true)});  // at its last try it counts beside the chain
  EXPECT_EQ(present(till1_), till1_.key.id);
  EXPECT_EQ(apply({first, second}, till1_).effects, 2);
  apply(change, till1_);
  EXPECT_EQ(mark(till1_), 3);
}

// ---- a till that was revoked and comes back ----

TEST_F(KeysTest, ARestoredTillVouchesForItsOwnRowsAndForNobodyElses) {
  apply({till1_.sell(), till1_.sell()}, till1_);
  revoke(till1_);
  PaperTill thief = till1_.cloned();  // with the old disk and the old key
  std::vector<sync::SealedRow> sold, forged;
  for (int i = 0; i < 1200; ++i) sold.push_back(till1_.sell());
  for (int i = 0; i < 5; ++i) forged.push_back(thief.sell());
  apply(forged, thief);
  EXPECT_EQ(apply(sold, till1_).effects, 0);
  EXPECT_EQ(waiting(), 1205);
  const auto again = till1_.restored(fresh_key('n'));
  approve(till1_);
  EXPECT_EQ(admit(), 0) << "a new key alone brings no old one back";
  EXPECT_TRUE(apply(again, till1_).admits);
  EXPECT_EQ(admit(), 1200);
  EXPECT_EQ(rows(), 2 + 1200 + 1);
  EXPECT_EQ(mark(till1_, sold[0].epoch), 1202);
  EXPECT_EQ(waiting(), 5) << "what the thief made waits for a person";
  EXPECT_EQ(number("SELECT count(*) FROM vouched"), 0);
}

TEST_F(KeysTest, RowsThatComeAfterTheyWereVouchedForAreTakenInAnyBatches) {
  apply(till1_.sell(), till1_);
  revoke(till1_);
  std::vector<sync::SealedRow> sold;
  for (int i = 0; i < 30; ++i) sold.push_back(till1_.sell());
  const auto again = till1_.restored(fresh_key('n'));
  approve(till1_);
  apply(again, till1_);
  EXPECT_EQ(admit(), 0);
  EXPECT_TRUE(apply({sold.begin() + 20, sold.end()}, till1_).admits);
  EXPECT_EQ(admit(), 10);
  EXPECT_TRUE(apply({sold.begin(), sold.begin() + 20}, till1_).admits);
  EXPECT_EQ(admit(), 20);
  EXPECT_EQ(rows(), 1 + 30 + 1);
  for (int i = 0; i < 2; ++i) apply(sold, till1_);  // sent once more: the marks follow
  EXPECT_EQ(rows(), 1 + 30 + 1);
}

TEST_F(KeysTest, WhatIsHeldAlreadyIsAcknowledgedThoughItsKeyIsRevoked) {
  const auto sold = till1_.sell();
  apply(sold, till1_);
  revoke(till1_);
  EXPECT_EQ(apply(sold, till1_).verdicts[0], Verdict::handled);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(KeysTest, ARevokedTillIsToldSoWhenItSaysHello) {
  const auto central = fresh_key('c');
  revoke(till1_);
  auto session = database_->session();
  const auto answer =
      answer_hello(*session, central, {"s1", "till1"}, sync::encode(sync::Hello{}), now_);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(sync::decode_hello_answer(*answer)) << "it holds nothing";
  const auto told = sync::decode_enrol_answer(*answer);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->state, "refused");
  EXPECT_NE(told->message.find("revoked"), std::string::npos);
  EXPECT_TRUE(sync::verify(central.public_key,
                           sync::digest(sync::signed_members(*told, "s1", "till1")),
                           *sync::unbase64(told->signature)));
}

}  // namespace
}  // namespace pos::central

// What came as a row and did not count: kept to the byte, looked at, and put through once more.
#include "central/dead_letters.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "central/refused.h"
#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

using nlohmann::json;

class DeadLettersTest : public BooksTest {
 protected:
  // A sale that an older version did not understand: its chain moved, and nothing else did.
  sync::SealedRow unknown_then() {
    const auto row = till1_.sell({{"p1", 2000}});
    apply(row, till1_);
    auto session = database_->session();
    session->begin();
    session->execute("DELETE FROM journal_row");
    session->execute("UPDATE stock SET on_hand = 1000000 WHERE product_id = 'p1'");
    session->execute(
        "INSERT INTO quarantine (reason, hash, store, till, epoch, seq, transaction_id, subject, "
        "headers, body, received_at) VALUES ('not_understood', $1, 's1', 'till1', $2, $3, $4, $5, "
        "$6, $7, '2025-01-01T00:00:00.000Z')",
        {row.hash, row.epoch, row.seq, row.transaction_id,
         sync::base64(arrival_of(row, till1_).subject),
         sync::base64(headers_text(arrival_of(row, till1_))), sync::base64(row.body)});
    session->commit();
    return row;
  }
  std::optional<Retried> retry(const DeadLetter& d) {
    now_.unix_ms += 1000;
    return letters_.retry(d.reason, d.hash, now_);
  }
  DeadLetter only() {
    const auto all = letters_.list("", "", 10);
    EXPECT_EQ(all.size(), 1u);
    return all.at(0);
  }
  int64_t left() { return number("SELECT count(*) FROM quarantine"); }

  DeadLetters letters_{*database_};
};

TEST_F(DeadLettersTest, ARowThatIsUnderstoodNowTakesEffectOnceHoweverOftenItIsRetried) {
  const auto row = unknown_then();
  const DeadLetter letter = only();
  EXPECT_EQ(letter.arrival.body, row.body);
  EXPECT_EQ(letter.arrival.signature, row.signature);
  const auto first = retry(letter);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->end, Retried::End::took_effect);
  EXPECT_FALSE(retry(letter)) << "it is no dead letter any more";
  EXPECT_EQ(on_hand("p1"), 998'000);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(mark(till1_), 1);
  EXPECT_TRUE(marked("down.s1.stock.p1")) << "the stores hear of it";
}

TEST_F(DeadLettersTest, ARowThatCameByAnotherWayMeanwhileIsLetGoOfWithoutASecondEffect) {
  const auto row = unknown_then();
  auto again = arrival_of(row, till1_);
  again.again = true;
  apply({again});
  ASSERT_EQ(on_hand("p1"), 998'000);
  EXPECT_EQ(retry(only())->end, Retried::End::held);
  EXPECT_EQ(on_hand("p1"), 998'000);
  EXPECT_EQ(left(), 0);
}

TEST_F(DeadLettersTest, WhatIsStillNotUnderstoodStaysAsItWas) {
  const std::string id = till1_.new_id();
  apply(till1_.seal_body(till1_.future_body(id), id), till1_);
  const DeadLetter letter = only();
  const auto ended = retry(letter);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->end, Retried::End::stays);
  EXPECT_EQ(ended->reason, "not_understood");
  EXPECT_EQ(only().times, letter.times) << "a try is not another coming";
  EXPECT_EQ(problems("quarantined"), 1);
}

TEST_F(DeadLettersTest, TwoSalesUnderOneIdStayInConflict) {
  CompletedSale first = till1_.sale({{"p1", 1000}}), other = till1_.sale({{"p1", 5000}});
  other.header.id = first.header.id;
  apply({till1_.seal(first), till1_.seal(other)}, till1_);
  EXPECT_EQ(retry(only())->end, Retried::End::stays);
  EXPECT_EQ(on_hand("p1"), 999'000);
  EXPECT_EQ(left(), 1);
}

TEST_F(DeadLettersTest, WhatNobodyProvesIsNeverLetIn) {
  auto bad = arrival_of(till1_.sell(), till1_);
  bad.body.replace(bad.body.find("p1"), 2, "p2");
  apply({bad});
  EXPECT_EQ(retry(only())->end, Retried::End::stays);
  EXPECT_EQ(left(), 1);
  EXPECT_EQ(rows(), 0);
}

TEST_F(DeadLettersTest, ARowOfAKeyThatIsNotKnownGoesToTheWaitingRoomAndCountsWhenItIs) {
  PaperTill stranger("s1", "till3", 3);
  const auto row = stranger.sell({{"p1", 3000}});
  // Another till's key carried this id when the row came.
  database_->session()->execute(
      "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ('s1', 'till2', $1, "
      "$2, '')",
      {stranger.key.id, stranger.public_key()});
  apply({arrival_of(row, stranger)});
  ASSERT_EQ(only().reason, "wrong_owner");
  database_->session()->execute("DELETE FROM till_key WHERE key_id = $1", {stranger.key.id});
  EXPECT_EQ(retry(only())->end, Retried::End::waits);
  EXPECT_EQ(left(), 0);
  EXPECT_EQ(rows(), 0);
  approve(stranger);
  auto session = database_->session();
  EXPECT_EQ(reconcile_waiting(*session, now_), 1);
  session.reset();
  EXPECT_EQ(on_hand("p1"), 997'000);
}

TEST_F(DeadLettersTest, OneIsNamedByTheBeginningOfItsHash) {
  const auto row = unknown_then();
  EXPECT_EQ(letters_.named(row.hash.substr(0, 8)).hash, row.hash);
  EXPECT_EQ(letters_.named(row.hash).hash, row.hash);
  for (const char* bad : {"", "1234567", "xyzxyzxyz", "00000000"}) {
    EXPECT_THROW(letters_.named(bad), Refused) << bad;
  }
}

TEST_F(DeadLettersTest, TheExportHasTheExactBytesAlsoWhereTheyAreNoText) {
  const auto row = unknown_then();
  const json line = json::parse(export_line(only()));
  EXPECT_EQ(line["body"], row.body);
  EXPECT_EQ(line["subject"], "product.sold.s1.till1");
  EXPECT_EQ(line["headers"]["Leaftill-Hash"], row.hash);
  EXPECT_EQ(line["headers"]["Leaftill-Signature"], row.signature);
  DeadLetter odd = only();
  odd.arrival.body = "\xff\x00 odd";
  EXPECT_EQ(json::parse(export_line(odd))["bodyBase64"], sync::base64(odd.arrival.body));
}

TEST_F(DeadLettersTest, APageEndsWhereTheNextBegins) {
  for (int i = 0; i < 7; ++i) {
    auto bad = arrival_of(till1_.sell(), till1_);
    bad.body.replace(bad.body.find("p1"), 2, "p2");
    apply({bad});
  }
  std::string reason, hash;
  size_t seen = 0;
  for (;;) {
    const auto page = letters_.list(reason, hash, 3);
    seen += page.size();
    if (page.size() < 3) break;
    reason = page.back().reason, hash = page.back().hash;
  }
  EXPECT_EQ(seen, 7u);
}

}  // namespace
}  // namespace pos::central

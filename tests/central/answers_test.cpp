#include "central/answers.h"

#include <gtest/gtest.h>

#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

class Answers : public BooksTest {
 protected:
  std::optional<sync::HelloAnswer> hello(const PaperTill& t, const sync::Hello& question) {
    auto session = database_->session();
    const auto text = answer_hello(*session, key_, {t.store, t.till}, sync::encode(question), now_);
    return text ? sync::decode_hello_answer(*text) : std::nullopt;
  }
  std::string enrol(const PaperTill& t, const std::string& code, bool* approved = nullptr) {
    auto session = database_->session();
    bool now_approved = false;
    const auto text =
        answer_enrol(*session, key_, {t.store, t.till},
                     sync::encode(sync::Enrol{code, t.public_key(), "0.1.0"}), now_, now_approved);
    if (approved) *approved = now_approved;
    const auto answer = text ? sync::decode_enrol_answer(*text) : std::nullopt;
    return answer ? answer->state : "";
  }
  std::optional<sync::PullAnswer> pull(const sync::PullRequest& request) {
    auto session = database_->session();
    const auto text = answer_pull(*session, {"s1", "till1"}, sync::encode(request), now_);
    return text ? sync::decode_pull_answer(*text) : std::nullopt;
  }
  const sync::SigningKey key_ = sync::make_signing_key();
};

TEST_F(Answers, HelloNamesEveryEpochThatWasAskedFor) {
  apply({till1_.sell(), till1_.sell()}, till1_);
  const std::string first = till1_.epoch, head = till1_.head;
  apply(till1_.new_epoch(), till1_);
  sync::Hello question;
  question.epochs = {{first, 9}, {till1_.epoch, 1}, {"00000000000000aa", 3}};
  const auto answer = hello(till1_, question);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->epochs.size(), 3u);
  EXPECT_EQ(answer->epochs[0].appliedSeq, 2);
  EXPECT_EQ(answer->epochs[0].hash, head);
  EXPECT_EQ(answer->epochs[1].appliedSeq, 1);
  EXPECT_EQ(answer->epochs[2].appliedSeq, 0);
  EXPECT_EQ(answer->epochs[2].hash, sync::kZeroHash);
}

TEST_F(Answers, HelloNamesTheNeighboursRowsThatAreHere) {
  const auto here = till2_.sell(), elsewhere = till2_.sell();
  const std::string id = till2_.new_id();
  apply(here, till2_);
  const auto own = till1_.sell();
  apply(own, till1_);
  PaperTill future("s1", "till3", 3);
  approve(future);
  const auto poison = future.seal_body(future.future_body(id), id);
  apply(poison, future);
  sync::Hello question;
  question.have = {{"till2", here.transaction_id, here.hash},
                   {"till2", elsewhere.transaction_id, elsewhere.hash},
                   {"till2", own.transaction_id, elsewhere.hash},  // another till's id
                   {"till3", id, poison.hash}};
  const auto answer = hello(till1_, question);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->held, (std::vector{here.transaction_id, id}))
      << "the set-aside row is held too";
}

TEST_F(Answers, HelloNamesTheHighestVersionOfTheStoresStock) {
  const auto version = [&] { return hello(till1_, {})->stockVersion; };
  const int64_t first = version();
  now_.unix_ms += 1000;
  apply(till2_.sell(), till2_);
  EXPECT_EQ(version(), now_.unix_ms) << "whoever sold it";
  EXPECT_LT(first, now_.unix_ms);
  now_.unix_ms -= 60'000;
  apply(till2_.sell(), till2_);
  EXPECT_EQ(version(), number("SELECT max(version) FROM stock WHERE store = 's1'"));
  const int64_t last = version();
  database_->session()->execute(
      "INSERT INTO stock (store, product_id, on_hand, version) VALUES ('s2', 'p1', 0, $1)",
      {last + 1000});
  EXPECT_EQ(version(), last) << "another store's stock";
}

TEST_F(Answers, WhatAStrangerLeftInQuarantineIsNotHeld) {
  const auto row = till2_.sell();
  auto bad = arrival_of(row, till2_);
  bad.signature = sync::base64(std::string(64, 'x'));
  apply({bad});
  ASSERT_EQ(quarantined("bad_signature"), 1);
  sync::Hello question;
  question.have = {{"till2", row.transaction_id, row.hash}};
  EXPECT_TRUE(hello(till1_, question)->held.empty());
}

TEST_F(Answers, NobodyAnswersATillThatIsNotEnrolledOrRevoked) {
  EXPECT_FALSE(hello(PaperTill("s1", "till8", 8), {}));
  database_->session()->execute("UPDATE till SET state = 'revoked' WHERE till = 'till1'");
  EXPECT_FALSE(hello(till1_, {}));
  auto session = database_->session();
  EXPECT_FALSE(answer_hello(*session, key_, {"s1", "till2"}, "not JSON", now_));
}

TEST_F(Answers, ACodeWorksOnceAndOnlyForItsTill) {
  database_->session()->execute(
      "INSERT INTO till (store, till, state, enrol_code_hash) VALUES ('s1', 'till9', 'pending', "
      "$1)",
      {sync::hex(sync::sha256("code"))});
  PaperTill fresh("s1", "till9", 9), thief("s1", "till9", 10), other("s1", "till7", 7);
  EXPECT_EQ(enrol(other, "code"), "refused");
  bool approved = false;
  EXPECT_EQ(enrol(fresh, "code", &approved), "approved");
  EXPECT_TRUE(approved);
  EXPECT_EQ(enrol(thief, "code", &approved), "refused");
  EXPECT_EQ(enrol(fresh, "", &approved), "approved") << "its key is known";
  EXPECT_FALSE(approved);
  EXPECT_EQ(text("SELECT key_id FROM till WHERE till = 'till9'"), fresh.key.id);
  database_->session()->execute("UPDATE till SET state = 'revoked' WHERE till = 'till9'");
  EXPECT_EQ(enrol(fresh, "code"), "refused");
}

TEST_F(Answers, PullGoesThroughTheCatalogueInPagesOfLimitedSize) {
  {
    auto session = database_->session();
    session->begin();
    session->execute("DELETE FROM product");
    std::vector<Cells> rows;
    const std::string name(200, 'n');
    for (int64_t i = 1; i <= 450; ++i)
      rows.push_back(
          {"q" + std::to_string(i), name, std::string(70, '1') + " " + std::string(70, '2'), i});
    many(*session, "INSERT INTO product (id, name, codes, version) VALUES ", rows, "");
    set_meta(*session, "catalogue_version", "450");
    session->commit();
  }
  sync::PullRequest request;
  request.limit = 200;
  std::vector<int64_t> versions;
  for (int pages = 0; pages < 20; ++pages) {
    const auto page = pull(request);
    ASSERT_TRUE(page);
    EXPECT_LE(page->items.size(), 200u);
    for (const auto& p : page->items) versions.push_back(p.version);
    if (!page->more) {
      EXPECT_EQ(page->catalogueVersion, 450);
      break;
    }
    request.afterVersion = page->items.back().version;
    request.afterId = page->items.back().productId;
  }
  ASSERT_EQ(versions.size(), 450u);
  EXPECT_TRUE(std::is_sorted(versions.begin(), versions.end()));
}

TEST_F(Answers, ABeatNeverMakesATill) {
  auto session = database_->session();
  sync::Beat beat;
  beat.seq = 7;
  beat.time = to_iso({now_.unix_ms + 5000});
  keep_beats(*session, {{{"s1", "nobody"}, beat, now_}, {{"s1", "till1"}, beat, now_}});
  session.reset();
  EXPECT_EQ(number("SELECT count(*) FROM till"), 2);
  EXPECT_EQ(number("SELECT seq FROM till WHERE till = 'till1'"), 7);
  EXPECT_EQ(number("SELECT clock_skew_ms FROM till WHERE till = 'till1'"), 5000);
}

}  // namespace
}  // namespace pos::central

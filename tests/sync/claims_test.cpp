// Two tills and one leaf, without either: whatever is lost between them, no more is taken than
// there is.
#include "sync/claims.h"

#include <gtest/gtest.h>

#include <random>

#include "sync/wire_claims.h"
#include "tests/sync/leaf_log.h"

namespace pos::sync {
namespace {

using State = ClaimAnswer::State;

const ClaimPlace kOne{"s1", "till1"}, kTwo{"s1", "till2"};

Claim claim(const std::string& by, Portions wanted) {
  return {"sale", by, std::move(wanted), {{1, 3000}, {2, 1000}}};
}

TEST(Claims, TheFirstWinsAndTheOtherHearsWhoItWas) {
  LeafLog leaf;
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 3000}}), leaf.door()).state, State::won);
  const ClaimAnswer no = settle_claim(kTwo, claim("b", {{1, 3000}}), leaf.door());
  EXPECT_EQ(no, (ClaimAnswer{State::lost, "till1", {{1, 0}}}));
  EXPECT_EQ(leaf.entries.at("store.s1.claim.sale-1"),
            R"({"version":1,"till":"till1","claim":"a","lines":[{"line":1,"quantity":3000}]})");
  EXPECT_EQ(leaf.entries.size(), 1u);
}

TEST(Claims, PartsOfALineNeverMakeMoreThanWasSold) {
  LeafLog leaf;
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 2000}}), leaf.door()).state, State::won);
  const ClaimAnswer no = settle_claim(kTwo, claim("b", {{1, 2000}, {2, 1000}}), leaf.door());
  EXPECT_EQ(no, (ClaimAnswer{State::lost, "till1", {{1, 1000}, {2, 1000}}}));
  EXPECT_EQ(settle_claim(kTwo, claim("b", {{1, 1000}, {2, 1000}}), leaf.door()).state, State::won);
  EXPECT_EQ(settle_claim(kOne, claim("c", {{2, 1}}), leaf.door()).state, State::lost);
  EXPECT_EQ(settle_claim(kOne, claim("c", {{3, 1}}), leaf.door()).state, State::lost)
      << "a line that was never sold";
}

TEST(Claims, WhoeverIsSlowerReadsAgainAndTakesWhatIsLeft) {
  LeafLog leaf;
  leaf.before_publish = [&] {
    EXPECT_EQ(settle_claim(kTwo, claim("b", {{1, 1000}}), leaf.door()).state, State::won);
  };
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 2000}}), leaf.door()).state, State::won);
  leaf.before_publish = [&] {
    EXPECT_EQ(settle_claim(kTwo, claim("d", {{2, 1000}}), leaf.door()).state, State::won);
  };
  EXPECT_EQ(settle_claim(kOne, claim("c", {{2, 1000}}), leaf.door()),
            (ClaimAnswer{State::lost, "till2", {{2, 0}}}));
}

TEST(Claims, AnAnswerThatWasLostIsFoundAndNotAskedForTwice) {
  LeafLog leaf;
  leaf.lost_answers = 1;
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 3000}}), leaf.door()).state, State::won);
  EXPECT_EQ(leaf.entries.size(), 1u);
  leaf.lost_publishes = 1;
  EXPECT_EQ(settle_claim(kOne, claim("b", {{2, 1000}}), leaf.door()).state, State::won);
  EXPECT_EQ(leaf.entries.size(), 2u);
}

TEST(Claims, ASilentLeafIsNoAnswer) {
  LeafLog leaf;
  leaf.silent = true;
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 3000}}), leaf.door()).state, State::unreachable);
  leaf.silent = false;
  leaf.made = true;
  leaf.entries["store.s1.claim.sale-1"] = R"({"version":2,"words":"of another time"})";
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 3000}}), leaf.door()).state, State::unreachable)
      << "what it means is not known";
}

TEST(Claims, TheSameTransactionIsKnownAgainAndGivesBackWhatItDoesNotNeed) {
  LeafLog leaf;
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 3000}}), leaf.door()).state, State::won);
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 3000}}), leaf.door()).state, State::won);
  EXPECT_EQ(leaf.entries.size(), 1u) << "after a crash";
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 1000}}), leaf.door()).state, State::won);
  EXPECT_EQ(settle_claim(kTwo, claim("b", {{1, 2000}}), leaf.door()).state, State::won);
  EXPECT_EQ(settle_claim(kOne, claim("a", {}), leaf.door()).state, State::won);
  EXPECT_EQ(leaf.entries.at("store.s1.claim.sale-4"),
            R"({"version":1,"till":"till1","claim":"a","lines":[{"line":1,"quantity":-1000}]})");
  EXPECT_EQ(settle_claim(kTwo, claim("b", {{1, 3000}}), leaf.door()).state, State::won);
}

TEST(Claims, ARowThatIsThereCountsOnceWhateverWasClaimedForIt) {
  LeafLog leaf;
  EXPECT_EQ(settle_claim(kOne, claim("a", {{1, 1000}}), leaf.door()).state, State::won);
  Claim next = claim("b", {{1, 2000}});
  next.known = {{"a", "till1", {{1, 1000}}}};
  EXPECT_EQ(settle_claim(kTwo, next, leaf.door()).state, State::won);
  Claim third = claim("c", {{2, 1000}});
  third.known = {{"x", "till1", {{2, 1000}}}};  // returned while the leaf was away
  EXPECT_EQ(settle_claim(kTwo, third, leaf.door()), (ClaimAnswer{State::lost, "till1", {{2, 0}}}));
}

TEST(Claims, BytesOfStrangersAreNoClaim) {
  EXPECT_FALSE(decode_claim(""));
  EXPECT_FALSE(decode_claim(R"({"version":1,"till":"TILL 1","claim":"a","lines":[]})"));
  EXPECT_FALSE(decode_claim(R"({"version":1,"till":"till1","claim":"","lines":[]})"));
  EXPECT_FALSE(decode_claim(
      R"({"version":1,"till":"till1","claim":"a","lines":[{"line":1,"quantity":1e9}]})"));
  EXPECT_FALSE(decode_claim(
      R"({"version":1,"till":"till1","claim":"a","lines":[{"line":1,"quantity":9223372036854775807}]})"));
  EXPECT_FALSE(decode_claim(
      R"({"version":1,"till":"till1","claim":"a","lines":[{"line":-1,"quantity":1}]})"));
  EXPECT_FALSE(decode_stored(R"({"message":{"subject":"a","data":"no base64!"}})"));
  EXPECT_EQ(decode_stored(R"({"type":"x","error":{"code":404,"err_code":10037}})")->error_code,
            10037);
}

// Four tills take, give back and try again over a leaf that loses answers: after all of it the
// entries say what each of them was told, and never more than there was.
TEST(Claims, NoMoreIsTakenThanThereIsWhateverGetsLost) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 dice(seed);
  for (int world = 0; world < 200; ++world) {
    LeafLog leaf;
    std::map<std::string, int64_t> told;  // by transaction; absent: in doubt
    for (int step = 0; step < 30; ++step) {
      const std::string by(1, static_cast<char>('a' + dice() % 4));
      const ClaimPlace place{"s1", "till" + by};
      const int64_t wanted = static_cast<int64_t>(dice() % 4) * 1000;
      leaf.lost_answers = dice() % 4 == 0;
      leaf.lost_publishes = leaf.lost_answers == 0 && dice() % 5 == 0;
      leaf.silent = dice() % 9 == 0;
      if (dice() % 3 == 0) {
        const std::string other(1, static_cast<char>('a' + dice() % 4));
        const int64_t more = static_cast<int64_t>(dice() % 4) * 1000;
        if (other != by) {
          leaf.before_publish = [&, other, more] {
            const auto answer =
                settle_claim({"s1", "till" + other}, claim(other, {{1, more}}), leaf.door());
            if (answer.state == State::won) told[other] = more;
            if (answer.state == State::unreachable) told.erase(other);
          };
        }
      }
      const auto answer = settle_claim(place, claim(by, {{1, wanted}}), leaf.door());
      if (answer.state == State::won) told[by] = wanted;
      if (answer.state == State::unreachable) told.erase(by);
    }
    std::map<std::string, int64_t> written;
    int64_t sum = 0;
    for (size_t n = 1; n <= leaf.entries.size(); ++n) {
      const auto taken = decode_claim(leaf.entries.at("store.s1.claim.sale-" + std::to_string(n)));
      ASSERT_TRUE(taken);
      written[taken->by] += taken->portions.at(1);
      sum += taken->portions.at(1);
      ASSERT_LE(sum, 3000) << "world " << world;
    }
    for (const auto& [by, quantity] : told) ASSERT_EQ(written[by], quantity) << "world " << world;
  }
}

}  // namespace
}  // namespace pos::sync

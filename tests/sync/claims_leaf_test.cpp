// Claims on a real leaf: by links that race, and by the cashier's side of a running till.
#include "sync/claims.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

#include "sync/claim_desk.h"
#include "sync/nats_link.h"
#include "sync/sync_thread.h"
#include "tests/sync/memory.h"
#include "tests/sync/nats_server.h"

namespace pos::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = ClaimAnswer::State;

constexpr const char* kLeaf = "jetstream { domain: s1, store_dir: \"DIR/js\" }";

AskLeaf door(NatsLink& link) {
  return [&](std::string_view subject, const Headers& headers, std::string_view body) {
    return link.request(subject, headers, body, seconds(2));
  };
}

Claim whole(const std::string& thing, const std::string& by) {
  return {thing, by, {{0, 1}}, {{0, 1}}};
}

NatsConfig leaf_of(const NatsServer& server) {
  NatsConfig config;
  config.url = server.url();
  config.retry_ms = 50;
  return config;
}

// A leaf that is asked for a message of a stream that it is just making would die of it.
TEST(ClaimsOnALeaf, TwoTillsThatMeetANewLeafAtOnceBothGetTheirAnswers) {
  for (int round = 0; round < 30; ++round) {
    const NatsServer server(kLeaf);
    std::barrier both(2);
    std::atomic<int> won = 0;
    const auto claim = [&](const std::string& till) {
      NatsLink link(leaf_of(server));
      const bool connected = link.connect({});
      both.arrive_and_wait();
      ASSERT_TRUE(connected) << link.error();
      const auto deadline = std::chrono::steady_clock::now() + seconds(20);
      ClaimAnswer answer;
      do {  // a slow disk needs longer for a stream than a cashier is made to wait
        answer = settle_claim({"s1", till}, whole("of-" + till, till), door(link));
      } while (answer.state != State::won && std::chrono::steady_clock::now() < deadline);
      if (answer.state == State::won) ++won;
    };
    std::thread one(claim, "till1"), two(claim, "till2");
    one.join();
    two.join();
    ASSERT_EQ(won, 2) << "round " << round;
  }
}

TEST(ClaimsOnALeaf, TwoTillsThatRaceForTwoThousandThingsNeverBothWinOne) {
  const NatsServer server(kLeaf);
  constexpr int kThings = 2000;
  std::vector<std::atomic<int>> won(kThings), lost(kThings);
  const auto race = [&](const std::string& till, bool backwards) {
    NatsLink link(leaf_of(server));
    ASSERT_TRUE(link.connect({})) << link.error();
    const auto ask = door(link);
    for (int i = 0; i < kThings; ++i) {
      // Half of the things are met by both at once, and half by one after the other.
      const int n = backwards && i % 2 ? kThings - i : i;
      const auto answer = settle_claim({"s1", till}, whole("t" + std::to_string(n), till), ask);
      if (answer.state == State::won) ++won[static_cast<size_t>(n)];
      if (answer.state == State::lost) ++lost[static_cast<size_t>(n)];
    }
  };
  std::thread one(race, "till1", false), two(race, "till2", true);
  one.join();
  two.join();
  int winners = 0, losers = 0;
  for (size_t n = 0; n < kThings; ++n) {
    EXPECT_LE(won[n], 1) << "thing " << n;
    winners += won[n];
    losers += lost[n];
  }
  EXPECT_EQ(winners, kThings);
  EXPECT_EQ(losers, kThings);
}

TEST(ClaimsOnALeaf, WhatWasWonStaysWonWhenTheLeafLosesItsPower) {
  NatsServer server(kLeaf);
  {
    NatsLink link(leaf_of(server));
    ASSERT_TRUE(link.connect({})) << link.error();
    EXPECT_EQ(settle_claim({"s1", "till1"}, whole("x", "till1"), door(link)).state, State::won);
  }
  server.kill();
  server.start();
  NatsLink link(leaf_of(server));
  ASSERT_TRUE(link.connect({})) << link.error();
  const auto answer = settle_claim({"s1", "till2"}, whole("x", "till2"), door(link));
  EXPECT_EQ(answer.state, State::lost);
  EXPECT_EQ(answer.till, "till1");
  EXPECT_EQ(settle_claim({"s1", "till1"}, whole("x", "till1"), door(link)).state, State::won);
}

// A till without a trade: its desk, and the thread that works there.
struct AskingTill {
  explicit AskingTill(const NatsServer& server, const std::string& till)
      : desk({"s1", till}),
        sync(
            outbox, projections, neighbours, leaf_of(server), {"s1", till, "test", {}, "", ""},
            [] { return Instant{1}; }, {}, &desk) {}
  ClaimAnswer ask(const Claim& claim) {
    for (;;) {
      const ClaimAnswer answer = desk.ask(claim);
      if (answer.state != State::asking) return answer;
      desk.wait(claim, Claims::kLimit_ms);
    }
  }
  MemoryOutbox outbox;
  MemoryProjections projections;
  MemoryNeighbours neighbours;
  ClaimDesk desk;
  SyncThread sync;
};

milliseconds time_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

TEST(ClaimsOnALeaf, TheCashierHearsWithinTwoSecondsWhateverTheLeafDoes) {
  NatsServer server(kLeaf);
  AskingTill one(server, "till1"), two(server, "till2");
  EXPECT_EQ(one.ask(whole("x", "a")).state, State::won);
  EXPECT_EQ(two.ask(whole("x", "b")).state, State::lost);

  server.freeze();
  ClaimAnswer answer;
  EXPECT_LE(time_of([&] { answer = one.ask(whole("y", "a")); }), milliseconds(2500));
  EXPECT_EQ(answer.state, State::unreachable);
  server.thaw();
  EXPECT_TRUE(soon([&] { return two.ask(whole("z", "b")).state == State::won; }));
  EXPECT_TRUE(soon([&] { return one.ask(whole("y", "a")).state == State::won; }))
      << "what may have been stored after all is its own";

  server.kill();
  EXPECT_LE(time_of([&] { answer = one.ask(whole("w", "a")); }), milliseconds(2500));
  EXPECT_EQ(answer.state, State::unreachable);
  server.start();
  EXPECT_TRUE(soon([&] { return one.ask(whole("w", "a")).state == State::won; }));
  EXPECT_TRUE(two.sync.stop());
  EXPECT_EQ(two.ask(whole("v", "b")).state, State::unreachable);
}

}  // namespace
}  // namespace pos::sync

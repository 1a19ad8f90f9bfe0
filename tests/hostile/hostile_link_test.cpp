// One connection that is flooded again and again, each time after it was well.
#include <gtest/gtest.h>

#include <iostream>

#include "sync/nats_link.h"
#include "tests/hostile/hostile_door.h"
#include "tests/hostile/memory_use.h"

namespace pos::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kRounds = 12;

class Flooded : public testing::TestWithParam<Manner> {};

// The library never frees what it had read of an unfinished message: each round costs that much.
TEST_P(Flooded, LinkIsCutEachTimeBeforeItGrowsByAMebibyte) {
  const NatsServer server;
  HostileDoor door(server.port());
  NatsConfig config;
  config.url = door.url();
  NatsLink link(config);
  int64_t before = 0;
  for (int i = 0; i < kRounds; ++i) {
    door.turn(Manner::good);
    ASSERT_TRUE(soon([&] { return link.connect({"a"}); })) << link.error();
    ASSERT_TRUE(link.publish("a", "", {}, "x"));
    ASSERT_TRUE(link.next(seconds(5)));
    if (i == 1) before = resident_bytes();  // once around, so that what is made once is there
    door.turn(GetParam());
    ASSERT_TRUE(soon([&] { return !link.connected(); }, seconds(20)));
  }
  link.close();
  const int64_t each = (resident_bytes() - before) / (kRounds - 1);
  std::cout << to_word(GetParam()) << ": " << each / 1024 << " KiB more each time" << std::endl;
  EXPECT_LT(each, 1024 * 1024);
}

INSTANTIATE_TEST_SUITE_P(Peers, Flooded,
                         testing::Values(Manner::garbage, Manner::huge_message,
                                         Manner::endless_info, Manner::resetting),
                         [](const auto& one) { return std::string(to_word(one.param)); });

}  // namespace
}  // namespace pos::sync

// 2,000 worlds out of seeds, planted mistakes, and that a seed is the same world each time.
// LEAFTILL_LONG=1: 200,000 seeds or half an hour, whichever is more.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/long_run.h"
#include "tests/sim/swarm.h"

namespace pos::sim {
namespace {

using std::chrono::steady_clock;

constexpr int kShards = 2;  // a test each, so that they run beside each other
constexpr uint64_t kSeeds = 2000;

class Swarms : public ::testing::TestWithParam<int> {};

TEST_P(Swarms, LoseNothingDoubleNothingAndComeToRestWhateverFails) {
  const uint64_t seeds = (long_run() ? 200'000 : kSeeds) / kShards;
  const auto shard = static_cast<uint64_t>(GetParam());
  const uint64_t from = 1 + shard * (long_run() ? 100'000'000 : seeds);
  const auto until = steady_clock::now() + std::chrono::minutes(long_run() ? 30 : 0);
  Swarm swarm;
  const auto start = steady_clock::now();
  for (uint64_t seed = from;
       (seed < from + seeds || steady_clock::now() < until) && swarm.violations.size() < 5;
       ++seed) {
    Outcome outcome = run_seed(seed);
    if (!outcome.violation.empty()) ADD_FAILURE() << how_to_replay(seed, outcome);
    swarm.add(seed, std::move(outcome));
  }
  swarm.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  std::printf("%s", swarm.table().c_str());
  for (const auto& [seed, violation] : swarm.violations)
    std::printf("seed %llu needs only: %s\n", static_cast<unsigned long long>(seed),
                words(shrunk(seed)).c_str());
  if (seeds < 500) return;
  for (const std::string& what : swarm.rare())
    ADD_FAILURE() << what << " happened in less than 1 % of the seeds: it is not tested";
}
INSTANTIATE_TEST_SUITE_P(Shard, Swarms, ::testing::Range(0, kShards));

TEST(Planted, MistakesAreCaught) {
  for (const std::string& mistake : mistakes()) {
    const uint64_t known = caught_last_by(mistake);
    bool caught = false;
    for (uint64_t i = known > 0 ? 0 : 1; i <= 1000 && !caught; ++i) {
      const uint64_t seed = i == 0 ? known : i;
      const Outcome outcome = run_seed(seed, mistake);
      // A world that fails by itself proves nothing.
      caught = !outcome.violation.empty() && run_seed(seed).violation.empty();
      if (caught)
        std::printf("\"%s\" is caught by seed %llu: %s\n", mistake.c_str(),
                    static_cast<unsigned long long>(seed), outcome.violation.c_str());
    }
    EXPECT_TRUE(caught) << "\"" << mistake << "\" is not caught by 1,000 seeds";
  }
  EXPECT_GE(mistakes().size(), 20u);
}

TEST(Replay, IsTheSameWorldToTheLastByte) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    const Outcome first = run_seed(seed), second = run_seed(seed);
    EXPECT_EQ(first.trace, second.trace) << "seed " << seed;
    EXPECT_EQ(first.step, second.step) << "seed " << seed;
    EXPECT_EQ(first.messages, second.messages) << "seed " << seed;
  }
  EXPECT_NE(run_seed(1).trace, run_seed(2).trace);
}

TEST(Replay, StopsAtTheStepThatIsNamed) { EXPECT_EQ(run_seed(3, Weather(3), "", 500).step, 500U); }

}  // namespace
}  // namespace pos::sim

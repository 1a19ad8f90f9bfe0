// Swarm: many worlds, one seed each, and what came of them all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace pos::sim {

// A world of that seed; with a mistake, which is planted in the code (planted.h).
Outcome run_seed(uint64_t seed, const std::string& mistake = {});
Outcome run_seed(uint64_t seed, const Weather&, const std::string& mistake = {},
                 uint64_t until_step = UINT64_MAX, bool verbose = false);

struct Swarm {
  int64_t seeds = 0, sales = 0, messages = 0;
  std::vector<std::pair<uint64_t, std::string>> violations;  // seed, words
  std::map<std::string, int64_t> faults, branches;           // seeds in which each fired
  std::vector<int64_t> settled_ms;
  double seconds = 0;

  void add(uint64_t seed, Outcome);
  std::string table() const;              // for people
  std::vector<std::string> rare() const;  // what fired in under 1 % of the seeds, by our list
};
// `told`: after each seed.
Swarm run_swarm(uint64_t from, uint64_t count,
                const std::function<void(uint64_t seed, const Outcome&)>& told = {});

// The faults that a violation needs: each kind is switched off in turn, for good if it still fails.
Weather shrunk(uint64_t seed, const std::string& mistake = {});
std::string words(const Weather&);
std::string how_to_replay(uint64_t seed, const Outcome&);

// Every mistake that may be planted, and a seed that caught it (0: none is known).
const std::vector<std::string>& mistakes();
uint64_t caught_last_by(const std::string& mistake);

}  // namespace pos::sim

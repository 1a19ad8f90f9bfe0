// leaftill-sim: worlds out of seeds.
//
//   leaftill-sim --seeds 2000 [--from 1]            a swarm, and how often each thing happened
//   leaftill-sim --seed N [--until STEP] [--verbose] [--only FAULTS] [--plant MISTAKE]
//   leaftill-sim --seed N --shrink                  the faults that its violation needs
//   leaftill-sim --mistakes [--seeds 1000]          plants each mistake until a seed turns red
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

#include "tests/sim/swarm.h"

using namespace pos::sim;

namespace {

struct Arguments {
  uint64_t seed = 0, seeds = 0, from = 1, until = UINT64_MAX;
  bool verbose = false, shrink = false, mistakes = false;
  std::string only, plant;
};

int usage() {
  std::fprintf(stderr,
               "leaftill-sim --seeds COUNT [--from SEED]\n"
               "leaftill-sim --seed SEED [--until STEP] [--verbose] [--only \"FAULT=STRENGTH …\"]"
               " [--plant MISTAKE] [--shrink]\n"
               "leaftill-sim --mistakes [--seeds COUNT] [--plant MISTAKE]\n");
  return 2;
}

Weather weather_of(const Arguments& a) {
  if (a.only.empty()) return Weather(a.seed);
  Weather weather;
  std::istringstream words(a.only);
  for (std::string word; words >> word;) {
    const size_t equals = word.find('=');
    const auto fault = fault_of(word.substr(0, equals));
    if (!fault) {
      std::fprintf(stderr, "there is no fault %s\n", word.c_str());
      std::exit(2);
    }
    weather.set(*fault, equals == std::string::npos ? 50 : std::atoi(word.c_str() + equals + 1));
  }
  return weather;
}

int one(const Arguments& a) {
  if (a.shrink) {
    std::printf("--only \"%s\"\n", words(shrunk(a.seed, a.plant)).c_str());
    return 0;
  }
  const Weather weather = weather_of(a);
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(a.seed), words(weather).c_str());
  const Outcome o = run_seed(a.seed, weather, a.plant, a.until, a.verbose);
  for (const auto& [what, times] : o.counts.faults)
    std::printf("  fault  %-40s %lld\n", what.c_str(), static_cast<long long>(times));
  for (const auto& [what, times] : o.counts.branches)
    std::printf("  branch %-40s %lld\n", what.c_str(), static_cast<long long>(times));
  std::printf("%lld sales, %lld messages, step %llu, trace %016llx; %s\n",
              static_cast<long long>(o.sales), static_cast<long long>(o.messages),
              static_cast<unsigned long long>(o.step), static_cast<unsigned long long>(o.trace),
              o.violation.empty()
                  ? ("settled after " + std::to_string(o.settled_ms / 1000) + " s").c_str()
                  : o.violation.c_str());
  return o.violation.empty() ? 0 : 1;
}

int swarm(const Arguments& a) {
  const Swarm swarm = run_swarm(a.from, a.seeds, [](uint64_t seed, const Outcome& o) {
    if (!o.violation.empty()) std::printf("VIOLATION %s\n", how_to_replay(seed, o).c_str());
    std::fflush(stdout);
  });
  std::printf("%s", swarm.table().c_str());
  for (const std::string& what : swarm.rare()) std::printf("RARE %s\n", what.c_str());
  return swarm.violations.empty() ? 0 : 1;
}

int plant(const Arguments& a) {
  int missed = 0;
  for (const std::string& mistake : mistakes()) {
    if (!a.plant.empty() && a.plant != mistake) continue;
    const uint64_t most = a.seeds ? a.seeds : 1000;
    uint64_t seed = 1;
    Outcome outcome;
    for (; seed <= most; ++seed) {
      outcome = run_seed(seed, mistake);
      if (!outcome.violation.empty() && run_seed(seed).violation.empty()) break;
      outcome.violation.clear();  // that world fails by itself: it proves nothing
    }
    missed += outcome.violation.empty();
    std::printf("%-44s %5llu  %s\n", mistake.c_str(), static_cast<unsigned long long>(seed),
                outcome.violation.empty() ? "NOT CAUGHT" : outcome.violation.c_str());
    std::fflush(stdout);
  }
  return missed ? 1 : 0;
}

}  // namespace

int main(int count, char** words) {
  Arguments a;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto number = [&] { return i + 1 < count ? std::strtoull(words[++i], nullptr, 10) : 0; };
    const auto text = [&] { return i + 1 < count ? std::string(words[++i]) : std::string(); };
    if (word == "--seed")
      a.seed = number();
    else if (word == "--seeds")
      a.seeds = number();
    else if (word == "--from")
      a.from = number();
    else if (word == "--until")
      a.until = number();
    else if (word == "--only")
      a.only = text();
    else if (word == "--plant")
      a.plant = text();
    else if (word == "--verbose")
      a.verbose = true;
    else if (word == "--shrink")
      a.shrink = true;
    else if (word == "--mistakes")
      a.mistakes = true;
    else
      return usage();
  }
  if (a.mistakes) return plant(a);
  if (a.seed > 0) return one(a);
  if (a.seeds > 0) return swarm(a);
  return usage();
}

#include "tests/sim/swarm.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

#include "tests/sim/linked.h"

namespace pos::sim {

const std::vector<std::string>& mistakes() {
  static const std::vector<std::string> all = {
      "sales are not synced",
      "what waits again is not subtracted",
      "an older snapshot passes",
      "covers are ignored",
      "the draft goes before the commit",
      "receipts are numbered by what waits",
      "a PubAck frees",
      "sending frees",
      "one message id for every round",
      "any signature is central's",
      "hello is said once",
      "what central lost is not sent again",
      "a gap in what came down is not seen",
      "a silent leaf is not asked",
      "DOWNLOCAL is never made anew",
      "a lost DOWN is not missed",
      "another SALES is not read from its start",
      "acks before the commit",
      "acks before stock",
      "marks go before they are published",
      "a gap is applied",
      "a carried row needs no signature",
      "what is not understood blocks the chain",
      "every copy counts",
      "the body's hash is not reckoned",
      "any hash settles",
      "a fork drops its rows",
      "a fork is not looked into",
      "a seq without its epoch",
      "neighbours stay settled in a new generation",
      "nobody carries",
      "the clock is the order",
      "the price of now",
  };
  return all;
}

uint64_t caught_last_by(const std::string& mistake) {
  static const std::map<std::string, uint64_t> seeds = {
      {"the draft goes before the commit", 88},
      {"receipts are numbered by what waits", 1},
      {"a PubAck frees", 1},
      {"sending frees", 1},
      {"any signature is central's", 10},
      {"a gap is applied", 2},
      {"every copy counts", 5},
      {"any hash settles", 25},
      {"acks before the commit", 1},
      {"acks before stock", 1},
      {"hello is said once", 23},
      {"one message id for every round", 63},
      {"the body's hash is not reckoned", 18},
      {"a carried row needs no signature", 10},
      {"what is not understood blocks the chain", 14},
      {"a fork is not looked into", 5},
      {"a seq without its epoch", 1},
      {"sales are not synced", 13},
      {"what waits again is not subtracted", 23},
      {"an older snapshot passes", 23},
      {"covers are ignored", 6},
      {"what central lost is not sent again", 6},
      {"a gap in what came down is not seen", 37},
      {"a silent leaf is not asked", 13},
      {"DOWNLOCAL is never made anew", 18},
      {"a lost DOWN is not missed", 2},
      {"another SALES is not read from its start", 118},
      {"marks go before they are published", 16},
      {"a fork drops its rows", 11},
      {"nobody carries", 31},
      {"neighbours stay settled in a new generation", 138},
      {"the clock is the order", 79},
      {"the price of now", 16},
  };
  const auto found = seeds.find(mistake);
  return found == seeds.end() ? 0 : found->second;
}

Outcome run_seed(uint64_t seed, const Weather& weather, const std::string& mistake,
                 uint64_t until_step, bool verbose) {
  static const bool once = (use_sqlite_on_one_thread(), true);
  static_cast<void>(once);
  linked() = {};
  linked().ed25519 = seed % 1000 == 7;
  provisioned(1);  // its disks are made without the mistake
  linked().mistake = mistake;
  Options options;
  options.seed = seed;
  options.weather = weather;
  options.until_step = until_step;
  options.verbose = verbose;
  Outcome outcome;
  {
    World world(options);
    outcome = world.run();
  }
  linked().mistake.clear();
  return outcome;
}

Outcome run_seed(uint64_t seed, const std::string& mistake) {
  return run_seed(seed, Weather(seed), mistake);
}

void Swarm::add(uint64_t seed, Outcome outcome) {
  ++seeds;
  sales += outcome.sales;
  messages += outcome.messages;
  if (!outcome.violation.empty()) {
    violations.emplace_back(seed, outcome.violation);
  } else {
    settled_ms.push_back(outcome.settled_ms);
  }
  for (const auto& [what, times] : outcome.counts.faults) ++faults[what];
  for (const auto& [what, times] : outcome.counts.branches) ++branches[what];
}

Swarm run_swarm(uint64_t from, uint64_t count,
                const std::function<void(uint64_t seed, const Outcome&)>& told) {
  const auto start = std::chrono::steady_clock::now();
  Swarm swarm;
  for (uint64_t seed = from; seed < from + count; ++seed) {
    Outcome outcome = run_seed(seed);
    if (told) told(seed, outcome);
    swarm.add(seed, std::move(outcome));
  }
  swarm.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return swarm;
}

std::string Swarm::table() const {
  std::string text;
  char line[200];
  std::vector<int64_t> times = settled_ms;
  std::sort(times.begin(), times.end());
  const auto at = [&](size_t percent) {
    return times.empty() ? 0.0
                         : static_cast<double>(times[(times.size() - 1) * percent / 100]) / 1000;
  };
  std::snprintf(
      line, sizeof line,
      "%lld seeds, %lld sales, %lld messages, %zu violations; %.1f seeds/s; settled after "
      "p50 %.0f s, p99 %.0f s, at most %.0f s\n",
      static_cast<long long>(seeds), static_cast<long long>(sales),
      static_cast<long long>(messages), violations.size(),
      seconds > 0 ? static_cast<double>(seeds) / seconds : 0, at(50), at(99), at(100));
  text += line;
  for (const auto& [name, counted] :
       {std::pair("fault", &faults), std::pair("branch", &branches)}) {
    for (const auto& [what, times_seen] : *counted) {
      std::snprintf(line, sizeof line, "  %-7s %-48s %6.2f %% of the seeds\n", name, what.c_str(),
                    100.0 * static_cast<double>(times_seen) / static_cast<double>(seeds));
      text += line;
    }
  }
  return text;
}

std::vector<std::string> Swarm::rare() const {
  std::vector<std::string> rare;
  for (size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    const auto found = faults.find(to_word(fault));
    const int64_t times = found == faults.end() ? 0 : found->second;
    if (answered(fault) && times * 100 < seeds) rare.push_back(to_word(fault));
  }
  for (const char* branch : {"settled",
                             "settling refused",
                             "sent once more",
                             "rows back in the outbox",
                             "duplicate known to NATS",
                             "gap handed back",
                             "last try",
                             "new generation",
                             "new generation seen",
                             "another SALES",
                             "central_before_commit",
                             "central_after_commit",
                             "central_after_publish",
                             "central lost the hub",
                             "central lost its database",
                             "till died inside",
                             "storage error",
                             "sale found after a crash",
                             "enrolled",
                             "row waits for its key",
                             "rows waited for their key",
                             "DOWNLOCAL made anew",
                             "problem: quarantine: bad_signature",
                             "problem: quarantine: bad_hash",
                             "problem: quarantine: not_understood",
                             "problem: conflict",
                             "fork answered",
                             "new epoch: forked",
                             "new epoch: numbered_on",
                             "carried",
                             "carried row took effect"}) {
    const auto found = branches.find(branch);
    if ((found == branches.end() ? 0 : found->second) * 100 < seeds) rare.push_back(branch);
  }
  return rare;
}

std::string words(const Weather& weather) {
  std::string text;
  for (size_t i = 0; i < kFaults; ++i) {
    const auto fault = static_cast<Fault>(i);
    if (weather.has(fault))
      text += (text.empty() ? "" : " ") + std::string(to_word(fault)) + "=" +
              std::to_string(weather[fault]);
  }
  return text.empty() ? "no fault" : text;
}

Weather shrunk(uint64_t seed, const std::string& mistake) {
  Weather weather(seed);
  for (size_t i = 0; i < kFaults; ++i) {
    Weather less = weather;
    less.set(static_cast<Fault>(i), 0);
    if (weather.has(static_cast<Fault>(i)) && !run_seed(seed, less, mistake).violation.empty())
      weather = less;
  }
  return weather;
}

std::string how_to_replay(uint64_t seed, const Outcome& outcome) {
  return "seed " + std::to_string(seed) + ", step " + std::to_string(outcome.step) + ": " +
         outcome.violation + "\n  leaftill-sim --seed " + std::to_string(seed) + " --until " +
         std::to_string(outcome.step) + " --verbose";
}

}  // namespace pos::sim

#include "tests/sim/faults.h"

namespace pos::sim {
namespace {

constexpr std::array<const char*, kFaults> kWords = {
    "loss",          "duplicate",  "reorder",    "delay",        "corrupt",      "till_cut",
    "wan_cut",       "wan_silent", "till_crash", "power_cut",    "leaf_crash",   "hub_crash",
    "central_crash", "disk_full",  "books_down", "central_slow", "clock_jump",   "sales_purged",
    "sales_lost",    "down_lost",  "leaf_wiped", "leaf_back",    "down_stalled", "consumers_gone",
    "impostor",      "poison",     "conflict",   "new_prices",   "old_schema",   "central_restored",
    "clone",         "old_image",  "two_of_one", "destroyed",    "hub_back"};

}  // namespace

const char* to_word(Fault fault) { return kWords[static_cast<size_t>(fault)]; }

std::optional<Fault> fault_of(std::string_view word) {
  for (size_t i = 0; i < kFaults; ++i) {
    if (word == kWords[i]) return static_cast<Fault>(i);
  }
  return {};
}

bool answered(Fault) { return true; }

Weather::Weather(uint64_t seed) {
  sync::Dice dice(seed * 0x9e3779b97f4a7c15 + 1);
  for (int i = 0; i < 8; ++i) dice.next();
  // Some worlds are nearly quiet, some are at war.
  const int64_t share = dice.between(0, 3) == 0 ? dice.between(2, 10) : dice.between(10, 60);
  for (size_t i = 0; i < kFaults; ++i) {
    const bool on = dice.between(1, 100) <= share;
    const int64_t strength = dice.between(1, 100);
    if (on && answered(static_cast<Fault>(i))) strength_[i] = static_cast<int>(strength);
  }
}

}  // namespace pos::sim

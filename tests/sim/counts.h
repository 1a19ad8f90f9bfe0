// What a world counts: how often a fault struck, and how often the protocol went along one of its
// branches, as seen from outside. A kind that never fires is a kind that is not tested.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pos::sim {

struct Counts {
  std::map<std::string, int64_t> faults, branches;
  void fault(const char* what) { ++faults[what]; }
  void branch(const char* what, int64_t times = 1) {
    if (times > 0) branches[what] += times;
  }
};

}  // namespace pos::sim

// What the driver knows, by its own record: every sale that was asked for at some till, and what
// came of it. Expected is reckoned from here, never from what the programs keep.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace pos::sim {

struct Sold {
  std::string till, receipt;
  std::map<std::string, int64_t> goods;  // thousandths by product
  int64_t total = 0;
  bool answered = false;  // pay() said so; else it was found on disk after a crash
};

struct Promises {
  std::map<std::string, Sold> sales;                    // by transaction
  std::vector<std::map<std::string, int64_t>> unheard;  // baskets whose pay() never came back
  std::set<std::string> conflicts;                      // "till/transaction" of two contents
};

// What one disk was told and has answered for: a copy of the disk has a copy of it.
struct OnDisk {
  std::set<std::string> answered;  // transactions
  bool operator==(const OnDisk&) const = default;
};

}  // namespace pos::sim

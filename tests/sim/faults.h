// The kinds of fault, each with a switch of its own. A seed turns a random share of them on, each
// with a strength of its own (swarm testing: a world in which everything fails at once hides what a
// single fault does).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sync/dice.h"

namespace pos::sim {

enum class Fault : size_t {
  // of lines: a message is …
  loss,
  duplicate,
  reorder,
  delay,
  corrupt,
  // a line is cut
  till_cut,
  wan_cut,
  wan_silent,
  // a program dies, or a machine
  till_crash,
  power_cut,
  leaf_crash,
  hub_crash,
  central_crash,
  // what a program stands on
  disk_full,
  books_down,
  central_slow,
  clock_jump,
  // memory of servers
  sales_purged,
  sales_lost,
  down_lost,
  leaf_wiped,
  leaf_back,
  down_stalled,
  consumers_gone,
  // other people
  impostor,
  poison,
  conflict,
  new_prices,
  // disks of tills and of central
  old_schema,
  central_restored,
  clone,
  old_image,
  two_of_one,
  destroyed,
  hub_back,  // a server that was told of, and lost it: it writes to its disk once a minute
  count
};
inline constexpr size_t kFaults = static_cast<size_t>(Fault::count);

const char* to_word(Fault);
std::optional<Fault> fault_of(std::string_view word);

// How strong each is in one world, 1 to 100; 0: it does not happen.
class Weather {
 public:
  Weather() = default;
  explicit Weather(uint64_t seed);

  int operator[](Fault fault) const { return strength_[static_cast<size_t>(fault)]; }
  bool has(Fault fault) const { return (*this)[fault] > 0; }
  void set(Fault fault, int strength) { strength_[static_cast<size_t>(fault)] = strength; }

 private:
  std::array<int, kFaults> strength_{};
};

// Whether the protocol in this tree answers to that fault yet.
bool answered(Fault);

}  // namespace pos::sim

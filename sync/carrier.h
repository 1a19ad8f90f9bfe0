// Carrier: asks central, in hello, which rows of the store's other tills it has, and carries those
// that it does not name for a while and whose till is silent: the till may be dead. The bytes and
// their signature are that till's own, so that anybody may bring them. A state machine like Relay.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sync/bus.h"
#include "sync/dice.h"
#include "sync/neighbours.h"

namespace pos::sync {

class Carrier {
 public:
  // Whether a till wrote to STORELOG within so many milliseconds.
  using Heard = std::function<bool(const std::string& till, int64_t ms, Tick)>;
  Carrier(Neighbours&, Bus&, std::string store, std::string till, Heard heard, uint64_t seed);

  // For the next hello: up to 500 rows that central has not named, in turn.
  std::vector<HaveRow> have();
  // What it answered. True: it named many of them, and there may be more to ask for at once.
  bool answered(const std::vector<std::string>& held, Tick);
  // Central is another one than before: it is asked for every row that is kept.
  void new_generation();
  // Carries what is due, if central can be reached. Returns when to call again, at the latest.
  int64_t step(Tick, bool online);

  int64_t carried() const { return carried_; }  // messages, since the start

 private:
  Neighbours& neighbours_;
  Bus& bus_;
  const std::string store_, till_;
  const Heard heard_;
  Dice dice_;
  std::vector<NeighbourRow> asked_;
  int64_t asked_to_ = 0;  // no; the next hello goes on behind it
  int64_t due_ms_ = 0;
  int64_t pause_ms_;
  bool got_held_ = false;  // since the last round
  int64_t carried_ = 0;
};

}  // namespace pos::sync

// World: three tills of one store, their leaf, the hub and central, in simulated time, on one
// thread. One 64-bit seed makes all of it: who sells what, the weather, and every fault's moment.
// First comes the chaos; then everything heals, nobody sells any more and no operator helps, and
// within bounded time all of it must be as the driver's own record says.
//
//   World world({.seed = 42, .weather = Weather(42)});
//   Outcome outcome = world.run();
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/dice.h"
#include "tests/sim/central_node.h"
#include "tests/sim/counts.h"
#include "tests/sim/faults.h"
#include "tests/sim/hub.h"
#include "tests/sim/leaf.h"
#include "tests/sim/promises.h"
#include "tests/sim/schedule.h"
#include "tests/sim/till_node.h"

namespace pos::sim {

struct Options {
  uint64_t seed = 1;
  Weather weather;
  uint64_t until_step = UINT64_MAX;
  bool verbose = false;
};

struct Outcome {
  std::string violation;   // empty: all is well
  uint64_t step = 0;       // of the violation, or the last
  int64_t settled_ms = 0;  // after the healing began
  int64_t sales = 0, messages = 0;
  uint64_t trace = 0;  // a hash of all that happened
  Counts counts;
};

class World {
 public:
  explicit World(const Options&);
  ~World();
  Outcome run();

  // ---- for its nodes ----
  Schedule& schedule() { return schedule_; }
  sync::Dice& dice() { return dice_; }
  Counts& counts() { return outcome_.counts; }
  Hub& hub() { return hub_; }
  Promises& promises() { return promises_; }
  bool chaos() const { return chaos_; }
  // Whether a fault of that strength strikes now: at full strength once in `one_in`.
  bool strikes(Fault, int64_t one_in);
  void violation(const std::string& words);
  void trace(const char* what, const std::string& about);

  void till_sends(TillNode&, sync::NatsMessage);
  void session_over(TillNode&);
  void start_later(TillNode&);
  void start_central_later();
  void settled_at(TillNode&, const std::string& epoch, int64_t seq, const std::string& hash);
  void sold(TillNode&, const std::string& receipt);
  void down_changed();

 private:
  // ---- lines ----
  struct Line {
    int64_t last_ms = 0;
  };
  void over(Line&, std::function<void()> arrive);
  void to_till(int session, sync::NatsMessage);
  void at_leaf(int session, sync::NatsMessage);
  void at_hub(int session, sync::NatsMessage);
  void reply(int session, const sync::NatsMessage& to, std::string body);
  void no_responders(int session, const sync::NatsMessage& to);
  void corrupt(sync::NatsMessage&);
  void forge(const sync::NatsMessage&);
  TillNode* till_of(int session);
  void connect_later(TillNode&, int64_t in_ms);
  void cut(TillNode&, int64_t for_ms);

  // ---- faults ----
  void plan();
  void strike_again(Fault, std::function<void()> strike);
  void for_a_while(int64_t least_ms, int64_t most_ms, std::function<void()> end);
  TillNode& any_till();
  void crash_leaf(int64_t down_ms);
  void crash_hub(int64_t down_ms);
  void clone(TillNode&);
  void keep_image(TillNode&);
  void put_back(size_t);
  void heal();

  // ---- checks (checks.cpp) ----
  void check_now(TillNode&);  // what holds at every moment
  void note_what_must_be();
  std::set<std::string> without_a_voice();
  std::string unsettled();
  void check_end();

  const Options options_;
  Weather weather_;
  sync::Dice dice_;
  Schedule schedule_;
  Outcome outcome_;
  bool chaos_ = true;
  Hub hub_;
  Leaf leaf_;
  CentralNode central_;
  std::vector<std::unique_ptr<TillNode>> tills_;
  std::map<int, TillNode*> sessions_;
  std::map<const TillNode*, int64_t> cut_until_;
  int last_session_ = 0;
  bool wan_up_ = true, wan_silent_ = false;
  std::map<int, Line> to_till_, from_till_;
  Line up_, down_;
  Leaf::Disk leaf_backup_;
  std::optional<Hub::Disk> hub_backup_;
  struct OldImage {
    TillNode* till;
    Image image;
    OnDisk promised;
  };
  std::vector<OldImage> old_images_;
  Promises promises_;
  struct Must {
    std::string till, content, where;
    bool understood = true;
  };
  std::map<std::string, std::vector<Must>> must_;  // by transaction
  int64_t healed_ms_ = 0;
  bool forgiven_ = false;  // a disk was copied or put back: receipts repeat, people are told
};

}  // namespace pos::sim

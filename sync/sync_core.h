// SyncCore: the till's state machines of sync together, as the sync thread and the simulations
// drive them. No thread, clock, socket or SQL of its own.
#pragma once

#include <cstdint>

#include "sync/bus.h"
#include "sync/carrier.h"
#include "sync/intake.h"
#include "sync/log_sender.h"
#include "sync/neighbours.h"
#include "sync/relay.h"
#include "sync/status.h"
#include "sync/store_log.h"

namespace pos::sync {

// The outbox's note of what central's clock said: "<ISO, by this clock> <ms that it is ahead>".
inline constexpr const char* kCentralClock = "central_clock";

class SyncCore {
 public:
  SyncCore(Outbox& outbox, Projections& projections, Neighbours& neighbours, Bus& bus,
           const RelaySettings& settings);

  void connected(Tick);
  void lost(Tick);
  void take(const NatsMessage&, Tick);
  void nudge() { relay_.nudge(), log_sender_.nudge(); }
  int64_t step(Tick);                                // returns when to call again, at the latest
  bool sending() const { return relay_.sending(); }  // rows go to central now
  Status status(Tick now);
  void attention(const std::string& what, const std::string& words) {
    relay_.attention(what, words);
  }
  int64_t malformed() const { return intake_.malformed() + store_log_.malformed(); }
  bool down_is_live() const { return intake_.live(); }

 private:
  void pass_on(Tick);  // what one heard and the other needs
  void keep_time(const HelloAnswer&, Tick);
  Outbox& outbox_;
  StoreLog store_log_;
  LogSender log_sender_;
  Carrier carrier_;
  Relay relay_;
  Intake intake_;
  Instant central_heard_;
  int64_t clock_skew_ms_ = 0;
  int64_t noted_ms_ = -1;  // when the two were written down last
};

}  // namespace pos::sync

// StoreLog: what the store's other tills record, out of the leaf's STORELOG into Neighbours. It
// works with the WAN up or down. A state machine like Relay.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/bus.h"
#include "sync/feed.h"
#include "sync/neighbours.h"
#include "sync/outbox.h"

namespace pos::sync {

class StoreLog {
 public:
  StoreLog(Outbox& outbox, Neighbours& neighbours, Bus& bus, std::string store, std::string till,
           uint64_t seed);

  void connected(Tick);
  void lost();
  bool take(const NatsMessage&, Tick);  // true: it was for us
  int64_t step(Tick);  // keeps one batch; returns when to call again, at the latest

  // Whether a till wrote to STORELOG within the last `ms`, as far as this program has seen.
  bool heard_within(const std::string& till, int64_t ms, Tick now) const;
  bool live() const { return feed_.live(); }
  // "created" of the stream; empty: not known yet.
  const std::string& created() const { return feed_.created(); }
  int64_t malformed() const { return malformed_; }

 private:
  void open(const NatsMessage&, const LogPlace&);

  Outbox& outbox_;
  Neighbours& neighbours_;
  const std::string store_, till_;
  Feed feed_;
  std::vector<NeighbourRow> rows_;  // not kept yet
  LogPlace read_, kept_;            // the last that was taken from the feed, and that was noted
  int64_t kept_ms_ = 0;             // when it was
  int64_t started_ms_ = -1;         // a till may have written before
  std::map<std::string, int64_t> heard_ms_;  // by till
  int64_t now_ms_ = 0, forgot_ms_ = 0;
  int64_t malformed_ = 0;
};

}  // namespace pos::sync

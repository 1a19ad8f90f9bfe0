// LogSender: the till's own rows into the leaf's STORELOG, for the store's other tills: as soon as
// they are recorded, whatever the WAN does, and new ones before a backlog. What the log lost with
// its leaf is written again where central has not signed for it.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "sync/backoff.h"
#include "sync/bus.h"
#include "sync/outbox.h"

namespace pos::sync {

class LogSender {
 public:
  LogSender(Outbox& outbox, Bus& bus, std::string store, std::string till, uint64_t seed);

  void connected();
  void lost();
  void nudge() { more_ = true; }
  bool take(const NatsMessage&, Tick);
  // `log`: "created" of STORELOG; empty: not known, nothing is sent. `busy`: rows go to central as
  // well now, and a backlog of the log gives way.
  int64_t step(Tick, const std::string& log, bool busy);

 private:
  struct Flying {
    int64_t id = 0;
    std::string inbox;
    int64_t sent_ms = 0;
    bool acked = false;
  };
  struct Lane {  // rows with ids in (acked, end] are sent in their order
    int64_t acked = 0, cursor = 0, end = kNever;
    std::deque<Flying> flight;
    bool full = false;  // a PubAck makes room
    bool done() const { return flight.empty() && acked >= end; }
  };

  void begin(const std::string& log);
  bool send(Lane&, Tick, int most);
  void acked(Lane&, Flying&);
  void go_back(Tick);
  void note_place(Tick);

  Outbox& outbox_;
  Bus& bus_;
  const std::string store_, till_;
  Backoff backoff_;
  bool up_ = false;
  bool more_ = true;
  std::string log_;     // the stream that is written to; empty: none yet
  Lane fresh_, older_;  // older_: what waited when this log was met first
  int64_t looked_ms_ = 0, older_ms_ = 0, stalled_until_ = 0;
  int64_t noted_ = 0, noted_ms_ = 0;
};

}  // namespace pos::sync

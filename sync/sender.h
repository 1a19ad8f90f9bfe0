// Sender: rows from the outbox into SALES, in the journal's order, with a window of them on the
// way. A PubAck says that a row is *sent*; that is kept in memory only and frees nothing: the row
// waits until central has signed for it. Where a PubAck is missing it goes back to the oldest such
// row and sends from there in order, with the same message id, so that NATS knows a second copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "sync/backoff.h"
#include "sync/bus.h"
#include "sync/dice.h"
#include "sync/outbox.h"

namespace pos::sync {

class Sender {
 public:
  Sender(Outbox& outbox, Bus& bus, std::string store, std::string till, size_t window,
         uint64_t seed);

  void connected();
  void lost();
  // True if the message answers a row of ours.
  bool take(const NatsMessage&, Tick);
  void nudge() { more_ = true; }  // a row was recorded
  // Sends what may be sent now. Returns when to call again, at the latest.
  int64_t step(Tick);

  // Central holds the rows of this epoch up to `seq`.
  void settled(const std::string& epoch, int64_t seq);
  // Everything that waits is sent once more, under new message ids: what NATS took does not show up
  // at central, and NATS would drop the same id again, even after a purge.
  void new_round();

  bool busy() const { return up_ && !probing_ && (more_ || !flight_.empty()); }
  int64_t sent() const;  // rows with a PubAck that central has not settled
  int64_t sent_to(const std::string& epoch) const;  // last seq with a PubAck, all before it too
  // What happened since it was asked last.
  bool take_recovered() { return std::exchange(recovered_, false); }  // a PubAck after an outage
  bool take_stalled() { return std::exchange(stalled_, false); }      // hub away, or silent
  bool take_false_ack() { return std::exchange(false_ack_, false); }  // another stream took a row
  const std::string& trouble() const { return trouble_; }  // why SALES refuses; empty: it does not

 private:
  struct Flying {
    SealedRow row;
    uint64_t round = 0;
    std::string inbox;
    int64_t sent_ms = 0;
    bool acked = false;
    bool to_send = true;
  };
  struct Chain {  // of one epoch, in this round
    int64_t from = 0, acked_to = 0;
    int64_t settled_to = 0;
  };

  bool publish(Flying&, Tick);
  Headers headers_of(const Flying&) const;
  bool send(Tick, int& budget);
  bool load(Tick, int budget);
  const Flying* oldest_on_the_way() const;
  void stall(Tick);
  void pub_ack(Flying&, const NatsMessage&, Tick);
  void pop_acked();

  Outbox& outbox_;
  Bus& bus_;
  const std::string store_, till_;
  const size_t window_;
  Dice dice_;
  Backoff backoff_;

  bool up_ = false;
  bool more_ = true;       // the outbox may hold rows after cursor_
  int64_t cursor_ = 0;     // last row taken from the outbox in this round
  int64_t looked_ms_ = 0;  // when it was last asked for more
  uint64_t round_ = 0;
  std::deque<Flying> flight_;                          // ascending by row id
  std::unordered_map<std::string, int64_t> by_inbox_;  // -> row id
  std::map<std::string, Chain> chains_;
  bool held_ = false;     // this step has passed the place where a test may hold it
  bool probing_ = false;  // one row at a time until a PubAck shows that the way is free
  int64_t stalled_until_ = 0;
  bool outage_ = false, recovered_ = false, stalled_ = false, false_ack_ = false;
  std::string trouble_;
};

}  // namespace pos::sync

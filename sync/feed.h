// Feed: the messages of one of the leaf's streams, in order, by a push consumer without acks. It
// makes the stream where it is missing, notices gaps, silences, and a stream that was made again or
// went back, and begins the consumer anew from the last message that came in order. After each
// connect that message is had once more: if it is not the same, the leaf has lost some and took
// others, and all is read from the start. Once there is a consumer the stream is looked at again:
// another till may have made it anew in between, and a number of the old one says nothing in it. A
// state machine like Relay.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sync/backoff.h"
#include "sync/bus.h"
#include "sync/dice.h"
#include "sync/neighbours.h"

namespace pos::sync {

struct FeedPlan {
  std::string stream;
  std::string config;  // to make it with; JSON
  int slot = 0;        // of Bus::new_delivery
  int64_t heartbeat_ms = 5000;
};

class Feed {
 public:
  using Open = std::function<void(const NatsMessage&, const LogPlace&)>;
  // `open` gets each message once, in the stream's order, and its place.
  Feed(Bus&, FeedPlan, Open open, uint64_t seed);

  // Begins after `from`; from the stream's start where that is of another stream.
  void connected(const LogPlace& from, Tick);
  void lost();
  bool take(const NatsMessage&, Tick);  // true: it was for us
  int64_t step(Tick);                   // returns when to call again, at the latest
  void remake(Tick);                    // deletes the stream and makes it anew
  bool live() const { return state_ == State::live; }
  bool off() const { return state_ == State::off; }
  // "created" of the stream that is read; empty: not known yet.
  const std::string& created() const { return place_.created; }

 private:
  enum class State { off, asking, making_stream, making_consumer, confirming, live };

  void request(State, const std::string& subject, const std::string& body, Tick);
  void ask_stream(Tick);
  void make_stream(Tick);
  void make_consumer(Tick);
  void confirm(Tick);
  void again_later(Tick);
  void answered(const NatsMessage&, Tick);
  bool delivered(const NatsMessage&, Tick);
  void heartbeat(const NatsMessage&, Tick);

  Bus& bus_;
  const FeedPlan plan_;
  const Open open_;
  State state_ = State::off;
  std::string inbox_;  // of the request under way
  int64_t asked_ms_ = 0;
  int64_t again_ms_ = kNever;  // when to start over after a failure
  Backoff backoff_;
  LogPlace place_;     // last that came in order
  bool sure_ = false;  // that the stream still has it: since the connect it gave it once more
  std::string delivery_, consumer_, retired_;
  int64_t consumer_seq_ = 0;
  int64_t heard_ms_ = 0;
};

}  // namespace pos::sync

// Central's side of JetStream, over a NatsLink: its streams, a pull consumer, and publishing with
// every PubAck awaited. The requests are raw ones to $JS.API: libnats' own fetch writes past its
// buffer before 3.9. What goes wrong is thrown as HubFailure; the caller reconnects and begins
// again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "central/down.h"
#include "sync/nats_link.h"

namespace pos::central {

struct HubFailure {
  std::string words;
};

struct StreamState {
  std::string created;  // changes when the stream was deleted and made again
  int64_t last_seq = 0;
};

// One link's JetStream. Every wait ends within 100 ms of `stop` and a wake().
class JetStream {
 public:
  JetStream(sync::NatsLink& link, const std::atomic<bool>& stop) : link_(link), stop_(stop) {}

  // SALES, DOWN, DOWNALL and EVENTS, made if missing, and brought to what they must be if not.
  // Replicas and storage limits that an operator gave them stay. By name.
  std::map<std::string, StreamState> make_streams();

  // When the stream took the message with that number, as in StreamRow; 0: it has none.
  int64_t stored_ns(const std::string& stream, int64_t seq);

  // Publishes all and waits until the stream of each has confirmed it. Returns the highest sequence
  // by stream.
  std::map<std::string, int64_t> publish_confirmed(const std::vector<Outgoing>&,
                                                   const sync::Headers& common);

 private:
  friend class StreamReader;
  using Clock = std::chrono::steady_clock;

  std::string request(const std::string& subject, const std::string& body);
  // The next message that is no stream row (these are kept for the reader); nullopt: time is up.
  std::optional<sync::NatsMessage> next_answer(Clock::time_point until);
  // nullopt: time is up, or woken.
  std::optional<sync::NatsMessage> next(Clock::time_point until);

  sync::NatsLink& link_;
  const std::atomic<bool>& stop_;
  std::deque<sync::NatsMessage> rows_;
  bool woken_ = false;
};

// One message of a stream, with what its ack subject says.
struct StreamRow {
  sync::NatsMessage message;
  int64_t delivered = 0;  // 1: for the first time
  int64_t stream_seq = 0;
  int64_t stored_ns = 0;     // when the stream took it, since 1970; tells it from another one there
  int64_t consumer_seq = 0;  // counts deliveries, without gaps
  int64_t pending = 0;       // messages of the stream behind it
};

// A pull consumer; one at a time on a link. What was not asked for stays on the server's disk.
class StreamReader {
 public:
  explicit StreamReader(JetStream& hub) : hub_(hub) {}

  // Deletes and makes the durable consumer, so that it begins just after `position`: in the state
  // of an old one, the batch of a dead instance would come back late, behind newer rows.
  void open_durable(const std::string& stream, const std::string& durable, int64_t position);
  // The last message of each subject below `filter`.
  void open_last_per_subject(const std::string& stream, const std::string& filter);

  // What is there, up to `batch`; if nothing, waits for one up to `idle` or until the link is
  // woken. Empty: nothing came.
  std::vector<StreamRow> fetch(size_t batch, std::chrono::milliseconds idle);

  void ack(const StreamRow&);
  void hand_back(const StreamRow&, std::chrono::milliseconds delay);

 private:
  enum class End { full, drained, silent, woken };

  void open(const std::string& create_subject, const std::string& config);
  std::string ask(size_t batch, std::chrono::milliseconds expires);
  End collect(std::vector<StreamRow>& out, size_t want, const std::string& reply,
              JetStream::Clock::time_point until, bool stop_when_woken);
  void look_after_silence();

  JetStream& hub_;
  std::string stream_, consumer_;
  std::string poll_;  // the long poll that is under way
  JetStream::Clock::time_point poll_until_;
  int64_t last_consumer_seq_ = 0;
};

}  // namespace pos::central

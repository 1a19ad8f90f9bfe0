// Leaf: a model of a store's nats-server: its JetStream (DOWNLOCAL with sources at the hub,
// STORELOG), and push consumers with heartbeats. Streams are on its disk; consumers without a
// durable name live as long as their till listens.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sync/bus.h"
#include "tests/sim/hub.h"

namespace pos::sim {

class Leaf {
 public:
  struct Stream {
    bool exists = false;
    int made = 0;  // its "created"
    int64_t last_seq = 0;
    bool last_per_subject = false;
    std::map<int64_t, Stored> messages;
    std::map<std::string, int64_t> by_subject;  // the last of each
    std::map<std::string, int64_t> ids;         // Nats-Msg-Id -> until
    // Sources: what was taken of DOWN and DOWNALL.
    int64_t down_seq = 0, downall_seq = 0;
    bool stalled = false;
  };
  // What is on its disk.
  using Disk = std::map<std::string, Stream>;

  bool up = true;
  int64_t remade = 0;  // how often somebody deleted DOWNLOCAL to have it made anew

  // `to`: the till's session that is to get it. Called at once; the lines are the world's.
  using Send = std::function<void(int session, sync::NatsMessage)>;
  explicit Leaf(Send send) : send_(std::move(send)) {}

  // A request of a session to the JetStream API.
  void api(int session, const sync::NatsMessage&, int64_t now_ms);
  // Into STORELOG, where somebody made it.
  void journal(int session, const sync::NatsMessage&, int64_t now_ms);
  // What DOWN and DOWNALL have more; then everything to whoever listens.
  void source(const Hub&, int64_t now_ms);
  void heartbeats(int64_t now_ms);
  void session_ends(int session);
  void forget_consumers() { consumers_.clear(); }
  // Somebody who is on the store's network puts words in central's mouth.
  void forge(const std::string& subject, const std::string& body, int64_t now_ms);

  const Disk& disk() const { return disk_; }
  void replace(Disk, int64_t now_ms);  // consumers are gone
  void wipe();
  void stall(bool stalled);
  const Stream* stream(const std::string& name) const;

 private:
  struct Consumer {
    std::string name, stream, deliver;
    int session = 0;
    int64_t next = 1, deliveries = 0, beat_ms = 0, every_ms = 0;
  };

  void answer(int session, const std::string& reply, std::string body);
  void create_stream(int session, const std::string& name, const sync::NatsMessage&);
  void create_consumer(int session, const std::string& stream, const sync::NatsMessage&,
                       int64_t now_ms);
  void add(Stream&, const std::string& subject, const std::string& body, sync::Headers headers);
  void feed(int64_t now_ms);

  Send send_;
  Disk disk_;
  int made_ = 0;
  int64_t names_ = 0, stamps_ = 0;  // of its clock, not of its disk
  std::vector<Consumer> consumers_;
};

}  // namespace pos::sim

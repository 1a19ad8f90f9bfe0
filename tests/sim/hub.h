// Hub: a model of the hub's nats-server as far as the protocol leans on it (measured: docs and
// facts of nats-server 2.9). SALES with its window of message ids, which a purge does not clear;
// DOWN and DOWNALL with the last value of each subject; and the applier's pull consumer with
// redelivery. What it tells is told at once; the lines to it are the world's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "central/down.h"
#include "central/jetstream.h"
#include "sync/bus.h"

namespace pos::sim {

struct Stored {
  std::string subject, body;
  sync::Headers headers;
  int64_t time = 0;  // never the same twice at one server
};

class Hub {
 public:
  bool up = true;
  int64_t purges = 0, duplicates = 0, naks = 0, redeliveries = 0;  // counted

  // ---- SALES ----
  struct PubAck {
    int64_t seq = 0;
    bool duplicate = false;
  };
  PubAck store(const sync::NatsMessage&, int64_t now_ms);
  void purge_sales();               // messages go, ids stay known
  void lose_sales(int64_t now_ms);  // the stream is made anew
  const std::map<int64_t, Stored>& sales() const { return disk_.sales; }

  // ---- DOWN and DOWNALL ----
  struct LastValues {
    std::string created = "1";
    int64_t last_seq = 0;
    std::map<std::string, std::pair<int64_t, std::string>> values;  // subject -> seq, body
    std::map<std::string, std::string> generations;                 // subject -> header
  };
  int64_t put(const central::Outgoing&);
  void lose_down(int64_t now_ms);
  const LastValues& down() const { return disk_.down; }
  const LastValues& downall() const { return disk_.downall; }

  // ---- its disk ----
  struct Disk {
    std::string sales_created = "1";
    int64_t last_sale = 0;
    std::map<int64_t, Stored> sales;
    std::map<std::string, int64_t> ids;  // Nats-Msg-Id -> until
    LastValues down, downall;
  };
  const Disk& disk() const { return disk_; }
  // What it told since is not there any more, though it said that it was; nor are the consumers.
  void replace(Disk);

  // ---- for central ----
  std::map<std::string, central::StreamState> states() const;
  std::vector<central::StreamRow> last_acks() const { return last_of(".ack."); }
  std::vector<central::StreamRow> last_stocks() const { return last_of(".stock."); }
  void open_consumer(int64_t position);
  void forget_consumer() { consumer_.open = false; }
  bool consumer_open() const { return consumer_.open; }
  std::vector<central::StreamRow> fetch(size_t batch, int64_t now_ms);
  void ack(const central::StreamRow&);
  void hand_back(const central::StreamRow&, int64_t until_ms);
  bool all_acknowledged() const;
  // When a row that is out comes back at the earliest.
  std::optional<int64_t> next_redelivery() const;

 private:
  std::vector<central::StreamRow> last_of(const char* kind) const;  // in DOWN
  struct Pending {
    int64_t until_ms = 0, delivered = 0;
  };
  struct Consumer {
    bool open = false;
    int64_t next = 1, deliveries = 0;
    std::map<int64_t, Pending> pending;  // by place in SALES
  };

  Disk disk_;
  int64_t last_event_ = 0, stored_ = 0;
  Consumer consumer_;
};

}  // namespace pos::sim

// Applier: the one reader of SALES. It holds the applier's lock, applies what comes in batches,
// each in one database transaction, acknowledges them to NATS only then, and publishes what is
// marked. One thread owns it and calls everything but nudge().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "central/jetstream.h"
#include "central/sales_work.h"
#include "central/sql.h"
#include "sync/nats_link.h"
#include "sync/seal.h"

namespace pos::central {

struct ApplierCounts {
  std::atomic<bool> active = false;     // holds the lock
  std::atomic<bool> connected = false;  // and reads
  std::atomic<int64_t> position = 0, applied = 0, batches = 0;
  std::atomic<int64_t> behind = 0;  // rows in SALES after those that were read last
};

class Applier : private SalesHub {
 public:
  using Log = std::function<void(const char* level, const std::string& words)>;
  Applier(Database&, const sync::SigningKey&, sync::NatsConfig, Log, const std::atomic<bool>& stop);

  // Works until `stop`, or until something is gone: throws HubFailure or SqlError, and may be
  // called again. False: another instance holds the lock; ask again in a second.
  bool work();
  void nudge();                  // any thread: publish now
  void admit_waiting();          // any thread: rows that waited may be known now
  void wake() { link_.wake(); }  // any thread
  const ApplierCounts& counts() const { return counts_; }

 private:
  void connect();
  bool books_are_behind();
  int64_t newest_stock();  // that went down
  void apply_next();
  void apply(const std::vector<StreamRow>&);
  void apply_waiting();
  void publish_marked();

  void ack(const StreamRow& row) override { reader_.ack(row); }
  void hand_back(const StreamRow& row, std::chrono::milliseconds delay) override {
    reader_.hand_back(row, delay);
  }
  int64_t stored_ns(int64_t seq) override { return hub_.stored_ns("SALES", seq); }
  std::map<std::string, int64_t> publish_confirmed(const std::vector<Outgoing>&) override;

  Database& database_;
  const sync::SigningKey& key_;
  const Log log_;
  const std::atomic<bool>& stop_;
  sync::NatsLink link_;
  JetStream hub_{link_, stop_};
  StreamReader reader_{hub_};
  SalesWork work_{database_, key_, *this};
  std::chrono::steady_clock::time_point published_at_;
  bool more_ = false;  // the last batch was a full one
  std::atomic<bool> waiting_ = true;
  ApplierCounts counts_;
};

}  // namespace pos::central

// Applier: the one reader of SALES. It holds the applier's lock, applies what comes in batches,
// each in one database transaction, acknowledges them to NATS only then, and publishes what is
// marked. One thread owns it and calls everything but nudge().
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "central/jetstream.h"
#include "central/reconciler.h"
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

class Applier {
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
  void take_up_sales(const StreamState&);
  void take_up_down(const StreamState& down, const StreamState& downall);
  bool down_is_ahead();
  void apply_next();
  void give_up_handed_back();
  void apply(const std::vector<StreamRow>&);
  void settle_with_nats(const std::vector<StreamRow>&, const Reconciled&);
  void apply_waiting();
  void publish_marked();

  Database& database_;
  const sync::SigningKey& key_;
  const Log log_;
  const std::atomic<bool>& stop_;
  sync::NatsLink link_;
  JetStream hub_{link_, stop_};
  StreamReader reader_{hub_};
  // Places in SALES that are not handled although later ones are, and since when.
  std::map<int64_t, std::chrono::steady_clock::time_point> handed_back_;
  std::chrono::steady_clock::time_point published_at_;
  bool more_ = false;    // the last batch was a full one
  int64_t highest_ = 0;  // place in SALES up to which everything else is
  std::atomic<bool> waiting_ = true;
  ApplierCounts counts_;
};

}  // namespace pos::central

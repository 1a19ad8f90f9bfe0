// SyncThread: the till's one thread that knows a network. It connects to the store's leaf, again
// and again, and drives SyncCore with what comes in and with the time. The cashier's side touches
// three things of it: nudge(), a copy of the status, and stop().
//
// It starts in the constructor and needs nothing to be there yet.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "pos/time.h"
#include "sync/claim_desk.h"
#include "sync/nats_link.h"
#include "sync/neighbours.h"
#include "sync/outbox.h"
#include "sync/projections.h"
#include "sync/relay.h"
#include "sync/status.h"

namespace pos::sync {

class SyncThread {
 public:
  using Log = std::function<void(const std::string&)>;
  // `now` and `log` are called from the sync thread. The stores and `claims` must outlive it, or
  // stop() must have returned true.
  SyncThread(Outbox& outbox, Projections& projections, Neighbours& neighbours, NatsConfig,
             RelaySettings, std::function<Instant()> now, Log log = {},
             ClaimDesk* claims = nullptr);
  ~SyncThread();  // stop()
  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;

  void nudge();           // any thread: a row was recorded
  Status status() const;  // any thread
  // Called from the sync thread when the status has changed; {} for nobody.
  void on_change(std::function<void()> changed);
  // Finishes the batch, flushes, closes; within 3 s. False: the thread is stuck in the library, was
  // left behind, and will touch nothing of ours if it ever comes back. Then leave the process soon.
  bool stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;  // let go of, not destroyed, if the thread had to be left behind
  std::thread thread_;
};

}  // namespace pos::sync

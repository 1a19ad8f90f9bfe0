// Service: central's side of the chain. Two threads with a NATS connection each: the applier takes
// rows from SALES, applies them in one database transaction a batch, acknowledges them and
// publishes what changed; the responder answers hello, enrol and pull and keeps the fleet's last
// words. Every server may be absent, silent, frozen or restarted at any time: each thread comes
// back by itself, and no row is acknowledged to NATS before it is committed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "central/sql.h"
#include "sync/nats_link.h"
#include "sync/seal.h"

namespace pos::central {

struct Health {
  bool nats = false;      // both connections stand
  bool database = false;  // the last piece of work on it succeeded
  bool applier = false;   // this instance applies rows (of several, one does)
  int64_t position = 0;   // place in SALES below which everything is handled
  int64_t behind = 0;     // rows in SALES that this instance has not read yet
  int64_t applied = 0;    // rows that took effect here since the start
  int64_t batches = 0;
  int64_t attempts = 0;  // failed connects in a row
  std::string trouble;   // words for what is wrong now; empty if nothing is
};

class Service {
 public:
  // `log` is called from both threads: level is "info", "warning" or "error".
  using Log = std::function<void(const char* level, const std::string& words)>;

  // The database is migrated already. All three outlive the service. `retry_ms`: between two failed
  // attempts, each of which is logged with its number.
  Service(Database&, const sync::SigningKey&, sync::NatsConfig, Log, int64_t retry_ms = 1000);
  ~Service();  // stop()
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void start();           // returns at once; nothing needs to be there yet
  void stop();            // returns within 3 s
  void nudge();           // any thread, after a commit that set marks or events: publish now
  Health health() const;  // any thread

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pos::central

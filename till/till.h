// Till: everything this program is, in the order in which it comes alive; destruction is the
// shutdown, in reverse.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "pos/register.h"
#include "storage/ballast.h"
#include "storage/catalogue.h"
#include "storage/database.h"
#include "storage/ledger.h"
#include "storage/neighbours.h"
#include "storage/outbox.h"
#include "storage/price_list.h"
#include "storage/projections.h"
#include "storage/provision.h"
#include "storage/pruner.h"
#include "storage/rules.h"
#include "storage/staff.h"
#include "sync/claim_desk.h"
#include "sync/sync_thread.h"
#include "till/config.h"
#include "till/control_socket.h"
#include "till/headless.h"
#include "till/metrics.h"
#include "till/paperwork.h"
#include "till/secrets.h"
#include "till/serial_scale.h"
#include "till/system_clock.h"

namespace pos::till {

class Till {
 public:
  // Throws ConfigError, SecretsError or storage::Error with words for the person who starts it.
  explicit Till(Config config);
  ~Till();

  // The face that is driven by lines.
  Headless headless();
  // Reads commands from standard input until quit, end of input or `stop`. Returns the exit code.
  int run_headless(const std::function<bool()>& stop);

  Register& reg() { return register_; }
  sync::Status status() { return sync_.status(); }
  // Counted in the database now: right after a sale the sync thread's copy may not know it yet.
  sync::Status counted_status();
  void nudge() { sync_.nudge(); }
  void recover();       // after a storage failure: reopen, and look what is there
  void after_answer();  // its receipt is queued, the last sale was handed out; checkpoint
  // Queues a report, and is its text.
  std::string print_report(const ShiftClosed&, bool z);
  Paperwork& paper() { return paper_; }
  void checkpoint();
  void give_back_claims();  // now and then: what was claimed in the store and is not needed
  // Called by the sync thread when the status changed; {} for nobody.
  void on_change(std::function<void()> changed) { sync_.on_change(std::move(changed)); }
  Clock& clock() { return clock_; }
  Scale* scale() { return scale_ ? &*scale_ : nullptr; }  // null: none is configured
  const storage::NewTill& who() const { return who_; }
  const Config& config() const { return config_; }

 private:
  std::string control(const std::string& request);
  std::string metrics();
  void prune();

  Config config_;
  CommitTimes commits_;
  storage::Database database_;
  Secrets secrets_;
  storage::NewTill who_;
  SystemClock clock_;
  storage::PendingStock pending_stock_;
  storage::PriceList prices_;
  storage::Neighbours neighbours_;
  storage::Catalogue catalogue_;
  storage::FileSpace space_;
  storage::Ballast ballast_;
  storage::Ledger ledger_;
  storage::Staff staff_;
  storage::Rules rules_;
  std::optional<SerialScale> scale_;
  sync::ClaimDesk claims_;
  Register register_;
  storage::Outbox outbox_;
  storage::Projections projections_;
  storage::Pruner pruner_;
  sync::SyncThread sync_;
  Paperwork paper_;
  ControlSocket control_;
  std::optional<MetricsPort> metrics_;
};

}  // namespace pos::till

#include "till/till.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "pos/version.h"
#include "sync/log.h"
#include "till/key_rotation.h"
#include "till/operator.h"

namespace pos::till {
namespace {

constexpr size_t kMaxBuffered = 1 << 20;  // of a line without an end

sync::NatsConfig nats_of(const Config& config, const Secrets& secrets,
                         const storage::NewTill& who) {
  sync::NatsConfig nats;
  nats.url = config.nats_url;
  nats.name = "till " + who.store + "/" + who.till;
  nats.nkey_seed = secrets.nkey_seed;
  nats.inbox_prefix = "_INBOX." + who.store + "." + who.till;
  return nats;
}

sync::RelaySettings relay_of(const Config& config, const Secrets& secrets,
                             const storage::NewTill& who) {
  sync::RelaySettings relay;
  relay.store = who.store;
  relay.till = who.till;
  relay.app = std::string("leaftill ") + kVersion;
  relay.central_keys = secrets.central_keys;
  relay.enrol_code = secrets.enrol_code;
  relay.public_key = sync::base64(secrets.signing.public_key);
  relay.carry_after_ms = config.carry_after_s * 1000;
  return relay;
}

RegisterSettings trade_of(const Config& config, const storage::NewTill& who) {
  RegisterSettings settings{{who.store}, {who.till}, who.currency, config.label_patterns};
  settings.terms.tax = who.tax;
  settings.terms.rounding = who.rounding;
  for (LabelPattern& p : label_preset(config.label_preset)) settings.labels.push_back(std::move(p));
  return settings;
}

nlohmann::ordered_json printer_json(const Paperwork& paper) {
  auto jobs = nlohmann::ordered_json::array();
  for (const PrintJob& j : paper.jobs()) {
    jobs.push_back(
        {{"id", j.id}, {"job", j.title}, {"state", to_word(j.state)}, {"message", j.words}});
  }
  return {{"waiting", paper.waiting()}, {"jobs", jobs}};
}

nlohmann::ordered_json json_time(Instant at) {
  return at.unix_ms ? nlohmann::ordered_json(to_iso(at)) : nlohmann::ordered_json(nullptr);
}

// Writes the whole line or ends the program: whoever gave the commands has gone.
bool put_line(std::string line) {
  line += '\n';
  for (size_t done = 0; done < line.size();) {
    const ssize_t n = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

Till::Till(Config config)
    : config_(std::move(config)),
      database_(config_.database),
      secrets_(settled_secrets(config_.key, database_)),
      who_(storage::identity(database_)),
      clock_(config_.time_zone.empty() ? who_.time_zone : config_.time_zone),
      pending_stock_(database_),
      prices_(database_, clock_),
      neighbours_(database_),
      catalogue_(database_, pending_stock_, &prices_, &neighbours_),
      space_(config_.database),
      ballast_(space_),
      ledger_(database_, pending_stock_, secrets_.signing, &ballast_,
              [this] { return claims_.met(); }),
      staff_(database_, secrets_.pepper, who_.store),
      rules_(database_),
      claims_({who_.store, who_.till}, [this] { ledger_.tell_held(); }),
      register_(catalogue_, ledger_, staff_, clock_, trade_of(config_, who_), &rules_, &claims_),
      outbox_(database_, pending_stock_, &ledger_),
      projections_(database_, &prices_),
      pruner_(database_, ledger_, config_.keep_days),
      sync_(
          outbox_, projections_, neighbours_, nats_of(config_, secrets_, who_),
          relay_of(config_, secrets_, who_), [this] { return clock_.now(); },
          [](const std::string& text) { sync::log_info(text); }, &claims_),
      paper_(config_, who_.receipt_head, who_.receipt_foot, register_, staff_),
      control_(
          control_path(config_.database, who_.till),
          [this](const std::string& request) { return control(request); },
          [](const std::string& text) { sync::log_warn(text); }) {
  {
    const storage::Database::Turn turn(database_, storage::Database::Who::cashier);
    database_.on_commit([this](std::chrono::microseconds took) { commits_.add(took); });
  }
  if (const auto where = parse_loopback(config_.metrics_listen)) {
    metrics_.emplace(
        *where, [this] { return metrics(); },
        [](const std::string& text) { sync::log_warn(text); });
  }
  if (!config_.scale_device.empty()) scale_.emplace(config_.scale_device, config_.scale_line);
  sync::log_info("till is ready",
                 {{"store", who_.store}, {"till", who_.till}, {"database", config_.database}});
}

Till::~Till() {
  if (!sync_.stop()) {
    paper_.close();
    // The library does not let go of a dead server. Nothing of ours is open: leave.
    sync::log_warn("the sync thread did not stop in time; leaving without it");
    std::fflush(nullptr);
    ::_exit(0);
  }
}

void Till::recover() {
  ballast_.room();  // if the disk is full, gives up what lets it go on
  try {
    const storage::Database::Turn turn(database_, storage::Database::Who::cashier);
    database_.reopen();
  } catch (const storage::Error& e) {
    sync::log_error("the database does not open again", {{"why", e.what()}});
    throw;
  }
  pending_stock_.load();
  neighbours_.forget_sums();
  register_.reload();
}

void Till::after_answer() {
  paper_.print_last_sale();
  try {
    if (register_.unheard()) register_.handed_out();
  } catch (const storage::Error& e) {
    // Nothing was asked that could be refused. The receipt stays in doubt, which is true.
    sync::log_warn("the receipt is not noted as handed out", {{"why", e.what()}});
  }
  checkpoint();
  ballast_.take_up();
  prune();
  give_back_claims();
}

void Till::give_back_claims() {
  try {
    register_.give_back_claims();
  } catch (const storage::Error& e) {
    sync::log_warn("claims are not given back", {{"why", e.what()}});
  }
}

// A slice after an answer, while nothing is on the counter.
void Till::prune() {
  if (register_.sale().open()) return;
  try {
    pruner_.step(clock_.now());
  } catch (const storage::Error& e) {
    sync::log_warn("the journal is not pruned", {{"why", e.what()}});
  }
}

void Till::checkpoint() {
  const storage::Database::Turn turn(database_, storage::Database::Who::cashier);
  database_.checkpoint_if_due();
}

Headless Till::headless() {
  return {register_,
          {[this] { return counted_status(); }, [this] { sync_.nudge(); }, [this] { recover(); },
           [this](const CompletedSale& s) { return paper_.text_of(s); },
           [this](const Reprint& r) { return paper_.print_copy(r); },
           [this](const Reprint& r, const Buyer& b) { return paper_.print_invoice(r, b); },
           [this](const ShiftClosed& s, bool z) { return print_report(s, z); },
           [this] { return paper_.jobs(); }, [this] { paper_.open_drawer(); }, scale()}};
}

std::string Till::print_report(const ShiftClosed& shift, bool z) {
  return paper_.print_report(shift, z, counted_status().waiting);
}

sync::Status Till::counted_status() {
  sync::Status s = sync_.status();
  const auto counts = outbox_.counts();
  s.waiting = counts.waiting;
  s.sent = std::min(s.sent, counts.waiting);
  s.settled = counts.settled;
  s.oldest_waiting = counts.oldest_waiting;
  s.last_receipt = counts.last_receipt;
  return s;
}

int Till::run_headless(const std::function<bool()>& stop) {
  Headless headless = this->headless();
  std::string pending;
  for (char buffer[4096]; !headless.quit() && !stop();) {
    pollfd in{STDIN_FILENO, POLLIN, 0};
    if (::poll(&in, 1, 1000) <= 0) {  // a signal, or time to look at stop()
      give_back_claims();
      continue;
    }
    const ssize_t n = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    pending.append(buffer, static_cast<size_t>(n));
    for (size_t end; !headless.quit() && (end = pending.find('\n')) != std::string::npos;) {
      const std::string line = pending.substr(0, end);
      pending.erase(0, end + 1);
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      if (!put_line(headless.answer(line))) return 1;
      after_answer();
    }
    if (pending.size() > kMaxBuffered) pending.resize(kMaxBuffered);  // answered when it ends
  }
  return 0;
}

// On the port's thread: from copies alone, so that asking costs the cashier nothing.
std::string Till::metrics() {
  return metrics_text({who_.store, who_.till, kVersion, sync_.status(),
                       static_cast<int64_t>(paper_.waiting()), clock_.now()},
                      commits_);
}

std::string Till::control(const std::string& request) try {
  if (request == "status") {
    const sync::Status s = counted_status();
    nlohmann::ordered_json out = {{"link", sync::to_word(s.link)},
                                  {"waiting", s.waiting},
                                  {"sent", s.sent},
                                  {"leftSeconds", s.left_s < 0 ? nlohmann::ordered_json(nullptr)
                                                               : nlohmann::ordered_json(s.left_s)},
                                  {"settled", s.settled},
                                  {"needs_attention", s.needs_attention},
                                  {"attention", s.attention},
                                  {"lastReceipt", s.last_receipt},
                                  {"oldestWaiting", json_time(s.oldest_waiting)},
                                  {"linkSince", json_time(s.link_since)},
                                  {"attempts", s.attempts},
                                  {"centralHeard", json_time(s.central_heard)},
                                  {"clockSkewMs", s.clock_skew_ms}};
    if (paper_.has_printer()) out["printer"] = printer_json(paper_);
    return out.dump();
  }
  if (request == "rotate-key") {
    std::string answer = rotate_key(config_.key, secrets_, ledger_, outbox_, clock_.now());
    sync::log_info("the till signs with a new key", {{"key", secrets_.signing.id}});
    sync_.nudge();
    return answer;
  }
  return answer_operator(database_, request);
} catch (const std::exception& e) {  // the socket's thread must not end the till
  return nlohmann::ordered_json{{"error", e.what()}}.dump();
}

}  // namespace pos::till

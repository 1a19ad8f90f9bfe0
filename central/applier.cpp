#include "central/applier.h"

#include <algorithm>

#include "central/system_clock.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kBatch = 500;
constexpr milliseconds kIdle{2000};
constexpr size_t kMaxWords = 20;  // for the log, of one batch
constexpr milliseconds kPublishEvery{1000};

}  // namespace

Applier::Applier(Database& database, const sync::SigningKey& key, sync::NatsConfig config, Log log,
                 const std::atomic<bool>& stop)
    : database_(database), key_(key), log_(std::move(log)), stop_(stop), link_(std::move(config)) {}

void Applier::nudge() { link_.wake(); }

void Applier::admit_waiting() {
  waiting_ = true;
  link_.wake();
}

bool Applier::work() {
  struct Off {  // however it ends
    ApplierCounts& counts;
    sync::NatsLink& link;
    ~Off() {
      counts.connected = false;
      counts.active = false;
      link.close();
    }
  } off{counts_, link_};
  if (!database_.hold_applier_lock()) return false;
  counts_.active = true;
  connect();
  counts_.connected = true;
  while (!stop_) {
    if (!database_.hold_applier_lock()) return false;
    if (waiting_.exchange(false)) apply_waiting();
    // While a backlog comes in, stock is published once for many batches.
    if (!more_ || steady_clock::now() - published_at_ >= kPublishEvery) publish_marked();
    apply_next();
  }
  return true;
}

void Applier::connect() {
  if (!link_.connect({})) throw HubFailure{link_.error()};
  const auto streams = hub_.make_streams();
  const StreamState &down = streams.at("DOWN"), &sales = streams.at("SALES");
  const bool behind = down.last_seq > 0 && books_are_behind();
  if (work_.take_up_down(down, streams.at("DOWNALL"), behind, behind ? newest_stock() : 0,
                         system_now()))
    log_("warning", "the database is behind what was published: it was restored; new generation");
  if (work_.take_up_sales(sales))
    log_("warning", "SALES is another one than before: reading it from its start");
  more_ = false;
  counts_.position = work_.position();
  reader_.open_durable("SALES", "applier", work_.position());
  waiting_ = true;
}

bool Applier::books_are_behind() {
  StreamReader acks(hub_);
  acks.open_last_per_subject("DOWN", "down.*.ack.*");
  for (;;) {
    const auto rows = acks.fetch(kBatch, milliseconds{0});
    if (rows.empty()) return false;
    if (work_.books_are_behind(rows)) return true;
  }
}

int64_t Applier::newest_stock() {
  StreamReader stocks(hub_);
  stocks.open_last_per_subject("DOWN", "down.*.stock.*");
  for (int64_t newest = 0;;) {
    const auto rows = stocks.fetch(kBatch, milliseconds{0});
    if (rows.empty()) return newest;
    newest = std::max(newest, SalesWork::newest_stock(rows));
  }
}

void Applier::apply_next() {
  const auto rows = reader_.fetch(kBatch, kIdle);
  counts_.behind = rows.empty() ? 0 : rows.back().pending;
  more_ = counts_.behind > 0;
  if (!rows.empty()) apply(rows);
}

void Applier::apply(const std::vector<StreamRow>& rows) {
  const auto since_start = steady_clock::now().time_since_epoch();
  const auto done = work_.apply(rows, system_now(),
                                std::chrono::duration_cast<milliseconds>(since_start).count());
  counts_.position = work_.position();
  counts_.applied += done.effects;
  ++counts_.batches;
  for (size_t i = 0; i < std::min(done.words.size(), kMaxWords); ++i)
    log_("warning", done.words[i]);
  if (done.words.size() > kMaxWords)
    log_("warning", "and " + std::to_string(done.words.size() - kMaxWords) +
                        " more of these: GET /api/v1/problems has them all");
  if (done.admits) waiting_ = true;
}

void Applier::apply_waiting() {
  while (!stop_) {
    auto session = database_.session();
    const int64_t left = reconcile_waiting(*session, system_now());
    if (left == 0) return;
    counts_.applied += left;
  }
}

void Applier::publish_marked() {
  while (!stop_) {
    published_at_ = steady_clock::now();
    if (!work_.publish(system_now())) return;
  }
}

std::map<std::string, int64_t> Applier::publish_confirmed(const std::vector<Outgoing>& messages) {
  // How others tell our events from those of a stranger on the same subject.
  return hub_.publish_confirmed(messages, {{"Leaftill-Central", key_.id}});
}

}  // namespace pos::central

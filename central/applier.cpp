#include "central/applier.h"

#include <algorithm>
#include <array>

#include "central/books.h"
#include "central/system_clock.h"
#include "sync/hold.h"
#include "sync/wire.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kBatch = 500;
constexpr milliseconds kIdle{2000};
constexpr size_t kMaxWords = 20;  // for the log, of one batch
constexpr int64_t kPage = 500;
constexpr milliseconds kPublishEvery{1000};
constexpr milliseconds kGone{300'000};
// How long a row after a gap is handed back for, by its deliveries; after these, 60 s in all, it
// takes effect beside the chain.
constexpr std::array<int64_t, 6> kHandBackMs = {1000, 2000, 5000, 10'000, 20'000, 22'000};

Arrival arrival_of(const StreamRow& row) {
  const auto& m = row.message;
  Arrival a;
  a.subject = m.subject;
  a.body = m.body;
  a.message_id = m.header("Nats-Msg-Id");
  a.hash = m.header("Leaftill-Hash");
  a.key_id = m.header("Leaftill-Key");
  a.signature = m.header("Leaftill-Signature");
  a.till = m.header("Leaftill-Till");
  a.last_try = row.delivered > static_cast<int64_t>(kHandBackMs.size());
  return a;
}

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
  take_up_down(streams.at("DOWN"), streams.at("DOWNALL"));
  take_up_sales(streams.at("SALES"));
  waiting_ = true;
}

// The place in SALES is the database's, so that a restored one reads again what it has forgotten. A
// stream that was made again begins at 1.
void Applier::take_up_sales(const StreamState& sales) {
  {
    auto session = database_.session();
    session->begin();
    highest_ = meta_number(*session, "sales_position");
    const std::string known = meta(*session, "sales_created");
    if (known != sales.created || sales.last_seq < highest_) {
      if (highest_ > 0)
        log_("warning", "SALES is another one than before: reading it from its start");
      highest_ = 0;
      set_meta(*session, "sales_position", "0");
      set_meta(*session, "sales_created", sales.created);
    }
    session->commit();
  }
  handed_back_.clear();
  more_ = false;
  counts_.position = highest_;
  reader_.open_durable("SALES", "applier", highest_);
}

// Contract 4.9 and 4.11. A restored database does not know the last acks that went down: then every
// till must ask again for all that it keeps. A stream that is new, or shorter than what went out,
// gets everything once more.
void Applier::take_up_down(const StreamState& down, const StreamState& downall) {
  const bool ahead = down.last_seq > 0 && down_is_ahead();
  auto session = database_.session();
  session->begin();
  const std::string generation = meta(*session, "generation");
  const bool shorter = down.created != meta(*session, "down_created") ||
                       downall.created != meta(*session, "downall_created") ||
                       down.last_seq < meta_number(*session, "down_published") ||
                       downall.last_seq < meta_number(*session, "downall_published");
  if (ahead || generation.empty()) {
    if (!generation.empty())
      log_("warning", "the database is behind what was published: it was restored; new generation");
    set_meta(*session, "generation", sync::hex(sync::random_bytes(8)));
  }
  if (ahead || shorter) {
    mark_all_down(*session);
    set_meta(*session, "down_created", down.created);
    set_meta(*session, "downall_created", downall.created);
    set_meta(*session, "down_published", std::to_string(down.last_seq));
    set_meta(*session, "downall_published", std::to_string(downall.last_seq));
  }
  session->commit();
}

// Whether the last ack of some till in DOWN, signed by us, is above what the books hold.
bool Applier::down_is_ahead() {
  StreamReader acks(hub_);
  acks.open_last_per_subject("DOWN", "down.*.ack.*");
  bool ahead = false;
  for (;;) {
    const auto rows = acks.fetch(kBatch, milliseconds{0});
    if (rows.empty() || ahead) return ahead;
    std::vector<Cells> wanted;
    std::map<std::array<std::string, 3>, int64_t> published;
    for (const auto& row : rows) {
      const auto ack = sync::decode_ack(row.message.body);
      const auto& subject = row.message.subject;  // down.<store>.ack.<till>
      const auto dot = subject.find('.', 5), last = subject.rfind('.');
      if (!ack || dot == std::string::npos || ack->key != key_.id) continue;
      const std::string store = subject.substr(5, dot - 5), till = subject.substr(last + 1);
      const auto signature = sync::unbase64(ack->signature);
      if (!signature ||
          !sync::verify(key_.public_key, sync::digest(sync::signed_members(*ack, store, till)),
                        *signature))
        continue;
      published[{store, till, ack->epoch}] = ack->seq;
      wanted.push_back({store, till, ack->epoch});
    }
    auto session = database_.session();
    for (const auto& row : look_up(*session,
                                   "SELECT store, till, epoch, mark FROM chain "
                                   "WHERE (store, till, epoch)",
                                   wanted))
      if (auto at = published.find({row.text(0), row.text(1), row.text(2)});
          at != published.end() && at->second <= row.integer(3))
        published.erase(at);
    ahead = !published.empty();
  }
}

void Applier::apply_next() {
  const auto rows = reader_.fetch(kBatch, kIdle);
  more_ = rows.size() == kBatch;
  counts_.behind = rows.empty() ? 0 : rows.back().pending;
  give_up_handed_back();
  if (!rows.empty()) apply(rows);
}

// A row that does not come back within that time is not in SALES any more (a purge).
void Applier::give_up_handed_back() {
  const auto now = steady_clock::now();
  std::erase_if(handed_back_, [&](const auto& row) { return now - row.second > kGone; });
}

void Applier::apply(const std::vector<StreamRow>& rows) {
  std::vector<Arrival> arrivals;
  arrivals.reserve(rows.size());
  for (const auto& row : rows) arrivals.push_back(arrival_of(row));
  int64_t position = 0;
  const auto keep_place = [&](Session& session, const Reconciled& done) {
    for (size_t i = 0; i < rows.size(); ++i) {
      highest_ = std::max(highest_, rows[i].stream_seq);
      if (done.verdicts[i] == Verdict::later)
        handed_back_[rows[i].stream_seq] = steady_clock::now();
      else
        handed_back_.erase(rows[i].stream_seq);
    }
    position = handed_back_.empty() ? highest_ : handed_back_.begin()->first - 1;
    set_meta(session, "sales_position", std::to_string(position));
    sync::hold_at("central_before_commit");
  };
  Reconciled done;
  {
    auto session = database_.session();
    done = reconcile(*session, arrivals, system_now(), keep_place);
  }
  sync::hold_at("central_after_commit");
  counts_.position = position;
  counts_.applied += done.effects;
  ++counts_.batches;
  for (size_t i = 0; i < std::min(done.words.size(), kMaxWords); ++i)
    log_("warning", done.words[i]);
  if (done.words.size() > kMaxWords)
    log_("warning", "and " + std::to_string(done.words.size() - kMaxWords) +
                        " more of these: GET /api/v1/problems has them all");
  if (done.admits) waiting_ = true;
  settle_with_nats(rows, done);
}

void Applier::settle_with_nats(const std::vector<StreamRow>& rows, const Reconciled& done) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto delivered = static_cast<size_t>(std::max<int64_t>(rows[i].delivered, 1));
    if (done.verdicts[i] == Verdict::later)
      reader_.hand_back(rows[i],
                        milliseconds{kHandBackMs[std::min(delivered, kHandBackMs.size()) - 1]});
    else
      reader_.ack(rows[i]);
  }
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
    DownPage page;
    EventPage events;
    {
      auto session = database_.session();
      page = next_down(*session, key_, system_now(), kPage);
      events = next_events(*session, kPage);
    }
    published_at_ = steady_clock::now();
    if (page.marks.empty() && events.ids.empty()) return;
    // How others tell our events from those of a stranger on the same subject.
    const sync::Headers ours = {{"Leaftill-Central", key_.id}};
    auto first = page.first;
    first.insert(first.end(), events.messages.begin(), events.messages.end());
    auto highest = hub_.publish_confirmed(first, ours);
    for (const auto& [stream, seq] : hub_.publish_confirmed(page.late, ours))
      highest[stream] = std::max(highest[stream], seq);
    sync::hold_at("central_after_publish");
    auto session = database_.session();
    session->begin();
    clear_down(*session, page);
    clear_events(*session, events);
    if (highest["DOWN"] > 0) set_meta(*session, "down_published", std::to_string(highest["DOWN"]));
    if (highest["DOWNALL"] > 0)
      set_meta(*session, "downall_published", std::to_string(highest["DOWNALL"]));
    session->commit();
  }
}

}  // namespace pos::central

#include "central/sales_work.h"

#include <algorithm>
#include <array>

#include "central/books.h"
#include "central/catalogue_writes.h"
#include "central/gift_books.h"
#include "sync/hold.h"
#include "sync/planted.h"
#include "sync/wire.h"

namespace pos::central {
namespace {

using sync::planted;

constexpr int64_t kPublished = 500;
// Messages that may have gone out after the last that is noted: of one page, and what is late.
constexpr int64_t kUnnoted = 2000;
constexpr int64_t kMostPads = 2'000'000;  // some minute's work for the hub
constexpr int64_t kGone_ms = 300'000;
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

// All generations of these books, the present one too; words with spaces between.
constexpr const char* kGenerations = "generations";

bool was_ours(Session& session, const std::string& generation) {
  return (" " + meta(session, kGenerations) + " ").find(" " + generation + " ") !=
         std::string::npos;
}

void begin_generation(Session& session) {
  const std::string before = meta(session, kGenerations);
  const std::string generation = sync::hex(sync::random_bytes(8));
  set_meta(session, kGenerations,
           (before.empty() ? meta(session, "generation") : before) + " " + generation);
  set_meta(session, "generation", generation);
}

}  // namespace

bool SalesWork::books_are_behind(const std::vector<StreamRow>& acks) {
  auto session = database_.session();
  const std::string generation = meta(*session, "generation");
  std::vector<Cells> wanted;
  std::map<std::array<std::string, 3>, int64_t> published;
  for (const auto& row : acks) {
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
    const std::string by(row.message.header(kGenerationHeader));
    if (!by.empty() && by != generation) {
      // What a generation before this one published was weighed when this one began.
      if (was_ours(*session, by)) continue;
      return true;
    }
    published[{store, till, ack->epoch}] = ack->seq;
    wanted.push_back({store, till, ack->epoch});
  }
  for (const auto& row : look_up(*session,
                                 "SELECT store, till, epoch, mark FROM chain "
                                 "WHERE (store, till, epoch)",
                                 wanted))
    if (auto at = published.find({row.text(0), row.text(1), row.text(2)});
        at != published.end() && at->second <= row.integer(3))
      published.erase(at);
  return !published.empty();
}

int64_t SalesWork::newest_stock(const std::vector<StreamRow>& stocks) {
  int64_t newest = 0;
  for (const auto& row : stocks) {
    if (const auto stock = sync::decode_stock(row.message.body))
      newest = std::max(newest, stock->version);
  }
  return newest;
}

bool SalesWork::take_up_down(StreamState down, StreamState downall, bool behind,
                             int64_t newest_stock, Instant now) {
  std::string known, known_all;
  int64_t published = 0, published_all = 0;
  {
    auto session = database_.session();
    known = meta(*session, "down_created");
    known_all = meta(*session, "downall_created");
    published = meta_number(*session, "down_published");
    published_all = meta_number(*session, "downall_published");
  }
  const bool looks = !planted("a lost DOWN is not missed");
  const bool other = looks && down.created != known;
  const bool less = other || (looks && down.last_seq < published);
  const bool less_all = looks && (downall.created != known_all || downall.last_seq < published_all);
  if (less) down.last_seq = count_on("DOWN", "down.hub.pad", down.last_seq, published);
  if (less_all) downall.last_seq = count_on("DOWNALL", "all.pad", downall.last_seq, published_all);

  auto session = database_.session();
  session->begin();
  const std::string generation = meta(*session, "generation");
  // With the old DOWN went what would have told whether the database was restored.
  if (behind || generation.empty() || (other && !known.empty())) begin_generation(*session);
  count_old_gift_rows(*session, now);
  if (behind && !generation.empty()) {
    renumber_catalogue(*session, now);
    renumber_gift_cards(*session, now);
    session->execute("UPDATE stock SET version = $1 WHERE version < $1",
                     {std::max(now.unix_ms, newest_stock + 1)});
  }
  if (behind || less || less_all) {
    mark_all_down(*session);
    set_meta(*session, "down_created", down.created);
    set_meta(*session, "downall_created", downall.created);
    set_meta(*session, "down_published", std::to_string(down.last_seq));
    set_meta(*session, "downall_published", std::to_string(downall.last_seq));
  }
  session->commit();
  return behind && !generation.empty();
}

// A leaf keeps the number of what it took last, and asks for what comes after it: of a stream that
// was lost, or went back, it would take nothing until that has as many messages again, and never
// what had lower numbers. So the stream counts on from what any leaf may have taken.
int64_t SalesWork::count_on(const char* stream, const char* subject, int64_t last,
                            int64_t published) {
  if (published == 0) return last;
  const int64_t end = std::min(published + kUnnoted, last + kMostPads);
  while (last < end) {
    const auto n = static_cast<size_t>(std::min<int64_t>(end - last, kPublished));
    const std::vector<Outgoing> pads(n, Outgoing{stream, subject, "", "{}", ""});
    last = std::max(last + 1, hub_.publish_confirmed(pads)[stream]);
  }
  return last;
}

bool SalesWork::take_up_sales(const StreamState& sales) {
  std::string created;
  int64_t last = 0, last_ns = 0;
  {
    auto session = database_.session();
    highest_ = meta_number(*session, "sales_position");
    created = meta(*session, "sales_created");
    last = meta_number(*session, "sales_last");
    last_ns = meta_number(*session, "sales_last_ns");
  }
  // The hub is asked while nobody waits for the database.
  const bool other = created != sales.created || sales.last_seq < std::max(highest_, last) ||
                     (last > 0 && hub_.stored_ns(last) != last_ns);
  const bool had_place = highest_ > 0;
  auto session = database_.session();
  session->begin();
  if (other && !planted("another SALES is not read from its start")) {
    highest_ = 0;
    set_meta(*session, "sales_position", "0");
    set_meta(*session, "sales_last", "0");
    set_meta(*session, "sales_created", sales.created);
  }
  session->commit();
  handed_back_.clear();
  position_ = highest_;
  return other && had_place;
}

void SalesWork::keep_place(Session& session, const std::vector<StreamRow>& rows,
                           const Reconciled& done, int64_t ms) {
  const StreamRow* newest = nullptr;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].stream_seq > highest_) {
      newest = &rows[i];
      highest_ = rows[i].stream_seq;
    }
    if (done.verdicts[i] == Verdict::later)
      handed_back_[rows[i].stream_seq] = ms;
    else
      handed_back_.erase(rows[i].stream_seq);
  }
  position_ = handed_back_.empty() ? highest_ : handed_back_.begin()->first - 1;
  set_meta(session, "sales_position", std::to_string(position_));
  if (!newest) return;
  set_meta(session, "sales_last", std::to_string(newest->stream_seq));
  set_meta(session, "sales_last_ns", std::to_string(newest->stored_ns));
}

Reconciled SalesWork::apply(const std::vector<StreamRow>& rows, Instant now, int64_t ms) {
  // A row that does not come back within that time is not in SALES any more (a purge).
  std::erase_if(handed_back_, [&](const auto& row) { return ms - row.second > kGone_ms; });
  std::vector<Arrival> arrivals;
  arrivals.reserve(rows.size());
  for (const auto& row : rows) arrivals.push_back(arrival_of(row));
  Reconciled done;
  {
    auto session = database_.session();
    done = reconcile(*session, arrivals, now, [&](Session& s, const Reconciled& applied) {
      keep_place(s, rows, applied, ms);
      if (planted("acks before the commit")) send(next(s, now));
      sync::hold_at("central_before_commit");
    });
  }
  sync::hold_at("central_after_commit");
  settle(rows, done);
  return done;
}

void SalesWork::settle(const std::vector<StreamRow>& rows, const Reconciled& done) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto delivered = static_cast<size_t>(std::max<int64_t>(rows[i].delivered, 1));
    if (done.verdicts[i] == Verdict::later)
      hub_.hand_back(rows[i], std::chrono::milliseconds{
                                  kHandBackMs[std::min(delivered, kHandBackMs.size()) - 1]});
    else
      hub_.ack(rows[i]);
  }
}

SalesWork::Publication SalesWork::next(Session& session, Instant now) {
  return {next_down(session, key_, now, kPublished), next_events(session, kPublished)};
}

std::map<std::string, int64_t> SalesWork::send(const Publication& p) {
  auto first = p.page.first;
  first.insert(first.end(), p.events.messages.begin(), p.events.messages.end());
  if (planted("acks before stock")) hub_.publish_confirmed(p.page.late);
  auto highest = hub_.publish_confirmed(first);
  for (const auto& [stream, seq] : hub_.publish_confirmed(p.page.late))
    highest[stream] = std::max(highest[stream], seq);
  return highest;
}

bool SalesWork::publish(Instant now) {
  Publication p;
  {
    auto session = database_.session();
    p = next(*session, now);
    if (planted("marks go before they are published")) clear_down(*session, p.page);
  }
  if (p.page.marks.empty() && p.events.ids.empty()) return false;
  auto highest = send(p);
  sync::hold_at("central_after_publish");
  auto session = database_.session();
  session->begin();
  clear_down(*session, p.page);
  clear_events(*session, p.events);
  if (highest["DOWN"] > 0) set_meta(*session, "down_published", std::to_string(highest["DOWN"]));
  if (highest["DOWNALL"] > 0)
    set_meta(*session, "downall_published", std::to_string(highest["DOWNALL"]));
  session->commit();
  return true;
}

}  // namespace pos::central

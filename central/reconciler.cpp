#include "central/reconciler.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "central/books.h"
#include "central/effect.h"
#include "central/keys.h"
#include "sync/planted.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

using sync::planted;

// What strangers sent is kept up to here; more of it is only counted in the log.
constexpr int64_t kMaxUnproven = 10'000;
// Rows of one till that may wait for its key; what is over stays with the till, which is not
// acknowledged and sends it again when it is known.
constexpr int64_t kMaxWaiting = 50'000;

using TillKey = std::pair<std::string, std::string>;                 // store, till
using ChainKey = std::tuple<std::string, std::string, std::string>;  // and epoch
using PlaceKey = std::pair<ChainKey, int64_t>;                       // and seq

TillKey till_of(const Letter& l) { return {l.store, l.till}; }
ChainKey chain_of(const Letter& l) {
  return {l.store, l.till, planted("a seq without its epoch") ? "0" : l.epoch};
}

// The same row, in whichever round it was sent and by whom.
std::string fingerprint(const Letter& l) {
  const auto& a = *l.arrival;
  return sync::hex(sync::digest(
      {l.store, l.till, l.epoch, std::to_string(l.seq), a.hash, a.key_id, a.signature, a.body}));
}

struct Chain {
  int64_t mark = 0;
  std::string head = sync::kZeroHash;
  bool moved = false;
};

// One batch inside one transaction. Letters are worked in the order of their chains, so that rows
// that came in the wrong order within a batch still fit.
class Batch {
 public:
  Batch(Session& session, Instant now, Reconciled& out)
      : session_(session), now_(now), out_(out), keys_(session) {}

  // `refused`: not empty for a row whose effect the database refuses; it is set aside instead.
  void work(std::vector<const Letter*> letters, const std::vector<size_t>& places,
            const std::string& refused);

 private:
  void lock_tills();
  void load_keys();
  void admit();
  void load_chains();
  void load_held();
  void prove();
  bool is_held(const Letter&) const;
  void step(const Letter&);
  void step_unreadable(const Letter&, Chain&);
  void move(const Letter&, Chain&);
  void beside(const Letter&);
  void fork(const Letter&, int64_t seq);
  void acknowledge(const Letter& l) { acks_.insert(chain_of(l)); }
  void set_aside(const Letter&, const std::string& reason);
  int64_t& unproven();
  void wait(const Letter&);
  void write_chains();
  void write_marks();
  Verdict& verdict(const Letter& l) { return out_.verdicts[places_.at(&l)]; }

  Session& session_;
  const Instant now_;
  Reconciled& out_;
  std::string refused_;
  std::vector<const Letter*> letters_, faulty_;
  std::unordered_map<const Letter*, size_t> places_;
  std::map<TillKey, std::string> tills_;  // their state; empty: not registered
  Keys keys_;
  std::map<ChainKey, Chain> chains_;
  std::map<PlaceKey, std::string> held_;  // hashes at or below the marks
  std::unordered_set<const Letter*> proven_;
  std::vector<const Letter*> effects_;
  std::vector<Cells> new_places_;  // of chain_row
  std::set<ChainKey> acks_;
  std::map<ChainKey, int64_t> forks_;
  std::vector<Problem> problems_;
  std::map<TillKey, int64_t> waiting_;  // how many rows of a till wait already
  int64_t unproven_ = -1;
};

void Batch::work(std::vector<const Letter*> letters, const std::vector<size_t>& places,
                 const std::string& refused) {
  refused_ = refused;
  for (size_t i = 0; i < letters.size(); ++i) places_[letters[i]] = places[i];
  for (const Letter* l : letters) (l->fault.empty() ? letters_ : faulty_).push_back(l);
  std::stable_sort(letters_.begin(), letters_.end(), [](const Letter* a, const Letter* b) {
    return std::tie(a->store, a->till, a->epoch, a->seq) <
           std::tie(b->store, b->till, b->epoch, b->seq);
  });
  lock_tills();
  load_keys();
  load_chains();
  load_held();
  for (const Letter* l : faulty_) set_aside(*l, l->fault);
  prove();
  for (const Letter* l : letters_)
    if (proven_.contains(l)) step(*l);
  out_.effects += take_effect(session_, effects_, now_, out_.words);
  for (const Letter* l : effects_) keys_.take_effect(*l, now_, problems_);
  admit();
  write_chains();
  write_marks();
  open_problems(session_, problems_, now_);
}

// Sorted, so that two appliers (one that does not know yet that it lost its lock) never wait for
// each other in a circle.
void Batch::lock_tills() {
  for (const Letter* l : letters_) tills_[till_of(*l)];
  for (const Letter* l : faulty_) tills_[till_of(*l)];
  std::vector<Cells> rows;
  for (const auto& [till, state] : tills_) rows.push_back({till.first, till.second});
  const auto found =
      look_up(session_, "SELECT store, till, state FROM till WHERE (store, till)", rows,
              session_.is_postgres() ? " ORDER BY store, till FOR UPDATE" : "");
  for (const auto& row : found) tills_[{row.text(0), row.text(1)}] = row.text(2);
}

void Batch::load_keys() {
  std::vector<Cells> rows;
  for (const auto& [till, state] : tills_)
    if (!state.empty() && state != "revoked") rows.push_back({till.first, till.second});
  keys_.load(rows);
  keys_.hear_changes(letters_);
}

void Batch::admit() {
  std::vector<Cells> rows;
  for (const auto& [till, count] : waiting_) rows.push_back({till.first, till.second});
  out_.admits = out_.admits || keys_.changed() || vouched_are_missing(session_, rows);
}

void Batch::load_chains() {
  for (const Letter* l : letters_) chains_.try_emplace(chain_of(*l));
  std::vector<Cells> rows;
  for (const auto& [key, chain] : chains_)
    rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key)});
  for (const auto& row : look_up(session_,
                                 "SELECT store, till, epoch, mark, head FROM chain "
                                 "WHERE (store, till, epoch)",
                                 rows))
    chains_[{row.text(0), row.text(1), row.text(2)}] = {row.integer(3), row.text(4), false};
}

// The hashes held at the places that letters at or below the marks name.
void Batch::load_held() {
  std::vector<Cells> rows;
  for (const Letter* l : letters_)
    if (l->seq <= chains_.at(chain_of(*l)).mark)
      rows.push_back({l->store, l->till, l->epoch, l->seq});
  for (const auto& row : look_up(session_,
                                 "SELECT store, till, epoch, seq, hash FROM chain_row "
                                 "WHERE (store, till, epoch, seq)",
                                 rows))
    held_[{{row.text(0), row.text(1), row.text(2)}, row.integer(3)}] = row.text(4);
}

// A hash covers every row before it: from the last one on, a row that a proven one names as its
// `prev` is the till's own, and needs no signature check of its own (48 us each). Nor does one of a
// key that does not count any more, if it is held already at its place.
void Batch::prove() {
  std::set<std::pair<TillKey, std::string>> vouched;
  for (auto at = letters_.rbegin(); at != letters_.rend(); ++at) {
    const Letter& l = **at;
    const std::string* key = keys_.of(l, chains_.at(chain_of(l)).mark > 0);
    const bool by_another = l.arrival->vouched || (key == nullptr && is_held(l));
    if (!by_another && key == nullptr) {
      wait(l);
      continue;
    }
    const bool own = by_another || vouched.contains({till_of(l), l.hash()}) ||
                     (!l.carrier.empty() && planted("a carried row needs no signature")) ||
                     sync::verify(*key, l.hash_raw, l.signature_raw);
    if (!own) {
      set_aside(l, "bad_signature");
      continue;
    }
    proven_.insert(&l);
    if (l.readable()) vouched.insert({till_of(l), l.prev});
  }
}

bool Batch::is_held(const Letter& l) const {
  const auto held = held_.find({chain_of(l), l.seq});
  return l.readable() && held != held_.end() && held->second == l.hash();
}

// Contract 4.2, for a row that is proven to be its till's.
void Batch::step(const Letter& l) {
  Chain& chain = chains_.at(chain_of(l));
  if (!l.readable()) return step_unreadable(l, chain);
  if (l.seq <= chain.mark) {
    if (held_[{chain_of(l), l.seq}] == l.hash()) {
      if (l.arrival->again) beside(l);
      return acknowledge(l);
    }
    if (l.carrier.empty()) fork(l, l.seq);
    return beside(l);
  }
  if (l.seq == chain.mark + 1) {
    if (!l.row && planted("what is not understood blocks the chain"))
      return set_aside(l, "not_understood");
    if (l.prev == chain.head) return move(l, chain);
    if (l.carrier.empty()) fork(l, chain.mark);
    return beside(l);
  }
  if (planted("a gap is applied")) return move(l, chain);
  if (!l.carrier.empty() || l.arrival->last_try) return beside(l);
  verdict(l) = Verdict::later;
}

// Its place is known from a header only, so it counts only where the chain itself proves the hash.
void Batch::step_unreadable(const Letter& l, Chain& chain) {
  const auto held = held_.find({chain_of(l), l.seq});
  if (held != held_.end() && held->second == l.hash()) return acknowledge(l);
  const bool next = l.seq == chain.mark + 1;
  if (next && sync::row_hash(*sync::unhex(chain.head), l.arrival->body) == l.hash_raw)
    return move(l, chain);
  const bool gap = l.seq > chain.mark + 1 && l.carrier.empty() && !l.arrival->last_try;
  if (gap)
    verdict(l) = Verdict::later;
  else
    set_aside(l, "unproven");
}

void Batch::move(const Letter& l, Chain& chain) {
  chain = {l.seq, l.hash(), true};
  held_[{chain_of(l), l.seq}] = l.hash();
  new_places_.push_back({l.store, l.till, l.epoch, l.seq, l.hash()});
  acknowledge(l);
  beside(l);
}

// The effect, wherever the row stands.
void Batch::beside(const Letter& l) {
  if (!refused_.empty())
    set_aside(l, "refused");
  else if (l.row)
    effects_.push_back(&l);
  else
    set_aside(l, "not_understood");
}

void Batch::fork(const Letter& l, int64_t seq) {
  auto [at, fresh] = forks_.try_emplace(chain_of(l), seq);
  at->second = std::min(at->second, seq);
  if (!fresh) return;
  problems_.push_back({"forked", l.store, l.till, "", l.epoch,
                       "till " + l.till + " of " + l.store +
                           " has a history that differs from what central holds: its database was "
                           "copied or restored. Nothing is lost; find out which copy is in use"});
}

void Batch::set_aside(const Letter& l, const std::string& reason) {
  const auto& a = *l.arrival;
  const bool proven = reason == "not_understood" || reason == "refused";
  if (!proven && unproven()++ >= kMaxUnproven) return;
  // What is not proven is known by all of its bytes: a claimed hash must not keep the true row out.
  const std::string hash =
      proven ? l.hash() : sync::hex(sync::sha256(headers_text(a) + "\n" + a.body));
  session_.execute(
      "INSERT INTO quarantine (reason, hash, store, till, epoch, seq, transaction_id, subject, "
      "headers, "
      "body, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
      "ON CONFLICT (reason, hash) DO UPDATE SET times = quarantine.times + 1",
      {reason, hash, l.store, l.till, l.epoch, l.seq, l.transaction_id, sync::base64(a.subject),
       sync::base64(headers_text(a)), sync::base64(a.body), to_iso(now_)});
  std::string words = "a row of till " + l.till + " of " + l.store + " is in quarantine: " + reason;
  if (!refused_.empty()) words += " (" + refused_ + ")";
  const bool registered = !tills_[till_of(l)].empty();  // strangers share one entry for each reason
  problems_.push_back({"quarantined", registered ? l.store : "", registered ? l.till : "",
                       proven ? l.transaction_id : "", proven ? l.hash() : reason, words});
  out_.words.push_back(std::move(words));
}

// How many of those are kept already; counted once a batch.
int64_t& Batch::unproven() {
  if (unproven_ < 0)
    unproven_ = session_
                    .query(
                        "SELECT count(*) FROM quarantine WHERE reason NOT IN ('not_understood', "
                        "'refused', 'conflict')")
                    .at(0)
                    .integer(0);
  return unproven_;
}

void Batch::wait(const Letter& l) {
  const auto& a = *l.arrival;
  if (!session_
           .query("SELECT 1 FROM till_key WHERE key_id = $1 AND NOT (store = $2 AND till = $3)",
                  {a.key_id, l.store, l.till})
           .empty())
    return set_aside(l, "wrong_owner");
  verdict(l) = Verdict::waits;
  auto [count, first] = waiting_.try_emplace(till_of(l), 0);
  if (first)
    count->second =
        session_
            .query("SELECT count(*) FROM waiting WHERE store = $1 AND till = $2", {l.store, l.till})
            .at(0)
            .integer(0);
  if (count->second++ >= kMaxWaiting) return;
  session_.execute(
      "INSERT INTO waiting (fingerprint, store, till, key_id, epoch, seq, carrier, headers, body, "
      "received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (fingerprint) DO "
      "NOTHING",
      {fingerprint(l), l.store, l.till, a.key_id, l.epoch, l.seq, l.carrier,
       sync::base64(headers_text(a)), sync::base64(a.body), to_iso(now_)});
  if (!first) return;
  const bool registered = !tills_[till_of(l)].empty();
  problems_.push_back(
      {"unknown_key", l.store, registered ? l.till : "", "", registered ? a.key_id : "",
       "rows of till " + l.till + " of " + l.store +
           " wait: its key is not known. Enrol the till (till add, then provision it "
           "with the new bundle), or look who sends in its name",
       true});
}

void Batch::write_chains() {
  std::vector<Cells> rows;
  for (const auto& [key, chain] : chains_)
    if (chain.moved)
      rows.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), chain.mark, chain.head,
                      now_.unix_ms});
  many(
      session_, "INSERT INTO chain (store, till, epoch, mark, head, changed_ms) VALUES ", rows,
      " ON CONFLICT (store, till, epoch) DO UPDATE SET mark = excluded.mark, head = excluded.head, "
      "changed_ms = excluded.changed_ms");
  many(session_, "INSERT INTO chain_row (store, till, epoch, seq, hash) VALUES ", new_places_, "");
}

void Batch::write_marks() {
  std::vector<LateMark> marks;
  for (const auto& [store, till, epoch] : acks_)
    marks.push_back({"down." + store + ".ack." + till, epoch, 0});
  for (const auto& [key, seq] : forks_)
    marks.push_back(
        {"down." + std::get<0>(key) + ".fork." + std::get<1>(key), std::get<2>(key), seq});
  mark_down_late(session_, marks);
}

// Runs `work` under a savepoint. False: the data itself was refused, and nothing of it is left.
template <class Work>
bool attempt(Session& session, std::string& why, Work work) {
  session.savepoint();
  try {
    work();
    session.release();
    return true;
  } catch (const SqlError& e) {
    if (e.retry) throw;
    why = e.what();
    session.rollback_to_savepoint();
    return false;
  }
}

// One bad row never fails its batch: alone, each row is taken, or else set aside, or else, when
// even that is refused, dropped with words (then its bytes are no text that a database can hold).
void row_by_row(Session& session, std::vector<Letter>& letters, Instant now, Reconciled& out) {
  std::vector<size_t> order(letters.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const auto &l = letters[a], &r = letters[b];
    return std::tie(l.store, l.till, l.epoch, l.seq) < std::tie(r.store, r.till, r.epoch, r.seq);
  });
  for (size_t i : order) {
    std::string why, refused;
    const Reconciled before = out;
    const auto once = [&] { Batch(session, now, out).work({&letters[i]}, {i}, refused); };
    if (attempt(session, why, once)) continue;
    out = before;
    refused = why;
    if (attempt(session, why, once)) continue;
    out = before;
    out.words.push_back("a row was refused: " + why);
  }
}

}  // namespace

Reconciled reconcile(Session& session, const std::vector<Arrival>& arrivals, Instant now,
                     const std::function<void(Session&, const Reconciled&)>& also) {
  std::vector<Letter> letters;
  letters.reserve(arrivals.size());
  for (const auto& arrival : arrivals) letters.push_back(read_letter(arrival));
  const Reconciled blank{std::vector<Verdict>(arrivals.size(), Verdict::handled), 0, {}, false};
  Reconciled out = blank;
  std::string why;
  session.begin();
  const bool whole = attempt(session, why, [&] {
    std::vector<const Letter*> all;
    std::vector<size_t> places;
    for (const auto& letter : letters) {
      places.push_back(all.size());
      all.push_back(&letter);
    }
    Batch(session, now, out).work(std::move(all), places, "");
  });
  if (!whole) {
    out = blank;
    row_by_row(session, letters, now, out);
  }
  if (also) also(session, out);
  session.commit();
  return out;
}

int64_t reconcile_waiting(Session& session, Instant now, int64_t limit) {
  vouch_for_waiting(session);
  const auto rows = session.query(
      "SELECT w.id, w.headers, w.body, w.vouched FROM waiting w JOIN till t ON t.store = w.store "
      "AND t.till = w.till WHERE t.state <> 'revoked' AND (w.vouched = 1 OR EXISTS (SELECT 1 FROM "
      "till_key k WHERE k.store = w.store AND k.till = w.till AND k.key_id = w.key_id AND "
      "k.revoked = 0 AND k.until_seq = 0)) "
      "ORDER BY w.store, w.till, w.epoch, w.seq, w.id LIMIT $1",
      {limit});
  std::vector<Arrival> arrivals;
  for (const auto& row : rows) {
    Arrival a;
    take_headers(a, sync::unbase64(row.text(1)).value_or(""));
    a.body = sync::unbase64(row.text(2)).value_or("");
    a.vouched = row.integer(3) != 0;
    a.last_try = true;  // what is missing before it is not in the waiting room either
    arrivals.push_back(std::move(a));
  }
  if (arrivals.empty()) return 0;
  int64_t left = 0;
  reconcile(session, arrivals, now, [&](Session& s, const Reconciled& done) {
    for (size_t i = 0; i < rows.size(); ++i)
      if (done.verdicts[i] != Verdict::waits)  // its till may have been revoked just now
        left += s.execute("DELETE FROM waiting WHERE id = $1", {rows[i].integer(0)});
  });
  return left;
}

}  // namespace pos::central

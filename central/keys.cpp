#include "central/keys.h"

#include "sync/key_change.h"

namespace pos::central {
namespace {

constexpr int64_t kWaitingAPage = 500;

const TillNoted* note_in(const Letter& l) {
  return l.row ? std::get_if<TillNoted>(&l.row->fact) : nullptr;
}

// One of the frontiers: the row with that hash at that place, and those before it, are the till's.
struct Vouched {
  std::string store, till, epoch, hash;
  int64_t seq = 0;
};

std::vector<Vouched> vouched_with_waiting(Session& session) {
  std::vector<Vouched> all;
  for (const auto& row : session.query(
           "SELECT v.store, v.till, v.epoch, v.hash, v.seq FROM vouched v WHERE EXISTS (SELECT 1 "
           "FROM waiting w WHERE w.store = v.store AND w.till = v.till AND w.epoch = v.epoch AND "
           "w.seq <= v.seq AND w.vouched = 0) ORDER BY v.store, v.till, v.epoch"))
    all.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.integer(4)});
  return all;
}

// Down the chain as far as it waits here. A row of the same place with another hash is a
// stranger's: it stays where it is.
void walk(Session& session, Vouched& v) {
  for (int64_t before = v.seq;;) {
    const auto rows = session.query(
        "SELECT id, headers, body, seq FROM waiting WHERE store = $1 AND till = $2 AND epoch = $3 "
        "AND seq <= $4 AND vouched = 0 ORDER BY seq DESC, id LIMIT $5",
        {v.store, v.till, v.epoch, before, kWaitingAPage});
    for (const auto& row : rows) {
      Arrival a;
      take_headers(a, sync::unbase64(row.text(1)).value_or(""));
      a.body = sync::unbase64(row.text(2)).value_or("");
      const Letter l = read_letter(a);
      if (!l.fault.empty() || !l.readable() || l.seq != v.seq || l.hash() != v.hash) continue;
      session.execute("UPDATE waiting SET vouched = 1 WHERE id = $1", {row.integer(0)});
      v.hash = l.prev;
      v.seq -= 1;
    }
    if (rows.size() < static_cast<size_t>(kWaitingAPage)) return;
    const int64_t last = rows.back().integer(3);
    before = last < before ? last : before - 1;  // more than a page of strangers' at one place
  }
}

bool is_held(Session& session, const Vouched& v) {
  return v.seq == 0 || !session
                            .query(
                                "SELECT 1 FROM chain_row WHERE store = $1 AND till = $2 AND epoch "
                                "= $3 AND seq = $4 AND hash = $5",
                                {v.store, v.till, v.epoch, v.seq, v.hash})
                            .empty();
}

}  // namespace

void Keys::load(const std::vector<Cells>& tills) {
  for (const auto& row : look_up(session_,
                                 "SELECT store, till, key_id, public_key, until_epoch, until_seq "
                                 "FROM till_key WHERE revoked = 0 AND (store, till)",
                                 tills))
    if (auto raw = sync::unbase64(row.text(3)))
      keys_[{{row.text(0), row.text(1)}, row.text(2)}] = {*raw, row.text(4), row.integer(5)};
  for (const auto& row :
       look_up(session_, "SELECT store, till, key_id FROM till WHERE (store, till)", tills))
    present_[{row.text(0), row.text(1)}] = row.text(2);
}

const std::string* Keys::of(const Letter& l, bool epoch_known) const {
  const auto at = keys_.find({{l.store, l.till}, l.arrival->key_id});
  if (at == keys_.end()) return nullptr;
  const Key& key = at->second;
  const bool counts =
      key.until_seq == 0 || (l.epoch == key.until_epoch ? l.seq <= key.until_seq : epoch_known);
  return counts ? &key.raw : nullptr;
}

bool Keys::known_anywhere(const std::string& key_id) const {
  return !session_.query("SELECT 1 FROM till_key WHERE key_id = $1", {key_id}).empty();
}

bool Keys::is_change(const Letter& l, const std::string& new_raw) const {
  const auto key = keys_.find({{l.store, l.till}, l.arrival->key_id});
  const auto present = present_.find({l.store, l.till});
  return key != keys_.end() && present != present_.end() && present->second == l.arrival->key_id &&
         sync::verify(key->second.raw, l.hash_raw, l.signature_raw) &&
         !known_anywhere(sync::key_id(new_raw));
}

void Keys::hear_changes(const std::vector<const Letter*>& letters) {
  for (const Letter* l : letters) {
    const TillNoted* noted = note_in(*l);
    const auto raw = noted ? sync::new_key_in(*noted) : std::nullopt;
    if (!raw || !is_change(*l, *raw)) continue;
    const TillKey till{l->store, l->till};
    const std::string id = sync::key_id(*raw);
    if (!keys_.try_emplace({till, id}, Key{*raw, "", 0}).second) continue;
    Key& old = keys_.at({till, l->arrival->key_id});
    old.until_epoch = l->epoch;
    old.until_seq = l->seq;
    present_[till] = id;
    changes_[l] = *raw;
  }
}

void Keys::take_effect(const Letter& l, Instant now, std::vector<Problem>& problems) {
  const TillNoted* noted = note_in(l);
  if (!noted) return;
  if (const RowName& from = noted->forked_from; from.seq > 0) {
    session_.execute(
        "INSERT INTO vouched (store, till, epoch, seq, hash) VALUES ($1, $2, $3, $4, $5) ON "
        "CONFLICT (store, till, epoch) DO UPDATE SET seq = excluded.seq, hash = excluded.hash "
        "WHERE excluded.seq > vouched.seq",
        {l.store, l.till, from.epoch, from.seq, from.hash});
    changed_ = true;
  }
  const auto change = changes_.find(&l);
  if (change == changes_.end()) return refuse(l, problems);
  const std::string id = sync::key_id(change->second), text = sync::base64(change->second);
  session_.execute(
      "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ($1, $2, $3, $4, $5)",
      {l.store, l.till, id, text, to_iso(now)});
  session_.execute(
      "UPDATE till_key SET until_epoch = $4, until_seq = $5 WHERE store = $1 AND till = $2 AND "
      "key_id = $3",
      {l.store, l.till, l.arrival->key_id, l.epoch, l.seq});
  session_.execute("UPDATE till SET public_key = $3, key_id = $4 WHERE store = $1 AND till = $2",
                   {l.store, l.till, text, id});
  changed_ = true;
}

// A copy of a change that was taken is nothing new; anything else with that code is odd.
void Keys::refuse(const Letter& l, std::vector<Problem>& problems) const {
  const TillNoted& noted = *note_in(l);
  if (noted.code != sync::kKeyChanged) return;
  if (l.arrival->vouched) return;  // history of a key that is worth nothing now
  const auto raw = sync::new_key_in(noted);
  if (raw && !session_
                  .query("SELECT 1 FROM till_key WHERE store = $1 AND till = $2 AND key_id = $3",
                         {l.store, l.till, sync::key_id(*raw)})
                  .empty())
    return;
  problems.push_back({"key_refused", l.store, l.till, l.transaction_id, l.hash(),
                      "till " + l.till + " of " + l.store +
                          " names a new key in a row that its present key did not sign, or one "
                          "that is in use already: the key was not taken. If nobody changed it, "
                          "revoke the till and give it a new bundle"});
}

void vouch_for_waiting(Session& session) {
  session.begin();
  for (Vouched& v : vouched_with_waiting(session)) {
    walk(session, v);
    if (is_held(session, v))
      session.execute("DELETE FROM vouched WHERE store = $1 AND till = $2 AND epoch = $3",
                      {v.store, v.till, v.epoch});
    else
      session.execute(
          "UPDATE vouched SET seq = $4, hash = $5 WHERE store = $1 AND till = $2 AND epoch = $3",
          {v.store, v.till, v.epoch, v.seq, v.hash});
  }
  session.commit();
}

bool vouched_are_missing(Session& session, const std::vector<Cells>& tills) {
  return !look_up(session, "SELECT 1 FROM vouched WHERE (store, till)", tills).empty();
}

}  // namespace pos::central

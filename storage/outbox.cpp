#include "storage/outbox.h"

#include <algorithm>

#include "storage/ledger.h"
#include "storage/pruner.h"
#include "sync/planted.h"
#include "sync/seal.h"

namespace pos::storage {
namespace {

constexpr int64_t kReadATurn = 100;  // rows a turn, so that the cashier waits at most 5 ms
using Who = Database::Who;
using sync::planted;

std::vector<sync::SealedRow> rows_in(Query& q) {
  std::vector<sync::SealedRow> rows;
  while (q.row()) {
    rows.push_back({q.integer(0), q.text(1), q.text(2), q.text(3), seq_of(q.integer(0)), q.text(4),
                    sync::hex(q.text(5)), q.text(6), sync::base64(q.text(7))});
  }
  return rows;
}

}  // namespace

std::vector<sync::SealedRow> Outbox::waiting(int64_t after, int limit) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_,
          "SELECT j.id, j.type, j.transaction_id, e.epoch, j.body, j.hash, j.key_id, j.signature"
          " FROM outbox o JOIN journal j ON j.id = o.id JOIN epoch e ON e.no = o.id >> 40"
          " WHERE o.id > ? ORDER BY o.id LIMIT ?");
  q << after << std::min<int64_t>(limit, kReadATurn);
  return rows_in(q);
}

std::vector<sync::SealedRow> Outbox::rows(int64_t after, int limit) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_,
          "SELECT j.id, j.type, j.transaction_id, e.epoch, j.body, j.hash, j.key_id, j.signature"
          " FROM journal j JOIN epoch e ON e.no = j.id >> 40 WHERE j.id > ? ORDER BY j.id LIMIT ?");
  q << after << std::min<int64_t>(limit, kReadATurn);
  return rows_in(q);
}

int64_t Outbox::last_id() {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT coalesce(max(id), 0) FROM journal");
  q.row();
  return q.integer(0);
}

int64_t Outbox::first_kept(const std::string& epoch) {
  const Database::Turn turn(database_, Who::sync);
  const auto no = epoch_no(epoch);
  if (!no) return 0;
  int64_t from = journal_id(*no, 0);
  // Up to there the journal is closed, and its rows go a slice at a time.
  if (const auto begin = journal_begin(database_)) from = std::max(from, begin->boundary);
  Query q(database_, "SELECT min(id) FROM journal WHERE id > ? AND id < ?");
  q << from << journal_id(*no + 1, 0);
  return q.row() && !q.null(0) ? seq_of(q.integer(0)) : 0;
}

int64_t Outbox::first_waiting(const std::string& epoch) {
  const Database::Turn turn(database_, Who::sync);
  const auto no = epoch_no(epoch);
  if (!no) return 0;
  Query q(database_, "SELECT min(id) FROM outbox WHERE id >= ? AND id < ?");
  q << journal_id(*no, 0) << journal_id(*no + 1, 0);
  return q.row() && !q.null(0) ? seq_of(q.integer(0)) : 0;
}

void Outbox::begin_epoch(const NewEpoch& e, Instant now) {
  if (!ledger_) throw Error("No new epoch can be begun here.");
  int64_t from = 0;
  std::optional<int64_t> series_above;
  {
    const Database::Turn turn(database_, Who::sync);
    const auto no = epoch_no(e.epoch);
    if (!no) return;
    from = journal_id(*no, e.after);
    Query q(database_, "SELECT store, till FROM till");
    q.row();
    const auto seen = sale_id_of(e.last_receipt, q.text(0), q.text(1));
    if (e.next_series) series_above = seen ? *seen >> kSeqBits : 0;
  }
  TillNoted noted;
  noted.header.at = now;
  noted.header.business_date = to_iso(now).substr(0, 10);
  noted.code = e.code;
  noted.text = e.text;
  ledger_->rechain(noted, from, series_above);
}

bool Outbox::receipt_is_ahead(const std::string& receipt) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT store, till, series << 40 | number FROM till");
  q.row();
  const auto id = sale_id_of(receipt, q.text(0), q.text(1));
  return id && *id > q.integer(2);
}

std::string Outbox::current_epoch() {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT e.epoch FROM till t JOIN epoch e ON e.no = t.epoch_no");
  q.row();
  return q.text(0);
}

std::vector<sync::EpochSeq> Outbox::epochs() {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_,
          "SELECT e.epoch, coalesce((SELECT max(j.id) FROM journal j"
          "   WHERE j.id >= e.no << 40 AND j.id < (e.no + 1) << 40) & 1099511627775, 0), e.no"
          " FROM epoch e WHERE e.no = (SELECT epoch_no FROM till)"
          "   OR EXISTS (SELECT 1 FROM journal j WHERE j.id >= e.no << 40"
          "     AND j.id < (e.no + 1) << 40) ORDER BY e.no");
  std::vector<sync::EpochSeq> all;
  while (q.row()) all.push_back({q.text(0), q.integer(1)});
  return all;
}

std::optional<int64_t> Outbox::epoch_no(const std::string& epoch) {
  Query q(database_, "SELECT no FROM epoch WHERE epoch = ?");
  q << epoch;
  if (!q.row()) return {};
  return q.integer(0);
}

std::optional<std::string> Outbox::hash_of(int64_t epoch_no, int64_t seq) {
  if (seq == 0) return sync::kZeroHash;
  Query q(database_, "SELECT hash FROM journal WHERE id = ?");
  q << journal_id(epoch_no, seq);
  if (q.row()) return sync::hex(q.text(0));
  // Of the last row that was pruned the hash is known still.
  const auto begin = journal_begin(database_);
  if (!begin || begin->boundary != journal_id(epoch_no, seq)) return {};
  return begin->pruned.last.hash;
}

std::optional<std::string> Outbox::hash_at(const std::string& epoch, int64_t seq) {
  const Database::Turn turn(database_, Who::sync);
  const auto no = epoch_no(epoch);
  return no ? hash_of(*no, seq) : std::nullopt;
}

// Deltas stand for rows of the outbox only.
PendingStock::Change Outbox::deltas_between(int64_t from, int64_t to) {
  PendingStock::Change sold;
  Query q(database_,
          "SELECT product_id, quantity FROM stock_delta WHERE journal_id BETWEEN ? AND ?");
  q << from << to;
  while (q.row()) sold[q.text(0)] += q.integer(1);
  return sold;
}

// In one transaction a slice of rows leaves the outbox, and their stock deltas with them.
int64_t Outbox::free_up_to(int64_t from, int64_t to, const std::string& day) {
  int64_t freed = 0;
  const PendingStock::Change settled = deltas_between(from, to);
  database_.transact(Database::Durability::normal, [&] {
    Query delta(database_, "DELETE FROM stock_delta WHERE journal_id BETWEEN ? AND ?");
    delta << from << to;
    delta.run();
    Query out(database_, "DELETE FROM outbox WHERE id BETWEEN ? AND ?");
    out << from << to;
    out.run();
    freed = out.changes();
    Query mark(database_, "UPDATE epoch SET settled_seq = max(settled_seq, ?) WHERE no = ?");
    mark << seq_of(to) << epoch_no_of(to);
    mark.run();
    this->mark(epoch_no_of(to), seq_of(to), day);
  });
  pending_.subtract(settled);
  return freed;
}

std::optional<int64_t> Outbox::settle(const std::string& epoch, int64_t seq,
                                      const std::string& hash, Instant now) {
  const std::string day = to_iso(now).substr(0, 10);
  int64_t no = 0;
  {
    const Database::Turn turn(database_, Who::sync);
    const auto found = epoch_no(epoch);
    const bool ours = found && (hash_of(*found, seq) == hash || planted("any hash settles"));
    if (!ours) return {};
    no = *found;
  }
  int64_t freed = 0;
  for (;;) {
    const Database::Turn turn(database_, Who::sync);
    int64_t from = 0, to = 0;
    {  // closed before it writes: over an open reader SQLite writes no log back, and that may be
       // due
      Query q(database_,
              "SELECT min(id), max(id), count(*) FROM (SELECT id FROM outbox"
              " WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?)");
      q << journal_id(no, 1) << journal_id(no, seq) << kReadATurn;
      q.row();
      if (q.integer(2) == 0) break;
      from = q.integer(0), to = q.integer(1);
    }
    freed += free_up_to(from, to, day);
  }
  confirm(no, seq, day);
  return freed;
}

// Nothing of it waited any more, but it was confirmed today: kept once a day.
void Outbox::confirm(int64_t epoch_no, int64_t seq, const std::string& day) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT 1 FROM settled_mark WHERE epoch_no = ? AND day = ?");
  q << epoch_no << day;
  if (q.row()) return;
  database_.transact(Database::Durability::normal, [&] { mark(epoch_no, seq, day); });
}

void Outbox::mark(int64_t epoch_no, int64_t seq, const std::string& day) {
  Query q(database_,
          "INSERT INTO settled_mark (epoch_no, day, seq) VALUES (?, ?, ?)"
          " ON CONFLICT (epoch_no, day) DO UPDATE SET seq = max(seq, excluded.seq)");
  q << epoch_no << day << seq;
  q.run();
}

// From the last slice to the first, each with the mark moved below it: at every commit the outbox
// is exactly the rows above the mark.
int64_t Outbox::requeue_after(const std::string& epoch, int64_t seq) {
  int64_t added = 0;
  for (;;) {
    const Database::Turn turn(database_, Who::sync);
    const auto no = epoch_no(epoch);
    if (!no) return added;
    const int64_t to = settled_seq(*no), from = std::max(seq, to - kReadATurn);
    if (to <= seq) return added;
    added += take_back(journal_id(*no, from) + 1, journal_id(*no, to));
  }
}

int64_t Outbox::settled_seq(int64_t epoch_no) {
  Query q(database_, "SELECT settled_seq FROM epoch WHERE no = ?");
  q << epoch_no;
  return q.row() ? q.integer(0) : 0;
}

int64_t Outbox::take_back(int64_t from, int64_t to) {
  int64_t added = 0;
  PendingStock::Change back;
  database_.transact(Database::Durability::normal, [&] {
    Query out(database_,
              "INSERT INTO outbox (id) SELECT id FROM journal WHERE id BETWEEN ? AND ?"
              " ON CONFLICT DO NOTHING");
    out << from << to;
    out.run();
    added = out.changes();
    Query delta(
        database_,
        "INSERT INTO stock_delta (journal_id, product_id, quantity)"
        " SELECT j.id, l.product_id, sum(l.quantity) FROM journal j"
        "   JOIN sale_line l ON l.sale_id = j.sale_id WHERE j.id BETWEEN ? AND ?"
        "   AND l.product_id <> 'gift-card' GROUP BY j.id, l.product_id ON CONFLICT DO NOTHING"
        " RETURNING product_id, quantity");
    delta << from << to;
    while (delta.row()) back[delta.text(0)] += delta.integer(1);
    Query mark(database_, "UPDATE epoch SET settled_seq = ? WHERE no = ?");
    mark << seq_of(from) - 1 << epoch_no_of(from);
    mark.run();
    Query marks(database_, "DELETE FROM settled_mark WHERE epoch_no = ? AND seq >= ?");
    marks << epoch_no_of(from) << seq_of(from);
    marks.run();
  });
  if (!planted("what waits again is not subtracted")) pending_.add(back);
  return added;
}

sync::Outbox::Counts Outbox::counts() {
  const Database::Turn turn(database_, Who::sync);
  Counts counts;
  {
    Query q(database_, "SELECT count(*), min(id) FROM outbox");
    q.row();
    counts.waiting = q.integer(0);
    if (!q.null(1)) {
      Query oldest(database_, "SELECT at FROM journal WHERE id = ?");
      oldest << q.integer(1);
      if (oldest.row()) counts.oldest_waiting = {oldest.integer(0)};
    }
  }
  Query q(database_,
          "SELECT t.store, t.till, t.series, t.number, t.seq, e.epoch,"
          " (SELECT coalesce(sum(settled_seq), 0) FROM epoch)"
          " FROM till t JOIN epoch e ON e.no = t.epoch_no");
  q.row();
  if (q.integer(3) > 0) {
    counts.last_receipt = receipt_text(q.text(0), q.text(1), q.integer(2), q.integer(3));
  }
  counts.last_row = {q.text(5), q.integer(4)};
  counts.settled = q.integer(6);
  return counts;
}

std::string Outbox::note(const std::string& name) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT value FROM note WHERE name = ?");
  q << name;
  return q.row() ? q.text(0) : "";
}

void Outbox::set_note(const std::string& name, const std::string& value) {
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    Query q(database_,
            "INSERT INTO note (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    q << name << value;
    q.run();
  });
}

}  // namespace pos::storage

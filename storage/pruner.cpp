#include "storage/pruner.h"

#include <algorithm>
#include <variant>

#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::storage {
namespace {

constexpr int64_t kPrunedATurn = 50;  // rows a turn: at most 5 ms
constexpr int64_t kDayMs = 86'400'000;
constexpr const char* kCode = "journal_closed";

std::string day_of(Instant at) { return to_iso(at).substr(0, 10); }

int64_t one(Query& q) { return q.row() ? q.integer(0) : 0; }

std::string note_of(Database& database) {
  Query q(database, "SELECT value FROM note WHERE name = 'journal_closed'");
  return q.row() ? q.text(0) : "";
}

// How often the receipts up to that row were printed again.
void forget_copies(Database& database, int64_t last_row) {
  Query own(database, "SELECT store, till FROM till");
  own.row();
  Query sales(database, "SELECT sale_id FROM journal WHERE id <= ? AND sale_id IS NOT NULL");
  sales << last_row;
  while (sales.row()) {
    const int64_t sale = sales.integer(0);
    const std::string receipt =
        receipt_text(own.text(0), own.text(1), sale >> kSeqBits, seq_of(sale));
    Query q(database, "DELETE FROM copies WHERE receipt = ?");
    q << receipt;
    q.run();
  }
}

}  // namespace

std::optional<JournalBegin> journal_begin(Database& database) {
  const std::string id = note_of(database);
  if (id.empty()) return {};
  Query q(database, "SELECT body FROM journal WHERE id = CAST(? AS INTEGER)");
  q << id;
  if (!q.row()) return {};
  const auto row = sync::decode_row(q.text(0));
  const auto* noted = row ? std::get_if<TillNoted>(&row->fact) : nullptr;
  if (!noted || noted->code != kCode) return {};
  Query e(database, "SELECT no FROM epoch WHERE epoch = ?");
  e << noted->pruned.last.epoch;
  if (!e.row()) return {};
  return JournalBegin{journal_id(e.integer(0), noted->pruned.last.seq), noted->pruned};
}

bool Pruner::step(Instant now) {
  if (done_on_ == day_of(now)) return false;
  if (walking_ && current_epoch() != epoch_no_) {
    walking_ = false;
    boundary_ = 0;
  }
  if (remove(now)) return true;
  if (walk(now)) return true;
  if (boundary_ > 0) {
    close(now);
    return true;
  }
  walking_ = false;
  done_on_ = day_of(now);
  return false;
}

int64_t Pruner::current_epoch() {
  const Database::Turn turn(database_, Database::Who::sync);
  Query q(database_, "SELECT epoch_no FROM till");
  return one(q);
}

// Central has confirmed the row today, and had 30 days ago.
bool Pruner::may_go(int64_t id, const std::string& today, const std::string& long_ago) {
  Query q(
      database_,
      "SELECT EXISTS (SELECT 1 FROM settled_mark WHERE epoch_no = ?1 AND day = ?2 AND seq >= ?4)"
      " AND EXISTS (SELECT 1 FROM settled_mark WHERE epoch_no = ?1 AND day <= ?3 AND seq >= ?4)");
  q << epoch_no_of(id) << today << long_ago << seq_of(id);
  return one(q) != 0;
}

// A slice further over the rows that are old enough; false: it is at their end.
bool Pruner::walk(Instant now) {
  const Database::Turn turn(database_, Database::Who::sync);
  if (!walking_) {
    const auto begin = journal_begin(database_);
    seen_ = closable_ = begin ? begin->pruned : Pruned{};
    at_ = begin ? begin->boundary : 0;
    boundary_ = 0;
    walking_ = true;
    Query current(database_, "SELECT epoch_no FROM till");
    epoch_no_ = one(current);
  }
  const std::string today = day_of(now),
                    long_ago = day_of({now.unix_ms - kKeepDaysAtLeast * kDayMs});
  const int64_t before = now.unix_ms - std::max(keep_days_, kKeepDaysAtLeast) * kDayMs;
  Query own(database_, "SELECT store, till FROM till");
  own.row();
  // The last shift stays: its number is what the next one's is counted from.
  Query last(database_, "SELECT max(no) FROM shift");
  const int64_t last_shift = one(last);
  Query q(database_,
          "SELECT j.id, j.type, j.at, j.hash, e.epoch, j.sale_id, coalesce(s.total, 0)"
          " FROM journal j JOIN epoch e ON e.no = j.id >> 40 LEFT JOIN sale s ON s.id = j.sale_id"
          " WHERE j.id > ? ORDER BY j.id LIMIT ?");
  q << at_ << kPrunedATurn;
  int64_t rows = 0;
  for (; q.row(); ++rows) {
    const int64_t id = q.integer(0);
    const std::string type = q.text(1);
    const bool opens = type == "shift.opened";
    if (q.integer(2) >= before || !may_go(id, today, long_ago) ||
        (opens && seen_.shifts + 1 >= last_shift)) {
      return false;
    }
    at_ = id;
    ++seen_.rows;
    seen_.last = {q.text(4), seq_of(id), sync::hex(q.text(3))};
    if (!q.null(5)) {
      const int64_t sale = q.integer(5);
      seen_.last_receipt = receipt_text(own.text(0), own.text(1), sale >> kSeqBits, seq_of(sale));
      seen_.grand_total += Money{q.integer(6)};
    }
    seen_.shifts += opens;
    if (type == "shift.closed") {
      ++seen_.z_number;
      closable_ = seen_;
      boundary_ = id;
    }
  }
  return rows == kPrunedATurn;
}

void Pruner::close(Instant now) {
  TillNoted noted;
  noted.header.at = now;
  noted.header.id = ledger_.new_transaction_id(now);
  noted.header.business_date = day_of(now);
  noted.code = kCode;
  noted.text = "older rows are pruned";
  noted.pruned = closable_;
  ledger_.close_journal(noted);
  walking_ = false;
  boundary_ = 0;
}

bool Pruner::remove(Instant now) {
  const Database::Turn turn(database_, Database::Who::sync);
  const auto begin = journal_begin(database_);
  if (!begin) return false;
  const std::string long_ago = day_of({now.unix_ms - kKeepDaysAtLeast * kDayMs});
  int64_t last = 0, last_sale = 0;
  {
    Query q(database_,
            "SELECT max(id), max(sale_id) FROM (SELECT id, sale_id FROM journal WHERE id <= ?"
            " ORDER BY id LIMIT ?)");
    q << begin->boundary << kPrunedATurn;
    if (!q.row() || q.null(0)) return false;
    last = q.integer(0);
    last_sale = q.null(1) ? 0 : q.integer(1);
  }
  database_.transact(Database::Durability::normal, [&] {
    const auto drop = [&](const char* sql, int64_t up_to) {
      Query q(database_, sql);
      q << up_to;
      q.run();
    };
    forget_copies(database_, last);
    drop("DELETE FROM journal WHERE id <= ?", last);
    if (last_sale > 0) {
      drop("DELETE FROM sale WHERE id <= ?", last_sale);
      drop("DELETE FROM sale_line WHERE sale_id <= ?", last_sale);
      drop("DELETE FROM tender WHERE sale_id <= ?", last_sale);
      drop("DELETE FROM returned WHERE return_id <= ?", last_sale);
    }
    if (last == begin->boundary) {
      drop("DELETE FROM shift WHERE no <= ?", begin->pruned.shifts);
      Query marks(database_,
                  "DELETE FROM settled_mark WHERE day < (SELECT max(m.day) FROM settled_mark m"
                  " WHERE m.epoch_no = settled_mark.epoch_no AND m.day <= ?)");
      marks << long_ago;
      marks.run();
    }
  });
  return true;
}

}  // namespace pos::storage

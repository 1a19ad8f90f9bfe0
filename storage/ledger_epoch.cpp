// A new epoch of a till: where its database is not what its till last wrote (a backup, a copy), or
// where central holds another history, the chain goes on under a name of its own. Rows that central
// may not have go along: a new place, the same contents.
#include <algorithm>

#include "storage/ledger_head.h"
#include "storage/pruner.h"

namespace pos::storage {

Recorded Ledger::begin_epoch(TillNoted noted, int64_t series_above) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Recorded recorded;
  database_.transact(Database::Durability::full, [&] {
    Head h = head();
    leave(h, noted, h.row_id(), series_above);
    // What was on the counter then is not on it now.
    Query(database_, "UPDATE draft SET body = ''").run();
    recorded = {noted.header.id, "", h.place.epoch, h.place.seq};
  });
  return recorded;
}

void Ledger::rechain(TillNoted noted, int64_t from, std::optional<int64_t> series_above) {
  const Database::Turn turn(database_, Database::Who::sync);
  PendingStock::Change waits_again;
  database_.transact(Database::Durability::full, [&] {
    Head h = head();
    {
      Query last(database_, "SELECT at FROM journal ORDER BY id DESC LIMIT 1");
      if (last.row()) noted.header.at.unix_ms = std::max(noted.header.at.unix_ms, last.integer(0));
    }
    noted.header.id = new_transaction_id(noted.header.at);
    waits_again = leave(h, noted, from, series_above);
  });
  pending_.add(waits_again);
  epoch_begun_ = true;
}

// Everything behind row `from` is written once more, in its order, so that the journal stays the
// till's history from its first row to its last. Returns what was settled and waits again.
PendingStock::Change Ledger::leave(Head& h, TillNoted noted, int64_t from,
                                   std::optional<int64_t> series_above) {
  // What the journal was closed up to is gone, or goes; a signed row says so.
  const auto begin = journal_begin(database_);
  if (begin) from = std::max(from, begin->boundary);
  std::vector<int64_t> rows;
  {
    Query q(database_, "SELECT id FROM journal WHERE id > ? ORDER BY id");
    q << from;
    while (q.row()) rows.push_back(q.integer(0));
  }
  {
    Query q(database_,
            "SELECT e.epoch, j.id, j.hash FROM journal j JOIN epoch e ON e.no = j.id >> 40"
            " WHERE j.id <= ? ORDER BY j.id DESC LIMIT 1");
    q << from;
    if (q.row() && (!begin || q.integer(1) > begin->boundary)) {
      noted.forked_from = {q.text(0), seq_of(q.integer(1)), sync::hex(q.text(2))};
    } else {
      noted.forked_from = begin ? begin->pruned.last : RowName{h.place.epoch, 0, sync::kZeroHash};
    }
  }
  const auto receipt = [&](int64_t series, int64_t number) {
    return receipt_text(h.place.store, h.place.till, series, number);
  };
  const int64_t series = series_above ? std::max(h.series, *series_above) + 1 : h.series;
  const std::string goes_on = receipt(series, series_above ? 1 : h.number + 1);
  // Rows that follow say their numbers themselves.
  if (rows.empty()) noted.next_receipt = goes_on;
  {
    Query e(database_, "INSERT INTO epoch (epoch, made_at) VALUES (?, ?) RETURNING no");
    h.place.epoch = sync::hex(sync::random_bytes(8));
    e << h.place.epoch << noted.header.at.unix_ms;
    e.row();
    h.epoch_no = e.integer(0);
    e.run();
  }
  {
    Query mark(database_,
               "UPDATE epoch SET settled_seq = min(settled_seq,"
               " CASE WHEN no = ?1 THEN ?2 ELSE 0 END) WHERE no >= ?1");
    mark << epoch_no_of(from) << seq_of(from);
    mark.run();
    Query marks(database_,
                "UPDATE settled_mark SET seq = min(seq,"
                " CASE WHEN epoch_no = ?1 THEN ?2 ELSE 0 END) WHERE epoch_no >= ?1");
    marks << epoch_no_of(from) << seq_of(from);
    marks.run();
  }
  h.place.seq = 1;
  h.place.prev = sync::kZeroHash;
  append(h, noted, "");
  PendingStock::Change waits_again;
  for (const int64_t row : rows) move_row(h, row, waits_again);
  h.series = series;
  if (series_above) h.number = 0;
  TransactionId last = noted.header.id;
  if (!rows.empty()) {
    Query q(database_, "SELECT transaction_id FROM journal WHERE id = ?");
    q << h.row_id();
    if (q.row()) last = {q.text(0)};
  }
  if (series_above && !rows.empty()) {
    TillNoted on;
    on.header = noted.header;
    on.header.id = last = new_transaction_id(noted.header.at);
    on.code = "numbered_on";
    on.text = "receipts go on in the next series";
    on.next_receipt = goes_on;
    h.place.prev = h.hash;
    h.place.seq += 1;
    append(h, on, "");
  }
  Query t(database_, "UPDATE till SET epoch_no = ?, series = ?");
  t << h.epoch_no << h.series;
  t.run();
  move_head(h, last);
  return waits_again;
}

// To the place behind h's, with all that names its old one.
void Ledger::move_row(Head& h, int64_t from, PendingStock::Change& waits_again) {
  std::string body, type;
  int64_t sale = 0;
  {
    Query q(database_, "SELECT body, coalesce(sale_id, 0), type FROM journal WHERE id = ?");
    q << from;
    if (!q.row()) throw Error("A row of the journal is gone.");
    body = q.text(0);
    sale = q.integer(1);
    type = q.text(2);
  }
  h.place.prev = h.hash;
  h.place.seq += 1;
  const auto moved = sync::rechained(body, h.place.epoch, h.place.seq, h.place.prev);
  if (!moved) throw Error("A row of the journal cannot be read: see `leaftillctl verify`.");
  const std::string hash = sync::row_hash(*sync::unhex(h.place.prev), *moved);
  h.hash = sync::hex(hash);
  const int64_t to = h.row_id();
  {
    Query q(database_,
            "UPDATE journal SET id = ?, key_id = ?, hash = ?, signature = ?, body = ?"
            " WHERE id = ?");
    q << to << key_.id;
    q.blob(hash).blob(sync::sign(key_, hash)) << *moved << from;
    q.run();
  }
  const auto rename = [&](const char* sql) {
    Query q(database_, sql);
    q << to << from;
    q.run();
    return q.changes();
  };
  const bool waited = rename("UPDATE outbox SET id = ? WHERE id = ?") > 0;
  if (!waited) {
    Query out(database_, "INSERT INTO outbox (id) VALUES (?)");
    out << to;
    out.run();
  }
  if (sale != 0) {
    rename(
        "UPDATE sale SET journal_id = ?1 WHERE journal_id = ?2"
        " AND id = (SELECT sale_id FROM journal WHERE id = ?1)");
    if (waited) {
      rename("UPDATE stock_delta SET journal_id = ? WHERE journal_id = ?");
    } else {
      Query delta(database_,
                  "INSERT INTO stock_delta (journal_id, product_id, quantity)"
                  " SELECT ?, product_id, sum(quantity) FROM sale_line"
                  " WHERE sale_id = ? AND product_id <> 'gift-card' GROUP BY product_id"
                  " RETURNING product_id, quantity");
      delta << to << sale;
      while (delta.row()) waits_again[delta.text(0)] += delta.integer(1);
    }
  }
  if (type == "shift.closed") rename("UPDATE shift SET closing = ? WHERE closing = ?");
  if (type != "till.noted") return;
  Query note(database_,
             "UPDATE note SET value = CAST(? AS TEXT)"
             " WHERE name = 'journal_closed' AND value = CAST(? AS TEXT)");
  note << to << from;
  note.run();
}

Recorded Ledger::close_journal(const TillNoted& noted) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Recorded recorded;
  database_.transact(Database::Durability::full, [&] {
    Head h = head();
    h.place.seq += 1;
    append(h, noted, "");
    move_head(h, noted.header.id);
    const std::string id = std::to_string(h.row_id());
    Query q(database_,
            "INSERT INTO note (name, value) VALUES ('journal_closed', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    q << id;
    q.run();
    recorded = {noted.header.id, "", h.place.epoch, h.place.seq};
  });
  return recorded;
}

int64_t Ledger::series() {
  const Database::Turn turn(database_, Database::Who::cashier);
  return head().series;
}

}  // namespace pos::storage

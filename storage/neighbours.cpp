#include "storage/neighbours.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <variant>

#include "storage/ledger.h"
#include "storage/store_held.h"
#include "storage/store_returns.h"
#include "sync/seal.h"

namespace pos::storage {
namespace {

using Who = Database::Who;
constexpr int64_t kSlice = 100;  // rows a turn
constexpr int64_t kKeep_ms = 14LL * 86'400'000;
// Rows that central has never named are all that is left of their till, perhaps.
constexpr int64_t kKeepOpen_ms = 60LL * 86'400'000;

std::string log_note(const sync::LogPlace& at) {
  return at.created + " " + std::to_string(at.seq) + " " + std::to_string(at.time);
}

sync::NeighbourRow row_in(const Query& q) {
  sync::NeighbourRow n;
  n.no = q.integer(0);
  n.till = q.text(1);
  n.row.transaction_id = q.text(2);
  n.row.epoch = q.text(3);
  n.row.seq = q.integer(4);
  n.row.hash = sync::hex(q.text(5));
  return n;
}

}  // namespace

sync::LogPlace Neighbours::place() {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT value FROM note WHERE name = 'storelog'");
  if (!q.row()) return {};
  std::istringstream text(q.text(0));
  sync::LogPlace at;  // older versions noted no time: then the log is read once more
  text >> at.created >> at.seq >> at.time;
  return at;
}

void Neighbours::keep(const std::vector<sync::NeighbourRow>& rows, const sync::LogPlace& at,
                      Instant now) {
  const Database::Turn turn(database_, Who::sync);
  try {
    database_.transact(Database::Durability::normal, [&] {
      for (const sync::NeighbourRow& row : rows) keep(row, now);
      const std::string text = log_note(at);
      Query q(database_,
              "INSERT INTO note (name, value) VALUES ('storelog', ?)"
              " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
      q << text;
      q.run();
    });
  } catch (...) {
    sums_.clear();  // they may count what was rolled back
    throw;
  }
}

void Neighbours::keep(const sync::NeighbourRow& n, Instant now) {
  const auto read = sync::decode_row(n.row.body);
  const auto* sale = read ? std::get_if<CompletedSale>(&read->fact) : nullptr;
  const std::string receipt = sale ? sale->receipt : "";
  if (is_own(n, receipt)) return;
  const std::string hash = *sync::unhex(n.row.hash), signature = *sync::unbase64(n.row.signature);
  if (const auto there = found(n)) {
    if (there->hash == hash) return;
    Query q(database_,
            "UPDATE neighbour SET epoch = ?, seq = ?, key_id = ?, hash = ?, signature = ?, body = ?"
            " WHERE no = ?");
    q << n.row.epoch << n.row.seq << n.row.key_id;
    q.blob(hash).blob(signature) << n.row.body << there->no;
    q.run();
    return forget_sums_of(there->no);
  }
  int64_t no = 0;
  {
    Query q(database_,
            "INSERT INTO neighbour (till, transaction_id, epoch, seq, type, receipt, key_id, hash,"
            " signature, body, heard_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING no");
    q << n.till << n.row.transaction_id << n.row.epoch << n.row.seq << n.row.type << receipt
      << n.row.key_id;
    q.blob(hash).blob(signature) << n.row.body << now.unix_ms;
    q.row();
    no = q.integer(0);
    q.run();
  }
  if (const auto* noted = read ? std::get_if<TillNoted>(&read->fact) : nullptr) {
    keep_store_hold(database_, n.till, *noted);
  }
  if (!sale) return;
  keep_store_return(database_, n.till, *sale);
  add_deltas(no, *sale);
  for (const auto& [product, quantity] : sold_in(*sale)) {
    const auto sum = sums_.find(product);
    if (sum == sums_.end()) continue;
    Query covered(database_,
                  "SELECT 1 FROM stock_cover WHERE product_id = ? AND till = ? AND epoch = ?"
                  " AND seq >= ?");
    covered << product << n.till << n.row.epoch << n.row.seq;
    if (!covered.row()) sum->second.quantity += quantity;
  }
}

std::optional<Neighbours::Place> Neighbours::found(const sync::NeighbourRow& n) {
  Query q(database_, "SELECT no, held, hash FROM neighbour WHERE till = ? AND transaction_id = ?");
  q << n.till << n.row.transaction_id;
  if (!q.row()) return {};
  return Place{q.integer(0), q.integer(1) != 0, q.text(2)};
}

// A row of this till's id that its own journal has: by its place, or, where that has changed, by
// its receipt.
bool Neighbours::is_own(const sync::NeighbourRow& n, const std::string& receipt) {
  Query own(database_, "SELECT store, till FROM till");
  if (!own.row() || own.text(1) != n.till) return false;
  Query place(database_,
              "SELECT 1 FROM epoch e JOIN journal j ON j.id = (e.no << 40 | ?)"
              " WHERE e.epoch = ? AND j.transaction_id = ?");
  place << n.row.seq << n.row.epoch << n.row.transaction_id;
  if (place.row()) return true;
  const auto id = sale_id_of(receipt, own.text(0), own.text(1));
  if (!id) return false;
  Query sale(database_,
             "SELECT 1 FROM sale s JOIN journal j ON j.id = s.journal_id WHERE s.id = ?"
             " AND j.transaction_id = ?");
  sale << *id << n.row.transaction_id;
  return sale.row();
}

void Neighbours::add_deltas(int64_t no, const CompletedSale& sale) {
  for (const auto& [product, quantity] : sold_in(sale)) {
    Query q(database_,
            "INSERT INTO neighbour_delta (product_id, no, quantity) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING");
    q << product << no << quantity;
    q.run();
  }
}

void Neighbours::forget_sums_of(int64_t no) {
  Query q(database_, "SELECT product_id FROM neighbour_delta WHERE no = ?");
  q << no;
  while (q.row()) sums_.erase(q.text(0));
}

std::vector<sync::NeighbourRow> Neighbours::open(int64_t after, int limit) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_,
          "SELECT no, till, transaction_id, epoch, seq, hash FROM neighbour"
          " WHERE held = 0 AND no > ? ORDER BY no LIMIT ?");
  q << after << limit;
  std::vector<sync::NeighbourRow> rows;
  while (q.row()) rows.push_back(row_in(q));
  return rows;
}

void Neighbours::held(const std::vector<int64_t>& nos) {
  for (size_t at = 0; at < nos.size(); at += kSlice) {
    const Database::Turn turn(database_, Who::sync);
    database_.transact(Database::Durability::normal, [&] {
      for (size_t i = at; i < std::min(nos.size(), at + kSlice); ++i) {
        Query q(database_, "UPDATE neighbour SET held = 1, missed_at = 0 WHERE no = ?");
        q << nos[i];
        q.run();
        forget_sums_of(nos[i]);
        Query d(database_, "DELETE FROM neighbour_delta WHERE no = ?");
        d << nos[i];
        d.run();
      }
    });
  }
}

void Neighbours::missed(const std::vector<int64_t>& nos, Instant now) {
  for (size_t at = 0; at < nos.size(); at += kSlice) {
    const Database::Turn turn(database_, Who::sync);
    database_.transact(Database::Durability::normal, [&] {
      for (size_t i = at; i < std::min(nos.size(), at + kSlice); ++i) {
        // A time to come is of a clock that was wrong.
        Query q(database_,
                "UPDATE neighbour SET missed_at = ?1 WHERE no = ?2 AND held = 0"
                " AND (missed_at = 0 OR missed_at > ?1)");
        q << now.unix_ms << nos[i];
        q.run();
      }
    });
  }
}

// From the last to the first, so that what is done is a mark by itself.
void Neighbours::open_all() {
  for (;;) {
    const Database::Turn turn(database_, Who::sync);
    std::vector<std::pair<int64_t, std::string>> rows;
    {
      Query q(database_, "SELECT no, body FROM neighbour WHERE held = 1 ORDER BY no DESC LIMIT ?");
      q << kSlice;
      while (q.row()) rows.emplace_back(q.integer(0), q.text(1));
    }
    if (rows.empty()) break;
    database_.transact(Database::Durability::normal, [&] {
      for (const auto& [no, body] : rows) {
        Query q(database_, "UPDATE neighbour SET held = 0 WHERE no = ?");
        q << no;
        q.run();
        if (const auto sale = sale_in(body)) add_deltas(no, *sale);
      }
    });
    sums_.clear();
  }
}

std::vector<sync::NeighbourRow> Neighbours::to_carry(const std::vector<std::string>& silent,
                                                     int64_t missed_for_ms, Instant now,
                                                     int limit) {
  const Database::Turn turn(database_, Who::sync);
  std::vector<sync::NeighbourRow> rows;
  for (const std::string& till : silent) {
    Query q(database_,
            "SELECT no, till, transaction_id, epoch, seq, hash, type, key_id, signature, body"
            " FROM neighbour WHERE held = 0 AND till = ? AND missed_at > 0 AND missed_at <= ?"
            " ORDER BY epoch, seq LIMIT ?");
    q << till << now.unix_ms - missed_for_ms << limit - static_cast<int>(rows.size());
    while (q.row()) {
      sync::NeighbourRow n = row_in(q);
      n.row.type = q.text(6);
      n.row.key_id = q.text(7);
      n.row.signature = sync::base64(q.text(8));
      n.row.body = q.text(9);
      rows.push_back(std::move(n));
    }
    if (static_cast<int>(rows.size()) >= limit) break;
  }
  return rows;
}

std::vector<std::string> Neighbours::open_tills() {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT DISTINCT till FROM neighbour WHERE held = 0 ORDER BY till");
  std::vector<std::string> tills;
  while (q.row()) tills.push_back(q.text(0));
  return tills;
}

bool Neighbours::forget_old(Instant now) {
  const Database::Turn turn(database_, Who::sync);
  std::vector<int64_t> nos;
  {
    Query q(database_,
            "SELECT no FROM neighbour WHERE heard_at < ? AND (held = 1 OR heard_at < ?)"
            " AND no < (SELECT min(no) + 1000 FROM neighbour)"
            " AND no <= (SELECT max(no) - ? FROM neighbour) ORDER BY no LIMIT ?");
    q << now.unix_ms - kKeep_ms << now.unix_ms - kKeepOpen_ms << always_ << kSlice;
    while (q.row()) nos.push_back(q.integer(0));
  }
  if (nos.empty()) return false;
  database_.transact(Database::Durability::normal, [&] {
    for (const int64_t no : nos) {
      forget_sums_of(no);
      Query d(database_, "DELETE FROM neighbour_delta WHERE no = ?");
      d << no;
      d.run();
      Query q(database_, "DELETE FROM neighbour WHERE no = ?");
      q << no;
      q.run();
    }
  });
  return true;
}

Quantity Neighbours::pending_of(const std::string& product, int64_t stock_version) {
  const auto known = sums_.find(product);
  if (known != sums_.end() && known->second.version == stock_version)
    return {known->second.quantity};
  Query q(database_,
          "SELECT coalesce(sum(d.quantity), 0) FROM neighbour_delta d JOIN neighbour n"
          " ON n.no = d.no LEFT JOIN stock_cover c ON c.product_id = d.product_id"
          " AND c.till = n.till AND c.epoch = n.epoch WHERE d.product_id = ?"
          " AND (c.seq IS NULL OR c.seq < n.seq)");
  q << product;
  q.row();
  sums_[product] = {stock_version, q.integer(0)};
  return {q.integer(0)};
}

std::optional<CompletedSale> Neighbours::sale(std::string_view receipt) {
  const Database::Turn turn(database_, Who::cashier);
  const std::string text(receipt);
  Query q(database_, "SELECT body FROM neighbour WHERE receipt = ? AND receipt <> '' LIMIT 1");
  q << text;
  return q.row() ? sale_in(q.text(0)) : std::nullopt;
}

}  // namespace pos::storage

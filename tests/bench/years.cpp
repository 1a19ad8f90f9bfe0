#include "tests/bench/years.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

namespace pos::bench {
namespace {

constexpr int64_t kSlice = 250'000;  // sales a transaction
constexpr int kBodyBytes = 1300;     // a row of three lines

// ?1: the first sale's number, ?2: the last one's.
constexpr const char* kSlices[] = {
    "INSERT INTO journal SELECT 1 << 40 | i, 'product.sold',"
    " printf('0193a1c2-0000-7000-8000-%012x', i), 1 << 40 | i, 1763806530123 + i, 'key',"
    " randomblob(32), randomblob(64), (SELECT body FROM temp.filler) FROM n",
    "INSERT INTO sale SELECT 1 << 40 | i, 1 << 40 | i, 1, 1763806530123 + i, '1', 597, 99, 0, 597,"
    " 597 FROM n",
    "INSERT INTO sale_line SELECT 1 << 40 | i, l.line, printf('p%06d', 1 + (i * 7919 + l.line) %"
    " 100000), 'food', 1000, 199, 7, 0, 199, 200000, 33 FROM n, (SELECT 1 AS line UNION ALL SELECT"
    " 2 UNION ALL SELECT 3) l",
    "INSERT INTO tender SELECT 1 << 40 | i, 1, 'cash', 1000, 403, '' FROM n"};

void add_slice(SQLite::Database& db, int64_t from, int64_t to) {
  SQLite::Transaction all(db);
  for (const char* sql : kSlices) {
    SQLite::Statement insert(
        db, fmt::format("WITH RECURSIVE n(i) AS (SELECT {} UNION ALL SELECT i + 1 FROM n WHERE"
                        " i < {}) {}",
                        from, to, sql));
    insert.exec();
  }
  all.commit();
}

}  // namespace

void add_years(const std::string& path, int64_t sales, int64_t waiting) {
  SQLite::Database db(path, SQLite::OPEN_READWRITE);
  db.exec(
      "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
      "PRAGMA cache_size=-200000; CREATE TEMP TABLE filler (body TEXT)");
  db.exec(fmt::format("INSERT INTO temp.filler VALUES (printf('%.{}c', 'x'))", kBodyBytes));
  for (int64_t from = 1; from <= sales; from += kSlice) {
    add_slice(db, from, std::min(from + kSlice - 1, sales));
  }
  db.exec(fmt::format(
      "INSERT INTO shift (no, shift_id, opened_by, business_date, opened_at, float_amount, "
      "first_sale,"
      " closed_at, z_number, counted) VALUES (1, 's', '1', '2025-11-22', 0, 0, 1 << 40, 1, 1, 0);"
      "UPDATE till SET seq = {0}, number = {0}, grand_total = 597 * {0}, z_number = 1;"
      "UPDATE epoch SET settled_seq = {0} - {1};"
      "INSERT INTO outbox SELECT id FROM journal WHERE id > (1 << 40 | ({0} - {1}));"
      "INSERT INTO stock_delta SELECT l.sale_id, l.product_id, sum(l.quantity) FROM sale_line l"
      " WHERE l.sale_id > (1 << 40 | ({0} - {1})) GROUP BY 1, 2",
      sales, waiting));
}

}  // namespace pos::bench

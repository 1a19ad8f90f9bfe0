// The two databases of central behind one door: embedded SQLite, and PostgreSQL. One set of SQL
// text serves both: parameters are $1, $2 … in order of first appearance; types are BIGINT and
// TEXT; upserts are ON CONFLICT; RETURNING works. What differs is in sqlite_sql.cpp and
// postgres_sql.cpp (the only file with libpq). Money and quantities are integers here too.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pos::central {

// The machine failed (connection lost, disk full). `retry`: the same work may succeed later; false
// means that this statement or its data can never succeed (a constraint, bytes PostgreSQL refuses).
struct SqlError : std::runtime_error {
  SqlError(const std::string& what, bool retry_later)
      : std::runtime_error(what), retry(retry_later) {}
  bool retry;
};

using Param = std::variant<std::nullptr_t, int64_t, std::string>;

class ResultRow {
 public:
  explicit ResultRow(std::vector<Param> cells) : cells_(std::move(cells)) {}
  bool null(size_t column) const { return cells_.at(column).index() == 0; }
  int64_t integer(size_t column) const {
    return null(column) ? 0 : std::get<int64_t>(cells_[column]);
  }
  std::string text(size_t column) const {
    return null(column) ? "" : std::get<std::string>(cells_[column]);
  }

 private:
  std::vector<Param> cells_;
};
using ResultRows = std::vector<ResultRow>;

// A session: one thread's use of the database for one piece of work. SQLite has one connection in
// all, EXCLUSIVE, so its sessions exclude each other; PostgreSQL takes one from a pool.
class Session {
 public:
  virtual ~Session() = default;  // rolls back what is open
  virtual ResultRows query(std::string_view sql, const std::vector<Param>& = {}) = 0;
  virtual int64_t execute(std::string_view sql,
                          const std::vector<Param>& = {}) = 0;  // rows changed
  virtual void begin() = 0;
  virtual void commit() = 0;  // durable when it returns
  virtual void rollback() = 0;
  virtual void savepoint() = 0;  // one level is enough
  virtual void release() = 0;
  virtual void rollback_to_savepoint() = 0;
  virtual bool is_postgres() const = 0;
};

class Database {
 public:
  virtual ~Database() = default;
  virtual std::unique_ptr<Session> session() = 0;
  // The one active applier of a hub: true while this process holds it. SQLite: always, since the
  // file is held exclusively. PostgreSQL: an advisory lock on a connection of its own.
  virtual bool hold_applier_lock() = 0;
  // Forward only, by a version number in the database; refuses a newer one with words.
  virtual void migrate() = 0;
  // Any thread: what waits for a silent server fails within 100 ms, and so does all later work. For
  // a program that is told to stop.
  virtual void interrupt() = 0;
};

// "sqlite:FILE" (made if missing when `create`), or "postgresql://…". Throws SqlError with words.
std::unique_ptr<Database> open_database(const std::string& url, bool create);

}  // namespace pos::central

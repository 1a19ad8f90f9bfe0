#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "central/schema.h"
#include "central/sql.h"
#include "central/sql_engines.h"

namespace pos::central {
namespace {

constexpr size_t kMaxCachedStatements = 400;

// First come, first served: a plain std::mutex lets one thread take it again and again while
// another waits for 200 ms.
class FairMutex {
 public:
  void lock() {
    std::unique_lock hold(mutex_);
    assert(owner_ != std::this_thread::get_id() && "a thread may have one session at a time");
    const uint64_t ticket = next_++;
    turn_.wait(hold, [&] { return ticket == serving_; });
    owner_ = std::this_thread::get_id();
  }
  void unlock() {
    {
      std::lock_guard hold(mutex_);
      owner_ = {};
      ++serving_;
    }
    turn_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable turn_;
  std::thread::id owner_;
  uint64_t next_ = 0, serving_ = 0;
};

// Only what is wrong with the data itself will never pass. A full disk may be emptied, and a
// missing table may be restored: a row must not be set aside for these.
bool may_pass(int code) {
  const int kind = code & 0xff;
  return kind != SQLITE_CONSTRAINT && kind != SQLITE_MISMATCH && kind != SQLITE_TOOBIG &&
         kind != SQLITE_RANGE;
}

SqlError error_of(const SQLite::Exception& e) {
  return {std::string("central's database: ") + e.what(), may_pass(e.getErrorCode())};
}

// $1 -> ?1: numbered parameters cost no search by name in long VALUES lists.
std::string numbered(std::string_view sql) {
  std::string out(sql);
  for (size_t i = 0; i + 1 < out.size(); ++i)
    if (out[i] == '$' && out[i + 1] >= '0' && out[i + 1] <= '9') out[i] = '?';
  return out;
}

class SqliteDatabase;

class SqliteSession final : public Session {
 public:
  explicit SqliteSession(SqliteDatabase& database);
  ~SqliteSession() override;
  ResultRows query(std::string_view sql, const std::vector<Param>& params) override;
  int64_t execute(std::string_view sql, const std::vector<Param>& params) override;
  void begin() override { run("BEGIN IMMEDIATE"); }
  void commit() override { run("COMMIT"); }
  void rollback() override;
  void savepoint() override { run("SAVEPOINT one"); }
  void release() override { run("RELEASE one"); }
  void rollback_to_savepoint() override {
    run("ROLLBACK TO one");
    run("RELEASE one");
  }
  bool is_postgres() const override { return false; }

 private:
  void run(const char* sql) { execute(sql, {}); }
  SQLite::Statement& prepared(std::string_view sql, const std::vector<Param>& params);
  SqliteDatabase& database_;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const std::string& file, bool create);
  std::unique_ptr<Session> session() override { return std::make_unique<SqliteSession>(*this); }
  bool hold_applier_lock() override { return true; }
  void migrate() override;
  void interrupt() override { interrupted_ = true; }

 private:
  friend class SqliteSession;
  void prepare_file(bool made_now);

  FairMutex door_;  // guards what follows
  std::unique_ptr<SQLite::Database> connection_;
  std::map<std::string, std::unique_ptr<SQLite::Statement>, std::less<>> statements_;
  std::atomic<bool> interrupted_ = false;
};

SqliteDatabase::SqliteDatabase(const std::string& file, bool create) {
  const bool there = std::filesystem::exists(file) && std::filesystem::file_size(file) > 0;
  if (!there && !create)
    throw SqlError("there is no database of central at " + file + "; check --db", false);
  try {
    connection_ = std::make_unique<SQLite::Database>(
        file, SQLite::OPEN_READWRITE | (create ? SQLite::OPEN_CREATE : 0), 200);
    prepare_file(!there);
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() == SQLITE_BUSY)
      throw SqlError(
          file + " is in use by a running leaftill-central: stop it first, or ask it over HTTP",
          true);
    if (e.getErrorCode() == SQLITE_NOTADB)
      throw SqlError(file + " is not a database of leaftill-central; check --db", false);
    throw SqlError("cannot open " + file + ": " + e.what(), may_pass(e.getErrorCode()));
  }
}

// EXCLUSIVE comes before WAL: no shared memory file, a second process is refused, and the WAL-reset
// bug of SQLite 3.40 (which needs two connections) cannot occur.
void SqliteDatabase::prepare_file(bool made_now) {
  auto& c = *connection_;
  c.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (!made_now && c.execAndGet("PRAGMA application_id").getInt() != kApplicationId)
    throw SqlError(
        c.getFilename() + " belongs to another program, not to leaftill-central; check --db",
        false);
  c.exec("PRAGMA journal_mode = WAL");
  c.exec("PRAGMA synchronous = FULL");
  c.exec("PRAGMA trusted_schema = OFF");
  c.exec("PRAGMA cache_size = -65536");
  c.exec("PRAGMA temp_store = MEMORY");
  c.exec("BEGIN IMMEDIATE; COMMIT");  // takes the lock now, not at the first write
  if (made_now) c.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
}

void SqliteDatabase::migrate() {
  std::lock_guard hold(door_);
  auto& c = *connection_;
  try {
    int version = c.execAndGet("PRAGMA user_version").getInt();
    if (version > newest_schema())
      throw SqlError("the database was made by a newer leaftill-central (schema " +
                         std::to_string(version) + ", this program knows " +
                         std::to_string(newest_schema()) + "): install that version",
                     false);
    while (version < newest_schema()) {
      SQLite::Transaction transaction(c, SQLite::TransactionBehavior::IMMEDIATE);
      c.exec(sqlite_migration(++version));
      c.exec("PRAGMA user_version = " + std::to_string(version));
      transaction.commit();
    }
  } catch (const SQLite::Exception& e) {
    throw error_of(e);
  }
}

SqliteSession::SqliteSession(SqliteDatabase& database) : database_(database) {
  database_.door_.lock();
}

SqliteSession::~SqliteSession() {
  try {
    rollback();
  } catch (const SqlError&) {  // the next statement will tell
  }
  database_.door_.unlock();
}

void SqliteSession::rollback() {
  if (!sqlite3_get_autocommit(database_.connection_->getHandle())) run("ROLLBACK");
}

SQLite::Statement& SqliteSession::prepared(std::string_view sql, const std::vector<Param>& params) {
  if (database_.interrupted_) throw SqlError("stopping", true);
  auto& statements = database_.statements_;
  auto found = statements.find(sql);
  if (found == statements.end()) {
    if (statements.size() >= kMaxCachedStatements) statements.clear();
    found = statements
                .emplace(std::string(sql),
                         std::make_unique<SQLite::Statement>(*database_.connection_, numbered(sql)))
                .first;
  }
  auto& statement = *found->second;
  for (size_t i = 0; i < params.size(); ++i) {
    const int at = static_cast<int>(i) + 1;
    if (auto* number = std::get_if<int64_t>(&params[i])) {
      statement.bind(at, *number);
    } else if (auto* text = std::get_if<std::string>(&params[i])) {
      if (text->find('\0') != std::string::npos) throw SqlError("text with a NUL byte", false);
      statement.bindNoCopy(at, *text);
    } else {
      statement.bind(at);
    }
  }
  return statement;
}

// Leaves the statement ready for its next use and without pointers into the caller's parameters.
struct Tidy {
  SQLite::Statement& statement;
  ~Tidy() {
    statement.tryReset();
    statement.clearBindings();
  }
};

ResultRows SqliteSession::query(std::string_view sql, const std::vector<Param>& params) {
  try {
    auto& statement = prepared(sql, params);
    Tidy tidy{statement};
    ResultRows rows;
    while (statement.executeStep()) {
      std::vector<Param> cells;
      cells.reserve(static_cast<size_t>(statement.getColumnCount()));
      for (int i = 0; i < statement.getColumnCount(); ++i) {
        const auto cell = statement.getColumn(i);
        if (cell.isNull())
          cells.emplace_back(nullptr);
        else if (cell.isInteger())
          cells.emplace_back(cell.getInt64());
        else
          cells.emplace_back(cell.getString());
      }
      rows.emplace_back(std::move(cells));
    }
    return rows;
  } catch (const SQLite::Exception& e) {
    throw error_of(e);
  }
}

int64_t SqliteSession::execute(std::string_view sql, const std::vector<Param>& params) {
  try {
    auto& statement = prepared(sql, params);
    Tidy tidy{statement};
    while (statement.executeStep()) {
    }
    return sqlite3_changes(database_.connection_->getHandle());
  } catch (const SQLite::Exception& e) {
    throw error_of(e);
  }
}

}  // namespace

std::unique_ptr<Database> open_sqlite(const std::string& file, bool create) {
  return std::make_unique<SqliteDatabase>(file, create);
}

}  // namespace pos::central

#include "storage/database.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "storage/migrations.h"
#include "sync/hold.h"

namespace pos::storage {
namespace {

constexpr int kApplicationId = 0x4c656166;  // "Leaf"
constexpr int kSchemaVersion = static_cast<int>(std::size(kMigrations));
constexpr int64_t kCheckpointFrames = 1000;

[[noreturn]] void fail(const std::string& doing, const SQLite::Exception& e) {
  throw Error(doing + ": " + e.what(), e.getErrorCode());
}

int64_t pragma(SQLite::Database& db, const char* sql) { return db.execAndGet(sql).getInt64(); }

void check_file(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) {
    throw Error(path + ": " + std::strerror(errno) +
                ". A till's database is made by `leaftillctl provision`.");
  }
  if (!S_ISREG(info.st_mode)) throw Error(path + " is not a file.");
  if (info.st_size == 0) {
    throw Error(path +
                " is empty. It was truncated, or is not a till's database: restore a backup, or "
                "provision the till anew; do not sell on it.");
  }
}

void check_identity(SQLite::Database& db, const std::string& path) {
  if (pragma(db, "PRAGMA application_id") != kApplicationId) {
    throw Error(path + " belongs to another program: it is left as it is.");
  }
  const int64_t version = pragma(db, "PRAGMA user_version");
  if (version > kSchemaVersion) {
    throw Error(path + " was written by a newer Leaftill (schema " + std::to_string(version) +
                ", this one knows " + std::to_string(kSchemaVersion) +
                "). Install that version again: the data is untouched.");
  }
  if (version < 1)
    throw Error(path + " was not finished by `leaftillctl provision`: provision it anew.");
}

std::string words_for(const SQLite::Exception& e, const std::string& path) {
  switch (e.getErrorCode()) {
    case SQLITE_BUSY:
      return path + " is in use by a running till. Stop it first.";
    case SQLITE_NOTADB:
      return path + " is damaged, or not a database: keep the file, restore a backup.";
    case SQLITE_CORRUPT:
      return path + " is damaged: keep the file, restore a backup (" + e.what() + ").";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return path + " cannot be written by this user: check owner and mode (" + e.what() + ").";
    default:
      return path + ": " + e.what();
  }
}

}  // namespace

std::string sqlite_version() { return SQLite::getLibVersion(); }

Database::Database(std::string path) : path_(std::move(path)) {
  open();
  sync::hold_at("startup");
}

Database::~Database() {
  statements_.clear();
  connection_.reset();
}

void Database::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    throw Error(path + ": " + std::strerror(errno) +
                (errno == EEXIST ? ". A till is provisioned once: nothing was changed." : ""));
  }
  ::close(fd);
  try {
    SQLite::Database db(path, SQLite::OPEN_READWRITE);
    db.exec(
        "PRAGMA page_size=4096; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL; BEGIN IMMEDIATE");
    for (const char* migration : kMigrations) db.exec(migration);
    db.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    db.exec("PRAGMA user_version=" + std::to_string(kSchemaVersion));
    db.exec("COMMIT");
  } catch (const SQLite::Exception& e) {
    ::unlink(path.c_str());
    fail("making " + path, e);
  }
}

void Database::open() {
  check_file(path_);
  try {
    connection_ = std::make_unique<SQLite::Database>(path_, SQLite::OPEN_READWRITE);
    SQLite::Database& db = *connection_;
    db.exec("PRAGMA locking_mode=EXCLUSIVE");
    check_identity(db, path_);
    db.exec(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
        "PRAGMA cache_size=-8000; PRAGMA secure_delete=OFF; PRAGMA trusted_schema=OFF;"
        "PRAGMA temp_store=MEMORY");
    db.exec("BEGIN IMMEDIATE; COMMIT");  // takes the lock now: a second till is turned away
    durability_ = Durability::full;
    sqlite3_db_config(db.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_wal_hook(
        db.getHandle(),
        [](void* self, sqlite3*, const char*, int frames) {
          static_cast<Database*>(self)->wal_frames_ = frames;
          return SQLITE_OK;
        },
        this);
  } catch (const SQLite::Exception& e) {
    connection_.reset();
    throw Error(words_for(e, path_), e.getErrorCode());
  }
}

void Database::reopen() {
  statements_.clear();
  connection_.reset();
  open();
}

Database::Turn::Turn(Database& database, Who who) : database_(database) {
  std::unique_lock lock(database_.door_);
  if (who == Who::cashier) {
    ++database_.cashiers_waiting_;
    database_.door_opens_.wait(lock, [&] { return !database_.taken_; });
    --database_.cashiers_waiting_;
  } else {
    database_.door_opens_.wait(
        lock, [&] { return !database_.taken_ && database_.cashiers_waiting_ == 0; });
  }
  database_.taken_ = true;
}

Database::Turn::~Turn() {
  {
    const std::lock_guard lock(database_.door_);
    database_.taken_ = false;
  }
  database_.door_opens_.notify_all();
}

SQLite::Statement& Database::prepared(const char* sql) {
  for (auto& [text, statement] : statements_) {
    if (text == sql) return *statement;
  }
  try {
    statements_.emplace_back(sql, std::make_unique<SQLite::Statement>(*connection_, sql));
  } catch (const SQLite::Exception& e) {
    fail(sql, e);
  }
  return *statements_.back().second;
}

void Database::set_durability(Durability durability) {
  if (durability == durability_) return;
  connection_->exec(durability == Durability::full ? "PRAGMA synchronous=FULL"
                                                   : "PRAGMA synchronous=NORMAL");
  durability_ = durability;
}

void Database::transact(Durability durability, const std::function<void()>& work) {
  try {
    set_durability(durability);
    Query(*this, "BEGIN IMMEDIATE").run();
    try {
      work();
      Query(*this, "COMMIT").run();
    } catch (...) {
      if (sqlite3_get_autocommit(connection_->getHandle()) == 0) connection_->tryExec("ROLLBACK");
      throw;
    }
  } catch (const SQLite::Exception& e) {
    fail("writing to " + path_, e);
  }
}

void Database::checkpoint_if_due() {
  if (wal_frames_ < kCheckpointFrames) return;
  sync::hold_at("checkpoint");
  // Passive: it never waits. If it cannot finish, the next one goes on where it stopped.
  sqlite3_wal_checkpoint_v2(connection_->getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                            nullptr);
  wal_frames_ = 0;
}

void Database::checkpoint_all() {
  sqlite3_wal_checkpoint_v2(connection_->getHandle(), nullptr, SQLITE_CHECKPOINT_FULL, nullptr,
                            nullptr);
  wal_frames_ = 0;
}

Query::Query(Database& database, const char* sql)
    : database_(database), statement_(database.prepared(sql)) {}

Query::~Query() {
  statement_.tryReset();
  statement_.clearBindings();
}

Query& Query::operator<<(int64_t value) {
  statement_.bind(++bound_, value);
  return *this;
}

Query& Query::operator<<(const std::string& value) {
  // Not bindNoCopy: SQLiteCpp's takes the text up to its first NUL.
  statement_.bind(++bound_, value);
  return *this;
}

Query& Query::blob(const std::string& value) {
  statement_.bind(++bound_, value.data(), static_cast<int>(value.size()));
  return *this;
}

bool Query::row() {
  try {
    return statement_.executeStep();
  } catch (const SQLite::Exception& e) {
    fail(statement_.getQuery(), e);
  }
}

void Query::run() {
  while (row()) {
  }
}

int64_t Query::integer(int column) const { return statement_.getColumn(column).getInt64(); }
std::string Query::text(int column) const { return statement_.getColumn(column).getString(); }
bool Query::null(int column) const { return statement_.getColumn(column).isNull(); }
int64_t Query::changes() const { return sqlite3_changes(database_.raw().getHandle()); }

}  // namespace pos::storage

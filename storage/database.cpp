#include "storage/database.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iterator>

#include "storage/joined_writes.h"
#include "storage/migrations.h"
#include "sync/hold.h"
#include "sync/planted.h"

namespace pos::storage {
namespace {

constexpr int kApplicationId = 0x4c656166;  // "Leaf"
constexpr int kSchemaVersion = static_cast<int>(std::size(kMigrations));
constexpr int64_t kCheckpointFrames = 1000;

std::string advice(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return ". Make space on the disk: nothing that was answered is lost";
    case SQLITE_IOERR:
      return ". The disk does not work as it should: look at it before it gets worse";
    default:
      return "";
  }
}

[[noreturn]] void fail(const std::string& doing, const SQLite::Exception& e) {
  throw Error(doing + ": " + e.what() + advice(e.getErrorCode()), e.getErrorCode());
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

[[noreturn]] void not_finished(const std::string& path) {
  throw Error(path + " was not finished by `leaftillctl provision`: delete it, provision anew.");
}

// Its version.
int64_t check_identity(SQLite::Database& db, const std::string& path) {
  if (pragma(db, "SELECT count(*) FROM sqlite_schema") == 0) not_finished(path);
  if (pragma(db, "PRAGMA application_id") != kApplicationId) {
    throw Error(path + " belongs to another program: it is left as it is.");
  }
  const int64_t version = pragma(db, "PRAGMA user_version");
  if (version > kSchemaVersion) {
    throw Error(path + " was written by a newer Leaftill (schema " + std::to_string(version) +
                ", this one knows " + std::to_string(kSchemaVersion) +
                "). Install that version again: the data is untouched.");
  }
  if (version < 1) not_finished(path);
  return version;
}

constexpr const char* kRestore =
    ". `leaftillctl restore BACKUP --replace` puts it aside, keeps it, and sells on from the "
    "backup";

std::string words_for(const SQLite::Exception& e, const std::string& path) {
  switch (e.getErrorCode()) {
    case SQLITE_BUSY:
      return path + " is in use by a running till. Stop it first.";
    case SQLITE_NOTADB:
      return path + " is damaged, or not a database" + kRestore;
    case SQLITE_CORRUPT:
      return path + " is damaged" + kRestore + " (" + e.what() + ")";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return path + " cannot be written by this user: check owner and mode (" + e.what() + ").";
    default:
      return path + ": " + e.what() + advice(e.getErrorCode());
  }
}

// Made here and not by SQLite, so that nobody but its owner may ever read it.
void make_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    throw Error(path + ": " + std::strerror(errno) +
                (errno == EEXIST ? ". A till is provisioned once: nothing was changed." : ""));
  }
  ::close(fd);
}

}  // namespace

std::string sqlite_version() { return SQLite::getLibVersion(); }

Database::Database(std::string path, std::string vfs)
    : path_(std::move(path)), vfs_(std::move(vfs)), disk_(std::make_unique<JoinedWrites>(vfs_)) {
  open();
  sync::hold_at("startup");
}

Database::~Database() {
  end_copy();
  statements_.clear();
  connection_.reset();
}

void Database::create(const std::string& path, const std::string& vfs) {
  if (vfs.empty()) make_file(path);
  try {
    const int make = vfs.empty() ? 0 : SQLite::OPEN_CREATE;
    SQLite::Database db(path, SQLite::OPEN_READWRITE | make, 0, vfs);
    db.exec(
        "PRAGMA page_size=4096; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL; BEGIN IMMEDIATE");
    for (const char* migration : kMigrations) db.exec(migration);
    db.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    db.exec("PRAGMA user_version=" + std::to_string(kSchemaVersion));
    db.exec("COMMIT");
  } catch (const SQLite::Exception& e) {
    remove(path, vfs);
    fail("making " + path, e);
  }
}

void Database::remove(const std::string& path, const std::string& vfs) {
  sqlite3_vfs& disk = disk_named(vfs);
  for (const char* part : {"", "-wal", "-journal"}) {
    disk.xDelete(&disk, (path + part).c_str(), /*and sync the folder*/ 1);
  }
}

SQLite::Database& Database::raw() {
  if (!connection_) throw Error(path_ + " is closed since the disk failed: start the till again.");
  return *connection_;
}

void Database::open() {
  if (vfs_.empty()) check_file(path_);
  // Before SQLite's first use in this program, else without effect: nobody asks how much memory it
  // has, and a mutex around each allocation is felt in a sale.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  try {
    // The door is the mutex: SQLite needs none of its own around each call.
    connection_ = std::make_unique<SQLite::Database>(
        path_, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, 0, disk_->vfs());
    disk_->join(false);
    SQLite::Database& db = *connection_;
    db.exec("PRAGMA locking_mode=EXCLUSIVE");
    const int64_t version = check_identity(db, path_);
    db.exec(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
        "PRAGMA cache_size=-8000; PRAGMA secure_delete=OFF; PRAGMA trusted_schema=OFF;"
        "PRAGMA temp_store=MEMORY");
    db.exec("BEGIN IMMEDIATE; COMMIT");  // takes the lock now: a second till is turned away
    if (version < kSchemaVersion) upgrade(version);
    disk_->join(true);
    durability_ = Durability::full;
    wal_in_doubt_ = true;
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

void Database::upgrade(int64_t from) {
  const std::string before = path_ + ".v" + std::to_string(from);
  remove(before, vfs_);
  if (vfs_.empty()) make_file(before);
  {
    const int make = vfs_.empty() ? 0 : SQLite::OPEN_CREATE;
    SQLite::Database copy(before, SQLite::OPEN_READWRITE | make, 0, vfs_);
    SQLite::Backup(copy, *connection_).executeStep();
  }
  SQLite::Transaction all(*connection_, SQLite::TransactionBehavior::IMMEDIATE);
  for (int64_t done = from; done < kSchemaVersion; ++done) connection_->exec(kMigrations[done]);
  connection_->exec("PRAGMA user_version=" + std::to_string(kSchemaVersion));
  all.commit();
}

void Database::reopen() {
  end_copy();
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
    statements_.emplace_back(sql, std::make_unique<SQLite::Statement>(raw(), sql));
  } catch (const SQLite::Exception& e) {
    fail(sql, e);
  }
  return *statements_.back().second;
}

void Database::set_durability(Durability durability) {
  if (sync::planted("sales are not synced")) durability = Durability::normal;
  if (durability == durability_) return;
  raw().exec(durability == Durability::full ? "PRAGMA synchronous=FULL"
                                            : "PRAGMA synchronous=NORMAL");
  disk_->join(durability == Durability::full);
  durability_ = durability;
}

void Database::transact(Durability durability, const std::function<void()>& work) {
  try {
    const auto began = std::chrono::steady_clock::now();
    if (wal_in_doubt_) end_doubt();
    set_durability(durability);
    Query(*this, "BEGIN IMMEDIATE").run();
    try {
      work();
      Query(*this, "COMMIT").run();
      if (told_ && durability == Durability::full) {
        told_(std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - began));
      }
    } catch (...) {
      if (sqlite3_get_autocommit(raw().getHandle()) == 0) raw().tryExec("ROLLBACK");
      throw;
    }
  } catch (const SQLite::Exception& e) {
    doubt_after(e.getErrorCode());
    fail("writing to " + path_, e);
  } catch (const Error& e) {
    doubt_after(e.code);
    throw;
  }
}

void Database::doubt_after(int code) {
  if ((code & 0xff) == SQLITE_IOERR) wal_in_doubt_ = true;
}

bool Database::write_back(int mode) {
  const int result = sqlite3_wal_checkpoint_v2(raw().getHandle(), nullptr, mode, nullptr, nullptr);
  if (result != SQLITE_OK) wal_in_doubt_ = true;
  wal_frames_ = 0;
  return result == SQLITE_OK;
}

void Database::end_doubt() {
  if (!write_back(SQLITE_CHECKPOINT_TRUNCATE)) throw SQLite::Exception(raw().getHandle());
  wal_in_doubt_ = false;
}

void Database::checkpoint_if_due() {
  if (wal_frames_ >= kCheckpointFrames) checkpoint();
}

void Database::checkpoint() {
  sync::hold_at("checkpoint");
  try {
    // Passive: it never waits. If it cannot finish, the next one goes on where it stopped.
    if (!write_back(SQLITE_CHECKPOINT_PASSIVE)) return;
    // SQLite does not write a row that stays as it was, so this one counts.
    transact(Durability::normal, [this] {
      Query(*this,
            "INSERT INTO note (name, value) VALUES ('checkpoints', '1')"
            " ON CONFLICT (name) DO UPDATE SET value = CAST(value + 1 AS TEXT)")
          .run();
    });
  } catch (const Error&) {
  }
}

void Database::checkpoint_all() { write_back(SQLITE_CHECKPOINT_FULL); }

bool Database::copy_slice(SQLite::Database& into, int pages, bool first) {
  try {
    if (first) copying_ = std::make_unique<SQLite::Backup>(into, raw());
    if (!copying_) throw Error("The database was opened again meanwhile: start the copy again.");
    const bool done = copying_->executeStep(pages) == SQLITE_DONE;
    if (done) end_copy();
    return !done;
  } catch (const SQLite::Exception& e) {
    end_copy();
    fail("copying " + path_, e);
  }
}

void Database::end_copy() { copying_.reset(); }

int64_t schema_version(Database& database) {
  const Database::Turn turn(database, Database::Who::sync);
  Query q(database, "PRAGMA user_version");
  return q.row() ? q.integer(0) : 0;
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

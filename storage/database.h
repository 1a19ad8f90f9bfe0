// Database: the till's one SQLite connection, and the door to it.
//
// EXCLUSIVE before WAL: no -shm file (a full disk would SIGBUS), a second process is turned away at
// once, and SQLite's WAL-reset bug (3.7.0 to 3.51.2) needs two connections. Journal rows commit
// with synchronous=FULL: one fdatasync. Drafts commit with NORMAL: they survive kill -9, and a
// power cut may cost the open sale's last lines, never a sale. Checkpoints run after the answer.
//
// A sync that failed is not cured by one that works: Linux has given up the pages of the first, and
// reads them back from memory all the same. A draft lost so would be a hole in the WAL, and every
// sale behind it would go with the next power cut. So after any I/O error, and after a start, the
// WAL is in doubt: it is written into the database, all of it, before anything is added.
//
// The door is fair: the cashier announces herself and the sync thread, which works in slices of at
// most 5 ms, lets her pass (a plain mutex kept her waiting up to 202 ms).
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace SQLite {
class Backup;
class Database;
class Statement;
}  // namespace SQLite

namespace pos::storage {

class JoinedWrites;

// The machine failed, or the file is not ours. The text says what to do. `code` is SQLite's.
struct Error : std::runtime_error {
  explicit Error(const std::string& what, int sqlite_code = 0)
      : std::runtime_error(what), code(sqlite_code) {}
  int code;
};

std::string sqlite_version();

class Database {
 public:
  // Opens what `provision` made. Throws Error for a missing, empty, foreign, newer, damaged or
  // locked file; never makes one. `vfs`: SQLite's name of the disk, empty for the real one. One of
  // an older version is first copied to `path`.v<version> (0600, written anew until the upgrade is
  // done), then brought up to this one in one transaction.
  explicit Database(std::string path, std::string vfs = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Makes a new database file (0600) with the schema; throws if the file exists.
  static void create(const std::string& path, const std::string& vfs = {});
  // Deletes one that was not finished, and what SQLite put beside it.
  static void remove(const std::string& path, const std::string& vfs = {});

  enum class Who { cashier, sync };
  class Turn {  // holds the door while it lives
   public:
    Turn(Database& database, Who who);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Database& database_;
  };

  // The rest needs a Turn.

  // A prepared statement, kept by the address of its text (a literal). Use through Query.
  SQLite::Statement& prepared(const char* sql);
  enum class Durability { full, normal };
  // BEGIN IMMEDIATE, work, COMMIT. Rolls back and throws Error if anything fails.
  void transact(Durability, const std::function<void()>& work);
  // Called after each durable commit with what it cost, BEGIN to COMMIT; {} for nobody.
  void on_commit(std::function<void(std::chrono::microseconds)> told) { told_ = std::move(told); }
  // A passive checkpoint when the WAL is long; call it after the answer is out. It also begins the
  // next WAL, so that no scan or sale pays for the sync of its head. Never throws for the disk: an
  // error is met again by the next write.
  void checkpoint_if_due();
  void checkpoint();
  void checkpoint_all();
  // After a failure: closes, opens and lets the caller look what is there. Throws Error if the disk
  // still fails; then every use throws, until a reopen() that does not.
  void reopen();
  // The next slice of an online copy `into`, begun by the first; false: it is whole. A reopen()
  // meanwhile ends it, and the next slice throws. end_copy() before `into` goes.
  bool copy_slice(SQLite::Database& into, int pages, bool first);
  void end_copy();
  int64_t wal_frames() const { return wal_frames_; }
  const std::string& path() const { return path_; }
  SQLite::Database& raw();

 private:
  void open();
  void upgrade(int64_t from);
  void set_durability(Durability);
  void doubt_after(int code);
  bool write_back(int mode);
  void end_doubt();

  std::string path_, vfs_;
  std::unique_ptr<JoinedWrites> disk_;
  std::unique_ptr<SQLite::Database> connection_;
  std::unique_ptr<SQLite::Backup> copying_;
  std::vector<std::pair<const char*, std::unique_ptr<SQLite::Statement>>> statements_;
  Durability durability_ = Durability::full;
  int64_t wal_frames_ = 0;
  bool wal_in_doubt_ = true;
  std::function<void(std::chrono::microseconds)> told_;

  std::mutex door_;
  std::condition_variable door_opens_;
  bool taken_ = false;
  int cashiers_waiting_ = 0;
};

// One use of a prepared statement: binds in order, steps, resets when it leaves.
//   Query q(database, "SELECT total FROM sale WHERE id = ?");
//   q << id;  if (q.row()) total = q.integer(0);
class Query {
 public:
  Query(Database&, const char* sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator<<(int64_t);
  Query& operator<<(int value) { return *this << static_cast<int64_t>(value); }
  Query& operator<<(const std::string&);  // TEXT; must outlive the step
  Query& blob(const std::string&);        // BLOB; copied
  bool row();                             // false: done
  void run();                             // to the end
  int64_t integer(int column) const;
  std::string text(int column) const;  // of BLOBs too
  bool null(int column) const;
  int64_t changes() const;

 private:
  Database& database_;
  SQLite::Statement& statement_;
  int bound_ = 0;
};

int64_t schema_version(Database&);  // takes its Turn

inline constexpr int64_t kSeqBits = 40;
inline int64_t journal_id(int64_t epoch_no, int64_t seq) { return epoch_no << kSeqBits | seq; }
inline int64_t seq_of(int64_t id) { return id & ((int64_t{1} << kSeqBits) - 1); }
inline int64_t epoch_no_of(int64_t id) { return id >> kSeqBits; }

}  // namespace pos::storage

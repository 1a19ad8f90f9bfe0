// JoinedWrites: a disk for SQLite in front of another one. SQLite writes a WAL frame in two writes,
// so a sale of eleven pages costs two and twenty; here those of one commit become one, just before
// the sync that makes it durable.
//
// Only while join(true): then every write that matters is followed by a sync, which writes what is
// held back first and answers with its error. Otherwise, and for every file but the WAL, all goes
// straight through: a commit without a sync must be with the kernel when it answers (kill -9).
#pragma once

#include <memory>
#include <string>

struct sqlite3_vfs;

namespace pos::storage {

class JoinedWrites {
 public:
  // `under`: SQLite's name of the disk behind it, empty for the real one; it must outlive this.
  explicit JoinedWrites(const std::string& under);
  ~JoinedWrites();  // no file is open any more
  JoinedWrites(const JoinedWrites&) = delete;
  JoinedWrites& operator=(const JoinedWrites&) = delete;

  const std::string& vfs() const { return name_; }
  void join(bool on) { joining_ = on; }

  // For the disk's functions.
  bool joining() const { return joining_; }
  sqlite3_vfs& under() const { return under_; }

 private:
  sqlite3_vfs& under_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  bool joining_ = false;
};

// SQLite's disk of that name, empty for the real one. Throws Error if there is none.
sqlite3_vfs& disk_named(const std::string& vfs);

}  // namespace pos::storage

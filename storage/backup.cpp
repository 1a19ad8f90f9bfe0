#include "storage/backup.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace pos::storage {
namespace {

namespace fs = std::filesystem;
constexpr int kPages = 64;

[[noreturn]] void fail(const std::string& file) { throw Error(file + ": " + std::strerror(errno)); }

// Nobody but its owner may ever read it: SQLite would have made it 0644.
void make_empty(const std::string& file) {
  const int fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) fail(file);
  ::close(fd);
}

void sync_to_disk(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  const int result = ::fsync(fd);
  ::close(fd);
  if (result != 0) fail(path);
}

void copy_pages(Database& database, const std::string& part) {
  SQLite::Database copy(part, SQLite::OPEN_READWRITE);
  copy.exec("PRAGMA synchronous=OFF");  // synced below, without the door
  try {
    for (bool first = true, more = true; more; first = false) {
      const Database::Turn turn(database, Database::Who::sync);
      more = database.copy_slice(copy, kPages, first);
    }
  } catch (...) {
    const Database::Turn turn(database, Database::Who::sync);
    database.end_copy();
    throw;
  }
}

// Only what opens again as a till's is a backup.
void read_back(const std::string& part) {
  Database copy(part);
  const Database::Turn turn(copy, Database::Who::cashier);
  Query whole(copy, "PRAGMA quick_check");
  if (!whole.row() || whole.text(0) != "ok") throw Error(part + " is not a whole copy.");
}

}  // namespace

void backup(Database& database, const std::string& file) {
  if (fs::exists(file)) throw Error(file + " exists already: nothing was written over it.");
  const std::string part = file + ".part";
  fs::remove(part);
  make_empty(part);
  try {
    copy_pages(database, part);
    read_back(part);
    sync_to_disk(part);
    fs::rename(part, file);
    sync_to_disk(fs::absolute(file).parent_path().string());
  } catch (const std::exception& e) {
    for (const char* tail : {"", "-wal", "-journal"}) ::unlink((part + tail).c_str());
    throw Error("No backup was made: " + std::string(e.what()));
  }
}

}  // namespace pos::storage

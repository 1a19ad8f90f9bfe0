#include "storage/joined_writes.h"

#include <sqlite3.h>

#include <atomic>

#include "storage/database.h"

namespace pos::storage {
namespace {

// SQLite's Unix disk takes less than 128 KiB at once (it masks the length). A long commit goes in
// pieces.
constexpr size_t kMostHeld = 96 * 1024;

struct Wal {  // SQLite allocates it, knowing only its first member; the file under it stands behind
  sqlite3_file base;
  JoinedWrites* disk;
  std::string* held;  // bytes that are not written yet
  sqlite3_int64 at;   // where they belong
};

constexpr int kWalBytes = (sizeof(Wal) + 15) / 16 * 16;

Wal& wal_of(sqlite3_file* f) { return *reinterpret_cast<Wal*>(f); }
sqlite3_file* under(sqlite3_file* f) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(f) + kWalBytes);
}
const sqlite3_io_methods& methods_under(sqlite3_file* f) { return *under(f)->pMethods; }

// What fails is forgotten: SQLite hears of it, and writes its frames again or gives them up.
int write_held(sqlite3_file* f) {
  Wal& wal = wal_of(f);
  if (wal.held->empty()) return SQLITE_OK;
  const int result = methods_under(f).xWrite(under(f), wal.held->data(),
                                             static_cast<int>(wal.held->size()), wal.at);
  wal.held->clear();
  return result;
}

int on_write(sqlite3_file* f, const void* from, int size, sqlite3_int64 offset) {
  Wal& wal = wal_of(f);
  const auto held = static_cast<sqlite3_int64>(wal.held->size());
  if (held > 0 && (wal.at + held != offset || wal.held->size() >= kMostHeld)) {
    if (const int result = write_held(f)) return result;
  }
  if (!wal.disk->joining()) {
    if (const int result = write_held(f)) return result;
    return methods_under(f).xWrite(under(f), from, size, offset);
  }
  if (wal.held->empty()) wal.at = offset;
  wal.held->append(static_cast<const char*>(from), static_cast<size_t>(size));
  return SQLITE_OK;
}

int on_read(sqlite3_file* f, void* into, int size, sqlite3_int64 offset) {
  if (const int result = write_held(f)) return result;
  return methods_under(f).xRead(under(f), into, size, offset);
}
int on_truncate(sqlite3_file* f, sqlite3_int64 size) {
  if (const int result = write_held(f)) return result;
  return methods_under(f).xTruncate(under(f), size);
}
int on_sync(sqlite3_file* f, int flags) {
  if (const int result = write_held(f)) return result;
  return methods_under(f).xSync(under(f), flags);
}
int on_size(sqlite3_file* f, sqlite3_int64* size) {
  if (const int result = write_held(f)) return result;
  return methods_under(f).xFileSize(under(f), size);
}
int on_close(sqlite3_file* f) {
  const int written = write_held(f);
  delete wal_of(f).held;
  const int closed = methods_under(f).xClose(under(f));
  return written ? written : closed;
}
int on_lock(sqlite3_file* f, int level) { return methods_under(f).xLock(under(f), level); }
int on_unlock(sqlite3_file* f, int level) { return methods_under(f).xUnlock(under(f), level); }
int on_check_lock(sqlite3_file* f, int* taken) {
  return methods_under(f).xCheckReservedLock(under(f), taken);
}
int on_control(sqlite3_file* f, int op, void* argument) {
  return methods_under(f).xFileControl(under(f), op, argument);
}
int on_sector_size(sqlite3_file* f) { return methods_under(f).xSectorSize(under(f)); }
int on_character(sqlite3_file* f) { return methods_under(f).xDeviceCharacteristics(under(f)); }

// Version 1: no shared memory; a WAL has none.
const sqlite3_io_methods kMethods = {
    1,       on_close,  on_read,       on_write,   on_truncate,    on_sync,      on_size,
    on_lock, on_unlock, on_check_lock, on_control, on_sector_size, on_character, nullptr,
    nullptr, nullptr,   nullptr,       nullptr,    nullptr};

JoinedWrites& disk_of(sqlite3_vfs* vfs) { return *static_cast<JoinedWrites*>(vfs->pAppData); }
sqlite3_vfs* disk_under(sqlite3_vfs* vfs) { return &disk_of(vfs).under(); }

int on_open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* f, int flags, int* out) {
  sqlite3_vfs* disk = disk_under(vfs);
  if (!(flags & SQLITE_OPEN_WAL)) return disk->xOpen(disk, name, f, flags, out);
  Wal& wal = wal_of(f);
  wal = {};
  const int result = disk->xOpen(disk, name, under(f), flags, out);
  if (result != SQLITE_OK) return result;
  wal.disk = &disk_of(vfs);
  wal.held = new std::string;
  wal.base.pMethods = &kMethods;
  return SQLITE_OK;
}
int on_delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  return disk_under(vfs)->xDelete(disk_under(vfs), name, sync_folder);
}
int on_access(sqlite3_vfs* vfs, const char* name, int flags, int* there) {
  return disk_under(vfs)->xAccess(disk_under(vfs), name, flags, there);
}
int on_full_name(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return disk_under(vfs)->xFullPathname(disk_under(vfs), name, size, out);
}
int on_random(sqlite3_vfs* vfs, int size, char* out) {
  return disk_under(vfs)->xRandomness(disk_under(vfs), size, out);
}
int on_sleep(sqlite3_vfs* vfs, int us) { return disk_under(vfs)->xSleep(disk_under(vfs), us); }
int on_time(sqlite3_vfs* vfs, double* now) {
  return disk_under(vfs)->xCurrentTime(disk_under(vfs), now);
}
int on_last_error(sqlite3_vfs* vfs, int size, char* text) {
  return disk_under(vfs)->xGetLastError(disk_under(vfs), size, text);
}

}  // namespace

sqlite3_vfs& disk_named(const std::string& vfs) {
  sqlite3_vfs* disk = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (!disk) throw Error("There is no disk of the name " + vfs + ".");
  return *disk;
}

JoinedWrites::JoinedWrites(const std::string& under)
    : under_(disk_named(under)), vfs_(std::make_unique<sqlite3_vfs>()) {
  static std::atomic<int> disks{0};
  name_ = "joined-" + std::to_string(++disks);
  *vfs_ = {1,
           kWalBytes + under_.szOsFile,
           under_.mxPathname,
           nullptr,
           name_.c_str(),
           this,
           on_open,
           on_delete,
           on_access,
           on_full_name,
           nullptr,
           nullptr,
           nullptr,
           nullptr,
           on_random,
           on_sleep,
           on_time,
           on_last_error,
           nullptr,
           nullptr,
           nullptr,
           nullptr};
  sqlite3_vfs_register(vfs_.get(), 0);
}

JoinedWrites::~JoinedWrites() { sqlite3_vfs_unregister(vfs_.get()); }

}  // namespace pos::storage

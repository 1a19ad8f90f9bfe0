#include "tests/sim/memory_disk.h"

#include <malloc.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace pos::sim {
namespace {

constexpr size_t kFirstRoom = size_t{1} << 16;

struct OpenFile {  // SQLite allocates it, knowing only its first member
  sqlite3_file base;
  MemoryDisk* disk;
  MemoryDisk::File* bytes;
  std::string* name;
  bool delete_on_close;
};

OpenFile& opened(sqlite3_file* f) { return *reinterpret_cast<OpenFile*>(f); }
MemoryDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<MemoryDisk*>(vfs->pAppData); }

int on_close(sqlite3_file* f) {
  OpenFile& o = opened(f);
  if (o.delete_on_close) o.disk->files_.erase(*o.name);
  delete o.bytes;
  delete o.name;
  return SQLITE_OK;
}

int on_read(sqlite3_file* f, void* into, int size, sqlite3_int64 offset) {
  const std::string& bytes = **opened(f).bytes;
  const auto from = static_cast<size_t>(offset), wanted = static_cast<size_t>(size);
  const size_t there = from < bytes.size() ? std::min(wanted, bytes.size() - from) : 0;
  if (there > 0) std::memcpy(into, bytes.data() + from, there);
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(into) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int on_write(sqlite3_file* f, const void* from, int size, sqlite3_int64 offset) {
  OpenFile& o = opened(f);
  if (o.disk->stopped_) return SQLITE_OK;
  std::string& bytes = **o.bytes;
  const auto end = static_cast<size_t>(offset + size);
  if (end > bytes.size()) {
    if (o.disk->full_) return SQLITE_FULL;
    if (end > bytes.capacity()) bytes.reserve(std::max(4 * end, kFirstRoom));  // a WAL grows far
    bytes.resize(end);
  }
  std::memcpy(bytes.data() + offset, from, static_cast<size_t>(size));
  return SQLITE_OK;
}

int on_truncate(sqlite3_file* f, sqlite3_int64 size) {
  OpenFile& o = opened(f);
  if (!o.disk->stopped_) (*o.bytes)->resize(static_cast<size_t>(size));
  return SQLITE_OK;
}

int on_size(sqlite3_file* f, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>((*opened(f).bytes)->size());
  return SQLITE_OK;
}

int on_sync(sqlite3_file*, int) { return SQLITE_OK; }
int on_lock(sqlite3_file*, int) { return SQLITE_OK; }
int on_check_lock(sqlite3_file*, int* taken) { return *taken = 0, SQLITE_OK; }
int on_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int on_sector_size(sqlite3_file*) { return 4096; }
int on_character(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

// Version 1: no shared memory.
const sqlite3_io_methods kMethods = {
    1,       on_close, on_read,       on_write,   on_truncate,    on_sync,      on_size,
    on_lock, on_lock,  on_check_lock, on_control, on_sector_size, on_character, nullptr,
    nullptr, nullptr,  nullptr,       nullptr,    nullptr};

int on_open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* f, int flags, int* out) {
  static int temporaries = 0;
  OpenFile& o = opened(f);
  o = {};
  MemoryDisk& disk = disk_of(vfs);
  const std::string called = name ? name : "temporary-" + std::to_string(++temporaries);
  auto found = disk.files_.find(called);
  if (found == disk.files_.end()) {
    if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    if (disk.full_) return SQLITE_FULL;
    found = disk.files_.emplace(called, std::make_shared<std::string>()).first;
  }
  o.disk = &disk;
  o.bytes = new MemoryDisk::File(found->second);
  o.name = new std::string(called);
  o.delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  o.base.pMethods = &kMethods;
  if (out) *out = flags;
  return SQLITE_OK;
}

int on_delete(sqlite3_vfs* vfs, const char* name, int) {
  MemoryDisk& disk = disk_of(vfs);
  if (!disk.files_.contains(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (!disk.stopped_) disk.files_.erase(name);
  return SQLITE_OK;
}
int on_access(sqlite3_vfs* vfs, const char* name, int, int* there) {
  return *there = disk_of(vfs).files_.contains(name) ? 1 : 0, SQLITE_OK;
}
int on_full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  return sqlite3_snprintf(size, out, "%s", name), SQLITE_OK;
}
// The salts of a WAL and the names of temporary files: nothing that a check may see.
int on_random(sqlite3_vfs*, int size, char* out) {
  static unsigned char next = 0;
  for (int i = 0; i < size; ++i)
    out[i] = static_cast<char>(next = static_cast<unsigned char>(next * 77 + 13));
  return size;
}
int on_sleep(sqlite3_vfs*, int us) { return us; }
int on_time(sqlite3_vfs*, double* now) { return *now = 2'461'000.5, SQLITE_OK; }
int on_last_error(sqlite3_vfs*, int, char*) { return SQLITE_OK; }

}  // namespace

void use_sqlite_on_one_thread() {
  // A world frees what the next one takes: memory that went back to the system in between would
  // have to be cleared again, page by page.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

MemoryDisk::MemoryDisk(Image image, bool by_default) : vfs_(std::make_unique<sqlite3_vfs>()) {
  static int disks = 0;
  name_ = "memory-" + std::to_string(++disks);
  *vfs_ = {1,       sizeof(OpenFile), 512,       nullptr,      name_.c_str(), this,
           on_open, on_delete,        on_access, on_full_name, nullptr,       nullptr,
           nullptr, nullptr,          on_random, on_sleep,     on_time,       on_last_error,
           nullptr, nullptr,          nullptr,   nullptr};
  sqlite3_vfs_register(vfs_.get(), by_default ? 1 : 0);
  replace(std::move(image));
}

MemoryDisk::~MemoryDisk() { sqlite3_vfs_unregister(vfs_.get()); }

Image MemoryDisk::image() const {
  Image image;
  for (const auto& [name, bytes] : files_) image[name] = *bytes;
  return image;
}

void MemoryDisk::replace(Image image) {
  files_.clear();
  for (auto& [name, bytes] : image) files_[name] = std::make_shared<std::string>(std::move(bytes));
}

}  // namespace pos::sim

#include "tests/storage/sim_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <thread>

namespace pos::storage {
namespace {

constexpr int64_t kSector = 512;

struct OpenFile {  // SQLite allocates it, knowing only its first member
  sqlite3_file base;
  SimDisk* disk;
  SimDisk::FilePtr* file;
  std::string* name;
  bool delete_on_close;
  bool folder_unsynced;
};

OpenFile& opened(sqlite3_file* f) { return *reinterpret_cast<OpenFile*>(f); }
SimDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<SimDisk*>(vfs->pAppData); }
sqlite3_vfs& real_disk() { return *sqlite3_vfs_find("unix"); }

void put(std::string& bytes, const SimDisk::Change& change) {
  const auto offset = static_cast<size_t>(change.offset);
  if (change.kind == SimDisk::Change::truncate) return bytes.resize(offset);
  bytes.resize(std::max(bytes.size(), offset + change.bytes.size()));
  bytes.replace(offset, change.bytes.size(), change.bytes);
}

// Sector by sector: whole, lost, or garbage.
void put_torn(std::string& bytes, const SimDisk::Change& change, std::mt19937_64& dice) {
  const auto size = static_cast<int64_t>(change.bytes.size());
  for (int64_t done = 0; done < size;) {
    const int64_t length = std::min(kSector - (change.offset + done) % kSector, size - done);
    SimDisk::Change part{SimDisk::Change::write, change.offset + done,
                         change.bytes.substr(static_cast<size_t>(done), size_t(length))};
    done += length;
    const auto fate = dice() % 4;
    if (fate == 0) continue;
    if (fate == 1)
      std::generate(part.bytes.begin(), part.bytes.end(), [&] { return char(dice()); });
    put(bytes, part);
  }
}

std::string platter_of(const SimDisk::File& file, const std::vector<SimDisk::Change>& unsynced,
                       std::mt19937_64& dice) {
  std::string bytes = file.platter;
  for (const SimDisk::Change& change : unsynced) {
    const auto fate = dice() % 3;
    if (fate == 0) continue;
    if (fate == 1 || change.kind == SimDisk::Change::truncate) {
      put(bytes, change);
    } else {
      put_torn(bytes, change, dice);
    }
  }
  return bytes;
}

// ---- what SQLite calls ----

int on_close(sqlite3_file* f) {
  OpenFile& o = opened(f);
  if (o.delete_on_close) o.disk->forget(*o.name);
  delete o.file;
  delete o.name;
  return SQLITE_OK;
}

int on_read(sqlite3_file* f, void* into, int size, sqlite3_int64 offset) {
  const std::string& bytes = (*opened(f).file)->seen;
  const auto there = static_cast<int64_t>(bytes.size());
  const int64_t n = std::clamp<int64_t>(there - offset, 0, size);
  if (n > 0) std::memcpy(into, bytes.data() + offset, static_cast<size_t>(n));
  std::memset(static_cast<char*>(into) + n, 0, static_cast<size_t>(size - n));
  return n == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int on_write(sqlite3_file* f, const void* from, int size, sqlite3_int64 offset) {
  OpenFile& o = opened(f);
  return o.disk->change(**o.file, {SimDisk::Change::write, offset,
                                   std::string(static_cast<const char*>(from), size_t(size))});
}

int on_truncate(sqlite3_file* f, sqlite3_int64 size) {
  OpenFile& o = opened(f);
  return o.disk->change(**o.file, {SimDisk::Change::truncate, size, {}});
}

int on_sync(sqlite3_file* f, int) {
  OpenFile& o = opened(f);
  const int result = o.disk->sync(**o.file, o.folder_unsynced);
  if (result == SQLITE_OK) o.folder_unsynced = false;
  return result;
}

int on_size(sqlite3_file* f, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>((*opened(f).file)->seen.size());
  return SQLITE_OK;
}

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
  const std::string called = name ? name : "temporary-" + std::to_string(++temporaries);
  SimDisk::FilePtr file = disk_of(vfs).find(called);
  if (!file) {
    if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
    if (const int error = disk_of(vfs).create(called, file)) return error;
    o.folder_unsynced = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
  }
  o.disk = &disk_of(vfs);
  o.file = new SimDisk::FilePtr(file);
  o.name = new std::string(called);
  o.delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  o.base.pMethods = &kMethods;
  if (out) *out = flags;
  return SQLITE_OK;
}

int on_delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  return disk_of(vfs).remove(name, sync_folder != 0);
}
int on_access(sqlite3_vfs* vfs, const char* name, int, int* there) {
  return *there = disk_of(vfs).find(name) ? 1 : 0, SQLITE_OK;
}
int on_full_name(sqlite3_vfs*, const char* name, int size, char* out) {
  return sqlite3_snprintf(size, out, "%s", name), SQLITE_OK;
}
int on_random(sqlite3_vfs*, int size, char* out) {
  return real_disk().xRandomness(&real_disk(), size, out);
}
int on_sleep(sqlite3_vfs*, int us) { return us; }
int on_time(sqlite3_vfs*, double* now) { return real_disk().xCurrentTime(&real_disk(), now); }
int on_last_error(sqlite3_vfs*, int, char*) { return SQLITE_OK; }

}  // namespace

SimDisk::SimDisk(const Image& image) : vfs_(std::make_unique<sqlite3_vfs>()) {
  static int disks = 0;
  name_ = "sim-" + std::to_string(++disks);
  *vfs_ = {1,       sizeof(OpenFile), 512,       nullptr,      name_.c_str(), this,
           on_open, on_delete,        on_access, on_full_name, nullptr,       nullptr,
           nullptr, nullptr,          on_random, on_sleep,     on_time,       on_last_error,
           nullptr, nullptr,          nullptr,   nullptr};
  sqlite3_vfs_register(vfs_.get(), 0);
  for (const auto& [name, bytes] : image) {
    names_[name] = std::make_shared<File>(File{bytes, bytes, {}});
  }
  platter_names_ = names_;
}

SimDisk::~SimDisk() { sqlite3_vfs_unregister(vfs_.get()); }

Image SimDisk::after_power_cut(Unsynced unsynced, uint64_t seed) const {
  std::mt19937_64 dice(seed);
  Image image;
  Names all = platter_names_;
  all.insert(names_.begin(), names_.end());
  for (const auto& [name, other] : all) {
    const auto seen = names_.find(name);
    const auto safe = platter_names_.find(name);
    bool as_seen = unsynced == Unsynced::kept;
    if (unsynced == Unsynced::torn) as_seen = dice() % 2 == 0;
    const auto& [names, it] = as_seen ? std::pair(&names_, seen) : std::pair(&platter_names_, safe);
    if (it == names->end()) continue;
    const File& file = *it->second;
    if (unsynced == Unsynced::kept) {
      image[name] = file.seen;
    } else if (unsynced == Unsynced::dropped) {
      image[name] = file.platter;
    } else {
      std::vector<Change> changes = file.unsynced;
      if (&file == flying_file_) changes.push_back(*flying_);
      image[name] = platter_of(file, changes, dice);
    }
  }
  return image;
}

void SimDisk::fail(Fault fault, int64_t from, int64_t count) {
  fault_ = fault;
  fail_from_ = operations_ + from;
  fail_count_ = count;
}

// Counts the operation; the error it ends with, if it is one that shall fail.
int SimDisk::step(int error, bool needs_space) {
  if (look_) look_();
  ++operations_;
  if (operations_ < fail_from_ || operations_ >= fail_from_ + fail_count_) return SQLITE_OK;
  if (fault_ == Fault::full && !needs_space) return SQLITE_OK;
  ++failed_;
  return fault_ == Fault::full && error == SQLITE_IOERR_WRITE ? SQLITE_FULL : error;
}

SimDisk::FilePtr SimDisk::find(const std::string& name) const {
  const auto it = names_.find(name);
  return it == names_.end() ? nullptr : it->second;
}

int SimDisk::create(const std::string& name, FilePtr& made) {
  if (const int error = step(SQLITE_CANTOPEN, true)) return error;
  made = names_[name] = std::make_shared<File>();
  return SQLITE_OK;
}

int SimDisk::remove(const std::string& name, bool sync_folder) {
  if (!find(name)) return SQLITE_IOERR_DELETE_NOENT;
  if (const int error = step(SQLITE_IOERR_DELETE, false)) return error;
  names_.erase(name);
  if (sync_folder) platter_names_ = names_;
  return SQLITE_OK;
}

int64_t SimDisk::free_bytes() const {
  int64_t used = 0;
  for (const auto& [name, file] : names_) used += static_cast<int64_t>(file->seen.size());
  return std::max<int64_t>(capacity_ - used, 0);
}

bool SimDisk::add_file(const std::string& name, int64_t bytes) {
  if (bytes > free_bytes()) return false;
  names_[name] = std::make_shared<File>(File{std::string(static_cast<size_t>(bytes), 0), {}, {}});
  return true;
}

int SimDisk::change(File& file, Change change) {
  const int64_t grows = change.offset + static_cast<int64_t>(change.bytes.size()) -
                        static_cast<int64_t>(file.seen.size());
  if (change.kind == Change::write && grows > 0 && grows > free_bytes()) return SQLITE_FULL;
  flying_file_ = &file;
  flying_ = &change;
  const bool write = change.kind == Change::write;
  const int error = step(write ? SQLITE_IOERR_WRITE : SQLITE_IOERR_TRUNCATE, write);
  flying_file_ = nullptr;
  if (error) {
    if (!write) return error;
    change.bytes.resize(change.bytes.size() / 2);
  }
  put(file.seen, change);
  file.unsynced.push_back(std::move(change));
  return error;
}

int SimDisk::sync(File& file, bool folder_too) {
  const int error = step(SQLITE_IOERR_FSYNC, true);
  if (sync_ms_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(sync_ms_));
  if (lies_) return error;
  if (!error) {
    ++syncs_;
    for (const Change& change : file.unsynced) put(file.platter, change);
    if (folder_too) platter_names_ = names_;
  }
  file.unsynced.clear();
  return error;
}

}  // namespace pos::storage

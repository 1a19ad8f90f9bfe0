// SimDisk: a disk in memory, under SQLite, that loses its power and fails when told to.
//
// It keeps two truths: what programs see, and what is on the platter. A write, truncate, create or
// delete is seen at once, and is on the platter for certain only after a sync: of the file for its
// bytes, of the folder for names (SQLite syncs it with the first sync of a new WAL or journal, and
// when it deletes one). Every one of these is an operation with a number.
//
//   SimDisk disk;
//   disk.before_each([&] { look_at(disk.after_power_cut(Unsynced::torn, seed)); });
//   Database database("till.db", disk.vfs());
//
// It promises what SQLite's own unix VFS promises of a disk: bytes beside a torn write are whole.
// It has no shared memory: whoever forgets locking_mode=EXCLUSIVE cannot open a WAL on it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace pos::storage {

using Image = std::map<std::string, std::string>;  // what files there are, and what is in them

// What becomes of changes that were not synced when the power went. `kept` is kill -9. `torn`:
// each is kept, lost, or reaches the platter in some of its 512-byte sectors, some of them garbage.
enum class Unsynced { kept, dropped, torn };

class SimDisk {
 public:
  explicit SimDisk(const Image& = {});
  ~SimDisk();
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;

  const std::string& vfs() const { return name_; }
  int64_t operations() const { return operations_; }
  int64_t syncs() const { return syncs_; }

  // Called in front of every operation: with after_power_cut() it sees the one in flight, whose
  // bytes may reach the platter in part.
  void before_each(std::function<void()> look) { look_ = std::move(look); }
  Image after_power_cut(Unsynced, uint64_t seed) const;

  // From the operation `from` (1 = the next) on, `count` of them fail: with SQLITE_FULL (only what
  // needs space), or with the I/O error of their kind. A write that fails is done in part. A sync
  // that fails loses what it was for, and the next one does not bring it back: so does Linux.
  enum class Fault { io_error, full };
  void fail(Fault, int64_t from, int64_t count);
  void heal() { fail_count_ = 0; }
  int64_t failed() const { return failed_; }  // how many did

  // It has so many bytes; a file that would grow beyond them is full.
  void limit(int64_t bytes) { capacity_ = bytes; }
  int64_t free_bytes() const;
  bool add_file(const std::string& name,
                int64_t bytes);  // a file of that size; false: it does not fit

  // Syncs answer and do nothing, as some disks do: no program can survive that.
  void lie_about_syncs() { lies_ = true; }
  void set_sync_latency_ms(int ms) { sync_ms_ = ms; }

  // Below: for the VFS's functions.
  struct Change {
    enum Kind { write, truncate } kind = write;
    int64_t offset = 0;
    std::string bytes;
  };
  struct File {
    std::string seen, platter;
    std::vector<Change> unsynced;
  };
  using FilePtr = std::shared_ptr<File>;
  using Names = std::map<std::string, FilePtr>;

  FilePtr find(const std::string& name) const;
  int create(const std::string& name, FilePtr& made);
  int remove(const std::string& name, bool sync_folder);
  int change(File&, Change);
  int sync(File&, bool folder_too);
  void forget(const std::string& name) { names_.erase(name), platter_names_.erase(name); }

 private:
  int step(int error, bool needs_space);

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  Names names_, platter_names_;
  int64_t operations_ = 0, syncs_ = 0, failed_ = 0;
  std::function<void()> look_;
  File* flying_file_ = nullptr;
  const Change* flying_ = nullptr;
  Fault fault_ = Fault::io_error;
  int64_t fail_from_ = 0, fail_count_ = 0;
  int sync_ms_ = 0;
  bool lies_ = false;
  int64_t capacity_ = INT64_MAX;
};

}  // namespace pos::storage

// MemoryDisk: a disk in memory under SQLite, quick and plain: what was written is there, as after
// kill -9. SimDisk (tests/storage) is the one that loses its power.
//
//   MemoryDisk disk(image);
//   Database database("till.db", disk.vfs());
//   disk.stop();  // the machine: whoever still writes writes nothing
#pragma once

#include <map>
#include <memory>
#include <string>

struct sqlite3_vfs;

namespace pos::sim {

using Image = std::map<std::string, std::string>;  // what files there are, and what is in them

// Before SQLite's first use: one thread needs no mutex around each allocation.
void use_sqlite_on_one_thread();

class MemoryDisk {
 public:
  // `by_default`: for whoever opens a database without naming a disk.
  explicit MemoryDisk(Image image = {}, bool by_default = false);
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  const std::string& vfs() const { return name_; }
  Image image() const;
  void replace(Image);  // no file is open
  void stop() { stopped_ = true; }
  void start() { stopped_ = false; }
  void fill_up(bool full) { full_ = full; }  // what needs space is refused

  // Below: for the VFS's functions.
  using File = std::shared_ptr<std::string>;
  std::map<std::string, File> files_;
  bool stopped_ = false, full_ = false;

 private:
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace pos::sim

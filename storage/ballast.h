// Ballast: eight megabytes beside the database that are given up when the disk is full, so that the
// sale on the counter can still be paid. Then no other sale is begun until somebody has made space;
// the ballast is taken up again when there is enough of it.
//
//   FileSpace disk(database_path);
//   Ballast ballast(disk);          // taken up, if it fits
//   if (ballast.room() == Room::none) refuse the tender
#pragma once

#include <cstdint>
#include <string>

#include "pos/ports.h"

namespace pos::storage {

// The space of the disk that the database is on.
class DiskSpace {
 public:
  virtual ~DiskSpace() = default;
  virtual int64_t free_bytes() = 0;         // for this user; a disk that does not tell has plenty
  virtual bool reserve(int64_t bytes) = 0;  // until release(); false: they are not there
  virtual bool reserved() = 0;
  virtual void release() = 0;
};

// A file `database`.ballast (0600), its blocks taken and not only named.
class FileSpace final : public DiskSpace {
 public:
  explicit FileSpace(const std::string& database);
  int64_t free_bytes() override;
  bool reserve(int64_t bytes) override;
  bool reserved() override;
  void release() override;

 private:
  std::string folder_, file_;
};

class Ballast {
 public:
  static constexpr int64_t kBytes = 8 << 20;
  // Less than this is full: a checkpoint and a few sales must fit.
  static constexpr int64_t kLeast = 4 << 20;

  explicit Ballast(DiskSpace& disk) : disk_(disk) { take_up(); }
  // Gives the ballast up when the disk is full. One look at the disk, some microseconds.
  Room room();
  // If it is not there and there is space for more than it.
  void take_up();

 private:
  DiskSpace& disk_;
};

}  // namespace pos::storage

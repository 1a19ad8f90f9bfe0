#include "storage/ballast.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

namespace pos::storage {

FileSpace::FileSpace(const std::string& database)
    : folder_(std::filesystem::absolute(database).parent_path().string()),
      file_(database + ".ballast") {}

int64_t FileSpace::free_bytes() {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0) return std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(disk.f_bavail * disk.f_frsize);
}

bool FileSpace::reserve(int64_t bytes) {
  const int fd = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool taken = ::posix_fallocate(fd, 0, bytes) == 0;
  ::close(fd);
  if (!taken) release();
  return taken;
}

bool FileSpace::reserved() { return ::access(file_.c_str(), F_OK) == 0; }
void FileSpace::release() { ::unlink(file_.c_str()); }

Room Ballast::room() {
  if (disk_.free_bytes() < kLeast && disk_.reserved()) disk_.release();
  if (disk_.free_bytes() < kLeast) return Room::none;
  return disk_.reserved() || disk_.free_bytes() >= kLeast + kBytes ? Room::enough : Room::open_sale;
}

void Ballast::take_up() {
  if (!disk_.reserved() && disk_.free_bytes() >= kLeast + 2 * kBytes) disk_.reserve(kBytes);
}

}  // namespace pos::storage

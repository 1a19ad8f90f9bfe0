#include "tests/lab/npm.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "tests/lab/process.h"

namespace pos::lab {
namespace {

namespace fs = std::filesystem;

class OneAtATime {
 public:
  explicit OneAtATime(const std::string& file)
      : fd_(::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    if (::flock(fd_, LOCK_EX) != 0) throw std::runtime_error(file + " cannot be locked");
  }
  ~OneAtATime() { ::close(fd_); }
  OneAtATime(const OneAtATime&) = delete;
  OneAtATime& operator=(const OneAtATime&) = delete;

 private:
  int fd_;
};

}  // namespace

std::optional<std::string> npm_folder(const std::string& folder) {
  const fs::path to = fs::path(LEAFTILL_BINARY_DIR) / folder;
  fs::create_directories(to);
  const OneAtATime lock((to / "lock").string());
  for (const auto& file : fs::directory_iterator(fs::path(LEAFTILL_SOURCE_DIR) / folder)) {
    // In one step: another test's program may read the old one now.
    const fs::path copy = to / file.path().filename(), fresh = to / "fresh";
    fs::copy_file(file.path(), fresh, fs::copy_options::overwrite_existing);
    fs::rename(fresh, copy);
  }
  if (run({.argv = {"node", "--version"}}).code != 0) return {};
  // npm writes it when all is there.
  if (fs::exists(to / "node_modules/.package-lock.json")) return to.string();
  const auto npm = run({.argv = {"npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts",
                                 "--prefer-offline", "--cache", (to / "cache").string()},
                        .directory = to.string()},
                       {}, seconds(150));
  if (npm.code != 0) return {};
  return to.string();
}

}  // namespace pos::lab

#include "tests/bench/paired.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <stdexcept>

namespace {
std::atomic<long> counted{0};
}  // namespace

// Takes the place of libc's for this program and the libraries it loads (SQLite).
extern "C" int fdatasync(int fd) {
  using Function = int (*)(int);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "fdatasync"));
  ++counted;
  return real(fd);
}

namespace pos::bench {
namespace {

constexpr size_t kFileBytes = 64 << 20, kBlockBytes = 1 << 20;

}  // namespace

long fdatasyncs() { return counted; }

Percentiles percentiles(std::vector<double> all) {
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  const auto at = [&](double p) {
    return all[std::min(all.size() - 1, static_cast<size_t>(p * static_cast<double>(all.size())))];
  };
  return {at(0.5), at(0.99), at(0.999)};
}

bool print(const std::vector<Row>& rows) {
  size_t name = 0, measured = 0;
  for (const Row& r : rows) {
    name = std::max(name, r.name.size());
    measured = std::max(measured, r.measured.size());
  }
  bool all = true;
  for (const Row& r : rows) {
    fmt::print("{:4}  {:<{}}  {:<{}}  goal {}\n", r.met ? "ok" : "MISS", r.name, name, r.measured,
               measured, r.goal);
    all = all && r.met;
  }
  std::fflush(stdout);
  return all;
}

BareFile::BareFile(const std::string& path) : block_(kBlockBytes, 'z') {
  fd_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  for (size_t done = 0; fd_ >= 0 && done < kFileBytes; done += kBlockBytes) {
    if (::write(fd_, block_.data(), kBlockBytes) != static_cast<ssize_t>(kBlockBytes)) {
      throw std::runtime_error(path + " could not be preallocated");
    }
  }
  if (fd_ < 0 || ::fsync(fd_) != 0) throw std::runtime_error(path + " could not be made");
}

BareFile::~BareFile() {
  if (fd_ >= 0) ::close(fd_);
}

void BareFile::write_durably(size_t bytes) {
  if (at_ + bytes > kFileBytes) at_ = 0;
  if (::pwrite(fd_, block_.data(), bytes, static_cast<off_t>(at_)) != static_cast<ssize_t>(bytes) ||
      ::fdatasync(fd_) != 0) {
    throw std::runtime_error("the bare write failed");
  }
  at_ += bytes;
}

}  // namespace pos::bench

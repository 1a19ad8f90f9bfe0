#include "tests/lab/ports.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>

namespace pos::lab {
namespace {

constexpr int kFirst = 15000, kLast = 30999;

std::string lock_file() {
  return (std::filesystem::temp_directory_path() / ("leaftill-ports-" + std::to_string(getuid())))
      .string();
}

}  // namespace

Ports::Ports() : file_(open(lock_file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw std::runtime_error("cannot open " + lock_file());
}

Ports::~Ports() { ::close(file_); }

// One byte of the file stands for one port. Locks of the open file description (not of the
// process): two labs in one process exclude each other too.
bool Ports::reserve(int port) const {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = port;
  lock.l_len = 1;
  return fcntl(file_, F_OFD_SETLK, &lock) == 0;
}

int Ports::take() {
  std::random_device random;
  const int span = kLast - kFirst + 1;
  const int start = static_cast<int>(random() % static_cast<unsigned>(span));
  for (int i = 0; i < span; ++i) {
    const int port = kFirst + (start + i) % span;
    if (taken_.count(port)) continue;  // its lock would be granted to us once more
    if (reserve(port) && port_is_free(port)) return *taken_.insert(port).first;
  }
  throw std::runtime_error("no free port between 15000 and 30999 is left");
}

bool port_is_free(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<uint16_t>(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool free = bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
  ::close(fd);
  return free;
}

}  // namespace pos::lab

#include "tests/hostile/hostile_door.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <random>
#include <stdexcept>

namespace pos::sync {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr size_t kPiece = 65'536;
constexpr milliseconds kSlowly{5};
constexpr double kLineBytesPerMs = 12'500;  // a network of 100 Mbit/s, as stores have

sockaddr_in loopback(uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

std::string noise() {
  std::mt19937 random(42);
  std::string out(kPiece, '\0');
  for (char& c : out) c = static_cast<char>(random());
  return out;
}

// Bytes of one direction that were read and not yet written.
struct Held {
  std::string bytes;
  // False: the other side has gone.
  bool read(int fd) {
    if (bytes.size() >= kPiece) return true;
    char buffer[kPiece];
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n > 0) bytes.append(buffer, static_cast<size_t>(n));
    return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
  }
  bool write(int fd, size_t most = kPiece) {
    if (bytes.empty()) return true;
    const ssize_t n = ::send(fd, bytes.data(), std::min(most, bytes.size()), MSG_NOSIGNAL);
    if (n > 0) bytes.erase(0, static_cast<size_t>(n));
    return n > 0 || errno == EAGAIN || errno == EINTR;
  }
};

}  // namespace

const char* to_word(Manner m) {
  switch (m) {
    case Manner::good:
      return "good";
    case Manner::silent:
      return "silent";
    case Manner::frozen:
      return "frozen";
    case Manner::garbage:
      return "garbage";
    case Manner::half_open:
      return "half_open";
    case Manner::no_pong:
      return "no_pong";
    case Manner::slow:
      return "slow";
    case Manner::resetting:
      return "resetting";
    case Manner::huge_message:
      return "huge_message";
    case Manner::endless_info:
      return "endless_info";
    case Manner::wants_tls:
      return "wants_tls";
  }
  return "";
}

std::vector<Manner> bad_manners() {
  std::vector<Manner> all;
  for (int m = static_cast<int>(Manner::silent); m <= static_cast<int>(Manner::wants_tls); ++m) {
    all.push_back(static_cast<Manner>(m));
  }
  return all;
}

struct HostileDoor::Pair {
  ~Pair() {
    if (client >= 0) ::close(client);
    if (server >= 0) ::close(server);
  }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    gone = true;
  }
  int client = -1, server = -1;
  Held up, down;
  bool honest = false;   // whatever the door is, until the next turn
  bool spoiled = false;  // lies were told in it: no good manner mends that
  bool began = false;    // of a lie that has a first line
  bool gone = false;
  Clock::time_point next_byte{}, flooded_at{};
};

HostileDoor::HostileDoor(uint16_t behind) : behind_(behind) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_in a = loopback(0);
  socklen_t size = sizeof a;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&a), size) != 0 ||
      ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&a), &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  port_ = ntohs(a.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HostileDoor::~HostileDoor() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

void HostileDoor::turn(Manner manner, bool every_other) {
  const std::lock_guard lock(mutex_);
  manner_ = manner;
  every_other_ = every_other;
  guests_ = 0;
  flooded_ = 0;
  for (auto& pair : pairs_) {
    pair->honest = pair->began = false;
    if (manner == Manner::good && pair->spoiled) pair->gone = true;
  }
}

void HostileDoor::cut() {
  const std::lock_guard lock(mutex_);
  for (auto& pair : pairs_) pair->gone = true;
}

void HostileDoor::serve() {
  while (!stop_) {
    std::vector<pollfd> fds;
    {
      const std::lock_guard lock(mutex_);
      if (manner_ != Manner::frozen) fds.push_back({listener_, POLLIN, 0});
      for (const auto& pair : pairs_) {
        if (manner_ != Manner::good && !pair->honest) continue;  // looked at every time
        fds.push_back({pair->client, POLLIN, 0});
        fds.push_back({pair->server, POLLIN, 0});
      }
    }
    ::poll(fds.data(), fds.size(), 1);
    const std::lock_guard lock(mutex_);
    if (manner_ != Manner::frozen || every_other_) take_in();
    for (auto& pair : pairs_) work(*pair);
    std::erase_if(pairs_, [](const auto& pair) { return pair->gone; });
  }
}

void HostileDoor::take_in() {
  const bool honest = manner_ == Manner::good || (every_other_ && guests_ % 2 == 0);
  if (manner_ == Manner::frozen && !honest) return;  // it waits in the kernel's queue
  const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  ++guests_;
  auto pair = std::make_unique<Pair>();
  pair->client = fd;
  pair->honest = honest;
  pair->server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in a = loopback(behind_);
  if (::connect(pair->server, reinterpret_cast<const sockaddr*>(&a), sizeof a) != 0) return;
  ::fcntl(pair->server, F_SETFL, O_NONBLOCK);
  // INFO is not yet there: who is new hears a lie where its INFO would be, unless INFO is the bait.
  pairs_.push_back(std::move(pair));
}

void HostileDoor::work(Pair& p) {
  if (p.gone) return;
  if (manner_ != Manner::good && !p.honest) return work_badly(p, manner_);
  const bool alive = p.up.read(p.client) && p.down.read(p.server);
  const bool written = p.up.write(p.server) && p.down.write(p.client);
  if (!alive || !written) p.gone = true;
}

void HostileDoor::work_badly(Pair& p, Manner manner) {
  static const std::string kNoise = noise();
  static const std::string kLetters(kPiece, 'a');
  static const std::string kTls =
      "INFO {\"server_id\":\"R\",\"version\":\"2.9.10\",\"proto\":1,\"headers\":true,"
      "\"tls_required\":true,\"max_payload\":262144}\r\n";
  const auto flood = [&](const std::string& first, const std::string& then) {
    p.spoiled = true;
    const std::string& what = p.began ? then : first;
    const std::chrono::duration<double, std::milli> passed = Clock::now() - p.flooded_at;
    const auto most = static_cast<size_t>(std::min(passed.count(), 5.0) * kLineBytesPerMs);
    p.flooded_at = Clock::now();
    const ssize_t n = ::send(p.client, what.data(), std::min(what.size(), most), MSG_NOSIGNAL);
    if (n > 0) p.began = true, flooded_ += n;
    if (n < 0 && errno != EAGAIN && errno != EINTR) p.gone = true;
    char ignored[4096];
    if (::recv(p.client, ignored, sizeof ignored, 0) == 0) p.gone = true;
  };
  switch (manner) {
    case Manner::silent:
      p.spoiled = true;
      p.up.bytes.clear();
      if (!p.up.read(p.client)) p.gone = true;
      return;
    case Manner::frozen:
      return;
    case Manner::garbage:
      return flood(kNoise, kNoise);
    case Manner::huge_message:
      return flood("MSG x 1 2000000000\r\n", kLetters);
    case Manner::endless_info:
      return flood("INFO {\"server_id\":\"", kLetters);
    case Manner::resetting:
      return p.reset();
    case Manner::wants_tls:
      if (!p.began) ::send(p.client, kTls.data(), kTls.size(), MSG_NOSIGNAL);
      p.began = p.spoiled = true;
      p.up.bytes.clear();
      if (!p.up.read(p.client)) p.gone = true;
      return;
    case Manner::half_open: {
      // The first line of the server, INFO for who is new; then nothing.
      if (!p.up.read(p.client) || !p.up.write(p.server) || !p.down.read(p.server)) p.gone = true;
      const size_t end = p.down.bytes.find("\r\n");
      const bool info = !p.spoiled && p.down.bytes.starts_with("INFO ") && end != std::string::npos;
      p.down.bytes.resize(info ? end + 2 : 0);
      p.down.write(p.client);
      p.spoiled = p.spoiled || info;
      return;
    }
    case Manner::no_pong: {
      if (!p.up.read(p.client) || !p.up.write(p.server) || !p.down.read(p.server)) p.gone = true;
      for (size_t at; (at = p.down.bytes.find("PONG\r\n")) != std::string::npos;) {
        p.down.bytes.erase(at, 6);
      }
      if (!p.down.write(p.client)) p.gone = true;
      return;
    }
    case Manner::slow:
      if (!p.up.read(p.client) || !p.up.write(p.server) || !p.down.read(p.server)) p.gone = true;
      if (Clock::now() < p.next_byte) return;
      p.next_byte = Clock::now() + kSlowly;
      if (!p.down.write(p.client, 1)) p.gone = true;
      return;
    case Manner::good:
      return;
  }
}

}  // namespace pos::sync

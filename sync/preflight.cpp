#include "sync/preflight.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

namespace pos::sync {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{20};  // of the watchdog

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch())
      .count();
}

// A TCP connection of which nothing takes longer than the deadline.
class Probe {
 public:
  explicit Probe(Clock::time_point end) : end_(end) {}
  ~Probe() {
    if (fd_ >= 0) ::close(fd_);
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  std::string connect(const Peer& peer) {
    fd_ = ::socket(peer.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) return std::strerror(errno);
    const auto* address = reinterpret_cast<const sockaddr*>(&peer.address);
    if (::connect(fd_, address, peer.size) == 0) return {};
    if (errno != EINPROGRESS) return std::strerror(errno);
    if (!wait(POLLOUT)) return "nobody answers there";
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error ? std::strerror(error) : "";
  }

  bool send(std::string_view text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  std::optional<std::string> line() {
    constexpr size_t kMaxLine = 65'536;  // an INFO with every server of a large cluster
    std::string out;
    while (out.size() < kMaxLine) {
      char c = 0;
      const ssize_t n = ::recv(fd_, &c, 1, 0);
      if (n == 1 && c == '\n') return out;
      if (n == 1) {
        out += c;
      } else if (n == 0 || (errno != EAGAIN && errno != EINTR) || !wait(POLLIN)) {
        return {};
      }
    }
    return {};
  }

 private:
  bool wait(short events) const {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
      if (left <= 0) return false;
      pollfd p{fd_, events, 0};
      const int ready = ::poll(&p, 1, static_cast<int>(left));
      if (ready >= 0 || errno != EINTR) return ready == 1;
    }
  }

  int fd_ = -1;
  const Clock::time_point end_;
};

}  // namespace

bool Peer::operator==(const Peer& other) const {
  if (address.ss_family != other.address.ss_family) return false;
  if (address.ss_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(address);
    const auto& b = reinterpret_cast<const sockaddr_in&>(other.address);
    return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
  }
  const auto& a = reinterpret_cast<const sockaddr_in6&>(address);
  const auto& b = reinterpret_cast<const sockaddr_in6&>(other.address);
  return address.ss_family == AF_INET6 && a.sin6_port == b.sin6_port &&
         std::memcmp(&a.sin6_addr, &b.sin6_addr, sizeof a.sin6_addr) == 0;
}

std::string Peer::text() const {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &a.sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(ntohs(a.sin_port));
  }
  const auto& a = reinterpret_cast<const sockaddr_in6&>(address);
  ::inet_ntop(AF_INET6, &a.sin6_addr, host, sizeof host);
  return "[" + std::string(host) + "]:" + std::to_string(ntohs(a.sin6_port));
}

std::optional<Peer> resolve(const std::string& host, uint16_t port) {
  addrinfo hint{}, *found = nullptr;
  hint.ai_socktype = SOCK_STREAM;
  hint.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  const std::string service = std::to_string(port);
  int failed = ::getaddrinfo(host.c_str(), service.c_str(), &hint, &found);
  if (failed) {
    hint.ai_flags = AI_NUMERICSERV;
    failed = ::getaddrinfo(host.c_str(), service.c_str(), &hint, &found);
  }
  if (failed) return {};
  Peer peer;
  std::memcpy(&peer.address, found->ai_addr, found->ai_addrlen);
  peer.size = found->ai_addrlen;
  ::freeaddrinfo(found);
  return peer;
}

std::string fault_of_info(std::string_view line) {
  if (!line.starts_with("INFO ")) return "it says no INFO";
  if (line.find("\"tls_required\":true") != std::string_view::npos) {
    return "it wants TLS, which a till leaves to its leaf";
  }
  return {};
}

bool preflight(const Peer& peer, std::chrono::milliseconds budget, std::string* why) {
  Probe probe(Clock::now() + budget);
  *why = probe.connect(peer);
  if (!why->empty()) return false;
  *why = fault_of_info(probe.line().value_or(""));
  if (!why->empty()) return false;
  // PONG, or -ERR where it wants to know first who we are: both say that it is alive.
  if (!probe.send("PING\r\n") || !probe.line()) return *why = "it does not answer PING", false;
  return true;
}

std::string connect_fault(const Peer& peer, std::chrono::milliseconds budget) {
  return Probe(Clock::now() + budget).connect(peer);
}

namespace {

std::vector<int> sockets_to(const Peer& peer) {
  std::vector<int> all;
  DIR* folder = ::opendir("/proc/self/fd");
  if (!folder) return all;
  while (const dirent* entry = ::readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    Peer other;
    other.size = sizeof other.address;
    if (fd > 2 &&
        ::getpeername(fd, reinterpret_cast<sockaddr*>(&other.address), &other.size) == 0 &&
        other == peer) {
      all.push_back(fd);
    }
  }
  ::closedir(folder);
  return all;
}

uint16_t local_port_of(int fd) {
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0) return 0;
  // The port stands at the same place in both kinds of address.
  return ntohs(reinterpret_cast<const sockaddr_in&>(own).sin_port);
}

// What the library has taken: what has come, less what the kernel still holds for it. A batch of
// whole messages may lie there for a while when the machine is busy.
int64_t bytes_taken(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  int held = 0;
  if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
  if (::ioctl(fd, SIOCINQ, &held) != 0) held = 0;
  return static_cast<int64_t>(info.tcpi_bytes_received) - held;
}

}  // namespace

int shut_down_sockets_to(const Peer& peer) {
  const auto all = sockets_to(peer);
  for (const int fd : all) ::shutdown(fd, SHUT_RDWR);
  return static_cast<int>(all.size());
}

// One thread for the whole process, started with the first link and never stopped: it must be able
// to outlive whatever hangs.
class Watchdog {
 public:
  static Watchdog& running() {
    static auto* dog = new Watchdog;
    return *dog;
  }
  void add(StampedCalls* calls) {
    const std::lock_guard lock(mutex_);
    watched_.push_back(calls);
    changed_.notify_one();
  }
  void remove(StampedCalls* calls) {
    const std::lock_guard lock(mutex_);
    std::erase(watched_, calls);
    calls->let_go();
  }
  void follow(StampedCalls& calls, uint16_t local_port, const std::atomic<int64_t>& messages) {
    const std::lock_guard lock(mutex_);
    calls.let_go();
    for (const int fd : sockets_to(calls.peer_)) {
      if (local_port_of(fd) == local_port) calls.stream_ = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
    }
    calls.messages_ = &messages;
    calls.seen_messages_ = messages;
    calls.bytes_then_ = bytes_taken(calls.stream_);
  }
  void unfollow(StampedCalls& calls) {
    const std::lock_guard lock(mutex_);
    calls.let_go();
  }
  void set_peer(StampedCalls& calls, const Peer& peer) {
    const std::lock_guard lock(mutex_);
    calls.peer_ = peer;
  }

 private:
  Watchdog() {
    std::thread([this] { watch(); }).detach();
  }
  [[noreturn]] void watch() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return !watched_.empty(); });
      for (StampedCalls* calls : watched_) {
        calls->cut_if_late(now_ms());
        calls->cut_if_flooded();
      }
      changed_.wait_for(lock, kLook);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StampedCalls*> watched_;
};

StampedCalls::StampedCalls(int64_t most_unfinished) : most_unfinished_(most_unfinished) {
  Watchdog::running().add(this);
}
StampedCalls::~StampedCalls() { Watchdog::running().remove(this); }
void StampedCalls::set_peer(const Peer& peer) { Watchdog::running().set_peer(*this, peer); }
void StampedCalls::follow(uint16_t local_port, const std::atomic<int64_t>& messages) {
  Watchdog::running().follow(*this, local_port, messages);
}
void StampedCalls::unfollow() { Watchdog::running().unfollow(*this); }

StampedCalls::Stamp::Stamp(StampedCalls& calls, std::chrono::milliseconds limit) : calls_(calls) {
  calls_.deadline_ms_ = now_ms() + limit.count();
}

void StampedCalls::cut_if_late(int64_t now) {
  int64_t deadline = deadline_ms_;
  if (deadline == 0 || now < deadline) return;
  // Not if the call ended just now: then another one's deadline may stand there.
  if (!deadline_ms_.compare_exchange_strong(deadline, now + 1000)) return;
  ++cuts_;
  shut_down_sockets_to(peer_);
}

void StampedCalls::cut_if_flooded() {
  if (stream_ < 0) return;
  const int64_t bytes = bytes_taken(stream_);
  if (const int64_t messages = *messages_; messages != seen_messages_) {
    seen_messages_ = messages;
    bytes_then_ = bytes;
  }
  if (bytes < bytes_then_ + most_unfinished_) return;
  ++cuts_;
  ::shutdown(stream_, SHUT_RDWR);
  let_go();
}

void StampedCalls::let_go() {
  if (stream_ >= 0) ::close(stream_);
  stream_ = -1;
}

}  // namespace pos::sync

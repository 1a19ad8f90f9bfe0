#include "tests/lab/link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "tests/lab/patience.h"

namespace pos::lab {
namespace {

constexpr size_t kMostWaiting = 256 * 1024;

sockaddr_in loopback(int port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<uint16_t>(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

void set_up(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
}

int listen_on(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto at = loopback(port);
  if (bind(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(fd, 64) != 0) {
    throw std::runtime_error("the link cannot listen on port " + std::to_string(port) + ": " +
                             std::strerror(errno));
  }
  return fd;
}

}  // namespace

Link::Link(int port, int target) : port_(port), target_(target), listen_(listen_on(port)) {
  if (pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe for the link");
  thread_ = std::thread([this] { run(); });
}

Link::~Link() {
  stop_ = true;
  [[maybe_unused]] auto n = write(wake_[1], "x", 1);
  thread_.join();
  close_all();
  close(listen_);
  close(wake_[0]);
  close(wake_[1]);
}

const char* Link::state() const {
  switch (state_.load()) {
    case State::open:
      return "open";
    case State::cut:
      return "cut";
    case State::hole:
      return "hole";
  }
  return "";
}

// Returns when it is so: after cut() no byte goes through any more.
void Link::become(State state) {
  state_ = state;
  [[maybe_unused]] auto n = write(wake_[1], "x", 1);
  until(
      seconds(5), [&] { return reached_ == state; }, Millis(1));
}

void Link::run() {
  while (!stop_) {
    const State state = state_;
    if (state == State::cut) close_all();
    reached_ = state;
    std::vector<pollfd> fds{{wake_[0], POLLIN, 0}, {listen_, POLLIN, 0}};
    for (auto& pair : pairs_) {
      auto wish = [&](const Side& own, const Side& other) {
        int events = 0;
        if (!other.closed && other.waiting.size() < kMostWaiting) events |= POLLIN;
        if (!own.waiting.empty()) events |= POLLOUT;
        return static_cast<short>(state == State::open ? events : 0);
      };
      fds.push_back({state == State::open ? pair.store.fd : -1, wish(pair.store, pair.hub), 0});
      fds.push_back({state == State::open ? pair.hub.fd : -1, wish(pair.hub, pair.store), 0});
    }
    poll(fds.data(), fds.size(), 1000);
    std::array<char, 64> drop;
    while (read(wake_[0], drop.data(), drop.size()) > 0) {
    }
    if (state_ != state) continue;
    if (state == State::open) {
      for (auto pair = pairs_.begin(); pair != pairs_.end();) {
        const bool alive =
            (pair->hub.fd >= 0 || connect_hub(*pair)) && move(*pair, false) && move(*pair, true);
        if (!alive) close_pair(*pair);
        pair = alive ? std::next(pair) : pairs_.erase(pair);
      }
    }
    if (fds[1].revents) accept_one();
    connections_ = static_cast<int>(pairs_.size());
  }
}

void Link::accept_one() {
  const int fd = accept4(listen_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  if (state_ == State::cut) {
    close(fd);
    return;
  }
  set_up(fd);
  pairs_.emplace_back().store.fd = fd;  // its way to the hub is made when the link is open
  [[maybe_unused]] auto n = write(wake_[1], "x", 1);
}

bool Link::connect_hub(Pair& pair) const {
  pair.hub.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto at = loopback(target_);
  if (connect(pair.hub.fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) return false;
  set_up(pair.hub.fd);
  return true;
}

// Reads from one side what there is, and writes to the other what it takes. False: it is over.
bool Link::move(Pair& pair, bool from_hub) {
  Side& from = from_hub ? pair.hub : pair.store;
  Side& to = from_hub ? pair.store : pair.hub;
  std::array<char, 65536> bytes;
  while (!to.closed && to.waiting.size() < kMostWaiting) {
    const ssize_t n = read(from.fd, bytes.data(), bytes.size());
    if (n > 0) {
      take(pair, from_hub, {bytes.data(), static_cast<size_t>(n)});
      bytes_ += static_cast<uint64_t>(n);
      continue;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
    to.closed = true;
  }
  return write_out(to) && !(to.closed && to.waiting.empty());
}

bool Link::write_out(Side& to) {
  while (!to.waiting.empty()) {
    const ssize_t n = send(to.fd, to.waiting.data(), to.waiting.size(), MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN || errno == EINTR;
    to.waiting.erase(0, static_cast<size_t>(n));
  }
  return true;
}

void Link::take(Pair& pair, bool from_hub, std::string_view bytes) const {
  if (!from_hub) {
    pair.hub.waiting.append(bytes);
    return;
  }
  std::string text(bytes);
  for (size_t at = 0; (at = text.find("INFO {", at)) != std::string::npos; ++at) {
    const bool begins_a_line = at == 0 || (at >= 2 && text.compare(at - 2, 2, "\r\n") == 0);
    if (begins_a_line) hide_hub(text, at);
  }
  pair.store.waiting.append(text);
}

void Link::hide_hub(std::string& text, size_t info) const {
  const std::string own = ":" + std::to_string(port_), hub = ":" + std::to_string(target_);
  const size_t end = std::min(text.find("\r\n", info), text.size());
  for (size_t at = info; (at = text.find(hub, at)) < end; at += own.size()) {
    text.replace(at, hub.size(), own);  // all ports of a lab have five digits
  }
}

void Link::close_all() {
  for (auto& pair : pairs_) close_pair(pair);
  pairs_.clear();
  connections_ = 0;
}

void Link::close_pair(Pair& pair) {
  if (pair.store.fd >= 0) close(pair.store.fd);
  if (pair.hub.fd >= 0) close(pair.hub.fd);
}

}  // namespace pos::lab

#include "till/control_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace pos::till {
namespace {

constexpr size_t kMaxRequest = 1024;
constexpr int kPeerPatienceMs = 2000;

std::optional<sockaddr_un> address(const std::string& path) {
  sockaddr_un a{};
  a.sun_family = AF_UNIX;
  if (path.size() >= sizeof a.sun_path) return {};
  std::memcpy(a.sun_path, path.c_str(), path.size() + 1);
  return a;
}

bool same_user(int peer) {
  ucred who{};
  socklen_t size = sizeof who;
  return getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
         (who.uid == getuid() || who.uid == 0);
}

// Up to '\n' or the end; nullopt when time is up or the line is too long.
std::optional<std::string> read_line(int fd, int timeout_ms, size_t most) {
  std::string line;
  for (char c = 0;;) {
    pollfd p{fd, POLLIN, 0};
    if (poll(&p, 1, timeout_ms) != 1) return {};
    const ssize_t n = recv(fd, &c, 1, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0 || c == '\n') return line;
    if (line.size() >= most) return {};
    line += c;
  }
}

void write_all(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = send(fd, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    done += static_cast<size_t>(n);
  }
}

}  // namespace

std::string control_path(const std::string& database, const std::string& till) {
  const std::filesystem::path run = "/run/leaftill";
  if (access(run.c_str(), W_OK) == 0) return (run / (till + ".sock")).string();
  return std::filesystem::path(database).replace_extension(".sock").string();
}

ControlSocket::ControlSocket(std::string path, Answer answer,
                             std::function<void(const std::string&)> log)
    : path_(std::move(path)), answer_(std::move(answer)) {
  const auto a = address(path_);
  if (!a) {
    log("no control socket: the path " + path_ + " is longer than 107 bytes");
    return;
  }
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  unlink(path_.c_str());  // ours alone: the database is held exclusively by now
  const mode_t old = umask(0177);
  const bool ok = listener_ >= 0 &&
                  bind(listener_, reinterpret_cast<const sockaddr*>(&*a), sizeof *a) == 0 &&
                  listen(listener_, 8) == 0 && pipe(stop_) == 0;
  umask(old);
  if (!ok) {
    log("no control socket at " + path_ + ": " + std::strerror(errno));
    return;
  }
  thread_ = std::thread([this] { serve(); });
}

ControlSocket::~ControlSocket() {
  if (thread_.joinable()) {
    [[maybe_unused]] const auto n = write(stop_[1], "x", 1);
    thread_.join();
    unlink(path_.c_str());
  }
  for (const int fd : {listener_, stop_[0], stop_[1]}) {
    if (fd >= 0) close(fd);
  }
}

void ControlSocket::serve() {
  for (;;) {
    pollfd wait[2] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
    if (poll(wait, 2, -1) < 0 && errno != EINTR) return;
    if (wait[1].revents) return;
    if (!(wait[0].revents & POLLIN)) continue;
    const int peer = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) continue;
    if (same_user(peer)) serve_one(peer);
    close(peer);
  }
}

void ControlSocket::serve_one(int peer) {
  const auto line = read_line(peer, kPeerPatienceMs, kMaxRequest);
  if (line) write_all(peer, answer_(*line) + "\n");
}

std::optional<std::string> ask_till(const std::string& path, const std::string& request,
                                    int timeout_ms) {
  const auto a = address(path);
  if (!a) return {};
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return {};
  std::optional<std::string> answer;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&*a), sizeof *a) == 0) {
    write_all(fd, request + "\n");
    answer = read_line(fd, timeout_ms, 1 << 20);
    if (answer && answer->empty()) answer.reset();
  }
  close(fd);
  return answer;
}

}  // namespace pos::till

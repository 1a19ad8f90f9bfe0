#include "tests/sync/nats_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "sync/preflight.h"
#include "tests/lab/ports.h"

namespace pos::sync {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

int listen_on_loopback(uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof a;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&a), size) != 0 || ::listen(fd, 16) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  port = ntohs(a.sin_port);
  return fd;
}

}  // namespace

uint16_t free_port() {
  static lab::Ports ports;
  static std::mutex guard;
  const std::lock_guard lock(guard);
  return static_cast<uint16_t>(ports.take());
}

bool soon(const std::function<bool()>& done, milliseconds limit) {
  const auto end = Clock::now() + limit;
  while (!done()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

namespace {
std::filesystem::path make_folder() {
  std::string pattern = std::filesystem::temp_directory_path() / "leaftill-sync-XXXXXX";
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  return pattern;
}
}  // namespace

TempFolder::TempFolder() : path(make_folder()) {}
TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

NatsServer::NatsServer(std::string config, uint16_t port) : port_(port) {
  for (size_t at; (at = config.find("DIR")) != std::string::npos;) {
    config.replace(at, 3, folder_.path.string());
  }
  std::ofstream(folder_.path / "nats.conf") << "listen: \"127.0.0.1:" << port_ << "\"\n"
                                            << config << "\n";
  start();
}

NatsServer::~NatsServer() { kill(); }

void NatsServer::start() {
  const std::string file = folder_.path / "nats.conf", log = folder_.path / "nats.log";
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execlp("nats-server", "nats-server", "-c", file.c_str(), "-l", log.c_str(), nullptr);
    ::_exit(127);
  }
  const Peer peer = resolve("127.0.0.1", port_).value();
  std::string why;
  if (!soon([&] { return preflight(peer, milliseconds(200), &why); })) {
    std::ifstream in(log);
    throw std::runtime_error("nats-server did not start: " + why + "\n" +
                             std::string(std::istreambuf_iterator<char>(in), {}));
  }
}

void NatsServer::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void NatsServer::freeze() {
  ::kill(pid_, SIGSTOP);
  ::waitpid(pid_, nullptr, WUNTRACED);
}
void NatsServer::thaw() { ::kill(pid_, SIGCONT); }

Rogue::Rogue(bool says_info, int pongs) : listener_(listen_on_loopback(port_)) {
  thread_ = std::thread([=, this] { serve(says_info, pongs); });
}

Rogue::~Rogue() {
  stop_ = true;
  thread_.join();
  ::close(listener_);
}

void Rogue::serve(bool says_info, int pongs) {
  const std::string info =
      "INFO {\"server_id\":\"R\",\"version\":\"2.9.10\",\"proto\":1,\"headers\":true,"
      "\"max_payload\":262144}\r\n";
  std::vector<int> guests;
  while (!stop_) {
    pollfd p{listener_, POLLIN, 0};
    if (::poll(&p, 1, 10) != 1) continue;
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    guests.push_back(fd);
    const std::string words = (says_info ? info : "") + (guests_++ < pongs ? "PONG\r\n" : "");
    if (!words.empty()) ::send(fd, words.data(), words.size(), MSG_NOSIGNAL);
  }
  for (const int fd : guests) ::close(fd);
}

}  // namespace pos::sync

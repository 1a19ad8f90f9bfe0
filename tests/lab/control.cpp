#include "tests/lab/control.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <sstream>
#include <stdexcept>

#include "tests/lab/lab.h"

namespace pos::lab {
namespace {

// A caller that says nothing must not hold the lab up.
constexpr timeval kPatience{2, 0};

sockaddr_un address(const std::string& path) {
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  if (path.size() >= sizeof at.sun_path)
    throw std::runtime_error("too long for a socket's name: " + path);
  std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
  return at;
}

std::string read_until_newline(int fd) {
  std::string text;
  char c = 0;
  while (text.size() < 256 && read(fd, &c, 1) == 1 && c != '\n') text += c;
  return text;
}

}  // namespace

Control::Control(Lab& lab, std::string path) : lab_(lab), path_(std::move(path)) {
  auto at = address(path_);
  listen_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  unlink(path_.c_str());
  if (bind(listen_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(listen_, 8) != 0) {
    throw std::runtime_error("cannot listen on " + path_ + ": " + std::strerror(errno));
  }
}

Control::~Control() {
  close(listen_);
  unlink(path_.c_str());
}

void Control::serve_one() {
  const int fd = accept4(listen_, nullptr, nullptr, SOCK_CLOEXEC);
  if (fd < 0) return;
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  for (std::string line; !(line = read_until_newline(fd)).empty();) {
    const std::string answer = carry_out(line) + "\n";
    if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
  }
  close(fd);
}

std::string Control::carry_out(const std::string& line) {
  std::istringstream words(line);
  std::string verb, store;
  words >> verb >> store;
  std::string answer = "ok";
  for (const auto& one : lab_.stores()) {
    if (verb != "state" && store != "all" && store != one.id) continue;
    if (verb == "cut")
      one.link->cut();
    else if (verb == "hole")
      one.link->hole();
    else if (verb == "heal")
      one.link->heal();
    else if (verb != "state")
      return "error: say cut, hole, heal or state";
    answer += " " + one.id + " " + one.link->state();
  }
  return answer == "ok" ? "error: no store " + store : answer;
}

std::string tell_lab(const std::string& path, const std::string& command) {
  auto at = address(path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(fd, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) {
    close(fd);
    throw std::runtime_error("no lab listens on " + path);
  }
  const std::string line = command + "\n";
  std::string answer;
  if (send(fd, line.data(), line.size(), MSG_NOSIGNAL) > 0) answer = read_until_newline(fd);
  close(fd);
  return answer;
}

}  // namespace pos::lab

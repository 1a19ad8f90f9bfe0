#include "display.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace pos::ui::test {
namespace {

using Clock = std::chrono::steady_clock;

std::string read_line(int fd, std::string& rest, Clock::time_point until) {
  while (rest.find('\n') == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    pollfd waiting{fd, POLLIN, 0};
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
      throw std::runtime_error("no answer in time");
    }
    char bytes[4096];
    const ssize_t got = read(fd, bytes, sizeof bytes);
    if (got <= 0) throw std::runtime_error("the program ended");
    rest.append(bytes, static_cast<size_t>(got));
  }
  std::string line = rest.substr(0, rest.find('\n'));
  rest.erase(0, line.size() + 1);
  return line;
}

}  // namespace

Child::Child(std::vector<std::string> words, const std::string& display, int inherited_fd) {
  int to_child[2], from_child[2];
  if (pipe2(to_child, O_CLOEXEC) != 0 || pipe2(from_child, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(to_child[0], 0);
    dup2(from_child[1], 1);
    if (inherited_fd >= 0) fcntl(inherited_fd, F_SETFD, 0);
    if (!display.empty()) setenv("DISPLAY", display.c_str(), 1);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  in_ = to_child[1];
  out_ = from_child[0];
}

Child::~Child() {
  close(in_);
  close(out_);
  if (pid_ > 0) {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
}

void Child::say(const std::string& line) {
  const std::string bytes = line + "\n";
  if (write(in_, bytes.data(), bytes.size()) < 0) throw std::runtime_error("the program ended");
}

std::string Child::expect(const std::string& start, int seconds) {
  const auto until = Clock::now() + std::chrono::seconds(seconds);
  std::string heard;
  try {
    while (true) {
      const std::string line = read_line(out_, rest_, until);
      if (line.starts_with(start)) return line;
      heard += line + "; ";
    }
  } catch (const std::exception& e) {
    throw std::runtime_error("waited for '" + start + "', " + e.what() + ", heard: " + heard);
  }
}

int Child::wait() {
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

long Child::cpu_ticks() const {
  std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  long user = 0, system = 0;
  fields >> user >> system;
  return user + system;
}

Display::Display(int width, int height) {
  int numbers[2];
  if (pipe2(numbers, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const std::string screen = std::to_string(width) + "x" + std::to_string(height) + "x24";
  server_ = std::make_unique<Child>(
      std::vector<std::string>{"Xvfb", "-displayfd", std::to_string(numbers[1]), "-screen", "0",
                               screen, "-nolisten", "tcp"},
      "", numbers[1]);
  close(numbers[1]);
  std::string rest;
  name_ = ":" + read_line(numbers[0], rest, Clock::now() + std::chrono::seconds(20));
  close(numbers[0]);
}

void Display::xdotool(std::vector<std::string> words) const {
  words.insert(words.begin(), "xdotool");
  Child tool(std::move(words), name_);
  if (const int code = tool.wait(); code != 0) {
    throw std::runtime_error("xdotool failed with " + std::to_string(code));
  }
}

// xdotool's own "\n" is a line feed on a spare key code, which no keyboard has: Return is pressed
// by name. One process types it all, so that nothing slows the scanner down.
void Display::type(const std::string& text, const std::string& delay_ms) const {
  std::vector<std::string> words;
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    words.insert(words.end(), {"type", "--args", "1", "--delay", delay_ms, line});
    if (!lines.eof()) {
      if (delay_ms.size() > 1) words.insert(words.end(), {"sleep", "0.2"});
      words.insert(words.end(), {"key", "--delay", "0", "Return"});
    }
  }
  xdotool(std::move(words));
}

void Display::type_slowly(const std::string& text) const {
  type(text, "200");  // xdotool splits it between press and release
}

void Display::type_fast(const std::string& text) const { type(text, "2"); }

void Display::click(float x, float y) const {
  xdotool({"mousemove", std::to_string(static_cast<int>(x)), std::to_string(static_cast<int>(y)),
           "click", "1"});
}

}  // namespace pos::ui::test

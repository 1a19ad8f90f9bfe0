// Process: one child of the lab. It runs in a process group of its own, so that Ctrl-C reaches the
// lab first, and it dies with the lab whatever happens to it (PR_SET_PDEATHSIG).
//
//   Process p({.argv = {"leaftill", "--headless"}, .log = "till1.log", .pipes = true});
//   p.write_line(R"({"do":"status"})");
//   auto answer = p.read_line(seconds(5));   // nullopt: time is up, or it has ended
//
// Not thread-safe, except that kill() may come from another thread than the one that reads.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/lab/patience.h"

namespace pos::lab {

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in PATH unless it has a slash
  std::vector<std::pair<std::string, std::string>> env{};  // added to ours; "" unsets
  std::string directory{};
  std::string log{};   // standard error, and standard output too unless `pipes`; appended to
  bool pipes = false;  // standard input and output are ours
  std::string user{};  // become this user first (PostgreSQL refuses to run as root)
};

// How it ended: an exit code, or a signal.
struct Ended {
  int code = -1;  // -1: by a signal
  int by_signal = 0;
  bool well() const { return code == 0; }
};

class Process {
 public:
  Process() = default;
  explicit Process(const Command&);  // throws std::runtime_error if it cannot be started
  ~Process();                        // kill -9 if it still runs
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;

  pid_t pid() const { return pid_; }
  bool running();
  std::optional<Ended> wait(Millis patience);
  void signal(int number);
  void kill();  // SIGKILL and wait for the end
  // SIGTERM (or another), `patience`, then SIGKILL. False: it had to be killed.
  bool stop(Millis patience = seconds(10), int number = 15);

  bool write_line(std::string_view line);  // false: it no longer reads
  void close_input();
  std::optional<std::string> read_line(Millis patience);

 private:
  void close_pipes();

  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;
  std::string unread_;
  std::optional<Ended> ended_;
};

struct Finished {
  int code = -1;
  std::string out, err;
};
// Runs a command to its end, with `input` on its standard input. Killed after `patience`.
Finished run(const Command&, std::string_view input = {}, Millis patience = seconds(60));
// As run(), but anything other than exit code 0 throws with what it said.
std::string run_well(const Command&, std::string_view input = {}, Millis patience = seconds(60));

// The last lines of a file, for words about a failure; empty if there is none.
std::string tail(const std::string& file, size_t lines = 20);

}  // namespace pos::lab

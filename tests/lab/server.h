// Server: a daemon of the lab that can be stopped, killed, frozen and started again with the same
// command line, on the same port.
#pragma once

#include <functional>
#include <string>

#include "tests/lab/process.h"

namespace pos::lab {

class Server {
 public:
  // `answers` tells whether it serves (not merely runs): asked until it does.
  Server(std::string name, Command, std::function<bool()> answers);

  // Returns when it really answers; throws with the last lines of its log when it ends or stays
  // silent for `patience`.
  void start(Millis patience = seconds(30));
  void start_without_waiting();
  void wait_until_it_answers(Millis patience = seconds(30));
  bool stop() { return process_.stop(seconds(10), stop_signal_); }  // false: it had to be killed
  void set_stop_signal(int number) { stop_signal_ = number; }       // default SIGTERM
  void kill9() { process_.kill(); }
  void reload();  // SIGHUP: it reads its configuration again
  void freeze();  // SIGSTOP: the peer that neither answers nor closes
  void thaw();
  bool running() { return process_.running(); }

  const std::string& name() const { return name_; }
  const Command& command() const { return command_; }
  void set_env(const std::string& name, const std::string& value);  // for the next start; "" unsets
  pid_t pid() const { return process_.pid(); }
  std::string last_log() const { return tail(command_.log); }

 private:
  std::string name_;
  Command command_;
  std::function<bool()> answers_;
  Process process_;
  int stop_signal_ = 15;
};

}  // namespace pos::lab

#include "tests/lab/server.h"

#include <csignal>
#include <stdexcept>

namespace pos::lab {

Server::Server(std::string name, Command command, std::function<bool()> answers)
    : name_(std::move(name)), command_(std::move(command)), answers_(std::move(answers)) {}

void Server::start(Millis patience) {
  start_without_waiting();
  wait_until_it_answers(patience);
}

void Server::start_without_waiting() { process_ = Process(command_); }

void Server::wait_until_it_answers(Millis patience) {
  bool ended = false;
  const bool well = until(patience, [&] { return answers_() || (ended = !process_.running()); });
  if (well && !ended) return;
  throw std::runtime_error(name_ + (ended ? " ended at once" : " does not answer") +
                           "; its log ends:\n" + last_log());
}

void Server::reload() { process_.signal(SIGHUP); }
void Server::freeze() { process_.signal(SIGSTOP); }
void Server::thaw() { process_.signal(SIGCONT); }

void Server::set_env(const std::string& name, const std::string& value) {
  for (auto& entry : command_.env) {
    if (entry.first == name) {
      entry.second = value;
      return;
    }
  }
  command_.env.emplace_back(name, value);
}

}  // namespace pos::lab

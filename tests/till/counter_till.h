// A headless till with three people, two products and a clock that the test sets, over a real
// database: what a test asks of it goes through the JSON door. It can be killed, too.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "storage/outbox.h"
#include "storage/projections.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/headless.h"

namespace pos::till {

inline const char* const kCashierPin = "1234";
inline const char* const kSupervisorPin = "8642";
inline const char* const kManagerPin = "97531";
inline const char* const kScanCoffee = R"({"do":"scan","code":"4006381333931"})";  // 1.99

class CounterTill : public ::testing::Test {
 protected:
  CounterTill();
  ~CounterTill() override { stop(); }
  void start();
  void stop();
  void restart() { start(); }
  // Another process gives the commands and is killed before it can close anything.
  void killed_after(const std::vector<std::string>& commands);

  nlohmann::json ask(const std::string& line);
  nlohmann::json well(const std::string& line);  // expects "ok"
  std::string refusal(const std::string& line);  // "" if it was not refused
  void log_in(const std::string& pin);
  void open_shop();  // the cashier, with a float of 100.00
  void sell();       // one coffee, exact cash
  nlohmann::json rows();
  std::vector<std::string> codes();  // of the journal: types, and codes of notes
  std::string faults();              // what verify finds; empty: nothing

  Folder folder_;
  std::string pepper_ = std::string(32, 'p');
  sync::SigningKey key_ = sync::make_signing_key();
  TickingClock clock_;
  RegisterSettings settings_{{"s1"}, {"till1"}};
  int drawer_kicks_ = 0;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Headless> headless_;
};

}  // namespace pos::till

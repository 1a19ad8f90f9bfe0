#include "tests/lab/till.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace pos::lab {
namespace {

using nlohmann::json;

json parsed(const std::string& answer) {
  auto value = json::parse(answer, nullptr, false);
  if (!value.is_object()) throw WrongAnswer("not a JSON object: " + answer);
  return value;
}

// extend() of the trade, in the driver's own words: half away from zero.
int64_t amount(int64_t price, int64_t quantity) {
  const int64_t product = price * quantity;
  return (product >= 0 ? product + 500 : product - 500) / 1000;
}

}  // namespace

Till::Till(TillPlace place, std::string binary)
    : place_(std::move(place)),
      binary_(std::move(binary)),
      log_(place_.directory + "/leaftill.log") {}

void Till::start_without_waiting(const std::string& hold) {
  holds_ = !hold.empty();
  std::error_code none;
  const auto size = std::filesystem::file_size(log_, none);
  log_start_ = none ? 0 : size;
  process_ = Process({.argv = {binary_, "--headless", "--config", place_.config},
                      .env = {{"LEAFTILL_HOLD", hold}},
                      .log = log_,
                      .pipes = true});
}

void Till::start(Millis patience) {
  start_without_waiting();
  must(R"({"do":"status"})", patience);
}

void Till::kill9() { process_.kill(); }

std::optional<Ended> Till::quit(Millis patience) {
  process_.write_line(R"({"do":"quit"})");
  return process_.wait(patience);
}

bool Till::held() const {
  std::ifstream log(log_);
  log.seekg(static_cast<std::streamoff>(log_start_));
  for (std::string line; std::getline(log, line);) {
    if (line.starts_with("held at ")) return true;
  }
  return false;
}

std::string Till::ask(const std::string& line, Millis patience) {
  const auto began = std::chrono::steady_clock::now();
  const Deadline deadline(patience);
  std::optional<std::string> answer;
  if (process_.write_line(line)) {
    // One that may be held is looked at in between: waiting for it to the end would take for ever.
    const Millis slice = holds_ ? Millis(20) : patience;
    while (!(answer = process_.read_line(std::min(slice, deadline.left()))) && !deadline.passed()) {
      if (!process_.running()) break;
      if (holds_ && held()) throw HeldAtPlace(name() + " is held");
    }
  }
  const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began);
  slowest_ = std::max(slowest_, took);
  if (answer) return *answer;
  throw NoAnswer(name() + " gave no answer to " + line + " within " + std::to_string(took.count()) +
                 " ms; its log ends:\n" + last_log());
}

std::string Till::must(const std::string& line, Millis patience) {
  auto answer = ask(line, patience);
  if (!parsed(answer).value("ok", false)) throw WrongAnswer(name() + ": " + line + " -> " + answer);
  return answer;
}

std::vector<std::pair<std::string, int64_t>> Till::open_for_business(const std::string& pin,
                                                                     int64_t float_amount) {
  const auto login = parsed(must(json{{"do", "login"}, {"pin", pin}}.dump()));
  if (const auto lost = login.find("wasThisOneHandedOut"); lost != login.end()) {
    const auto id = lost->value("transactionId", "");
    const bool known = std::any_of(record_.begin(), record_.end(),
                                   [&](const Sold& sold) { return sold.transaction_id == id; });
    if (!known) unanswered_.push_back(id);
  }
  const auto shift = parsed(ask(json{{"do", "open_shift"}, {"float", float_amount}}.dump()));
  if (!shift.value("ok", false) && shift.value("refused", "") != "shift_open") {
    throw WrongAnswer(name() + ": open_shift -> " + shift.dump());
  }
  std::vector<std::pair<std::string, int64_t>> counter;
  for (const auto& line : login.value("sale", json::object()).value("lines", json::array())) {
    counter.emplace_back(line.value("productId", ""), line.value("quantity", int64_t{0}));
  }
  return counter;
}

bool Till::knows(const std::string& code) {
  return parsed(ask(json{{"do", "check"}, {"code", code}}.dump())).value("ok", false);
}

void Till::scan(const Wanted& line) {
  const auto answer =
      parsed(must(json{{"do", "scan"}, {"code", line.code}, {"quantity", line.quantity}}.dump()));
  if (answer.contains("needs")) must(R"({"do":"answer","age":"yes"})");
}

void Till::clear_counter() {
  const auto answer = parsed(ask(R"({"do":"void_sale","reason":"test"})"));
  if (!answer.value("ok", false) && answer.value("refused", "") != "no_sale") {
    throw WrongAnswer(name() + ": void_sale -> " + answer.dump());
  }
}

Sold Till::sell(const std::vector<Wanted>& basket) {
  for (const auto& line : basket) scan(line);
  return pay(basket);
}

Sold Till::pay(const std::vector<Wanted>& basket) {
  int64_t due = 0;
  for (const auto& line : basket) due += amount(line.price, line.quantity);
  const std::string text = must(R"({"do":"pay","tender":"cash"})");
  const auto answer = parsed(text);
  const auto completed = answer.value("completed", json::object());
  Sold sold{place_.store,
            place_.till,
            completed.value("transactionId", ""),
            completed.value("receipt", ""),
            completed.value("epoch", ""),
            completed.value("seq", int64_t{0}),
            completed.value("total", int64_t{-1}),
            basket};
  if (sold.transaction_id.empty() || sold.receipt.empty() || sold.total != due) {
    throw WrongAnswer(name() + ": " + std::to_string(due) + " was due, pay -> " + text);
  }
  record_.push_back(sold);
  return sold;
}

TillStatus Till::status() {
  const auto answer = parsed(must(R"({"do":"status"})"));
  const auto status = answer.value("status", json::object());
  return {status.value("link", ""),
          status.value("waiting", int64_t{-1}),
          status.value("sent", int64_t{-1}),
          status.value("settled", int64_t{-1}),
          status.value("needs_attention", int64_t{-1}),
          status.value("lastReceipt", "")};
}

bool Till::all_settled() {
  const auto now = status();
  return now.waiting == 0 && now.sent == 0;
}

}  // namespace pos::lab

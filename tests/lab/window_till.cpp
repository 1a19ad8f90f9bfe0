#include "tests/lab/window_till.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace pos::lab {

WindowTill::WindowTill(Lab& lab, Till& till, const Display& display)
    : lab_(lab), till_(till), display_(display) {}

void WindowTill::open(const std::string& pin) {
  // Under Wayland GLFW takes X only if it is asked to; the keys come through X.
  process_ = Process({.argv = {lab_.program("leaftill").string(), "--config", till_.place().config},
                      .env = {{"DISPLAY", display_.name()}, {"WAYLAND_DISPLAY", ""}},
                      .log = till_.log()});
  window_ = display_.window_of(process_.pid());
  if (window_.empty()) {
    throw std::runtime_error("the till's window does not open; its log ends:\n" + till_.last_log());
  }
  until(seconds(20), [&] { return status().settled >= 0; });
  keys(pin, "Return");
  keys("10000", "Return");  // the float of the drawer
}

void WindowTill::keys(const std::string& text, const std::string& key) {
  if (!display_.type(window_, text, key))
    throw std::runtime_error("xdotool cannot type into the window");
}

Sold WindowTill::sell(const std::vector<Wanted>& basket) {
  scan(basket);
  return pay(basket);
}

void WindowTill::scan(const std::vector<Wanted>& basket) {
  for (const auto& line : basket) {
    for (int64_t piece = 0; piece < line.quantity; piece += 1000) keys(line.code, "Return");
  }
}

Sold WindowTill::pay(const std::vector<Wanted>& basket) {
  const std::string before = status().last_receipt;
  int64_t due = 0;
  for (const auto& line : basket) due += line.price * (line.quantity / 1000);
  keys("", "F12");
  keys("", "Return");
  std::string receipt;
  const bool paid = until(seconds(10), [&] {
    receipt = status().last_receipt;
    return !receipt.empty() && receipt != before;
  });
  if (!paid)
    throw std::runtime_error("the window gave no receipt after " + before + "; its log ends:\n" +
                             till_.last_log());
  const Sold sold{till_.place().store, till_.place().till, {}, receipt, {}, 0, due, basket};
  till_.add_to_record(sold);
  return sold;
}

// -1: it does not answer (yet).
TillStatus WindowTill::status() const {
  const auto said = lab_.control({"status", "--json", "--config", till_.place().config});
  const auto json = nlohmann::json::parse(said.out, nullptr, false);
  if (!json.is_object() || !json.value("running", false)) return {{}, -1, -1, -1, -1, {}};
  return {json.value("link", ""),
          json.value("waiting", int64_t{-1}),
          json.value("sent", int64_t{-1}),
          json.value("settled", int64_t{-1}),
          json.value("needs_attention", int64_t{-1}),
          json.value("lastReceipt", "")};
}

}  // namespace pos::lab

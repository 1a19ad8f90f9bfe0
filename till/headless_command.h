// What the headless till's commands are made of: private to till/headless*.cpp. A file of commands
// gives its handlers as a table; headless.cpp puts the tables together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "pos/register.h"
#include "till/headless.h"

namespace pos::till {

using json = nlohmann::ordered_json;

struct BadRequest {
  std::string message;
};

// The members of one command, checked as they are read: a wrong one throws BadRequest.
class Command {
 public:
  explicit Command(const json& j) : json_(j) {}
  bool has(const char* key) const;
  std::string text(const char* key, bool needed = false) const;
  int64_t integer(const char* key) const;
  std::optional<int64_t> maybe_integer(const char* key) const;
  bool yes(const char* key) const;  // 1, not 0
  int32_t line(const char* key = "line") const;
  // Each object of a list that is not empty; nothing if there is no such member.
  void each(const char* key, const std::function<void(const Command&)>& use) const;
  int32_t line_or_sale() const;  // 0: the whole sale
  Rate percent() const;          // a whole number, or text with at most two decimals
  bool is(const char* key, const char* word) const;
  std::vector<std::string> texts(const char* key, bool needed = false) const;
  std::optional<Quantity> quantity() const;
  // "counts":{"5000":2,"1000":3}: pieces by value; large to small.
  std::vector<CountOf> counts() const;

 private:
  const json& json_;
};

// One command: what it adds to {"ok":true,"do":…}.
struct Context {
  Register& reg;
  const Headless::Hooks& hooks;
  bool& quit;
};
using Handler = Outcome<json> (*)(Context&, const Command&);
using Handlers = std::map<std::string, Handler>;

Handlers counter_handlers();  // headless_counter.cpp

// The outcome of a command that may have to ask the store first (Register::asks_store).
Outcome<Done> heard(Register&, Outcome<Done>);

json sale_json(const Sale&);
json with_sale(Register&);  // {"sale":…}
json report_json(const ShiftClosed&);
json person_json(const Person&);

}  // namespace pos::till

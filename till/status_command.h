// `leaftillctl status`: what is confirmed and what waits, once or for as long as somebody watches.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "till/config.h"

namespace pos::till {

// The answer of the till that runs on this database; nullopt: none does.
using AskTill = std::function<std::optional<std::string>(const std::string& request)>;

struct StatusAsked {
  bool as_json = false;
  bool watch = false;  // until SIGINT: a line for every change; on a terminal the same line anew
};

// 0: everything is confirmed; 3: something waits or needs attention; 130: it was watched.
int show_status(const Config&, const AskTill&, const StatusAsked&);

}  // namespace pos::till

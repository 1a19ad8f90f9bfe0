// `leaftillctl doctor`: looks at everything that a till stands on, and says of each thing that it
// is well, or what is wrong and what to do. A till that runs is asked and not disturbed: what only
// a resting one can show (its database from end to end, its way to central) is looked at then.
#pragma once

#include <string>
#include <vector>

#include "pos/time.h"
#include "till/config.h"
#include "till/status_command.h"

namespace pos::till {

struct Finding {
  enum class State { well, wrong, unknown };
  std::string check;  // "database", "disk", "clock" …: scripts may depend on them
  State state = State::well;
  std::string words;
};
const char* to_word(Finding::State);  // "ok", "wrong", "unknown"

std::vector<Finding> examine(const Config&, const AskTill&, Instant now);

// Prints them. 0: nothing is wrong; 1: something is.
int doctor(const Config&, const AskTill&, Instant now, bool as_json);

}  // namespace pos::till

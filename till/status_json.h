// How a till's status writes a time, alive or at rest.
#pragma once

#include <nlohmann/json.hpp>

#include "pos/time.h"

namespace pos::till {

inline nlohmann::ordered_json time_or_null(Instant at) {
  return at.unix_ms ? nlohmann::ordered_json(to_iso(at)) : nlohmann::ordered_json(nullptr);
}

}  // namespace pos::till

// The machine's clock, for the threads; everything below them takes the time as an argument.
#pragma once

#include <chrono>

#include "pos/time.h"

namespace pos::central {

inline Instant system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

}  // namespace pos::central

// Backoff: the pauses of whoever tries again. 250 ms, doubled up to `max_ms`, each with +-25 % of
// jitter, so that a thousand tills do not come back in the same moment.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sync/dice.h"

namespace pos::sync {

class Backoff {
 public:
  explicit Backoff(int64_t first_ms = 250, int64_t max_ms = 5000, uint64_t seed = 0)
      : first_ms_(first_ms), max_ms_(max_ms), now_ms_(first_ms), dice_(seed) {}
  int64_t next_ms() {
    ++attempts_;
    const int64_t base = now_ms_;
    now_ms_ = std::min(now_ms_ * 2, max_ms_);
    return dice_.between(base - base / 4, base + base / 4);
  }
  void reset() {
    now_ms_ = first_ms_;
    attempts_ = 0;
  }
  int attempts() const { return attempts_; }  // since the last reset

 private:
  int64_t first_ms_, max_ms_, now_ms_;
  Dice dice_;
  int attempts_ = 0;
};

}  // namespace pos::sync

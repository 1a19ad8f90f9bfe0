// Pseudo-random numbers for jitter and round numbers: the same seed, the same numbers, so that a
// simulation can be run again.
#pragma once

#include <cstdint>

#include "sync/seal.h"

namespace pos::sync {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {  // 0: nobody can foresee them
    while (state_ == 0) {
      for (const char c : random_bytes(8)) state_ = state_ << 8 | static_cast<uint8_t>(c);
    }
  }
  uint64_t next() {  // xorshift64
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    return state_ ^= state_ << 17;
  }
  int64_t between(int64_t low, int64_t high) {  // both included
    return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
  }

 private:
  uint64_t state_;
};

}  // namespace pos::sync

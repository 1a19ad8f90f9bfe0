#include <algorithm>

#include "sync/nats_link.h"
#include "sync/seal.h"

namespace pos::sync {

Backoff::Backoff(int64_t first_ms, int64_t max_ms, uint64_t seed)
    : first_ms_(first_ms), max_ms_(max_ms), now_ms_(first_ms), random_(seed) {
  while (random_ == 0) {
    for (const char c : random_bytes(8)) random_ = random_ << 8 | static_cast<uint8_t>(c);
  }
}

int64_t Backoff::next_ms() {
  ++attempts_;
  random_ ^= random_ << 13;  // xorshift64: enough to keep tills apart
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  const int64_t base = now_ms_;
  now_ms_ = std::min(now_ms_ * 2, max_ms_);
  const int64_t quarter = base / 4;
  return base - quarter + static_cast<int64_t>(random_ % static_cast<uint64_t>(2 * quarter + 1));
}

void Backoff::reset() {
  now_ms_ = first_ms_;
  attempts_ = 0;
}

}  // namespace pos::sync

#include "sync/status.h"

#include <algorithm>

namespace pos::sync {
namespace {

constexpr int64_t kLongBacklog = 500;  // rows; a shorter one is gone before anybody has read it
constexpr int64_t kWatched_ms = 60'000, kWatchedEnough_ms = 3000;

}  // namespace

const char* to_word(Link link) {
  switch (link) {
    case Link::offline:
      return "offline";
    case Link::leaf_only:
      return "leaf_only";
    case Link::online:
      return "online";
  }
  return "offline";
}

int64_t Pace::left_s(int64_t now_ms, int64_t waiting, int64_t settled) {
  // A new epoch counts its rows anew.
  if (waiting < kLongBacklog || (!seen_.empty() && settled < seen_.back().second)) seen_.clear();
  if (waiting < kLongBacklog) return -1;
  if (seen_.size() == 1) {  // nothing moved yet: only the last minute of that counts
    seen_.front().first = std::max(seen_.front().first, now_ms - kWatched_ms);
  }
  if (seen_.empty() || settled != seen_.back().second) seen_.emplace_back(now_ms, settled);
  while (seen_.size() > 1 && seen_[1].first <= now_ms - kWatched_ms) seen_.pop_front();
  const int64_t ms = now_ms - seen_.front().first, rows = settled - seen_.front().second;
  if (ms < kWatchedEnough_ms || rows == 0 || now_ms - seen_.back().first >= kWatched_ms) return -1;
  return (waiting * ms / rows + 999) / 1000;
}

}  // namespace pos::sync

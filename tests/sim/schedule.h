// Schedule: simulated time. What is to happen stands in a queue by its moment, and at one moment in
// the order in which it was asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace pos::sim {

class Schedule {
 public:
  int64_t now() const { return now_ms_; }
  uint64_t steps() const { return steps_; }

  void at(int64_t ms, std::function<void()> what) {
    queue_.push({std::max(ms, now_ms_), next_++, std::move(what)});
  }
  void in(int64_t ms, std::function<void()> what) { at(now_ms_ + ms, std::move(what)); }

  // The next one. False: nothing is left.
  bool step() {
    if (queue_.empty()) return false;
    // A priority_queue gives only const access; nobody looks at what is about to be popped.
    Event event = std::move(const_cast<Event&>(queue_.top()));
    queue_.pop();
    now_ms_ = event.ms;
    ++steps_;
    event.what();
    return true;
  }

 private:
  struct Event {
    int64_t ms;
    uint64_t order;
    std::function<void()> what;
    bool operator<(const Event& other) const {  // the earliest on top
      return ms != other.ms ? ms > other.ms : order > other.order;
    }
  };
  std::priority_queue<Event> queue_;
  int64_t now_ms_ = 0;
  uint64_t next_ = 0, steps_ = 0;
};

}  // namespace pos::sim

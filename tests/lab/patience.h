// Patience: waiting for something to become true, with an end. A test never sleeps and hopes.
//
//   ASSERT_TRUE(until(seconds(30), [&] { return till.settled(); })) << till.last_log();
#pragma once

#include <chrono>
#include <thread>

namespace pos::lab {

using Millis = std::chrono::milliseconds;
using std::chrono::seconds;

// When a wait is over.
class Deadline {
 public:
  explicit Deadline(Millis from_now) : end_(std::chrono::steady_clock::now() + from_now) {}
  bool passed() const { return std::chrono::steady_clock::now() >= end_; }
  Millis left() const {
    auto left = std::chrono::duration_cast<Millis>(end_ - std::chrono::steady_clock::now());
    return left.count() > 0 ? left : Millis(0);
  }

 private:
  std::chrono::steady_clock::time_point end_;
};

// True as soon as `condition()` holds, looked at every `step`; false when the time is up.
template <class Condition>
bool until(Millis patience, Condition condition, Millis step = Millis(20)) {
  const Deadline deadline(patience);
  for (;;) {
    if (condition()) return true;
    if (deadline.passed()) return false;
    std::this_thread::sleep_for(step);
  }
}

}  // namespace pos::lab

// ClaimDesk: pos::Claims in production. The cashier's thread lays claims down here and looks for
// their answers; the sync thread takes them up and asks the leaf. What they share is under one
// mutex, which nobody holds while asking.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "pos/claims.h"
#include "sync/claims.h"

namespace pos::sync {

class ClaimDesk final : public Claims {
 public:
  // `met` is called by the sync thread before the first row goes out over a new connection: the
  // store's other tills may hear now what they could not before.
  explicit ClaimDesk(ClaimPlace place, std::function<void()> met = {})
      : place_(std::move(place)), on_meet_(std::move(met)) {}

  // Any thread.
  ClaimAnswer ask(const Claim&) override;
  void wait(const Claim&, int64_t ms) override;

  // The sync thread's side. `wake` is called from the cashier's thread when there is work; {}:
  // nobody works here any more.
  void on_ask(std::function<void()> wake);
  bool waiting();
  void work(const AskLeaf&);  // answers everything that is asked
  void give_up();             // likewise: the leaf is not there
  void meet();
  void part() { met_ = false; }      // the connection is lost
  bool met() const { return met_; }  // any thread

 private:
  using Clock = std::chrono::steady_clock;
  struct Asked {
    Claim claim;
    Clock::time_point until;
    std::optional<ClaimAnswer> answer = {};
  };
  std::optional<Claim> next();
  void answered(const Claim&, const ClaimAnswer&);

  const ClaimPlace place_;
  const std::function<void()> on_meet_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Asked> asked_;  // oldest first
  std::function<void()> wake_;
  std::atomic<bool> met_{false};
};

}  // namespace pos::sync

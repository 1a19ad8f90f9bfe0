#include "sync/claim_desk.h"

#include <algorithm>
#include <utility>

namespace pos::sync {
namespace {

constexpr size_t kMostAsked = 32;  // beyond it the oldest is forgotten: nobody looks for it

}  // namespace

ClaimAnswer ClaimDesk::ask(const Claim& claim) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    const auto at = std::find_if(asked_.begin(), asked_.end(),
                                 [&](const Asked& a) { return a.claim == claim; });
    if (at != asked_.end()) {
      if (!at->answer && Clock::now() < at->until) return {};
      const ClaimAnswer answer = at->answer.value_or(ClaimAnswer{ClaimAnswer::State::unreachable});
      asked_.erase(at);
      return answer;
    }
    if (!wake_) return {ClaimAnswer::State::unreachable};
    if (asked_.size() >= kMostAsked) asked_.erase(asked_.begin());
    asked_.push_back({claim, Clock::now() + std::chrono::milliseconds(kLimit_ms)});
    wake = wake_;
  }
  wake();
  return {};
}

void ClaimDesk::wait(const Claim& claim, int64_t ms) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(ms), [&] {
    return std::none_of(asked_.begin(), asked_.end(),
                        [&](const Asked& a) { return a.claim == claim && !a.answer; });
  });
}

void ClaimDesk::on_ask(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

bool ClaimDesk::waiting() {
  const std::lock_guard lock(mutex_);
  return std::any_of(asked_.begin(), asked_.end(), [](const Asked& a) { return !a.answer; });
}

// One whose time is up is left alone: the cashier has gone on without it.
std::optional<Claim> ClaimDesk::next() {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  for (Asked& a : asked_) {
    if (a.answer) continue;
    if (now < a.until) return a.claim;
    a.answer = ClaimAnswer{ClaimAnswer::State::unreachable};
  }
  return {};
}

void ClaimDesk::answered(const Claim& claim, const ClaimAnswer& answer) {
  const std::lock_guard lock(mutex_);
  for (Asked& a : asked_) {
    if (a.claim == claim && !a.answer) a.answer = answer;
  }
  changed_.notify_all();
}

void ClaimDesk::work(const AskLeaf& ask) {
  while (const auto claim = next()) answered(*claim, settle_claim(place_, *claim, ask));
}

// First that it is so, then what follows of it: whoever asks met() in between hears the truth.
void ClaimDesk::meet() {
  met_ = true;
  if (on_meet_) on_meet_();
}

void ClaimDesk::give_up() {
  const std::lock_guard lock(mutex_);
  for (Asked& a : asked_) {
    if (!a.answer) a.answer = ClaimAnswer{ClaimAnswer::State::unreachable};
  }
  changed_.notify_all();
}

}  // namespace pos::sync

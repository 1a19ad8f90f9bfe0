#include "sync/sync_thread.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "sync/nats_bus.h"
#include "sync/sync_core.h"

namespace pos::sync {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStopLimit{2800};
constexpr int64_t kLongestWait_ms = 1000;  // between two looks at the status
constexpr int kPerRound = 100;             // messages, before what is due gets its turn
constexpr milliseconds kGather{1};         // for PubAcks to come together, after the first
constexpr size_t kGathered = 64;
constexpr int64_t kAfterError_ms = 1000;
constexpr int kRefusals = 3;  // in a row: libnats signs one nonce in some hundred wrongly
constexpr milliseconds kClaimLimit{1500};  // for all that one round of claims asks of the leaf
constexpr milliseconds kClaimAnswer{700};  // for one answer

}  // namespace

// What the threads share stands first, under the mutex; the rest is the sync thread's own.
struct SyncThread::Impl {
  Impl(Outbox& outbox, Projections& projections, Neighbours& neighbours, NatsConfig nats,
       RelaySettings relay, std::function<Instant()> clock, Log logger, ClaimDesk* claim_desk)
      : link(nats),
        bus(link, left_behind),
        core(outbox, projections, neighbours, bus, relay),
        now(std::move(clock)),
        log(logger ? std::move(logger) : [](const std::string&) {}),
        url(nats.url),
        claims(claim_desk),
        backoff(nats.retry_ms) {}

  std::mutex mutex;
  std::condition_variable changed;
  Status status;
  std::function<void()> on_change;
  bool nudged = false, stopping = false, finished = false;
  std::atomic<bool> left_behind{false};

  NatsLink link;
  NatsBus bus;
  SyncCore core;
  const std::function<Instant()> now;
  const Log log;
  const std::string url;
  ClaimDesk* const claims;  // null: nobody claims anything
  Backoff backoff;
  bool was_up = false;
  int refusals = 0;

  Tick tick() const {
    const auto since = steady_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<milliseconds>(since).count(), now()};
  }
  void run();
  void round();
  void connect();
  void exchange();
  void meet();
  void claim();
  bool claims_wait() { return claims && claims->waiting(); }
  void show();
  bool stop_wanted() {
    const std::lock_guard lock(mutex);
    return stopping;
  }
  bool take_nudge() {
    const std::lock_guard lock(mutex);
    return std::exchange(nudged, false);
  }
  void pause(int64_t ms);
  void wake() {
    {
      const std::lock_guard lock(mutex);
      changed.notify_all();
    }
    link.wake();
  }
};

void SyncThread::Impl::run() {
  while (!stop_wanted()) {
    try {
      round();
    } catch (const LeftBehind&) {
      return;
    } catch (const std::exception& e) {  // the till's database failed; the cashier is told as well
      log(std::string("sync: ") + e.what());
      core.attention("storage", e.what());
      pause(kAfterError_ms);
    }
  }
  link.close();
  const std::lock_guard lock(mutex);
  finished = true;
  changed.notify_all();
}

// Ends early for stop(). A sale that is made meanwhile is shown as waiting at once.
void SyncThread::Impl::pause(int64_t ms) {
  const auto end = steady_clock::now() + milliseconds(ms);
  for (;;) {
    {
      std::unique_lock lock(mutex);
      changed.wait_until(lock, end, [this] { return stopping || nudged || claims_wait(); });
      if (stopping || !std::exchange(nudged, false)) return;
    }
    core.nudge();
    show();
  }
}

void SyncThread::Impl::round() {
  if (std::exchange(was_up, link.connected()) && !was_up) {
    core.lost(tick());
    if (claims) claims->part();
    log("sync: lost the leaf at " + url);
  }
  was_up ? exchange() : connect();
  show();
  core.attention("storage", "");
}

void SyncThread::Impl::connect() {
  const bool connected = link.connect({});
  if (left_behind) throw LeftBehind{};
  if (connected) {
    if (backoff.attempts() > 0) {
      log("sync: connected to " + url + " after " + std::to_string(backoff.attempts()) +
          " failed attempts");
    }
    backoff.reset();
    meet();
    was_up = true;
    core.attention("leaf", "");
    core.connected(tick());
    return;
  }
  const int64_t wait = backoff.next_ms();
  log("sync: attempt " + std::to_string(backoff.attempts()) + " to reach " + url +
      " failed: " + link.error() + "; again in " + std::to_string(wait) + " ms");
  refusals = link.refused() ? refusals + 1 : 0;
  if (refusals >= kRefusals) {
    core.attention("leaf",
                   "the store's leaf does not let this till in: it was revoked, or the leaf has an "
                   "older configuration");
  }
  if (claims) claims->give_up();
  core.step(tick());  // what came down before may still be applied
  show();
  pause(wait);
}

void SyncThread::Impl::exchange() {
  if (take_nudge()) core.nudge();
  claim();
  const Tick before = tick();
  const int64_t due = core.step(before);
  if (const auto words = link.take_violation()) {
    core.attention("permissions", "the leaf refuses this till: " + *words);
    log("sync: " + *words);
  }
  int64_t wait = std::clamp<int64_t>(due - before.ms, 0, kLongestWait_ms);
  for (int i = 0; i < kPerRound; ++i) {
    const bool gather = i == 1 && core.sending();
    const auto m =
        gather ? link.next(kGather, kGathered) : link.next(milliseconds(std::exchange(wait, 0)));
    if (!m) return;
    core.take(*m, tick());
  }
}

// Nothing goes out before it is noted that others may hear of it.
void SyncThread::Impl::meet() try {
  if (claims) claims->meet();
} catch (...) {
  link.close();
  throw;
}

// What a till of this store wants to be alone in. The leaf is near: what it does not answer soon it
// does not answer at all, and the cashier waits.
void SyncThread::Impl::claim() {
  if (!claims_wait()) return;
  const auto end = steady_clock::now() + kClaimLimit;
  claims->work([&](std::string_view subject, const Headers& headers, std::string_view body) {
    const auto left = std::chrono::ceil<milliseconds>(end - steady_clock::now());
    std::optional<NatsMessage> answer;
    if (left.count() > 0) {
      answer = link.request(subject, headers, body, std::min(left, kClaimAnswer));
    }
    if (left_behind) throw LeftBehind{};
    return answer;
  });
  std::function<void()> tell;
  {
    const std::lock_guard lock(mutex);
    tell = on_change;
  }
  if (tell) tell();
}

void SyncThread::Impl::show() {
  Status fresh = core.status(tick());
  fresh.attempts = backoff.attempts();
  std::function<void()> tell;
  {
    const std::lock_guard lock(mutex);
    if (fresh == status || stopping) return;
    status = std::move(fresh);
    tell = on_change;
  }
  if (tell) tell();
}

SyncThread::SyncThread(Outbox& outbox, Projections& projections, Neighbours& neighbours,
                       NatsConfig nats, RelaySettings relay, std::function<Instant()> now, Log log,
                       ClaimDesk* claims)
    : impl_(std::make_unique<Impl>(outbox, projections, neighbours, std::move(nats),
                                   std::move(relay), std::move(now), std::move(log), claims)) {
  if (claims) claims->on_ask([impl = impl_.get()] { impl->wake(); });
  impl_->show();
  thread_ = std::thread([impl = impl_.get()] { impl->run(); });
}

SyncThread::~SyncThread() {
  if (!stop()) static_cast<void>(impl_.release());
}

void SyncThread::nudge() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->nudged = true;
  }
  impl_->wake();
}

Status SyncThread::status() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->status;
}

void SyncThread::on_change(std::function<void()> changed) {
  const std::lock_guard lock(impl_->mutex);
  impl_->on_change = std::move(changed);
}

bool SyncThread::stop() {
  if (impl_->claims) impl_->claims->on_ask({});
  {
    std::unique_lock lock(impl_->mutex);
    impl_->stopping = true;
    impl_->on_change = {};
    impl_->changed.notify_all();
    impl_->link.wake();
    impl_->changed.wait_for(lock, kStopLimit, [this] { return impl_->finished; });
    if (!impl_->finished) impl_->left_behind = true;
  }
  if (thread_.joinable()) impl_->left_behind ? thread_.detach() : thread_.join();
  return !impl_->left_behind;
}

}  // namespace pos::sync

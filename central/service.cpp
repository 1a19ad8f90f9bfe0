#include "central/service.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "central/applier.h"
#include "central/responder.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStandby{1000};  // how often the lock is asked for: taken over within 5 s
constexpr milliseconds kGoodWhile{10'000};  // worked for so long: the next failure is a first one
constexpr milliseconds kGentleStop{1500};   // then what waits for a silent database is interrupted

sync::NatsConfig named(sync::NatsConfig config, const char* part) {
  config.name += std::string(" ") + part;
  config.connect_timeout_ms = std::min(config.connect_timeout_ms, 2000);
  return config;
}

}  // namespace

struct Service::Impl {
  Impl(Database& db, const sync::SigningKey& key, const sync::NatsConfig& config, Log words,
       int64_t retry)
      : database(db),
        log(std::move(words)),
        retry_ms(retry),
        applier(db, key, named(config, "applier"), log, stop),
        responder(db, key, named(config, "responder"), log, stop, applier.counts().active,
                  [this] { applier.admit_waiting(); }) {}

  void apply();
  void respond();
  void fail(const char* who, const std::string& words, bool database_answers,
            steady_clock::time_point began, sync::Backoff&);
  void well() {
    std::lock_guard hold(mutex);
    trouble.clear();
    attempts = 0;
    database_ok = true;
  }
  void rest(milliseconds);
  void thread(void (Impl::*work)());

  Database& database;
  const Log log;
  const int64_t retry_ms;
  std::atomic<bool> stop = false;
  Applier applier;
  Responder responder;

  mutable std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::string trouble;
  int64_t attempts = 0;
  bool database_ok = true;
  int running = 0;

  std::thread threads[2];
};

void Service::Impl::rest(milliseconds time) {
  std::unique_lock hold(mutex);
  changed.wait_for(hold, time, [&] { return stop.load(); });
}

void Service::Impl::fail(const char* who, const std::string& words, bool database_answers,
                         steady_clock::time_point began, sync::Backoff& backoff) {
  if (stop) return;
  if (steady_clock::now() - began > kGoodWhile) backoff.reset();
  const int64_t wait_ms = backoff.next_ms();
  log("warning", std::string(who) + ": attempt " + std::to_string(backoff.attempts()) + ": " +
                     words + "; again in " + std::to_string(wait_ms) + " ms");
  {
    std::lock_guard hold(mutex);
    trouble = words;
    database_ok = database_answers;
    attempts = backoff.attempts();
  }
  rest(milliseconds{wait_ms});
}

void Service::Impl::apply() {
  sync::Backoff backoff(retry_ms, retry_ms);
  while (!stop) {
    const auto began = steady_clock::now();
    try {
      if (!applier.work()) {
        backoff.reset();
        well();
        rest(kStandby);
      }
    } catch (const HubFailure& e) {
      fail("applier", e.words, true, began, backoff);
    } catch (const std::exception& e) {
      fail("applier", e.what(), false, began, backoff);
    }
  }
}

void Service::Impl::respond() {
  sync::Backoff backoff(retry_ms, retry_ms);
  while (!stop) {
    const auto began = steady_clock::now();
    try {
      responder.work();
    } catch (const HubFailure& e) {
      fail("responder", e.words, true, began, backoff);
    } catch (const std::exception& e) {
      fail("responder", e.what(), false, began, backoff);
    }
  }
}

void Service::Impl::thread(void (Impl::*work)()) {
  (this->*work)();
  std::lock_guard hold(mutex);
  --running;
  changed.notify_all();
}

Service::Service(Database& database, const sync::SigningKey& key, sync::NatsConfig config, Log log,
                 int64_t retry_ms)
    : impl_(std::make_unique<Impl>(database, key, std::move(config), std::move(log), retry_ms)) {}

Service::~Service() { stop(); }

void Service::start() {
  impl_->running = 2;
  impl_->threads[0] = std::thread([this] { impl_->thread(&Impl::apply); });
  impl_->threads[1] = std::thread([this] { impl_->thread(&Impl::respond); });
}

void Service::stop() {
  {
    std::unique_lock hold(impl_->mutex);
    impl_->stop = true;
    impl_->changed.notify_all();
    impl_->applier.wake();
    impl_->responder.wake();
    if (!impl_->changed.wait_for(hold, kGentleStop, [&] { return impl_->running == 0; }))
      impl_->database.interrupt();
  }
  for (auto& thread : impl_->threads)
    if (thread.joinable()) thread.join();
}

void Service::nudge() { impl_->applier.nudge(); }

Health Service::health() const {
  const auto& counts = impl_->applier.counts();
  Health h;
  h.applier = counts.active;
  h.nats = impl_->responder.connected() && (counts.connected || !counts.active);
  h.position = counts.position;
  h.behind = counts.behind;
  h.applied = counts.applied;
  h.batches = counts.batches;
  std::lock_guard hold(impl_->mutex);
  h.trouble = counts.connected ? "" : impl_->trouble;
  h.attempts = impl_->attempts;
  h.database = impl_->database_ok || counts.connected;
  return h;
}

}  // namespace pos::central

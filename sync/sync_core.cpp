#include "sync/sync_core.h"

#include <algorithm>

namespace pos::sync {
namespace {

constexpr int64_t kNoteTimeEvery_ms = 600'000;

}  // namespace

namespace {

// Each machine has dice of its own; 0 stays 0: nobody can foresee them.
uint64_t core_seed(const RelaySettings& settings, uint64_t n) {
  return settings.seed == 0 ? 0 : settings.seed + n;
}

}  // namespace

SyncCore::SyncCore(Outbox& outbox, Projections& projections, Neighbours& neighbours, Bus& bus,
                   const RelaySettings& settings)
    : outbox_(outbox),
      store_log_(outbox, neighbours, bus, settings.store, settings.till, core_seed(settings, 2)),
      log_sender_(outbox, bus, settings.store, settings.till, core_seed(settings, 3)),
      carrier_(
          neighbours, bus, settings.store, settings.till, settings.carry_after_ms,
          [this](const std::string& till, int64_t ms, Tick now) {
            return store_log_.heard_within(till, ms, now);
          },
          core_seed(settings, 4)),
      relay_(outbox, projections, bus, carrier_, settings),
      intake_(projections, bus, settings.store, settings.till, core_seed(settings, 1)) {}

void SyncCore::connected(Tick now) {
  relay_.connected(now);
  intake_.connected(now);
  store_log_.connected(now);
  log_sender_.connected();
}

void SyncCore::lost(Tick now) {
  relay_.lost(now);
  intake_.lost();
  store_log_.lost();
  log_sender_.lost();
}

void SyncCore::take(const NatsMessage& m, Tick now) {
  relay_.take(m, now) || log_sender_.take(m, now) || store_log_.take(m, now) ||
      intake_.take(m, now);
  pass_on(now);
}

// The store first: it is near, and what is new shall be known there at once.
int64_t SyncCore::step(Tick now) {
  int64_t next = log_sender_.step(now, store_log_.created(), relay_.sending());
  next = std::min({next, relay_.step(now), intake_.step(now), store_log_.step(now),
                   carrier_.step(now, relay_.online(now))});
  pass_on(now);
  return next;
}

Status SyncCore::status(Tick now) {
  Status s = relay_.status(now);
  s.central_heard = central_heard_;
  s.clock_skew_ms = clock_skew_ms_;
  return s;
}

// Written down for whoever looks at a till that does not run.
void SyncCore::keep_time(const HelloAnswer& hello, Tick now) {
  const auto said = parse_iso(hello.time);
  if (!said) return;
  central_heard_ = now.wall;
  clock_skew_ms_ = said->unix_ms - now.wall.unix_ms;
  if (noted_ms_ >= 0 && now.ms - noted_ms_ < kNoteTimeEvery_ms) return;
  noted_ms_ = now.ms;
  outbox_.set_note(kCentralClock, to_iso(now.wall) + " " + std::to_string(clock_skew_ms_));
}

void SyncCore::pass_on(Tick now) {
  for (const Ack& ack : intake_.take_acks()) {
    if (relay_.hear(ack, now)) intake_.came(ack, now);
  }
  for (const Fork& fork : intake_.take_forks()) relay_.hear(fork, now);
  if (const auto hello = relay_.take_hello()) {
    keep_time(*hello, now);
    intake_.hear(*hello, outbox_.current_epoch(), now);
  }
  if (relay_.take_went_back()) intake_.central_went_back(now);
  if (relay_.take_false_ack()) {
    relay_.attention("downlocal",
                     "a stream of the store's leaf took this till's rows; it is made anew");
    intake_.remake(now);
  }
}

}  // namespace pos::sync

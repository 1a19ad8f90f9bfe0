#include "sync/sync_core.h"

#include <algorithm>

namespace pos::sync {

SyncCore::SyncCore(Outbox& outbox, Projections& projections, Bus& bus,
                   const RelaySettings& settings)
    : outbox_(outbox),
      relay_(outbox, projections, bus, settings),
      intake_(projections, bus, settings.store, settings.till,
              settings.seed == 0 ? 0 : settings.seed + 1) {}

void SyncCore::connected(Tick now) {
  relay_.connected(now);
  intake_.connected(now);
}

void SyncCore::lost(Tick now) {
  relay_.lost(now);
  intake_.lost();
}

void SyncCore::take(const NatsMessage& m, Tick now) {
  if (!relay_.take(m, now)) intake_.take(m, now);
  pass_on(now);
}

int64_t SyncCore::step(Tick now) {
  const int64_t next = std::min(relay_.step(now), intake_.step(now));
  pass_on(now);
  return next;
}

void SyncCore::pass_on(Tick now) {
  for (const Ack& ack : intake_.take_acks()) relay_.hear(ack, now);
  for (const Fork& fork : intake_.take_forks()) relay_.hear(fork, now);
  if (const auto hello = relay_.take_hello()) {
    intake_.hear(*hello, outbox_.current_epoch(), now);
  }
  if (relay_.take_false_ack()) {
    relay_.attention("downlocal",
                     "a stream of the store's leaf took this till's rows; it is made anew");
    intake_.remake(now);
  }
}

}  // namespace pos::sync

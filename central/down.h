// Down: what is marked in the books, as the messages that go to the tills and to other services.
// The value is read when it is published, not when it was marked, so that a mark can never send an
// older value after a newer one.
//
//   auto page = next_down(session, key, now, 500);   // publish, await each PubAck, then
//   clear_down(session, page);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "central/sql.h"
#include "pos/time.h"
#include "sync/seal.h"

namespace pos::central {

// Of the acks in DOWN: which generation of the books published it. Books that are restored twice
// from one copy know by it that they were: what was published in between may say no more than the
// copy does.
inline constexpr const char* kGenerationHeader = "Leaftill-Generation";

struct DownMark {
  std::string subject, detail;
  int64_t seq = 0, version = 0;
  bool late = false;
};
struct Outgoing {
  std::string stream;  // whose PubAck counts: DOWN, DOWNALL, EVENTS
  std::string subject, message_id, body;
  std::string generation;  // for the header; empty: none
};
struct DownPage {
  std::vector<DownMark> marks;
  // A mark whose value is gone has no message; a stock has an event beside it. Every one of `first`
  // is confirmed before any of `late` (acks and forks) is sent: a till that frees a row on an ack
  // must find the stock that counts it already there.
  std::vector<Outgoing> first, late;
};

// The next marks, with values of one snapshot; acks and forks only when the others fit in `limit`.
// Empty marks: nothing is left.
DownPage next_down(Session&, const sync::SigningKey&, Instant now, int64_t limit);
// After all messages are confirmed. Marks that were set again meanwhile stay.
void clear_down(Session&, const DownPage&);

// Events of the outbox, in order. `ids` leave it when all messages are confirmed.
struct EventPage {
  std::vector<int64_t> ids;
  std::vector<Outgoing> messages;
};
EventPage next_events(Session&, int64_t limit);
void clear_events(Session&, const EventPage&);

}  // namespace pos::central

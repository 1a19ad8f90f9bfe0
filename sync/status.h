// What the till tells people about sync: a value, copied out of the sync thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "pos/time.h"

namespace pos::sync {

enum class Link {
  offline,    // the store's leaf does not answer
  leaf_only,  // the leaf answers, central does not
  online,     // central answered a hello or a row within the last 90 s
};
const char* to_word(Link);

struct Status {
  Link link = Link::offline;
  int64_t waiting = 0;  // rows in the outbox
  int64_t sent = 0;     // of those: published, PubAck had, not settled yet
  int64_t settled = 0;  // rows that central holds, by its signature
  int64_t needs_attention = 0;
  std::string attention;   // words for it
  Instant link_since;      // when `link` last changed
  Instant oldest_waiting;  // unix_ms 0: nothing waits
  int64_t left_s = -1;     // until a long backlog is settled, at its pace of now; -1: not known
  std::string last_receipt;
  int64_t attempts = 0;  // failed connects in a row
  // By central's last signed answer to hello: when it came, by this clock, and how far central's
  // clock is ahead of this one, to within the answer's way. unix_ms 0: none came since the start.
  Instant central_heard;
  int64_t clock_skew_ms = 0;
  bool operator==(const Status&) const = default;
};

// How long a backlog takes yet, by what was settled in the last minute.
class Pace {
 public:
  // Both as they are counted now; whoever counts seldom may say the same numbers again. Seconds;
  // -1: there is no long backlog, nothing moves, or it was not watched for long enough.
  int64_t left_s(int64_t now_ms, int64_t waiting, int64_t settled);

 private:
  std::deque<std::pair<int64_t, int64_t>> seen_;  // when (ms), how many were settled
};

}  // namespace pos::sync

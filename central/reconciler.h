// Reconciler: what central promises about rows (contract section 4, rules 1 to 4), exactly once and
// in one database transaction: the order of checks, the chains and their marks, the effect on stock
// and the transaction log, problems, quarantine, and what goes down and out because of it.
//
// It is a function of the database and the bytes. It may be given the same bytes as often as one
// likes, in any order, with a crash anywhere between: each row takes effect once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "central/letter.h"
#include "central/sql.h"
#include "pos/time.h"

namespace pos::central {

enum class Verdict {
  handled,  // acknowledge it to NATS
  later,    // a gap before it: hand it back, with a delay
  waits,    // kept in the database until its till's key is known; acknowledge it
};

struct Reconciled {
  std::vector<Verdict> verdicts;   // parallel to the arrivals
  int64_t effects = 0;             // rows that took effect now
  std::vector<std::string> words;  // for the log: what was quarantined or flagged
  bool admits = false;             // rows that wait may count now: reconcile_waiting()
};

// One transaction of its own, committed when it returns; `also` runs inside it, just before the
// commit (to keep the place in the stream). Throws SqlError when the database fails: then nothing
// happened, or, if it failed in the commit, everything may have; the same call again is right in
// both cases.
Reconciled reconcile(Session&, const std::vector<Arrival>&, Instant now,
                     const std::function<void(Session&, const Reconciled&)>& also = {});

// Rows that waited for a till's key and whose key is known now, or that are vouched for by one that
// counts (central/keys.h): up to `limit` of them are applied.
// Returns how many left the waiting room.
int64_t reconcile_waiting(Session&, Instant now, int64_t limit = 500);

}  // namespace pos::central

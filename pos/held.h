// A sale put aside so that the next customer can be served. It is on disk, belongs to no shift, and
// comes back as it was: prices stay as scanned. It may come back at another till of the store, at
// one of them (docs/decisions/0013).
#pragma once

#include <string>

#include "pos/sale.h"

namespace pos {

struct HeldSale {
  std::string name;  // "the man with the dog"; never in the journal
  PersonId by;
  Instant at;
  Sale sale;
  TransactionId hold = {};  // of the row that put it aside
  std::string till = {};    // a neighbour's; empty: it lies here
  bool told = false;        // other tills may have heard of it
  const std::string& id() const { return sale.id().value; }
};
inline constexpr size_t kMaxHeld = 100;
// What is claimed of the store by whoever takes it up.
inline std::string held_thing(const HeldSale& held) { return "held-" + held.hold.value; }

}  // namespace pos

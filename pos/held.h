// A sale put aside so that the next customer can be served. It is on disk, belongs to no shift, and
// comes back as it was: prices stay as scanned.
#pragma once

#include <string>

#include "pos/sale.h"

namespace pos {

struct HeldSale {
  std::string name;  // "the man with the dog"; never in the journal
  PersonId by;
  Instant at;
  Sale sale;
  const std::string& id() const { return sale.id().value; }
};
inline constexpr size_t kMaxHeld = 100;

}  // namespace pos

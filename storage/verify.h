// verify: proves that the journal is what the till wrote. It names the row of the first faults: a
// byte edited, a row deleted, swapped or inserted, a number skipped, a sum that does not add up.
//
// What it cannot see by itself: a journal that was written anew from some row on with the till's
// own key, or cut off at its end together with the till's counters. Central sees both: it keeps the
// hashes it has signed for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/database.h"

namespace pos::storage {

struct VerifyReport {
  int64_t rows = 0, sales = 0;
  int64_t pruned_rows = 0;  // in front of the first that is kept
  std::string last_receipt;
  std::vector<std::string> faults;  // at most kMaxFaults, then it stops
  bool ok() const { return faults.empty(); }
};
inline constexpr size_t kMaxFaults = 100;

// Reads in slices of 30 rows, so that a running till goes on selling. The tables beside the journal
// are held against it too (verify_tables.h).
VerifyReport verify_journal(Database&);

}  // namespace pos::storage

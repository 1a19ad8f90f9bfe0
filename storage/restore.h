// A backup becomes a till's database again. The till goes on as a new epoch, since sales that were
// made after the backup may be at central: their chain and their receipt numbers are never used
// twice. (A backup that is only copied back would fork, and say so.)
//
//   const Present present = look_at("till.db");
//   take_backup("monday.db", "till.db.restoring");       // whole, and proved
//   begin_anew("till.db.restoring", key, true, now, present.series);
//   put_in_place("till.db.restoring", "till.db", "before", now);   // what was there is kept
#pragma once

#include <cstdint>
#include <string>

#include "pos/time.h"
#include "storage/database.h"
#include "sync/seal.h"

namespace pos::storage {

struct Present {  // the database that is to be replaced
  bool there = false;
  bool damaged = false;
  int64_t series = 0;  // of its receipts; 0: it cannot be read
};
// Throws Error if it is in use by a running till.
Present look_at(const std::string& database);

// Copies `backup` to `part` (0600, replaced if it is left from before), and proves it: SQLite's own
// check, and every row of its journal. Throws Error with words; then there is no `part`.
void take_backup(const std::string& backup, const std::string& part);

// New epoch, new series (above the backup's and `series_above`), `key` for what comes next; whoever
// is asked at central's is asked anew if the key is new there. Returns the first receipt it will
// give.
std::string begin_anew(const std::string& part, const sync::SigningKey& key, bool new_at_central,
                       Instant now, int64_t series_above);

// Moves `database` and what belongs to it aside, under a name with `mark` and the time, and `part`
// into its place. Nothing is ever deleted or written over. Returns the name of what was there.
std::string put_in_place(const std::string& part, const std::string& database,
                         const std::string& mark, Instant now);

// Renames a file to NAME.MARK-20261122T101530Z, and returns that name; empty if there is none.
std::string set_aside(const std::string& file, const std::string& mark, Instant now);

}  // namespace pos::storage

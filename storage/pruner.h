// Pruner: rows that are older than the till must keep them leave the journal, and the tables of
// their sales with them. What goes is whole shifts, from the oldest on, that central has signed for
// since 30 days and has confirmed today (docs/wire.md, rule 10).
//
// First a signed row, `journal_closed`, says where the journal begins from now on, with the counts
// and sums of what goes; then the rows go, a slice at a time. verify begins at that row's place.
//
//   Pruner pruner(database, ledger, keep_days);
//   if (!a_sale_is_open) pruner.step(now);      // after an answer: a slice, some milliseconds
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pos/journal.h"
#include "storage/database.h"
#include "storage/ledger.h"

namespace pos::storage {

inline constexpr int64_t kKeepDaysAtLeast = 30;  // after they were settled, whatever is configured

class Pruner {
 public:
  Pruner(Database& database, Ledger& ledger, int64_t keep_days)
      : database_(database), ledger_(ledger), keep_days_(keep_days) {}
  // Does one slice. False: there is nothing to do today. Throws Error.
  bool step(Instant now);

 private:
  int64_t current_epoch();
  bool walk(Instant now);
  bool may_go(int64_t id, const std::string& today, const std::string& long_ago);
  void close(Instant now);
  bool remove(Instant now);

  Database& database_;
  Ledger& ledger_;
  int64_t keep_days_;
  std::string done_on_;  // the day on which all was done
  bool walking_ = false;
  int64_t epoch_no_ = 0;    // the current one when the walk began: a new one moves rows
  int64_t at_ = 0;          // walked up to this row
  Pruned seen_, closable_;  // up to there; up to the last shift that ended before
  int64_t boundary_ = 0;    // the row of closable_.last
};

// Where this journal begins: the row `boundary` and all before it are pruned. nullopt: at its first
// row. Needs a Turn.
struct JournalBegin {
  int64_t boundary = 0;  // journal.id
  Pruned pruned;
};
std::optional<JournalBegin> journal_begin(Database&);

}  // namespace pos::storage

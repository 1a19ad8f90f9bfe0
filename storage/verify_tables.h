// What the tables say of a row, held against the row's own signed bytes: every column of sale,
// sale_line, tender, returned and shift that the bytes know. Not known to them, and so not
// verified: the till's time zone and receipt texts, when an epoch was made, and a line's category
// (which the sums of its shift's closing row hold).
#pragma once

#include <string>
#include <vector>

#include "pos/journal.h"
#include "storage/database.h"

namespace pos::storage {

// Each returns words for the first table that differs, empty for none. All need a Turn, and none
// looks at more than the row's own entries.
std::string fault_of_sale(Database&, int64_t journal_id, int64_t sale_id, int64_t shift_no,
                          const CompletedSale&);
std::string fault_of_opened(Database&, int64_t shift_no, int64_t last_sale_before,
                            const ShiftOpened&);
std::string fault_of_closed(Database&, int64_t journal_id, int64_t shift_no, const ShiftClosed&);
// In the outbox, with its stock deltas, exactly while it is above its epoch's settled mark.
std::string fault_of_waiting(Database&, int64_t journal_id, const CompletedSale* sale);

// Entries between two keys (both exclusive) that neither has: nobody wrote them.
std::string strangers_among_rows(Database&, int64_t after_id, int64_t before_id);
std::string strangers_among_sales(Database&, int64_t after_id, int64_t before_id);
// Shifts, held sales, settled marks and public keys that are not what they should be. `cash_moved`:
// in the shift that is open, by the journal. `begin`: the last row that is pruned, 0 for none.
struct JournalsEnd {
  int64_t last_shift_no = 0;
  bool shift_is_open = false;
  Money cash_moved;
};
std::vector<std::string> faults_of_small_tables(Database&, int64_t begin, const JournalsEnd&);

}  // namespace pos::storage

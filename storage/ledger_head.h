// Private to ledger*.cpp.
#pragma once

#include <string>

#include "storage/ledger.h"
#include "sync/wire.h"

namespace pos::storage {

// Where the chain and the numbers stand: the one row of `till`, read and written in the commit.
struct Ledger::Head {
  sync::Place place;  // of the row being written
  int64_t epoch_no = 0;
  int64_t series = 1, number = 0, z_number = 0;
  Money grand_total;
  std::string last_transaction;
  std::string hash;  // of the row being written
  int64_t row_id() const { return journal_id(epoch_no, place.seq); }
  int64_t sale_id() const { return series << kSeqBits | number; }
};

}  // namespace pos::storage

// The journal row by row, as it is kept: for export, and for whoever wants to check it elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/database.h"

namespace pos::storage {

struct KeptRow {
  int64_t id = 0;  // where to go on
  std::string epoch;
  int64_t seq = 0;
  std::string type, transaction_id;
  std::string receipt;           // of a sale
  std::optional<int64_t> total;  // of a sale, minor units
  int64_t at = 0;                // Unix ms
  bool settled = false;
  std::string key_id, hash, signature;  // hash in hex, signature in base64
  std::string body;                     // the exact signed bytes
};

// The rows after row `after` (0: from the first), at most `most`, and no more once their bodies
// come to `bytes`. One short slice with the door held; empty: that was the last.
std::vector<KeptRow> kept_rows(Database&, int64_t after, int most, size_t bytes);

// The exact signed bytes of the sale of that receipt; nullopt: this till has none.
std::optional<std::string> kept_sale(Database&, const std::string& receipt);

}  // namespace pos::storage

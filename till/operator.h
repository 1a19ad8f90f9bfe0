// What leaftillctl asks of a till's database. A running till answers over its socket, and for a
// resting one leaftillctl opens the database and asks the same function.
//
//   verify                  {"rows","sales","lastReceipt","faults":[...]}
//   export FORMAT AFTER     {"lines":[...],"next":N}: the rows after AFTER (0: from the first) as
//                           lines of "jsonl" or "csv"; next is 0 after the last
//   receipt NUMBER          {"body","head":[...],"foot","till"}: the sale's signed bytes, and what
//                           stands above and below it
//   backup FILE             {"file"}: a copy, made while the till sells
#pragma once

#include <string>

#include "storage/database.h"
#include "storage/kept_rows.h"

namespace pos::till {

// One JSON object; what fails is {"error": words}.
std::string answer_operator(storage::Database&, const std::string& request);

// One row of the journal as a line, without its end. `body` is the signed bytes, to the byte.
std::string json_line(const storage::KeptRow&);
std::string csv_line(const storage::KeptRow&);
std::string csv_head();

}  // namespace pos::till

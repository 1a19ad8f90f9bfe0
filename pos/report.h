// X and Z reports on paper: what a shift has taken, by tax, tender, category and cashier, and what
// is in the drawer. A Z says how many rows central has not confirmed yet: closing waits for nobody.
#pragma once

#include <map>
#include <string>

#include "pos/journal.h"
#include "pos/receipt.h"

namespace pos {

struct ReportOccasion {
  bool z = false;  // the shift is closed; else it goes on, and nothing was counted
  bool training = false;
  int64_t unconfirmed = 0;
  std::map<std::string, std::string> names{};  // of cashiers, by id
};

ReceiptDocument report_document(const ShiftClosed&, const std::string& currency, const ReceiptHead&,
                                const ReportOccasion&);

}  // namespace pos

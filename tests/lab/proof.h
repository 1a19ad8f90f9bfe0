// Proof: what was rung up against what central holds. *Expected* comes from the driver's own record
// of answers alone, *found* from central's HTTP alone; neither looks into a database.
//
// What is proven: every answered sale is at central exactly once, under its receipt and with its
// sum; central holds nothing that nobody rung up (a sale whose answer was lost in a kill counts, if
// its till owns to it); receipts of each till and series are gapless and single; stock of every
// product is what it was less what was sold, to the thousandth.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/lab.h"

namespace pos::lab {

struct ProductRow {
  std::string store, product, name;
  int64_t opening = 0, sold = 0, expected = 0, found = 0;  // thousandths
};

struct Proof {
  int64_t rung_up = 0;                          // answered sales
  int64_t held = 0;                             // sales that central holds
  int64_t unanswered = 0;                       // of those, ones whose answer was lost in a kill
  int64_t expected_total = 0, found_total = 0;  // minor units, of answered sales
  std::vector<ProductRow> products;             // those that were sold, or differ
  std::vector<std::string> faults;              // sentences; none: all is well
  bool holds() const { return faults.empty(); }
  std::string words() const;  // the counts, and the faults
};

Proof prove(Lab& lab);

// True when every till says that all it sold is confirmed; tells in `why` who does not.
bool all_settled(Lab& lab, std::string* why = nullptr);

}  // namespace pos::lab

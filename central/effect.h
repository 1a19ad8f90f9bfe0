// Effect: what rows do to the books, each once: the transaction log, stock, problems, and events
// for other services. It knows nothing of chains and signatures. A completed sale is a fact:
// whatever is odd about it opens a problem for people, and nothing is ever refused, re-priced or
// dropped.
#pragma once

#include <string>
#include <vector>

#include "central/letter.h"
#include "central/sql.h"
#include "pos/time.h"

namespace pos::central {

// Understood and well-signed rows. The INSERT decides which of them are new, never an earlier look.
// Returns the number of new ones; `words` gets a line for each new problem.
int64_t take_effect(Session&, const std::vector<const Letter*>&, Instant now,
                    std::vector<std::string>& words);

// The plain event of each line of a sale (contract section 6), one a line of text.
std::string sold_events(const std::string& store, const std::string& till, const CompletedSale&);

// Sums that do not fit each other, in words; empty if they do.
std::string wrong_sum(const CompletedSale&);

// Whether `a` is a later receipt number of this till than `b`: longer series, then its letters,
// then the number. Anything that is not <store>-<till>-<series><number> is never later.
bool later_receipt(const std::string& store, const std::string& till, const std::string& a,
                   const std::string& b);

// "1.99" for 199 of two digits and no scale: a JSON number, printed from integers.
std::string major_units(int64_t amount, int digits);

}  // namespace pos::central

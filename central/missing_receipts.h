// What cannot be had again, by name: a till that goes on in a later series than the receipts that
// it told of has lost its disk in between. Those that central lacks open one problem that names
// their range, and it is resolved when the last of them came after all: a neighbour may carry them.
#pragma once

#include <string>
#include <vector>

#include "central/books.h"
#include "central/sql.h"

namespace pos::central {

// A till said so in a beat.
void told_receipt(Session&, const std::string& store, const std::string& till,
                  const std::string& receipt);

// `begins`: the first receipt of what the till goes on with, out of a row that has just arrived.
std::vector<Problem> missing_receipts(Session&, const std::string& store, const std::string& till,
                                      const std::string& begins);

// Sales of these tills came: those of their problems that are filled now are resolved.
void resolve_missing(Session&, const std::vector<std::pair<std::string, std::string>>& tills,
                     Instant now);

}  // namespace pos::central

// Sales that the store's other tills put aside. Each call needs a Turn.
#pragma once

#include <string>
#include <vector>

#include "pos/held.h"
#include "pos/journal.h"
#include "storage/database.h"

namespace pos::storage {

// A neighbour's note that it put a sale aside, or took one up that anybody had put aside: then it
// lies here no longer either. In whatever order and however often they come. Anything else is none
// of it. What a neighbour sends is believed only within bounds.
void keep_store_hold(Database&, const std::string& till, const TillNoted&);
// Those that may be taken up, oldest first, at most kMaxHeld.
std::vector<HeldSale> store_held(Database&);
// This till takes it up.
void end_store_hold(Database&, const TransactionId& hold);
// Whether any other till was ever heard of.
bool has_neighbours(Database&);

}  // namespace pos::storage

// Goods that came back between the tills of a store: a neighbour's receipt here, or any receipt at
// a neighbour. What came back here of this till's own receipts is the table `returned`. Each call
// needs a Turn.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pos/ports.h"
#include "storage/database.h"

namespace pos::storage {

// What `sale`, recorded at `till`, took back by receipt. Once for each line, however often the row
// comes. Of a neighbour's row nothing is believed but what is within bounds.
void keep_store_return(Database&, const std::string& till, const CompletedSale& sale);
// The sale of a neighbour's receipt, with nothing back yet; nullopt: its row never came here.
std::optional<Returnable> neighbours_sale(Database&, std::string_view receipt);
// Adds what keep_store_return() keeps of that receipt.
void add_store_returns(Database&, Returnable&);

}  // namespace pos::storage

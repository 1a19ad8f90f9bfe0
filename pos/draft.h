// The open sale and who stands at the till, as kept on disk between two commands, so that kill -9
// at any moment costs the cashier nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pos/sale.h"

namespace pos {

struct Draft {
  PersonId cashier;        // who was logged in
  Sale sale;               // not open: nothing on the counter
  bool just_sold = false;  // a sale was recorded, and nothing since says that it was heard of
  bool training = false;   // beside the text, not in it: Ledger::set_training() alone changes it
};

// One line of text per item, our own and local: never on the wire. Version 1, which had no labels,
// discounts and questions, and version 2, which had no returns, are still read: an open sale
// outlives an upgrade.
std::string encode(const Draft&);
// nullopt for text of another version or damaged text: the caller keeps the bytes and says so.
std::optional<Draft> decode_draft(std::string_view);

}  // namespace pos

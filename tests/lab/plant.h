// One error of a chosen kind, planted after a run: a table that cannot turn red shows nothing.
#pragma once

#include <string>

#include "tests/lab/lab.h"

namespace pos::lab {

// "sale": one more is sold on `till`, which then never comes back · "stock": a piece appears that
// nobody delivered · "price": a cent of a sale goes missing in central's database.
void plant_error(Lab&, Till& till, const std::string& kind);

}  // namespace pos::lab

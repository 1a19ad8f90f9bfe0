// A sum shared out to the cent, by largest remainder: the parts always make the whole.
#pragma once

#include <vector>

#include "pos/money.h"

namespace pos {

// Shares `whole` in proportion to `weights` (none negative, at least one positive, or whole is 0).
// Everyone gets the floor; what is left goes a minor unit each to those that lost most by it, among
// equals to the first. No part is greater than its weight if the whole is not greater than theirs.
std::vector<Money> share_out(Money whole, const std::vector<Money>& weights);

}  // namespace pos

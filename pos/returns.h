// What goods brought back give back: a share of what was PAID for their line, after discounts and
// promotions, to the cent. Parts of a line, however it comes back, always make the whole.
//
//   sold 3 for 1.00:  0.33, then 0.34, then 0.33
#pragma once

#include "pos/money.h"

namespace pos {

// A line, or what of it came back so far. Nothing in it is negative.
struct Part {
  Quantity quantity;
  Money total, tax, discount;
  bool operator==(const Part&) const = default;
  Part& operator+=(const Part& more);
};

// `more` of `sold` comes back after `back` did: its share of the line, rounded half up, of all that
// is back then, less what was given for it before. Tax is shared as the money is, not as the
// quantity, so that it is never more than the money. Precondition: more > 0, and no more than what
// is left.
Part next_part(const Part& sold, const Part& back, Quantity more);

}  // namespace pos

#include "pos/returns.h"

#include <algorithm>
#include <cassert>

namespace pos {
namespace {

// whole x part / of, half up; all of it if `of` is nothing.
Money share(Money whole, int64_t part, int64_t of) {
  if (of == 0) return whole;
  return {static_cast<int64_t>((static_cast<__int128>(whole.minor) * part * 2 + of) /
                               (static_cast<__int128>(of) * 2))};
}

// What is still missing of it.
Money rest(Money share, Money given) { return std::max(share - given, Money{}); }

}  // namespace

Part& Part::operator+=(const Part& more) {
  quantity = quantity + more.quantity;
  total += more.total;
  tax += more.tax;
  discount += more.discount;
  return *this;
}

Part next_part(const Part& sold, const Part& back, Quantity more) {
  assert(more.milli > 0 && back.quantity + more <= sold.quantity);
  const int64_t quantity = (back.quantity + more).milli, of = sold.quantity.milli;
  Part part;
  part.quantity = more;
  part.total = rest(share(sold.total, quantity, of), back.total);
  part.discount = rest(share(sold.discount, quantity, of), back.discount);
  const int64_t given = (back.total + part.total).minor;
  const bool free_of_charge = sold.total.minor == 0;
  part.tax = rest(
      free_of_charge ? share(sold.tax, quantity, of) : share(sold.tax, given, sold.total.minor),
      back.tax);
  return part;
}

}  // namespace pos

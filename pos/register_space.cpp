// A full disk, before it costs anything: no tender is taken that could not be recorded, and no sale
// begun that could not be paid.
#include "pos/register.h"

namespace pos {

std::optional<Refusal> Register::must_have_room() {
  const Room room = ledger_.room();
  if (room == Room::none) {
    return Refusal{RefusalCode::out_of_space,
                   "The disk is full: no money was taken. Make space on it (docs/operate.md), then "
                   "pay again; the sale stays on the counter."};
  }
  if (room == Room::open_sale && !sale_.open()) {
    return Refusal{RefusalCode::out_of_space,
                   "The disk is full: the last sale is recorded, and no other can be begun. Make "
                   "space on it (docs/operate.md)."};
  }
  return {};
}

}  // namespace pos

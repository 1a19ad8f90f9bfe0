#include "pos/shift.h"

namespace pos {

const char* to_word(Role role) {
  switch (role) {
    case Role::cashier:
      return "cashier";
    case Role::supervisor:
      return "supervisor";
    case Role::manager:
      return "manager";
  }
  return "cashier";
}

}  // namespace pos

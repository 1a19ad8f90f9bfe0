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

std::optional<Role> role_of(std::string_view word) {
  for (const Role role : {Role::cashier, Role::supervisor, Role::manager}) {
    if (word == to_word(role)) return role;
  }
  return {};
}

}  // namespace pos

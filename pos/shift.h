// A shift: from the float in the drawer to the count. The business date belongs to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pos/ids.h"
#include "pos/money.h"
#include "pos/time.h"

namespace pos {

struct Shift {
  ShiftId id;
  PersonId opened_by;
  std::string business_date;
  Instant opened_at;
  Money float_amount;
  bool operator==(const Shift&) const = default;
};

enum class Role { cashier = 1, supervisor = 2, manager = 3 };  // these numbers are on disk
const char* to_word(Role);
std::optional<Role> role_of(std::string_view word);

struct Person {
  PersonId id;
  std::string name;
  Role role = Role::cashier;
  bool operator==(const Person&) const = default;
};

}  // namespace pos

// The people of a store as a manager sees and changes them at the till.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pos/refusal.h"
#include "pos/shift.h"

namespace pos {

struct StaffEntry {
  Person person;
  bool locked = false;
  int64_t version = 0;  // goes up with each change
};

// What is not given stays. A new person needs a name, a role and a PIN.
struct StaffChange {
  PersonId id;
  std::optional<std::string> name;
  std::optional<Role> role;
  std::optional<std::string> pin;
  std::optional<bool> locked;
};

// bad_pin, unless it has 4 to 6 digits that are not all the same.
std::optional<Refusal> fault_of_pin(std::string_view pin);

}  // namespace pos

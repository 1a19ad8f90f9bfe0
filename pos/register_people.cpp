// Staff at the till: whoever opens the shop must be able to lock out a PIN that was seen, also
// while the line to central is down.
#include <algorithm>

#include "pos/kept_text.h"
#include "pos/register.h"

namespace pos {
namespace {

Refusal other_pin() {
  return refuse(RefusalCode::bad_pin,
                "Choose another PIN: 4 to 6 digits, not all the same, and nobody else's.");
}

std::optional<Refusal> fault_of(const StaffChange& change, bool is_new) {
  if (!valid_id(change.id.value)) {
    return refuse(RefusalCode::bad_request, "An id has 1 to 32 of the characters A-Z a-z 0-9 _ -.");
  }
  if (is_new && (!change.name || !change.role || !change.pin)) {
    return refuse(RefusalCode::bad_request, "Nobody has this id yet: give name, role and PIN.");
  }
  if (!change.name && !change.role && !change.pin && !change.locked) {
    return refuse(RefusalCode::bad_request, "Say what changes: name, role, PIN or lock.");
  }
  if (change.name && change.name->empty()) {
    return refuse(RefusalCode::bad_request, "A person needs a name.");
  }
  if (change.name) {
    if (auto no = fault_of_kept(*change.name, kMaxReason)) return no;
  }
  return change.pin ? fault_of_pin(*change.pin) : std::nullopt;
}

// Neither the name nor the PIN: the journal is kept for ever, and read by many.
std::string what_changed(const StaffChange& change, bool is_new) {
  std::string text = change.id.value + ":";
  if (is_new) text += " added";
  if (change.role) text += std::string(" ") + to_word(*change.role);
  if (!is_new && change.name) text += " renamed";
  if (!is_new && change.pin) text += " new PIN";
  if (change.locked) text += *change.locked ? " locked" : " unlocked";
  return text;
}

bool manages(const StaffEntry& entry) {
  return !entry.locked && entry.person.role == Role::manager;
}

}  // namespace

std::optional<Refusal> fault_of_pin(std::string_view pin) {
  const bool digits = pin.find_first_not_of("0123456789") == std::string_view::npos;
  const bool fits = pin.size() >= 4 && pin.size() <= 6 && digits;
  if (!fits || pin.find_first_not_of(pin[0]) == std::string_view::npos) return other_pin();
  return {};
}

Outcome<std::vector<StaffEntry>> Register::staff() {
  if (auto no = may(Command::staff)) return *no;
  return staff_.list();
}

Outcome<StaffEntry> Register::set_staff(const StaffChange& change) {
  if (auto no = may(Command::staff_set)) return *no;
  std::vector<StaffEntry> all = staff_.list();
  auto entry = std::find_if(all.begin(), all.end(),
                            [&](const StaffEntry& e) { return e.person.id == change.id; });
  const bool is_new = entry == all.end();
  if (auto no = fault_of(change, is_new)) return *no;
  if (change.pin && staff_.pin_taken(*change.pin, change.id)) return other_pin();
  if (is_new) entry = all.insert(all.end(), StaffEntry{{change.id, {}, {}}, false, 0});
  entry->person.name = change.name.value_or(entry->person.name);
  entry->person.role = change.role.value_or(entry->person.role);
  entry->locked = change.locked.value_or(entry->locked);
  if (std::none_of(all.begin(), all.end(), manages)) {
    return refuse(RefusalCode::last_manager,
                  "This is the last manager: make somebody else a manager first.");
  }
  note_for_real("staff_changed", what_changed(change, is_new));  // first: see note_change()
  const StaffEntry put = staff_.put(*entry, change.pin.value_or(""));
  if (person_ && person_->id == change.id) {
    person_ = put.locked ? std::nullopt : std::optional(put.person);
  }
  return put;
}

}  // namespace pos

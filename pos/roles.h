// Who may do what at a till: one table, a row for each command. Register asks it at one place for
// every command, so that no screen and no script can do more than it says.
//
//   if (auto no = refused_by_role(Command::set_price, {person, approver, training})) return *no;
//
// An approval is a supervisor's or a manager's PIN beside the cashier's, for one command: the table
// says what it lifts. It never gives more than the role of whoever typed it.
#pragma once

#include <optional>
#include <vector>

#include "pos/refusal.h"
#include "pos/shift.h"

namespace pos {

enum class Command {
  login,
  logout,
  open_shift,
  close_shift,
  x_report,
  z_report,
  scan,
  answer,
  set_quantity,
  void_line,
  set_price,
  discount,
  void_sale,
  pay,
  find,
  check,
  stock,
  reprint,
  journal,
  hold,
  held,
  recall,
  return_goods,
  return_without_receipt,
  gift,
  gift_balance,
  customer,
  open_drawer,
  move_cash,
  training,
  staff,
  staff_set,
};

enum class Lifts { nothing, role, limit };  // limit: of a discount, to that of the approver's role

struct Right {
  Command command;
  const char* word;           // stable: "void_line"
  std::optional<Role> least;  // none: nobody need be logged in
  Lifts lifts;
  bool in_training;  // may be practised: what leaves nothing behind but its answer
};
// Every command once, in the order of the enum. docs/operate.md shows it.
const std::vector<Right>& rights();
const Right& right_of(Command);

// Who stands at the till.
struct Standing {
  const std::optional<Person>& person;
  const std::optional<Person>& approver;
  bool training = false;
};
// The role that counts for it: the person's, or the approver's where an approval lifts something.
Role power(const Right&, const Standing&);
// not_logged_in, not_allowed or in_training; none if it may be done.
std::optional<Refusal> refused_by_role(Command, const Standing&);

}  // namespace pos

#include "pos/roles.h"

#include <algorithm>
#include <cassert>
#include <string>

namespace pos {

const std::vector<Right>& rights() {
  using enum Role;
  constexpr bool kPractised = true, kForReal = false;
  static const std::vector<Right> all = {
      {Command::login, "login", {}, Lifts::nothing, kPractised},
      {Command::logout, "logout", cashier, Lifts::nothing, kPractised},
      {Command::open_shift, "open_shift", cashier, Lifts::nothing, kForReal},
      {Command::close_shift, "close_shift", cashier, Lifts::nothing, kForReal},
      {Command::x_report, "x_report", cashier, Lifts::nothing, kPractised},
      {Command::z_report, "z_report", supervisor, Lifts::role, kPractised},
      {Command::scan, "scan", cashier, Lifts::nothing, kPractised},
      {Command::answer, "answer", cashier, Lifts::nothing, kPractised},
      {Command::set_quantity, "quantity", cashier, Lifts::nothing, kPractised},
      {Command::void_line, "void_line", cashier, Lifts::nothing, kPractised},
      {Command::set_price, "price", supervisor, Lifts::role, kPractised},
      {Command::discount, "discount", cashier, Lifts::limit, kPractised},
      {Command::void_sale, "void_sale", cashier, Lifts::nothing, kPractised},
      {Command::pay, "pay", cashier, Lifts::nothing, kPractised},
      {Command::find, "find", cashier, Lifts::nothing, kPractised},
      {Command::check, "check", cashier, Lifts::nothing, kPractised},
      {Command::stock, "stock", cashier, Lifts::nothing, kPractised},
      {Command::reprint, "reprint", cashier, Lifts::nothing, kForReal},
      {Command::journal, "journal", cashier, Lifts::nothing, kPractised},
      {Command::hold, "hold", cashier, Lifts::nothing, kForReal},
      {Command::held, "held", cashier, Lifts::nothing, kPractised},
      {Command::recall, "recall", cashier, Lifts::nothing, kForReal},
      {Command::return_goods, "return", cashier, Lifts::nothing, kForReal},
      {Command::return_without_receipt, "return_without_receipt", supervisor, Lifts::role,
       kForReal},
      {Command::gift, "gift", cashier, Lifts::nothing, kForReal},
      {Command::gift_balance, "gift_balance", cashier, Lifts::nothing, kPractised},
      {Command::customer, "customer", cashier, Lifts::nothing, kPractised},
      {Command::open_drawer, "no_sale", supervisor, Lifts::role, kForReal},
      {Command::move_cash, "cash", supervisor, Lifts::role, kForReal},
      {Command::training, "training", supervisor, Lifts::role, kPractised},
      {Command::staff, "staff", manager, Lifts::role, kPractised},
      {Command::staff_set, "staff_set", manager, Lifts::role, kForReal},
  };
  return all;
}

const Right& right_of(Command command) {
  const Right& right = rights().at(static_cast<size_t>(command));
  assert(right.command == command);
  return right;
}

Role power(const Right& right, const Standing& who) {
  const Role own = who.person ? who.person->role : Role::cashier;
  if (right.lifts == Lifts::nothing || !who.approver) return own;
  return std::max(own, who.approver->role);
}

std::optional<Refusal> refused_by_role(Command command, const Standing& who) {
  const Right& right = right_of(command);
  if (right.least && !who.person) {
    return Refusal{RefusalCode::not_logged_in, "Type your PIN first."};
  }
  if (right.least && power(right, who) < *right.least) {
    return Refusal{RefusalCode::not_allowed,
                   std::string("This needs the PIN of a ") + to_word(*right.least) + "."};
  }
  if (who.training && !right.in_training) {
    return Refusal{RefusalCode::in_training, "Not while training: end the training first."};
  }
  return {};
}

}  // namespace pos

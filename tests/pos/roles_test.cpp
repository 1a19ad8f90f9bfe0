#include "pos/roles.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace pos {
namespace {

// Written out once more, so that a slip in the table is seen: who may do it by herself, and whether
// a supervisor's PIN beside a cashier's is enough.
struct Cell {
  bool nobody, cashier, supervisor, manager, cashier_and_supervisor;
};
constexpr Cell kAnybody{true, true, true, true, true};
constexpr Cell kCashier{false, true, true, true, true};
constexpr Cell kSupervisor{false, false, true, true, true};
constexpr Cell kManager{false, false, false, true, false};

const std::map<std::string, Cell> kExpected = {
    {"login", kAnybody},       {"logout", kCashier},       {"open_shift", kCashier},
    {"close_shift", kCashier}, {"x_report", kCashier},     {"z_report", kSupervisor},
    {"scan", kCashier},        {"answer", kCashier},       {"quantity", kCashier},
    {"void_line", kCashier},   {"price", kSupervisor},     {"discount", kCashier},
    {"void_sale", kCashier},   {"pay", kCashier},          {"find", kCashier},
    {"check", kCashier},       {"stock", kCashier},        {"reprint", kCashier},
    {"journal", kCashier},     {"hold", kCashier},         {"held", kCashier},
    {"recall", kCashier},      {"return", kCashier},       {"return_without_receipt", kSupervisor},
    {"gift", kCashier},        {"gift_balance", kCashier}, {"no_sale", kSupervisor},
    {"cash", kSupervisor},     {"training", kSupervisor},  {"staff", kManager},
    {"staff_set", kManager},   {"customer", kCashier}};

bool allowed(Command command, std::optional<Role> who, std::optional<Role> approver) {
  const auto person = [](std::optional<Role> role) {
    return role ? std::optional(Person{{"1"}, "Ann", *role}) : std::nullopt;
  };
  const auto own = person(who), other = person(approver);
  const auto no = refused_by_role(command, {own, other, false});
  EXPECT_TRUE(!no || no->code == (who ? RefusalCode::not_allowed : RefusalCode::not_logged_in));
  return !no;
}

TEST(Roles, EveryCommandHasItsRowAndEveryCellIsAsWritten) {
  std::set<std::string> words;
  for (size_t i = 0; i < rights().size(); ++i) {
    const Right& right = rights()[i];
    EXPECT_EQ(static_cast<size_t>(right.command), i);
    EXPECT_TRUE(words.insert(right.word).second) << right.word;
    ASSERT_TRUE(kExpected.contains(right.word)) << right.word;
    const Cell& cell = kExpected.at(right.word);
    SCOPED_TRACE(right.word);
    EXPECT_EQ(allowed(right.command, {}, {}), cell.nobody);
    EXPECT_EQ(allowed(right.command, Role::cashier, {}), cell.cashier);
    EXPECT_EQ(allowed(right.command, Role::supervisor, {}), cell.supervisor);
    EXPECT_EQ(allowed(right.command, Role::manager, {}), cell.manager);
    EXPECT_EQ(allowed(right.command, Role::cashier, Role::supervisor), cell.cashier_and_supervisor);
    EXPECT_EQ(allowed(right.command, {}, Role::manager), cell.nobody);  // an approval is no login
  }
  EXPECT_EQ(words.size(), kExpected.size());
}

TEST(Roles, AnApprovalGivesNoMoreThanTheRoleOfWhoeverTypedIt) {
  EXPECT_FALSE(allowed(Command::staff_set, Role::cashier, Role::supervisor));
  EXPECT_TRUE(allowed(Command::staff_set, Role::cashier, Role::manager));
  EXPECT_FALSE(allowed(Command::set_price, Role::cashier, Role::cashier));
  EXPECT_TRUE(allowed(Command::set_price, Role::manager, Role::supervisor));  // and takes none
}

TEST(Roles, WhatLeavesSomethingBehindIsNotPractised) {
  const std::optional<Person> manager = Person{{"3"}, "Max", Role::manager}, nobody;
  const std::set<std::string> for_real = {"open_shift",
                                          "close_shift",
                                          "reprint",
                                          "hold",
                                          "recall",
                                          "return",
                                          "return_without_receipt",
                                          "gift",
                                          "no_sale",
                                          "cash",
                                          "staff_set"};
  for (const Right& right : rights()) {
    const auto no = refused_by_role(right.command, {manager, nobody, true});
    EXPECT_EQ(no && no->code == RefusalCode::in_training, for_real.contains(right.word))
        << right.word;
  }
}

}  // namespace
}  // namespace pos

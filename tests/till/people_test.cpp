// Who may do what through the JSON door, approvals, PINs, and staff changed at the till.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "pos/roles.h"
#include "tests/till/counter_till.h"

namespace pos::till {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class People : public CounterTill {};

// A command of each kind, said as a script says it. What is asked for need not exist: a role is
// looked at first.
const std::vector<std::pair<std::string, std::string>>& sayings() {
  static const std::vector<std::pair<std::string, std::string>> all = {
      {"logout", "{}"},
      {"open_shift", R"({"float":0})"},
      {"close_shift", R"({"counted":0})"},
      {"x_report", "{}"},
      {"z_report", R"({"number":1})"},
      {"scan", R"({"code":"4006381333931"})"},
      {"answer", R"({"price":1})"},
      {"quantity", R"({"line":1,"quantity":2000})"},
      {"void_line", R"({"line":1})"},
      {"price", R"({"line":1,"price":1,"reason":"x"})"},
      {"discount", R"({"line":1,"percent":1,"reason":"x"})"},
      {"void_sale", R"({"reason":"x"})"},
      {"pay", "{}"},
      {"find", R"({"text":"x"})"},
      {"check", R"({"code":"4006381333931"})"},
      {"stock", R"({"productId":"p1001"})"},
      {"reprint", R"({"receipt":"x"})"},
      {"journal", "{}"},
      {"hold", R"({"name":"x"})"},
      {"held", "{}"},
      {"recall", R"({"id":"x"})"},
      {"no_sale", R"({"reason":"x"})"},
      {"cash", R"({"in":1,"reason":"x"})"},
      {"training", R"({"on":0})"},
      {"staff", "{}"},
      {"staff_set", R"({"id":"9","locked":0})"}};
  return all;
}

const Right& right_called(const std::string& word) {
  for (const Right& right : rights()) {
    if (right.word == word) return right;
  }
  throw std::runtime_error(word);
}

TEST_F(People, EveryCommandAsksTheTableWhoMay) {
  struct Who {
    std::string pin, approve;
    std::optional<Role> role;
    Role power;
  };
  const std::vector<Who> everyone = {
      {"", "", {}, Role::cashier},
      {kCashierPin, "", Role::cashier, Role::cashier},
      {kSupervisorPin, "", Role::supervisor, Role::supervisor},
      {kManagerPin, "", Role::manager, Role::manager},
      {kCashierPin, kSupervisorPin, Role::cashier, Role::supervisor}};
  for (const auto& [word, members] : sayings()) {
    const Right& right = right_called(word);
    for (const Who& who : everyone) {
      restart();
      if (!who.pin.empty()) log_in(who.pin);
      json command = json::parse(members);
      command["do"] = word;
      if (!who.approve.empty()) command["approve"] = who.approve;
      const std::string said = refusal(command.dump());
      const std::string expected = !who.role                  ? "not_logged_in"
                                   : who.power < *right.least ? "not_allowed"
                                                              : "";
      const bool role_refused = said == "not_logged_in" || said == "not_allowed";
      EXPECT_EQ(role_refused ? said : "", expected) << command << " -> " << said;
    }
  }
}

TEST_F(People, AnApprovalIsForOneCommandAndItsNameIsInTheRow) {
  open_shop();
  well(R"({"do":"no_sale","reason":"coins","approve":"8642"})");
  EXPECT_EQ(refusal(R"({"do":"no_sale","reason":"coins"})"), "not_allowed");
  EXPECT_EQ(rows().back()["body"]["approvedBy"], "2");
  EXPECT_EQ(rows().back()["body"]["cashierId"], "1");
}

TEST_F(People, AWrongPinIsARowAndCountsForTheLockOutWhoeverAsked) {
  open_shop();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(refusal(R"({"do":"no_sale","reason":"x","approve":"0000"})"), "wrong_pin");
  }
  well(R"({"do":"logout"})");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(refusal(R"({"do":"login","pin":"0000"})"), "wrong_pin");
  }
  EXPECT_EQ(refusal(R"({"do":"login","pin":"1234"})"), "locked_out");
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "wrong_pin", "wrong_pin", "wrong_pin",
                                   "wrong_pin", "wrong_pin", "locked_out"));
  clock_.ms += 31'000;
  log_in(kCashierPin);
  const json last = rows().back()["body"];
  EXPECT_EQ(last["text"], "for 30 seconds");
  EXPECT_EQ(faults(), "");
}

TEST_F(People, TheLockOutOutlivesAKilledTill) {
  const std::string wrong = R"({"do":"login","pin":"0000"})";
  killed_after({wrong, wrong, wrong});
  killed_after({wrong, wrong});
  EXPECT_EQ(refusal(R"({"do":"login","pin":"1234"})"), "locked_out");
  EXPECT_THAT(codes(), ElementsAre("wrong_pin", "wrong_pin", "wrong_pin", "wrong_pin", "wrong_pin",
                                   "locked_out"));
}

TEST_F(People, VoidsAndReprintsAreRows) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931","quantity":3000})");
  well(R"({"do":"quantity","line":1,"quantity":5000})");
  well(R"({"do":"quantity","line":1,"quantity":2000})");
  well(R"({"do":"void_line","line":1})");
  well(R"({"do":"void_sale","reason":"left"})");
  sell();
  well(R"({"do":"reprint","receipt":"s1-till1-A000001"})");
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "quantity_lowered", "line_voided", "sale.voided",
                                   "product.sold", "reprint"));
  EXPECT_EQ(rows()[1]["body"]["text"], "line 1 Coffee: 5 to 2");
  EXPECT_EQ(rows()[2]["body"]["text"], "line 1 Coffee: 2, 3.98");
  EXPECT_EQ(rows()[5]["body"]["text"], "s1-till1-A000001, copy 1");
  EXPECT_EQ(faults(), "");
}

TEST_F(People, AnotherCashierTakesOverTheOpenSaleAndItIsHers) {
  open_shop();
  well(kScanCoffee);
  well(R"({"do":"lock"})");
  EXPECT_EQ(refusal(R"({"do":"pay"})"), "not_logged_in");
  EXPECT_EQ(well(R"({"do":"login","pin":"2468"})")["sale"]["total"], 199);
  well(R"({"do":"pay"})");
  EXPECT_EQ(rows().back()["body"]["cashierId"], "4");
  EXPECT_EQ(well(R"({"do":"x_report"})")["report"]["cashiers"], json::parse(R"({"4":199})"));
}

TEST_F(People, AManagerAddsLocksAndGivesANewPin) {
  log_in(kManagerPin);
  const json added =
      well(R"({"do":"staff_set","id":"7","name":"Zoe","role":"cashier","newPin":"135790"})");
  EXPECT_EQ(added["person"]["version"], 1);
  well(R"({"do":"login","pin":"135790"})");
  log_in(kManagerPin);
  well(R"({"do":"staff_set","id":"7","newPin":"2244","role":"supervisor"})");
  EXPECT_EQ(refusal(R"({"do":"login","pin":"135790"})"), "wrong_pin");
  EXPECT_EQ(well(R"({"do":"login","pin":"2244"})")["person"]["role"], "supervisor");
  log_in(kManagerPin);
  const json locked = well(R"({"do":"staff_set","id":"7","locked":1})")["person"];
  EXPECT_EQ(locked["version"], 3);
  EXPECT_EQ(locked["locked"], true);
  EXPECT_EQ(refusal(R"({"do":"login","pin":"2244"})"), "wrong_pin");
  killed_after({});
  log_in(kManagerPin);
  const json staff = well(R"({"do":"staff"})")["staff"];
  ASSERT_EQ(staff.size(), 5u);
  EXPECT_EQ(staff[4]["name"], "Zoe");
  EXPECT_EQ(staff[4]["locked"], true);
  EXPECT_EQ(rows()[0]["body"]["text"], "7: added cashier");
  EXPECT_EQ(faults(), "");
}

TEST_F(People, APinIsNobodyElsesAndNotAllOneDigit) {
  log_in(kManagerPin);
  for (const char* pin : {"", "123", "1234567", "12a4", "0000", "111111", "8642", "97531"}) {
    EXPECT_EQ(refusal(R"({"do":"staff_set","id":"1","newPin":")" + std::string(pin) + R"("})"),
              "bad_pin")
        << pin;
  }
  well(R"({"do":"staff_set","id":"1","newPin":"1234"})");  // her own again
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"8","name":"New"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"no id","name":"x"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"1"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"1","role":"king"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"1","name":"4111111111111111"})"), "card_number");
}

TEST_F(People, SomebodyIsLeftWhoMayChangeTheStaff) {
  log_in(kManagerPin);
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"3","locked":1})"), "last_manager");
  EXPECT_EQ(refusal(R"({"do":"staff_set","id":"3","role":"cashier"})"), "last_manager");
  well(R"({"do":"staff_set","id":"2","role":"manager"})");
  well(R"({"do":"staff_set","id":"3","locked":1})");
  EXPECT_EQ(refusal(R"({"do":"staff"})"), "not_logged_in");  // who is locked is out at once
  EXPECT_EQ(codes().size(), 2u);
}

TEST_F(People, NoNameAndNoPinOfAChangeIsInTheJournal) {
  log_in(kManagerPin);
  well(R"({"do":"staff_set","id":"7","name":"Zoe Zebra","role":"cashier","newPin":"135790"})");
  for (const JournalEntry& row : parts_->ledger.journal(0, 100)) {
    EXPECT_EQ(row.body.find("Zebra"), std::string::npos);
    EXPECT_EQ(row.body.find("135790"), std::string::npos);
  }
}

}  // namespace
}  // namespace pos::till

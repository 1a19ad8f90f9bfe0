// The counter beyond one sale: sales put aside, training, the drawer, the shift and the clock.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/till/counter_till.h"

namespace pos::till {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

std::string recall(const std::string& id) { return R"({"do":"recall","id":")" + id + R"("})"; }

class Hold : public CounterTill {
 protected:
  std::string put_aside() {
    well(kScanCoffee);
    return well(R"({"do":"hold","name":"the man with the dog"})")["held"]["id"];
  }
};

TEST_F(Hold, AHeldSaleComesBackAsItWas) {
  open_shop();
  well(kScanCoffee);
  const json before =
      well(R"({"do":"price","line":1,"price":150,"reason":"shelf","approve":"8642"})")["sale"];
  const json held = well(R"({"do":"hold","name":"the man with the dog"})");
  EXPECT_EQ(held["sale"]["lines"].size(), 0u);
  EXPECT_EQ(held["held"]["total"], 150);
  EXPECT_EQ(held["held"]["heldBy"], "1");
  sell();  // the next customer
  const std::string id = held["held"]["id"];
  EXPECT_EQ(well(recall(id))["sale"], before);
  EXPECT_EQ(well(R"({"do":"held"})")["held"].size(), 0u);
  well(R"({"do":"pay"})");
  const json sold = rows().back()["body"];
  EXPECT_EQ(sold["transactionId"], id);
  EXPECT_EQ(sold["approvedBy"], "2");
  EXPECT_EQ(faults(), "");
}

TEST_F(Hold, AHeldSaleOutlivesTheShiftAndAKilledTill) {
  open_shop();
  killed_after({R"({"do":"login","pin":"1234"})", kScanCoffee, R"({"do":"hold","name":"dog"})"});
  log_in(kCashierPin);
  EXPECT_EQ(well(R"({"do":"sale"})")["sale"]["lines"].size(), 0u);
  const json closed = well(R"({"do":"close_shift","counted":10000})");
  ASSERT_EQ(closed["held"].size(), 1u);
  EXPECT_EQ(closed["held"][0]["name"], "dog");
  well(R"({"do":"open_shift","float":0})");
  const std::string id = well(R"({"do":"held"})")["held"][0]["id"];
  killed_after({R"({"do":"login","pin":"1234"})", recall(id)});
  EXPECT_EQ(well(R"({"do":"login","pin":"1234"})")["sale"]["total"], 199);
  EXPECT_EQ(well(R"({"do":"held"})")["held"].size(), 0u);
  well(R"({"do":"void_sale","reason":"never came back"})");
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "sale_held", "shift.closed", "shift.opened",
                                   "sale_recalled", "sale.voided"));
  EXPECT_EQ(faults(), "");
}

TEST_F(Hold, PricesStayAsScanned) {
  open_shop();
  const std::string id = put_aside();
  sync::Product dearer;
  dearer.productId = "p1001", dearer.name = "Coffee", dearer.codes = {"4006381333931"};
  dearer.price = 299, dearer.version = 200;
  storage::Projections(parts_->database).apply(std::vector{dearer});
  EXPECT_EQ(well(recall(id))["sale"]["total"], 199);
  EXPECT_EQ(well(kScanCoffee)["sale"]["total"], 199 + 299);
}

TEST_F(Hold, WhatCannotBeHeldOrRecalledIsRefusedAndStays) {
  open_shop();
  EXPECT_EQ(refusal(R"({"do":"hold","name":"x"})"), "no_sale");
  const std::string id = put_aside();
  EXPECT_EQ(refusal(recall("nobody")), "unknown_held");
  well(kScanCoffee);
  EXPECT_EQ(refusal(recall(id)), "sale_open");
  EXPECT_EQ(refusal(R"({"do":"hold","name":"4111 1111 1111 1111"})"), "card_number");
  well(R"({"do":"pay","amount":100})");
  EXPECT_EQ(refusal(R"({"do":"hold","name":"x"})"), "sale_open");
  well(R"({"do":"pay"})");
  well(recall(id));
  well(R"({"do":"pay"})");
  EXPECT_EQ(refusal(recall(id)), "unknown_held");  // only once
}

TEST_F(Hold, AHundredSalesAreHeldAndNoMore) {
  open_shop();
  for (size_t i = 0; i < kMaxHeld; ++i) put_aside();
  well(kScanCoffee);
  EXPECT_EQ(refusal(R"({"do":"hold"})"), "too_many_held");
  EXPECT_EQ(well(R"({"do":"sale"})")["sale"]["total"], 199);
}

TEST_F(Hold, TheNameIsNotInTheJournal) {
  open_shop();
  put_aside();
  EXPECT_EQ(rows().back()["body"].dump().find("dog"), std::string::npos);
}

class Training : public CounterTill {
 protected:
  void begin() { well(R"({"do":"training","on":1,"approve":"8642"})"); }
};

TEST_F(Training, LeavesNothingBehindButTwoRows) {
  open_shop();
  sell();
  const json x = well(R"({"do":"x_report"})")["report"];
  begin();
  well(R"({"do":"scan","code":"4006381333931","quantity":3000})");
  well(R"({"do":"discount","line":1,"percent":5,"reason":"practice"})");
  well(R"({"do":"quantity","line":1,"quantity":2000})");
  const json paid = well(R"({"do":"pay","amount":1000})");
  EXPECT_EQ(paid["completed"]["receipt"], "TRAINING");
  EXPECT_EQ(paid["completed"]["seq"], 0);
  EXPECT_THAT(paid["completed"]["receiptText"].get<std::string>(), HasSubstr("TRAINING"));
  well(kScanCoffee);
  well(R"({"do":"void_line","line":1})");
  well(R"({"do":"void_sale","reason":"practice"})");
  EXPECT_EQ(well(R"({"do":"stock","productId":"p1001"})")["stock"]["shown"], 9000);
  EXPECT_EQ(well(R"({"do":"x_report"})")["report"], x);
  well(R"({"do":"training","on":0,"approve":"8642"})");
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "product.sold", "training_on", "training_off"));
  sell();
  EXPECT_EQ(rows().back()["receipt"], "s1-till1-A000002");
  EXPECT_EQ(storage::Outbox(parts_->database, parts_->pending).counts().waiting, 5);
  EXPECT_EQ(faults(), "");
}

TEST_F(Training, IsSaidInEveryAnswer) {
  open_shop();
  EXPECT_FALSE(well(R"({"do":"status"})").contains("training"));
  begin();
  for (const char* line : {R"({"do":"status"})", R"({"do":"sale"})", R"({"do":"scan","code":"1"})",
                           "nonsense", R"({"do":"dance"})", R"({"do":"logout"})"}) {
    EXPECT_EQ(ask(line)["training"], true) << line;
  }
}

TEST_F(Training, OutlivesAKilledTillWithItsOpenSale) {
  open_shop();
  killed_after({R"({"do":"login","pin":"1234"})", R"({"do":"training","on":1,"approve":"8642"})",
                kScanCoffee});
  const json back = well(R"({"do":"login","pin":"1234"})");
  EXPECT_EQ(back["training"], true);
  EXPECT_EQ(back["sale"]["total"], 199);
  EXPECT_EQ(well(R"({"do":"pay"})")["completed"]["receipt"], "TRAINING");
  killed_after({});
  EXPECT_FALSE(well(R"({"do":"login","pin":"1234"})").contains("wasThisOneHandedOut"));
  EXPECT_EQ(codes().back(), "training_on");
}

TEST_F(Training, BeginsAndEndsWithAnEmptyCounterAndASupervisor) {
  open_shop();
  well(kScanCoffee);
  EXPECT_EQ(refusal(R"({"do":"training","on":1,"approve":"8642"})"), "sale_open");
  well(R"({"do":"pay"})");
  EXPECT_EQ(refusal(R"({"do":"training","on":1})"), "not_allowed");
  EXPECT_EQ(refusal(R"({"do":"training","on":7,"approve":"8642"})"), "bad_request");
  begin();
  well(kScanCoffee);
  EXPECT_EQ(refusal(R"({"do":"training","on":0,"approve":"8642"})"), "sale_open");
  for (const char* line :
       {R"({"do":"close_shift","counted":0})", R"({"do":"hold"})", R"({"do":"recall","id":"x"})",
        R"({"do":"reprint","receipt":"s1-till1-A000001"})",
        R"({"do":"no_sale","reason":"x","approve":"8642"})",
        R"({"do":"cash","in":1,"reason":"x","approve":"8642"})"}) {
    EXPECT_EQ(refusal(line), "in_training") << line;
  }
}

// Otherwise training would be a way to guess PINs unseen.
TEST_F(Training, AWrongPinIsNotPractice) {
  open_shop();
  begin();
  EXPECT_EQ(refusal(R"({"do":"login","pin":"0000"})"), "wrong_pin");
  EXPECT_EQ(codes().back(), "wrong_pin");
}

class Drawer : public CounterTill {};

TEST_F(Drawer, OpensAndItsCashMovesWhileASaleIsOpen) {
  open_shop();
  well(kScanCoffee);
  EXPECT_EQ(refusal(R"({"do":"no_sale","approve":"8642"})"), "reason_missing");
  well(R"({"do":"no_sale","reason":"change for the baker","approve":"8642"})");
  const json in = well(R"({"do":"cash","in":5000,"reason":"coins","approve":"8642"})");
  EXPECT_EQ(in["sale"]["total"], 199);
  well(R"({"do":"cash","in":-2500,"reason":"window cleaner","approve":"8642"})");
  EXPECT_EQ(drawer_kicks_, 3);
  EXPECT_EQ(rows().back()["body"]["out"], 2500);
  killed_after({});
  EXPECT_EQ(well(R"({"do":"login","pin":"1234"})")["sale"]["total"], 199);
  well(R"({"do":"pay","amount":1000})");
  const json z = well(R"({"do":"close_shift","counted":12699})")["report"];
  EXPECT_EQ(z["expected"], 10'000 + 199 + 2500);
  EXPECT_EQ(z["cashMoved"], 2500);
  EXPECT_EQ(z["variance"], 0);
  EXPECT_EQ(z["turnover"], 199);
  EXPECT_EQ(faults(), "");
}

TEST_F(Drawer, GivesNoMoreThanShouldBeInIt) {
  open_shop();
  sell();
  well(R"({"do":"scan","code":"4006381333931"})");
  well(R"({"do":"pay","tender":"card"})");
  const auto out = [&](int64_t amount) {
    return refusal(R"({"do":"cash","in":)" + std::to_string(-amount) +
                   R"(,"reason":"bank","approve":"8642"})");
  };
  EXPECT_EQ(out(10'200), "bad_amount");
  EXPECT_EQ(out(0), "bad_amount");
  EXPECT_EQ(out(10'199), "");
  EXPECT_EQ(out(1), "bad_amount");
  EXPECT_EQ(well(R"({"do":"x_report"})")["report"]["expected"], 0);
}

class ShiftsEnd : public CounterTill {};

TEST_F(ShiftsEnd, IsCountedByNotesAndCoins) {
  open_shop();
  const std::string notes = R"("counts":{"1000":3,"5000":2})";
  EXPECT_EQ(refusal(R"({"do":"close_shift","counted":12999,)" + notes + "}"), "bad_amount");
  EXPECT_EQ(refusal(R"({"do":"close_shift"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"close_shift","counts":{"ten":3}})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"close_shift","counts":{"-5":3}})"), "bad_amount");
  EXPECT_EQ(refusal(R"({"do":"close_shift","counts":{"5":-3}})"), "bad_amount");
  const json closed = well(R"({"do":"close_shift",)" + notes + "}");
  EXPECT_EQ(closed["variance"], 3000);
  EXPECT_EQ(closed["unconfirmed"], 2);
  EXPECT_EQ(closed["report"]["counted"], 13'000);
  EXPECT_EQ(closed["report"]["counts"], json::parse(R"({"5000":2,"1000":3})"));
  EXPECT_EQ(rows().back()["body"]["counts"],
            json::parse(R"([{"value":5000,"pieces":2},{"value":1000,"pieces":3}])"));
  EXPECT_EQ(faults(), "");
}

TEST_F(ShiftsEnd, ItsSumsAddUpWhateverWasRoundedAndMoved) {
  settings_.terms.rounding.step = 5;
  restart();
  open_shop();
  sell();                                                     // 1.99, 2.00 in cash
  well(R"({"do":"scan","code":"96385074","quantity":250})");  // 4.98
  well(R"({"do":"pay","tender":"card"})");
  log_in("2468");
  sell();
  well(R"({"do":"cash","in":-100,"reason":"stamps","approve":"8642"})");
  const json x = well(R"({"do":"x_report"})")["report"];
  const size_t before = codes().size();
  EXPECT_EQ(well(R"({"do":"x_report"})")["report"], x);
  EXPECT_EQ(codes().size(), before);
  EXPECT_EQ(x["tenders"], json::parse(R"({"card":498,"cash":400})"));
  EXPECT_EQ(x["categories"], json::parse(R"({"drinks":398,"meat":498})"));
  EXPECT_EQ(x["cashiers"], json::parse(R"({"1":698,"4":200})"));
  EXPECT_EQ(x["rounding"], 2);
  EXPECT_EQ(x["turnover"], 398 + 498 + 2);
  int64_t gross = 0;
  for (const json& tax : x["taxes"]) {
    gross += tax["gross"].get<int64_t>();
    EXPECT_EQ(tax["net"].get<int64_t>() + tax["tax"].get<int64_t>(), tax["gross"]);
  }
  EXPECT_EQ(gross + 2, x["turnover"]);
  EXPECT_EQ(x["expected"], 10'000 + 400 - 100);
  json z = well(R"({"do":"close_shift","counted":10300})")["report"];
  EXPECT_EQ(z["variance"], 0);
  for (const char* same : {"taxes", "tenders", "categories", "cashiers", "expected"}) {
    EXPECT_EQ(z[same], x[same]) << same;
  }
  EXPECT_EQ(faults(), "");
}

TEST_F(ShiftsEnd, ZIsNumberedWithoutGapAndReadAgain) {
  json written;
  for (int i = 1; i <= 3; ++i) {
    open_shop();
    for (int n = 0; n < i; ++n) sell();
    const json z = well(R"({"do":"close_shift","counted":0})")["report"];
    EXPECT_EQ(z["zNumber"], i);
    EXPECT_EQ(z["grandTotal"], 199 * i * (i + 1) / 2);
    if (i == 2) written = z;
  }
  restart();
  log_in(kSupervisorPin);
  EXPECT_EQ(well(R"({"do":"z_report","number":2})")["report"], written);
  EXPECT_EQ(refusal(R"({"do":"z_report","number":4})"), "unknown_report");
  EXPECT_EQ(refusal(R"({"do":"z_report","number":0})"), "unknown_report");
}

TEST_F(ShiftsEnd, TheBusinessDateIsTheShiftsAlsoAfterMidnight) {
  open_shop();
  clock_.ms += 14 * 3'600'000;  // 01:15 of the next day
  sell();
  const json z = well(R"({"do":"close_shift","counted":0})")["report"];
  EXPECT_EQ(z["businessDate"], "2025-11-22");
  for (const json& row : rows()) EXPECT_EQ(row["body"]["businessDate"], "2025-11-22");
  well(R"({"do":"open_shift","float":0})");
  EXPECT_EQ(rows().back()["body"]["businessDate"], "2025-11-23");
}

class ClockJumps : public CounterTill {};

TEST_F(ClockJumps, BackAreNotedOnceAndNothingIsReordered) {
  open_shop();
  sell();
  clock_.ms -= 3'600'000;
  sell();
  sell();
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "product.sold", "clock_back", "product.sold",
                                   "product.sold"));
  EXPECT_EQ(rows()[2]["body"]["text"], "by 3599 seconds");
  clock_.ms -= 1000;  // as a clock is set right
  sell();
  EXPECT_EQ(codes().back(), "product.sold");
  EXPECT_EQ(codes().size(), 6u);
  EXPECT_EQ(faults(), "");
}

TEST_F(ClockJumps, BackAreSeenAlsoAfterARestart) {
  open_shop();
  clock_.ms -= 86'400'000;
  restart();
  log_in(kCashierPin);
  well(R"({"do":"close_shift","counted":10000})");
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "clock_back", "shift.closed"));
}

TEST_F(ClockJumps, ForwardAreNotedWithinAShiftAndNotOverAClosedDay) {
  open_shop();
  clock_.ms += 25 * 3'600'000;
  sell();
  well(R"({"do":"close_shift","counted":0})");
  clock_.ms += 48 * 3'600'000;
  open_shop();
  EXPECT_THAT(codes(), ElementsAre("shift.opened", "clock_forward", "product.sold", "shift.closed",
                                   "shift.opened"));
}

}  // namespace
}  // namespace pos::till

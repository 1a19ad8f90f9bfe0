// Where the parts of the till meet: a return that is held, a gift card in it, a discount beside
// goods that come back, the paper of all that, and commands that nobody would type.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/till/shop_till.h"

namespace pos::till {
namespace {

using testing::HasSubstr;
using testing::Not;

class Seams : public ::testing::Test {
 protected:
  static std::vector<sync::Product> shelf() {
    std::vector<sync::Product> products = {
        product("coffee", "4006381333931", 199, 200'000, "drinks"),
        product("tea", "96385074", 149, 200'000, "drinks"),
        product("wine", "9501101531000", 500, 200'000, "drinks"),
        product("ham", "12", 1990, 100'000, "deli")};
    products[2].ageLimit = 18;
    products[3].unit = "kg";
    return products;
  }
  static RegisterSettings rules() {
    RegisterSettings settings{{"s1"}, {"till1"}};
    settings.terms.rounding.step = 5;
    settings.terms.promotions = {buy_x_get_y("coffee3", "the third is free", {{"coffee"}}, 2, 1)};
    return settings;
  }
  Seams() { till_.open_shop(); }
  ~Seams() override { EXPECT_EQ(faults(), ""); }
  std::string faults() {
    std::string all;
    for (const std::string& fault : till_.faults()) all += fault + "\n";
    return all;
  }
  json scan(const char* code, int64_t quantity = 1000) {
    return till_.well({{"do", "scan"}, {"code", code}, {"quantity", quantity}})["sale"];
  }
  json pay() { return till_.well(R"({"do":"pay"})")["completed"]; }
  json take_back(int64_t quantity) {
    return till_.well({{"do", "return"},
                       {"receipt", "s1-till1-A000001"},
                       {"lines", json::array({{{"lineId", 1}, {"quantity", quantity}}})},
                       {"reason", "cold"}})["sale"];
  }
  std::string hold() { return till_.well(R"({"do":"hold","name":"dog"})")["held"]["id"]; }
  json recall(const std::string& id) { return till_.well({{"do", "recall"}, {"id", id}})["sale"]; }
  void start_again() {
    till_.start();
    login_ = till_.well(R"({"do":"login","pin":"1234"})");
  }
  bool in_doubt() {
    start_again();
    return login_.contains("wasThisOneHandedOut");
  }
  ShopTill till_{shelf(), rules()};
  json login_;
};
constexpr const char *kEspresso = "4006381333931", *kTea = "96385074", *kWine = "9501101531000";

// ---- "was this one handed out?" ----

TEST_F(Seams, WhatHappenedSinceAHandedOutSaleDoesNotPutItInDoubt) {
  scan(kEspresso);
  pay();
  EXPECT_FALSE(in_doubt());
  scan(kTea);
  till_.well(R"({"do":"void_sale","reason":"no money"})");
  EXPECT_FALSE(in_doubt()) << "voided";
  till_.well(R"({"do":"close_shift","counted":10200})");
  EXPECT_FALSE(in_doubt()) << "closed";
  till_.well(R"({"do":"open_shift","float":0})");
  EXPECT_FALSE(in_doubt()) << "opened";
}

TEST_F(Seams, ASaleThatNobodyHeardOfStaysInDoubtOverTheShiftsEnd) {
  till_.hears = false;
  scan(kEspresso);
  pay();
  EXPECT_TRUE(in_doubt());
  till_.well(R"({"do":"close_shift","counted":10200})");
  EXPECT_TRUE(in_doubt());
  till_.well(R"({"do":"open_shift","float":0})");
  EXPECT_TRUE(in_doubt());
  till_.well(R"({"do":"training","on":1,"approve":"8642"})");
  till_.well(R"({"do":"training","on":0,"approve":"8642"})");
  EXPECT_TRUE(in_doubt());
  scan(kTea);  // the cashier has seen the question, and goes on
  till_.well(R"({"do":"void_sale","reason":"no money"})");
  EXPECT_FALSE(in_doubt());
}

// ---- held ----

TEST_F(Seams, AHeldReturnWhoseGoodsCameBackMeanwhileGivesNothing) {
  scan(kEspresso, 2000);
  pay();
  take_back(2000);
  const std::string held = hold();
  take_back(1000);
  pay();
  EXPECT_EQ(recall(held)["due"], -398);
  EXPECT_EQ(till_.refusal(R"({"do":"pay"})"), "returned_already");
  till_.well(R"({"do":"void_line","line":1})");
  EXPECT_EQ(take_back(1000)["due"], -199);  // what is left, on the same counter
  EXPECT_EQ(pay()["total"], -200);
}

TEST_F(Seams, AHeldExchangeComesBackAsItWas) {
  scan(kEspresso, 2000);
  pay();
  take_back(1000);
  const json before = scan(kTea);
  EXPECT_EQ(before["due"], 149 - 199);
  const std::string held = hold();
  scan(kTea);
  pay();
  start_again();
  EXPECT_EQ(recall(held), before);
  EXPECT_EQ(pay()["total"], -50);
  const json row = till_.last_row();
  EXPECT_EQ(row["kind"], "return");
  EXPECT_EQ(row["originalReceipt"], "s1-till1-A000001");
  EXPECT_EQ(row["transactionId"], held);
}

TEST_F(Seams, AHeldGiftCardIsIssuedWhenItIsPaid) {
  till_.well(R"({"do":"gift","code":"G-1","amount":2500})");
  scan(kEspresso);
  const std::string held = hold();
  till_.well(R"({"do":"gift","code":"G-1","amount":500})");  // another customer loads it first
  pay();
  EXPECT_EQ(recall(held)["due"], 2699);
  EXPECT_EQ(till_.refusal(R"({"do":"gift","code":"G-1","amount":1})"), "gift_card");
  pay();
  const json rows = till_.well(R"({"do":"journal"})")["rows"];
  EXPECT_EQ(rows[rows.size() - 2]["body"]["amount"], 2500);
  EXPECT_EQ(rows.back()["body"]["totalAmount"], 2700);
}

TEST_F(Seams, TheAgeThatWasSeenIsNotAskedAgainAfterAHold) {
  EXPECT_EQ(till_.well({{"do", "scan"}, {"code", kWine}})["needs"], "age");
  till_.well(R"({"do":"answer","age":"yes"})");
  const std::string held = hold();
  EXPECT_EQ(till_.well({{"do", "scan"}, {"code", kWine}})["needs"], "age") << "another customer";
  scan(kTea);
  pay();
  start_again();
  recall(held);
  EXPECT_EQ(scan(kWine)["due"], 1000);
  till_.well(R"({"do":"void_sale","reason":"x"})");
}

TEST_F(Seams, TrainingLeavesTheHeldSalesAlone) {
  scan(kEspresso);
  const std::string held = hold();
  till_.well(R"({"do":"training","on":1,"approve":"8642"})");
  EXPECT_EQ(till_.well(R"({"do":"held"})")["held"].size(), 1u);
  EXPECT_EQ(till_.refusal(json{{"do", "recall"}, {"id", held}}.dump().c_str()), "in_training");
  scan(kTea);
  EXPECT_EQ(pay()["receipt"], "TRAINING");
  till_.well(R"({"do":"training","on":0,"approve":"8642"})");
  EXPECT_EQ(recall(held)["due"], 199);
  EXPECT_EQ(pay()["receipt"], "s1-till1-A000001");
}

TEST_F(Seams, SavingsAreShownAgainAfterARecallAndARestart) {
  const json before = scan(kEspresso, 3000);
  ASSERT_EQ(before["savings"][0]["amount"], 199);
  EXPECT_EQ(recall(hold()), before);
  start_again();
  EXPECT_EQ(login_["sale"], before);
}

// ---- what comes back, beside what is sold ----

TEST_F(Seams, AVoidedReturnedLineIsNotedWithWhatItWouldHaveGiven) {
  scan(kEspresso, 2000);
  pay();
  take_back(2000);
  till_.well(R"({"do":"void_line","line":1})");
  EXPECT_EQ(till_.last_row()["code"], "line_voided");
  EXPECT_EQ(till_.last_row()["text"], "line 1 coffee: -2, -3.98");
  EXPECT_FALSE(till_.well(R"({"do":"sale"})")["sale"].contains("originalReceipt"));
  till_.well(R"({"do":"void_sale","reason":"x"})");
  EXPECT_EQ(take_back(2000)["due"], -398);
  pay();
}

TEST_F(Seams, ADiscountOnTheSaleTouchesNeitherWhatCameBackNorAGiftCard) {
  scan(kEspresso, 2000);
  pay();
  take_back(1000);
  till_.well(R"({"do":"gift","code":"G-1","amount":1000})");
  scan(kTea, 2000);
  EXPECT_EQ(till_.refusal(R"({"do":"discount","line":0,"amount":299,"reason":"x"})"), "bad_amount");
  const json sale = till_.well(R"({"do":"discount","line":0,"percent":10,"reason":"x"})")["sale"];
  EXPECT_EQ(sale["lines"][0]["totalAmount"], -199);
  EXPECT_EQ(sale["lines"][1]["totalAmount"], 1000);
  EXPECT_EQ(sale["lines"][2]["totalAmount"], 298 - 30);
  EXPECT_EQ(pay()["total"], 1070);  // 1069
}

TEST_F(Seams, PromotionsCountWhatIsSoldAndNotWhatComesBack) {
  scan(kEspresso, 3000);
  pay();
  EXPECT_EQ(take_back(1000)["due"], -133);  // a third of 3.98
  EXPECT_EQ(scan(kEspresso, 2000)["due"], 398 - 133);
  const json sale = scan(kEspresso);
  EXPECT_EQ(sale["due"], 398 - 133);
  EXPECT_EQ(sale["savings"][0]["times"], 1);
  till_.well({{"do", "return"},
              {"code", kEspresso},
              {"reason", "x"},
              {"approve", "8642"}});  // without a receipt, at today's price
  EXPECT_EQ(till_.well(R"({"do":"sale"})")["sale"]["due"], 398 - 133 - 199);
  pay();
}

TEST_F(Seams, WhatIsPaidOutIsRoundedInCashAndNeverOnACard) {
  scan(kEspresso, 2000);
  pay();
  const json sale = take_back(1000);
  EXPECT_EQ(sale["due"], -199);
  EXPECT_EQ(sale["dueInCash"], -200);
  EXPECT_EQ(till_.refusal(R"({"do":"pay","amount":-199})"), "bad_amount");
  for (const char* tender : {"card", "voucher", "gift"}) {
    EXPECT_EQ(till_.refusal(json{{"do", "pay"}, {"tender", tender}}.dump().c_str()),
              "reference_missing");
  }
  EXPECT_EQ(
      till_.well(R"({"do":"pay","tender":"card","reference":"slip 7"})")["completed"]["total"],
      -199);
  EXPECT_EQ(till_.well(R"({"do":"x_report"})")["report"]["rounding"], 2);
}

// A cent or two that are due and round to nothing are paid by nothing.
TEST_F(Seams, AnExchangeThatRoundsToNothingIsPaidByNothing) {
  scan(kEspresso);
  pay();
  take_back(1000);
  till_.well(R"({"do":"gift","code":"G-1","amount":201})");
  const json done = pay();
  EXPECT_EQ(done["total"], 0);
  EXPECT_EQ(done["rounding"], -2);
}

// ---- on paper ----

TEST_F(Seams, AReturnOnPaperNamesItsReceiptAndNoTransactionId) {
  scan(kEspresso, 2000);
  const std::string original = pay()["transactionId"];
  take_back(1000);
  const std::string first = pay()["receiptText"];
  const json copy = till_.well(R"({"do":"reprint","receipt":"s1-till1-A000002"})");
  const json invoice = till_.well(
      R"({"do":"invoice","receipt":"s1-till1-A000002","buyer":["Ann Buyer","Main Street 1"]})");
  EXPECT_EQ(copy["copy"], 1);
  EXPECT_THAT(copy["receiptText"].get<std::string>(), HasSubstr("COPY 1"));
  EXPECT_THAT(invoice["receiptText"].get<std::string>(), HasSubstr("Ann Buyer"));
  for (const std::string& text :
       {first, copy["receiptText"].get<std::string>(), invoice["receiptText"].get<std::string>()}) {
    EXPECT_THAT(text, HasSubstr("RETURN"));
    EXPECT_THAT(text, HasSubstr("s1-till1-A000001"));
    EXPECT_THAT(text, HasSubstr("-1 x 1.99"));
    EXPECT_THAT(text, HasSubstr("-2.00"));
    EXPECT_THAT(text, Not(HasSubstr(original)));
  }
}

TEST_F(Seams, TheReportsSayWhatCameBackAndWhatWasCounted) {
  scan(kEspresso, 2000);
  pay();
  take_back(1000);
  pay();
  till_.well(R"({"do":"cash","in":-500,"reason":"flowers","approve":"8642"})");
  const json x = till_.well(R"({"do":"x_report"})");
  EXPECT_THAT(x["reportText"].get<std::string>(), HasSubstr("-1.99"));
  EXPECT_THAT(x["reportText"].get<std::string>(), Not(HasSubstr("Counted")));
  const json z = till_.well(R"({"do":"close_shift","counts":{"5000":1,"2000":2,"500":1,"200":1}})");
  EXPECT_EQ(z["report"]["variance"], 0);
  const json again = till_.well(R"({"do":"z_report","number":1,"approve":"8642"})");
  for (const json& report : {z, again}) {
    const std::string text = report["reportText"];
    EXPECT_THAT(text, HasSubstr("-1.99"));
    EXPECT_THAT(text, HasSubstr("-5.00"));
    EXPECT_THAT(text, HasSubstr("2 x 20.00"));
    EXPECT_THAT(text, HasSubstr("97.00"));
  }
}

// ---- what nobody would type ----

TEST_F(Seams, HugeNumbersAreRefusedEverywhereAndChangeNothing) {
  scan(kEspresso, 3000);
  pay();
  take_back(1000);
  scan(kTea);
  const json before = till_.well(R"({"do":"sale"})")["sale"];
  for (const char* n :
       {"9223372036854775807", "-9223372036854775808", "9223372036854775808",
        "18446744073709551615", "1000000000001", "123456789012345678901234567890"}) {
    for (
        const char* command : {
            R"({"do":"scan","code":"4006381333931","quantity":#})",
            R"({"do":"quantity","line":2,"quantity":#})",
            R"({"do":"quantity","line":#,"quantity":1000})",
            R"({"do":"void_line","line":#})",
            R"({"do":"price","line":2,"price":#,"reason":"x","approve":"8642"})",
            R"({"do":"discount","line":2,"amount":#,"reason":"x","approve":"97531"})",
            R"({"do":"discount","line":0,"amount":#,"reason":"x","approve":"97531"})",
            R"({"do":"discount","line":0,"percent":#,"reason":"x","approve":"97531"})",
            R"({"do":"gift","code":"G-1","amount":#})",
            R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1,"quantity":#}],"reason":"x"})",
            R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":#}],"reason":"x"})",
            R"({"do":"return","code":"96385074","quantity":#,"reason":"x","approve":"8642"})",
            R"({"do":"return","code":"96385074","price":#,"reason":"x","approve":"8642"})",
            R"({"do":"pay","tender":"card","amount":#,"reference":"x"})",
            R"({"do":"pay","amount":#})",
            R"({"do":"cash","in":#,"reason":"x","approve":"8642"})",
            R"({"do":"open_shift","float":#})",
            R"({"do":"close_shift","counted":#})",
            R"({"do":"close_shift","counts":{"5":#}})",
            R"({"do":"close_shift","counts":{"#":1}})",
            R"({"do":"z_report","number":#,"approve":"8642"})",
            R"({"do":"training","on":#,"approve":"8642"})",
        }) {
      std::string line = command;
      line.replace(line.find('#'), 1, n);
      const json answer = till_.answer_to(line);
      EXPECT_EQ(answer["ok"], false) << line << " -> " << answer;
      EXPECT_NE(answer.value("refused", ""), "storage_failed") << line;
    }
    std::string journal = R"({"do":"journal","after":#})";
    journal.replace(journal.find('#'), 1, n);
    const json rows = till_.answer_to(journal);
    EXPECT_TRUE(rows["ok"] == false || rows["rows"].empty() || n[0] == '-') << journal;
  }
  EXPECT_EQ(till_.refusal(R"({"do":"void_line","line":4294967298})"), "unknown_line");
  EXPECT_EQ(till_.well(R"({"do":"sale"})")["sale"], before);
  pay();
}

TEST_F(Seams, AMemberThatACommandDoesNotKnowIsLeftUnread) {
  scan(kEspresso);
  const json sale = till_.well(
      R"({"do":"scan","code":"96385074","note":[[{"a":1}]],"id":-1,"lines":7,"from":"the web"})")
                        ["sale"];
  EXPECT_EQ(sale["due"], 348);
  EXPECT_EQ(till_.refusal(R"({"do":"scan","code":["96385074"]})"), "bad_request");
  EXPECT_EQ(till_.refusal(R"({"do":"pay","approve":8642})"), "bad_request");
  pay();
}

}  // namespace
}  // namespace pos::till

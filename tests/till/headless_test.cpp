#include "till/headless.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "storage/projections.h"
#include "storage/verify.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"

namespace pos::till {
namespace {

using nlohmann::json;

class HeadlessTill : public ::testing::Test {
 protected:
  HeadlessTill() {
    storage::provision(folder_ / "till.db",
                       {"s1", "till1", "EUR", "UTC", {}, "", three_people(pepper_)}, {0});
    start();
    storage::Projections projections(parts_->database);
    std::vector<sync::Product> products(7);
    products[0].productId = "p1001", products[0].name = "Café crème",
    products[0].codes = {"4006381333931"};
    products[0].price = 199, products[0].taxRate = 200'000, products[0].version = 118;
    products[1].productId = "p1002", products[1].name = "Ham", products[1].codes = {"96385074"},
    products[1].unit = "kg";
    products[1].price = 1990, products[1].taxRate = 100'000, products[1].version = 119;
    products[2] = products[1];
    products[2].productId = "ham", products[2].codes = {"2811110000006", "2211110000004"};
    for (size_t i = 3; i < 7; ++i) products[i] = products[0], products[i].codes.clear();
    products[3].productId = "gin", products[3].plu = "18", products[3].ageLimit = 18;
    products[4].productId = "misc", products[4].plu = "77", products[4].openPrice = true;
    products[5].productId = "cola", products[5].plu = "55", products[5].deposit = "bottle";
    products[6].productId = "bottle", products[6].price = 25;
    projections.apply(products);
    projections.apply(std::vector<sync::Stock>{{"p1001", 10'000, 7, {}}});
  }
  void start() {
    stop();
    parts_ = std::make_unique<Parts>(folder_ / "till.db", pepper_, key_, clock_, settings_);
    headless_ = std::make_unique<Headless>(
        parts_->reg, Headless::Hooks{[] { return sync::Status{}; },
                                     [this] { ++nudges_; },
                                     [] {},
                                     [](const CompletedSale&) { return "paper"; },
                                     [](const Reprint& r) {
                                       return r.sale.receipt + " COPY " + std::to_string(r.copy);
                                     },
                                     [](const Reprint&, const Buyer& b) { return b.lines.at(0); },
                                     [](const ShiftClosed&, bool z) { return z ? "Z" : "X"; },
                                     [] { return std::vector<PrintJob>{}; },
                                     {},
                                     scale_});
  }
  void stop() { headless_.reset(), parts_.reset(); }
  json ask(const std::string& line) { return json::parse(headless_->answer(line)); }
  json well(const std::string& line) {
    const json answer = ask(line);
    EXPECT_EQ(answer["ok"], true) << line << " -> " << answer;
    return answer;
  }
  std::string refusal(const std::string& line) {
    const json answer = ask(line);
    EXPECT_EQ(answer["ok"], false) << line;
    EXPECT_GT(answer["message"].get<std::string>().size(), 10u);
    return answer["refused"];
  }
  void open_shop() {
    well(R"({"do":"login","pin":"1234"})");
    well(R"({"do":"open_shift","float":10000})");
  }

  Folder folder_;
  std::string pepper_ = std::string(32, 'p');
  sync::SigningKey key_ = sync::make_signing_key();
  TickingClock clock_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Headless> headless_;
  RegisterSettings settings_{{"s1"}, {"till1"}};
  Scale* scale_ = nullptr;
  int nudges_ = 0;
};

class FakeScale final : public Scale {
 public:
  ScaleReading read() override { return ++asked, reading; }
  ScaleReading zero() override { return reading; }
  ScaleReading tare() override { return {ScaleReading::State::zero, {}, true}; }
  ScaleReading clear() override { return reading; }
  ScaleReading reading;
  int asked = 0;
};

TEST_F(HeadlessTill, AWeightThatIsAskedForComesFromTheScaleWhenItStandsStill) {
  FakeScale scale;
  scale_ = &scale;
  start();
  open_shop();
  EXPECT_EQ(well(R"({"do":"scan","code":"96385074"})")["needs"], "weight");
  const std::string weigh = R"({"do":"answer","weight":"scale"})";
  EXPECT_EQ(refusal(weigh), "no_scale");
  scale.reading = {ScaleReading::State::moving, {}, false};
  EXPECT_EQ(refusal(weigh), "moving_weight");
  scale.reading = {ScaleReading::State::below_zero, {}, false};
  EXPECT_EQ(refusal(weigh), "no_weight");
  EXPECT_EQ(well(R"({"do":"scale"})")["scale"]["state"], "below_zero");
  scale.reading = {ScaleReading::State::stable, {250}, false};
  const json line = well(weigh)["line"];
  EXPECT_EQ(line["quantity"], 250);
  EXPECT_EQ(line["totalAmount"], 498);
  EXPECT_EQ(well(R"({"do":"scale","set":"tare"})")["scale"]["net"], true);
  EXPECT_EQ(refusal(R"({"do":"scale","set":"fire"})"), "bad_request");
  const int asked = scale.asked;
  well(R"({"do":"scan","code":"4006381333931"})");
  EXPECT_EQ(scale.asked, asked) << "a scan never asks it";
}

TEST_F(HeadlessTill, WithoutAScaleTheWeightIsTyped) {
  open_shop();
  EXPECT_EQ(well(R"({"do":"scan","code":"96385074"})")["needs"], "weight");
  EXPECT_EQ(refusal(R"({"do":"answer","weight":"scale"})"), "no_scale");
  EXPECT_EQ(refusal(R"({"do":"scale"})"), "no_scale");
  EXPECT_EQ(well(R"({"do":"answer","weight":250})")["line"]["totalAmount"], 498);
}

TEST_F(HeadlessTill, ACustomersGroupGetsItsPromotionsAndHerIdIsInTheRow) {
  settings_.terms.promotions = {n_for_price("club2", "club: 2 for 3", {{"p1001"}}, 2, {300})};
  settings_.terms.promotions[0].customer_group = "club";
  start();
  open_shop();
  EXPECT_EQ(well(R"({"do":"scan","code":"4006381333931","quantity":2000})")["sale"]["total"], 398);
  const json known = well(R"({"do":"customer","id":"c-77","groups":["club","staff"]})");
  EXPECT_EQ(known["sale"]["total"], 300);
  EXPECT_EQ(known["sale"]["customerId"], "c-77");
  for (const char* bad :
       {R"({"do":"customer","id":"Ann Smith"})", R"({"do":"customer","id":"","groups":["club"]})",
        R"({"do":"customer","id":"c-1","groups":["a b"]})"}) {
    EXPECT_EQ(refusal(bad), "bad_customer");
  }
  EXPECT_EQ(refusal(R"({"do":"customer","id":"c-1","groups":"club"})"), "bad_request");
  start();  // killed: the customer is on disk with her sale
  well(R"({"do":"login","pin":"1234"})");
  EXPECT_EQ(well(R"({"do":"quantity","line":1,"quantity":4000})")["sale"]["total"], 600);
  well(R"({"do":"pay"})");
  const json rows = well(R"({"do":"journal","after":0})")["rows"];
  EXPECT_EQ(rows.back()["body"]["customerId"], "c-77");
  well(R"({"do":"customer","id":"c-78"})");  // before the first item
  EXPECT_EQ(well(R"({"do":"scan","code":"4006381333931","quantity":2000})")["sale"]["total"], 398);
  EXPECT_EQ(well(R"({"do":"sale"})")["sale"]["customerId"], "c-78");
}

TEST_F(HeadlessTill, TheContractsSale) {
  open_shop();
  json answer = well(R"({"do":"scan","code":"4006381333931","quantity":2000})");
  EXPECT_EQ(answer["sale"]["total"], 398);
  EXPECT_EQ(answer["sale"]["tax"], 66);
  EXPECT_EQ(answer["sale"]["due"], 398);
  EXPECT_EQ(answer["sale"]["lines"].size(), 1u);
  EXPECT_EQ(answer["sale"]["lines"][0]["code"], "4006381333931");  // as it was scanned
  answer = well(R"({"do":"pay","tender":"cash","amount":500,"reference":""})");
  const json done = answer["completed"];
  EXPECT_EQ(done["receipt"], "s1-till1-A000001");
  EXPECT_EQ(done["seq"], 2);
  EXPECT_EQ(done["total"], 398);
  EXPECT_EQ(done["change"], 102);
  EXPECT_EQ(done["rounding"], 0);
  EXPECT_EQ(done["taxes"], json::parse(R"([{"rate":200000,"net":332,"tax":66,"gross":398}])"));
  EXPECT_EQ(done["receiptText"], "paper");
  EXPECT_EQ(well(R"({"do":"reprint","receipt":"s1-till1-A000001"})")["receiptText"],
            "s1-till1-A000001 COPY 1");
  EXPECT_EQ(nudges_, 3);  // the shift, the sale and the note of the copy
  EXPECT_EQ(well(R"({"do":"stock","productId":"p1001"})")["stock"]["shown"], 8000);
}

TEST_F(HeadlessTill, APartLeavesTheRestDueAndNoAmountIsWhatIsDue) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931"})");
  EXPECT_EQ(well(R"({"do":"pay","tender":"cash","amount":100})")["sale"]["due"], 99);
  EXPECT_EQ(refusal(R"({"do":"void_line","line":1})"), "sale_open");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333931"})"), "sale_open");
  EXPECT_EQ(well(R"({"do":"pay","tender":"cash"})")["completed"]["change"], 0);
}

TEST_F(HeadlessTill, TheOpenSaleIsThereAfterAnyEnd) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931"})");
  well(R"({"do":"scan","code":"96385074","quantity":250})");
  well(R"({"do":"quantity","line":1,"quantity":3000})");
  start();
  EXPECT_EQ(refusal(R"({"do":"scan","code":"96385074"})"), "not_logged_in");
  const json answer = well(R"({"do":"login","pin":"1234"})");
  EXPECT_EQ(answer["sale"]["total"], 597 + 498);
  EXPECT_FALSE(answer.contains("wasThisOneHandedOut"));
  well(R"({"do":"void_line","line":2})");
  EXPECT_EQ(well(R"({"do":"pay"})")["completed"]["total"], 597);
}

TEST_F(HeadlessTill, AnAnswerThatNobodyHeardIsAskedAfter) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931"})");
  well(R"({"do":"pay"})");
  start();  // died before handed_out()
  EXPECT_EQ(well(R"({"do":"login","pin":"1234"})")["wasThisOneHandedOut"]["receipt"],
            "s1-till1-A000001");
  parts_->reg.handed_out();
  start();
  EXPECT_FALSE(well(R"({"do":"login","pin":"1234"})").contains("wasThisOneHandedOut"));
}

TEST_F(HeadlessTill, AScalesLabelSellsWhatIsPrintedOnIt) {
  settings_.labels = label_preset("DE");
  start();
  open_shop();
  json line = well(R"({"do":"scan","code":"2811111068708"})")["line"];
  EXPECT_EQ(line["productId"], "ham");
  EXPECT_EQ(line["quantity"], 6870);
  line = well(R"({"do":"scan","code":"2211114002394"})")["line"];
  EXPECT_EQ(line["totalAmount"], 239);
  EXPECT_EQ(line["quantity"], 120);  // at 19.90 a kilogram
  EXPECT_EQ(refusal(R"({"do":"scan","code":"2211114002394","quantity":2000})"), "bad_quantity");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"2211115002393"})"), "bad_code");  // its verifier
  EXPECT_EQ(refusal(R"({"do":"scan","code":"(01)04006381333931(17)200101"})"), "expired");
  EXPECT_EQ(well(R"({"do":"scan","code":"(01)04006381333931(17)991231"})")["line"]["productId"],
            "p1001");
  start();  // the label's price outlives the end of the program
  EXPECT_EQ(well(R"({"do":"login","pin":"1234"})")["sale"]["total"], 13'671 + 239 + 199);
}

TEST_F(HeadlessTill, WhatMustBeKnownFirstIsAsked) {
  open_shop();
  json answer = well(R"({"do":"scan","code":"96385074"})");
  EXPECT_EQ(answer["needs"], "weight");
  EXPECT_EQ(answer["sale"]["lines"].size(), 0u);
  EXPECT_EQ(refusal(R"({"do":"answer","price":199})"), "no_question");  // it is another one
  EXPECT_EQ(refusal(R"({"do":"answer","weight":0})"), "bad_quantity");
  EXPECT_EQ(well(R"({"do":"answer","weight":250})")["line"]["totalAmount"], 498);
  EXPECT_EQ(refusal(R"({"do":"answer","weight":250})"), "no_question");
  EXPECT_EQ(well(R"({"do":"scan","code":"77"})")["needs"], "price");
  EXPECT_EQ(well(R"({"do":"answer","price":350})")["line"]["price"], 350);
  EXPECT_EQ(well(R"({"do":"scan","code":"18","quantity":2000})")["needs"], "age");
  EXPECT_EQ(refusal(R"({"do":"answer","age":"no"})"), "not_for_sale");
  EXPECT_EQ(well(R"({"do":"scan","code":"18"})")["needs"], "age");
  EXPECT_EQ(well(R"({"do":"answer","age":"yes"})")["sale"]["lines"].size(), 3u);
  EXPECT_FALSE(well(R"({"do":"scan","code":"18"})").contains("needs"));  // once a sale
  EXPECT_EQ(well(R"({"do":"scan","code":"96385074"})")["needs"], "weight");
  well(R"({"do":"void_line","line":1})");  // any other command forgets the question
  EXPECT_EQ(refusal(R"({"do":"answer","weight":250})"), "no_question");
}

TEST_F(HeadlessTill, ADepositIsALineOfItsOwn) {
  open_shop();
  const json sale = well(R"({"do":"scan","code":"55","quantity":3000})")["sale"];
  ASSERT_EQ(sale["lines"].size(), 2u);
  EXPECT_EQ(sale["lines"][1]["depositOf"], 1);
  EXPECT_EQ(sale["total"], 3 * (199 + 25));
  EXPECT_EQ(refusal(R"({"do":"void_line","line":2})"), "linked_line");
}

TEST_F(HeadlessTill, ADiscountNeedsAReasonAndTheRoleForItsSize) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931","quantity":10000})");
  const json sale = well(R"({"do":"discount","line":1,"percent":"7.25","reason":"torn"})")["sale"];
  EXPECT_EQ(sale["total"], 1990 - 144);
  EXPECT_EQ(sale["lines"][0]["reason"], "torn");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":5})"), "reason_missing");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":7.25,"reason":"x"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":"7.255","reason":"x"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":101,"reason":"x"})"), "bad_amount");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"reason":"x"})"), "bad_request");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":20,"reason":"x"})"), "not_allowed");
  EXPECT_EQ(refusal(R"({"do":"discount","line":0,"amount":1000,"reason":"x","approve":"8642"})"),
            "not_allowed");  // more than half
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":20,"reason":"x","approve":"0000"})"),
            "wrong_pin");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":20,"reason":"x","approve":"1234"})"),
            "not_allowed");
  well(R"({"do":"discount","line":1,"percent":20,"reason":"friend","approve":"8642"})");
  EXPECT_EQ(refusal(R"({"do":"discount","line":1,"percent":20,"reason":"again"})"), "not_allowed");
  well(R"({"do":"discount","line":0,"amount":1000,"reason":"sorry","approve":"97531"})");
  EXPECT_EQ(well(R"({"do":"sale"})")["sale"]["total"], 592);
  start();  // the draft is there although notes were recorded meanwhile
  EXPECT_EQ(well(R"({"do":"login","pin":"1234"})")["sale"]["total"], 592);
  well(R"({"do":"pay"})");
  const json rows = well(R"({"do":"journal"})")["rows"];
  ASSERT_EQ(rows.size(), 6u);
  EXPECT_EQ(rows[2]["body"]["code"], "wrong_pin");
  EXPECT_EQ(rows[3]["body"]["code"], "discount");
  EXPECT_EQ(rows[3]["body"]["approvedBy"], "2");
  EXPECT_EQ(rows[5]["body"]["approvedBy"], "3");
  EXPECT_EQ(rows[5]["body"]["lines"][0]["reason"], "friend");
}

TEST_F(HeadlessTill, AnotherPriceNeedsASupervisorAndIsNoted) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931"})");
  EXPECT_EQ(refusal(R"({"do":"price","line":1,"price":150,"reason":"shelf"})"), "not_allowed");
  EXPECT_EQ(refusal(R"({"do":"price","line":1,"price":150,"approve":"8642"})"), "reason_missing");
  EXPECT_EQ(
      refusal(
          R"({"do":"price","line":1,"price":1,"reason":"4111 1111 1111 1111","approve":"8642"})"),
      "card_number");
  const json sale =
      well(R"({"do":"price","line":1,"price":150,"reason":"shelf","approve":"8642"})")["sale"];
  EXPECT_EQ(sale["total"], 150);
  const json rows = well(R"({"do":"journal"})")["rows"];
  EXPECT_EQ(rows.back()["body"]["code"], "price_override");
  EXPECT_EQ(rows.back()["body"]["text"], "line 1 Café crème: 1.50, shelf");
}

TEST_F(HeadlessTill, TendersOfManyKindsMakeOneSale) {
  open_shop();
  well(R"({"do":"scan","code":"4006381333931","quantity":5000})");
  EXPECT_EQ(refusal(R"({"do":"pay","tender":"card","amount":2000})"), "bad_amount");
  EXPECT_EQ(refusal(R"({"do":"pay","tender":"card","reference":"4111111111111111"})"),
            "card_number");
  EXPECT_EQ(refusal(R"({"do":"pay","tender":"card","lastFour":"42"})"), "bad_request");
  well(R"({"do":"pay","tender":"card","amount":500,"reference":"auth-7","lastFour":"4242"})");
  well(R"({"do":"pay","tender":"voucher","amount":100,"reference":"V-1"})");
  EXPECT_EQ(well(R"({"do":"pay","amount":500})")["completed"]["change"], 105);
  const json body = well(R"({"do":"journal"})")["rows"].back()["body"];
  EXPECT_EQ(body["tenders"][0]["reference"], "4242-auth-7");
  EXPECT_EQ(body["tenders"][1]["type"], "voucher");
}

TEST_F(HeadlessTill, PromotionsAndCashRoundingAreSaidAndRecorded) {
  settings_.terms.rounding.step = 5;
  settings_.terms.promotions = {buy_x_get_y("coffee3", "the third is free", {{"p1001"}}, 2, 1)};
  start();
  open_shop();
  const json sale = well(R"({"do":"scan","code":"4006381333931","quantity":3000})")["sale"];
  EXPECT_EQ(sale["due"], 398);
  EXPECT_EQ(sale["dueInCash"], 400);
  EXPECT_EQ(sale["savings"][0]["amount"], 199);
  const json done = well(R"({"do":"pay","amount":500})")["completed"];
  EXPECT_EQ(done["rounding"], 2);
  EXPECT_EQ(done["total"], 400);
  EXPECT_EQ(done["change"], 100);
  const json body = well(R"({"do":"journal"})")["rows"].back()["body"];
  EXPECT_EQ(body["lines"][0]["promotions"], json::parse(R"(["coffee3"])"));
  EXPECT_EQ(body["rounding"], 2);
  const json z = well(R"({"do":"close_shift","counted":10400})")["report"];
  EXPECT_EQ(z["variance"], 0);
  EXPECT_TRUE(storage::verify_journal(parts_->database).faults.empty());
}

TEST_F(HeadlessTill, TaxOnTopIsPartOfWhatTheCustomerPays) {
  settings_.terms.tax = {TaxMode::exclusive, TaxLevel::line};
  start();
  open_shop();
  EXPECT_EQ(well(R"({"do":"scan","code":"4006381333931"})")["sale"]["total"], 239);
  const json done = well(R"({"do":"pay"})")["completed"];
  EXPECT_EQ(done["taxes"], json::parse(R"([{"rate":200000,"net":199,"tax":40,"gross":239}])"));
  const json body = well(R"({"do":"journal"})")["rows"].back()["body"];
  EXPECT_EQ(body["taxMode"], "exclusive");
  EXPECT_EQ(body["taxLevel"], "line");
  EXPECT_EQ(body["lines"][0]["totalAmount"], 239);
  EXPECT_TRUE(storage::verify_journal(parts_->database).faults.empty());
}

TEST_F(HeadlessTill, RefusalsAreStableWordsAndChangeNothing) {
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333931"})"), "not_logged_in");
  EXPECT_EQ(refusal(R"({"do":"login","pin":"0000"})"), "wrong_pin");
  well(R"({"do":"login","pin":"1234"})");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333931"})"), "no_shift");
  EXPECT_EQ(refusal(R"({"do":"pay"})"), "no_shift");
  well(R"({"do":"open_shift","float":10000})");
  EXPECT_EQ(refusal(R"({"do":"open_shift","float":1})"), "shift_open");
  EXPECT_EQ(refusal(R"({"do":"pay"})"), "no_sale");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333930"})"), "bad_code");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"9501101531000"})"), "unknown_item");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333931","quantity":0})"), "bad_quantity");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333931","quantity":1500})"), "bad_quantity");
  EXPECT_EQ(refusal(R"({"do":"scan","code":"4006381333931","quantity":999999999999})"),
            "bad_quantity");
  well(R"({"do":"scan","code":"4006381333931"})");
  EXPECT_EQ(refusal(R"({"do":"void_line","line":7})"), "unknown_line");
  EXPECT_EQ(refusal(R"({"do":"pay","amount":-1})"), "bad_amount");
  EXPECT_EQ(refusal(R"({"do":"pay","tender":"shells"})"), "tender_not_taken");
  EXPECT_EQ(refusal(R"({"do":"close_shift","counted":1})"), "sale_open");
  EXPECT_EQ(refusal(R"({"do":"reprint","receipt":"s1-till1-A000009"})"), "unknown_receipt");
  EXPECT_EQ(refusal(R"({"do":"list","id":"x"})"), "not_yet");
  EXPECT_EQ(refusal(R"({"do":"dance"})"), "unknown_command");
  EXPECT_EQ(well(R"({"do":"sale"})")["sale"]["total"], 199);
}

TEST_F(HeadlessTill, LinesThatAreNotCommandsGetWords) {
  open_shop();
  for (const std::string& line :
       {std::string("hello"), std::string("[]"), std::string("{"), std::string("null"),
        std::string(R"({"do":7})"), std::string(R"({})"), std::string(R"({"do":"scan"})"),
        std::string(R"({"do":"scan","code":4006381333931})"),
        std::string(R"({"do":"scan","code":"4006381333931","quantity":1.5})"),
        std::string(R"({"do":"pay","amount":"500"})"),
        std::string(R"({"do":"pay","amount":18446744073709551615})"),
        std::string(R"({"do":"pay","amount":1e3})"), std::string(70'000, '['),
        std::string("{\"do\":\"find\",\"text\":\"\xff\"}")}) {
    EXPECT_EQ(refusal(line), "bad_request") << line.substr(0, 60);
  }
  EXPECT_EQ(refusal("{\"do\":\"find\",\"text\":\"a\\u0000b\"}"), "text_too_long");
  well(R"({"do":"find","text":"caf"})");
}

TEST_F(HeadlessTill, ASaleThatIsTooLargeIsRefusedBeforeItIsPaid) {
  open_shop();
  std::string refused;
  int lines = 0;
  for (; lines < 2000 && refused.empty(); ++lines) {
    const json answer = ask(R"({"do":"scan","code":"96385074","quantity":250})");
    if (answer["ok"] == false) refused = answer["refused"];
  }
  EXPECT_EQ(refused, "sale_full");
  EXPECT_GT(lines, 150);
  EXPECT_TRUE(well(R"({"do":"pay"})").contains("completed"));
}

// Central could not read the row of such a sale.
TEST_F(HeadlessTill, ASaleOfMoreThanTheWireTakesIsRefusedWhileItIsOpen) {
  sync::Product ship;
  ship.productId = "ship", ship.name = "Ship", ship.codes = {"9501101531000"};
  ship.price = 900'000'000'000, ship.taxRate = 200'000, ship.version = 200;
  storage::Projections(parts_->database).apply(std::vector{ship});
  open_shop();
  EXPECT_EQ(refusal(R"({"do":"scan","code":"9501101531000","quantity":99000000})"), "bad_quantity");
  well(R"({"do":"scan","code":"9501101531000"})");
  EXPECT_EQ(refusal(R"({"do":"quantity","line":1,"quantity":99000000})"), "bad_quantity");
  EXPECT_EQ(well(R"({"do":"sale"})")["sale"]["total"], 900'000'000'000);
}

TEST_F(HeadlessTill, AShiftEndsWithTheSumsOfItsSales) {
  open_shop();
  for (int i = 0; i < 3; ++i)
    well(R"({"do":"scan","code":"4006381333931"})"), well(R"({"do":"pay","amount":200})");
  const json x = well(R"({"do":"x_report"})")["report"];
  EXPECT_EQ(x["turnover"], 597);
  const json z = well(R"({"do":"close_shift","counted":10600})")["report"];
  EXPECT_EQ(z["expected"], 10597);
  EXPECT_EQ(z["variance"], 3);
  EXPECT_EQ(z["zNumber"], 1);
  EXPECT_EQ(z["firstReceipt"], "s1-till1-A000001");
  EXPECT_EQ(z["lastReceipt"], "s1-till1-A000003");
  EXPECT_EQ(refusal(R"({"do":"x_report"})"), "no_shift");
  EXPECT_EQ(well(R"({"do":"journal","after":0})")["rows"].size(), 5u);
}

}  // namespace
}  // namespace pos::till

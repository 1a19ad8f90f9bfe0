// Goods that come back, as a cashier types it.
#include "tests/till/shop_till.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pos::till {
namespace {

class Returns : public ::testing::Test {
 protected:
  static std::vector<sync::Product> shelf() {
    std::vector<sync::Product> products = {
        product("coffee", "4006381333931", 199, 200'000, "drinks"),
        product("ham", "96385074", 1990, 100'000, "deli"),
        product("cola", "9501101531000", 150, 200'000, "drinks"),
        product("bottle", "55", 25, 200'000, "deposit"), product("misc", "77", 0, 200'000, "misc")};
    products[1].unit = "kg";
    products[2].deposit = "bottle";
    products[4].openPrice = true;
    return products;
  }
  Returns() {
    till_.count("coffee", 10'000);
    till_.open_shop();
  }
  std::string sell(const char* code, int64_t quantity) {
    till_.well({{"do", "scan"}, {"code", code}, {"quantity", quantity}});
    return till_.well(R"({"do":"pay"})")["completed"]["receipt"];
  }
  ShopTill till_{shelf()};
};

constexpr const char* kCoffee = "4006381333931";

TEST_F(Returns, TheContractsReturn) {
  EXPECT_EQ(sell(kCoffee, 2000), "s1-till1-A000001");
  const json sale = till_.well(
      R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1,"quantity":1000}],"reason":"cold"})")
                        ["sale"];
  EXPECT_EQ(sale["due"], -199);
  EXPECT_EQ(sale["tax"], -33);
  EXPECT_EQ(sale["originalReceipt"], "s1-till1-A000001");
  EXPECT_EQ(sale["lines"][0]["quantity"], -1000);
  EXPECT_EQ(sale["lines"][0]["originalLineId"], 1);
  const json done = till_.well(R"({"do":"pay"})")["completed"];
  EXPECT_EQ(done["total"], -199);
  EXPECT_EQ(done["taxes"], json::parse(R"([{"rate":200000,"net":-166,"tax":-33,"gross":-199}])"));
  const json row = till_.last_row();
  EXPECT_EQ(row["kind"], "return");
  EXPECT_EQ(row["originalReceipt"], "s1-till1-A000001");
  EXPECT_EQ(row["lines"][0]["reason"], "cold");
  EXPECT_EQ(row["tenders"][0]["amount"], -199);
  EXPECT_EQ(till_.shown("coffee"), 9000);
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

TEST_F(Returns, WhatCanStillComeBackIsLookedAtWithoutBeingTaken) {
  till_.well({{"do", "scan"}, {"code", kCoffee}, {"quantity", 3000}});
  till_.well({{"do", "scan"}, {"code", "96385074"}, {"quantity", 420}});
  till_.well(R"({"do":"gift","code":"G-0042","amount":2500})");
  const std::string receipt = till_.well(R"({"do":"pay"})")["completed"]["receipt"];
  const auto left = [&] {
    const auto can = till_.reg().comes_back(receipt);
    EXPECT_TRUE(can);
    return can ? can->left : std::vector<Quantity>{};
  };
  EXPECT_EQ(left(), (std::vector<Quantity>{{3000}, {420}, {0}})) << "a gift card is spent";
  EXPECT_EQ(left(), left()) << "looking takes nothing";
  const char* const one_coffee =
      R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1,"quantity":1000}],"reason":"cold"})";
  till_.well(one_coffee);
  EXPECT_EQ(left()[0], Quantity{2000}) << "one is on the counter";
  till_.well(R"({"do":"pay"})");
  EXPECT_EQ(left()[0], Quantity{2000}) << "one came back";
  const auto returned = till_.reg().comes_back("s1-till1-A000002");
  ASSERT_TRUE(returned);
  EXPECT_EQ(returned->left, std::vector<Quantity>{{0}}) << "what was given back stays so";
  EXPECT_FALSE(till_.reg().comes_back("s1-till1-A000009"));
}

TEST_F(Returns, TheWholeReceiptIsWhatIsLeftOfIt) {
  sell(kCoffee, 3000);
  till_.well(
      R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1,"quantity":1000}],"reason":"x"})");
  till_.well(R"({"do":"pay"})");
  EXPECT_EQ(
      till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})")["sale"]["due"],
      -398);
  EXPECT_EQ(till_.refusal(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})"),
            "returned_already");  // it is on the counter
  till_.well(R"({"do":"pay"})");
  EXPECT_EQ(till_.refusal(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})"),
            "returned_already");
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

TEST_F(Returns, WhatIsGivenBackIsWhatWasPaid) {
  till_.well({{"do", "scan"}, {"code", kCoffee}, {"quantity", 3000}});
  till_.well(R"({"do":"discount","line":1,"percent":10,"reason":"dented"})");
  till_.well(R"({"do":"pay"})");  // 597 less 60
  till_.shelve({[] {
    sync::Product dearer = product("coffee", kCoffee, 999, 100'000, "other");
    dearer.version = 500;
    return dearer;
  }()});
  int64_t back = 0;
  for (int i = 0; i < 3; ++i) {
    till_.well(
        R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1,"quantity":1000}],"reason":"x"})");
    back += till_.well(R"({"do":"pay"})")["completed"]["total"].get<int64_t>();
  }
  EXPECT_EQ(back, -537);
  const json x = till_.well(R"({"do":"x_report"})")["report"];
  EXPECT_EQ(x["turnover"], 0);
  EXPECT_EQ(x["returns"], 3);
  EXPECT_EQ(x["returned"], -537);
  EXPECT_EQ(x["taxes"], json::parse(R"([{"rate":200000,"net":0,"tax":0,"gross":0}])"));
  EXPECT_EQ(x["categories"], json::parse(R"({"drinks":0})"));  // what it was sold under
  EXPECT_EQ(x["expected"], 10'000);
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

TEST_F(Returns, ScannedGoodsBesideThemMakeAnExchange) {
  sell(kCoffee, 2000);
  till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"cold"})");
  json sale = till_.well({{"do", "scan"}, {"code", "96385074"}, {"quantity", 250}})["sale"];
  EXPECT_EQ(sale["due"], 498 - 398);
  till_.start();  // the return outlives the end of the program
  sale = till_.well(R"({"do":"login","pin":"1234"})")["sale"];
  EXPECT_EQ(sale["due"], 100);
  EXPECT_EQ(sale["originalReceipt"], "s1-till1-A000001");
  EXPECT_EQ(till_.well(R"({"do":"pay","amount":200})")["completed"]["change"], 100);
  EXPECT_EQ(till_.last_row()["kind"], "return");
  // What was bought in an exchange may come back, what was given back may not.
  EXPECT_EQ(
      till_.refusal(
          R"({"do":"return","receipt":"s1-till1-A000002","lines":[{"lineId":1}],"reason":"x"})"),
      "return_of_return");
  EXPECT_EQ(
      till_.well(R"({"do":"return","receipt":"s1-till1-A000002","reason":"x"})")["sale"]["due"],
      -498);
  till_.well(R"({"do":"pay"})");
  EXPECT_EQ(till_.refusal(R"({"do":"return","receipt":"s1-till1-A000003","reason":"x"})"),
            "return_of_return");
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

TEST_F(Returns, NothingComesBackTwiceOrWithoutBeingSold) {
  sell(kCoffee, 2000);
  sell("96385074", 250);
  const auto refused = [&](const char* receipt, const char* lines, const char* reason = "x") {
    json command = {{"do", "return"}, {"receipt", receipt}, {"reason", reason}};
    if (*lines) command["lines"] = json::parse(lines);
    return till_.refusal(command.dump().c_str());
  };
  const char* const first = "s1-till1-A000001";
  EXPECT_EQ(refused(first, R"([{"lineId":1,"quantity":3000}])"), "more_than_sold");
  EXPECT_EQ(refused(first, R"([{"lineId":1,"quantity":2000},{"lineId":1,"quantity":1000}])"),
            "returned_already");
  EXPECT_EQ(refused(first, R"([{"lineId":1,"quantity":500}])"), "bad_quantity");
  EXPECT_EQ(refused(first, R"([{"lineId":1,"quantity":0}])"), "bad_quantity");
  EXPECT_EQ(refused(first, R"([{"lineId":1,"quantity":-1000}])"), "bad_quantity");
  EXPECT_EQ(refused(first, R"([{"lineId":2}])"), "unknown_line");
  EXPECT_EQ(refused(first, R"([{"lineId":1}])", ""), "reason_missing");
  EXPECT_EQ(refused(first, R"([])"), "bad_request");
  EXPECT_EQ(refused(first, R"([1])"), "bad_request");
  EXPECT_EQ(refused("s1-till1-A000009", ""), "unknown_receipt");
  EXPECT_EQ(refused("nonsense", ""), "unknown_receipt");
  EXPECT_EQ(refused("s1-till2-A000001", ""), "other_till");
  EXPECT_EQ(till_.well(R"({"do":"sale"})")["sale"]["lines"].size(), 0u);
  till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})");
  EXPECT_EQ(refused("s1-till1-A000002", ""), "one_original");
  EXPECT_EQ(till_.refusal(R"({"do":"quantity","line":1,"quantity":1000})"), "returned_line");
  EXPECT_EQ(till_.refusal(R"({"do":"discount","line":1,"percent":5,"reason":"x"})"),
            "returned_line");
  till_.well(R"({"do":"void_line","line":1})");
  // By weight, in parts; the series typed small.
  till_.well(
      R"({"do":"return","receipt":" s1-till1-a000002","lines":[{"lineId":1,"quantity":100}],"reason":"x"})");
  EXPECT_EQ(till_.well(R"({"do":"sale"})")["sale"]["due"], -199);
}

TEST_F(Returns, MoneyLeavesExactlyAndWithASlip) {
  sell(kCoffee, 2000);
  till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})");
  EXPECT_EQ(till_.refusal(R"({"do":"pay","amount":-200})"), "bad_amount");
  EXPECT_EQ(till_.refusal(R"({"do":"pay","amount":500})"), "bad_amount");
  EXPECT_EQ(till_.refusal(R"({"do":"pay","tender":"card"})"), "reference_missing");
  EXPECT_EQ(till_.well(R"({"do":"pay","tender":"card","lastFour":"4242"})")["completed"]["total"],
            -398);
  const json x = till_.well(R"({"do":"x_report"})")["report"];
  EXPECT_EQ(x["tenders"], json::parse(R"({"card":-398,"cash":398})"));
  EXPECT_EQ(x["expected"], 10'398);
}

TEST_F(Returns, WhatIsPaidOutInCashIsRoundedAsWell) {
  till_.settings.terms.rounding.step = 5;
  till_.start();
  till_.well(R"({"do":"login","pin":"1234"})");
  sell(kCoffee, 3000);  // 597 -> 595
  const json sale = till_.well(
      R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1,"quantity":1000}],"reason":"x"})")
                        ["sale"];
  EXPECT_EQ(sale["due"], -199);
  EXPECT_EQ(sale["dueInCash"], -200);
  const json done = till_.well(R"({"do":"pay"})")["completed"];
  EXPECT_EQ(done["total"], -200);
  EXPECT_EQ(done["rounding"], -1);
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

// A deposit is a line of the receipt: it comes back when it is named, or with the whole receipt.
TEST_F(Returns, ADepositComesBackIfItIsAskedFor) {
  sell("9501101531000", 2000);
  json sale = till_.well(
      R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1}],"reason":"flat"})")
                  ["sale"];
  EXPECT_EQ(sale["due"], -300);  // she kept the bottles
  sale = till_.well(
      R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":2,"quantity":1000}],"reason":"flat"})")
             ["sale"];
  EXPECT_EQ(sale["due"], -325);
  till_.well(R"({"do":"pay"})");
  EXPECT_EQ(
      till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})")["sale"]["due"],
      -25);
}

TEST_F(Returns, WithoutAReceiptItTakesASupervisorAndTodaysPrice) {
  EXPECT_EQ(till_.refusal(R"({"do":"return","code":"4006381333931","reason":"x"})"), "not_allowed");
  EXPECT_EQ(till_.refusal(R"({"do":"return","code":"4006381333931","approve":"8642"})"),
            "reason_missing");
  EXPECT_EQ(till_.refusal(R"({"do":"return","reason":"x","approve":"8642"})"), "bad_request");
  EXPECT_EQ(
      till_.refusal(
          R"({"do":"return","code":"4006381333931","price":200,"reason":"x","approve":"8642"})"),
      "bad_amount");
  EXPECT_EQ(till_.refusal(R"({"do":"return","code":"96385074","reason":"x","approve":"8642"})"),
            "bad_quantity");
  EXPECT_EQ(till_.refusal(R"({"do":"return","code":"77","reason":"x","approve":"8642"})"),
            "bad_amount");
  const json line = till_.well(
      R"({"do":"return","code":"4006381333931","quantity":2000,"price":150,"reason":"old","approve":"8642"})")
                        ["line"];
  EXPECT_EQ(line["totalAmount"], -300);
  EXPECT_EQ(line["reason"], "old");
  till_.well(R"({"do":"return","code":"77","price":100,"reason":"x","approve":"8642"})");
  EXPECT_EQ(till_.refusal(R"({"do":"price","line":1,"price":1,"reason":"x","approve":"8642"})"),
            "returned_line");
  EXPECT_EQ(till_.well(R"({"do":"pay"})")["completed"]["total"], -400);
  const json row = till_.last_row();
  EXPECT_EQ(row["kind"], "return");
  EXPECT_EQ(row["approvedBy"], "2");
  EXPECT_EQ(row["originalTransactionId"], "");
  EXPECT_EQ(row["lines"][0]["originalLineId"], 0);
  EXPECT_EQ(till_.shown("coffee"), 12'000);
  const json z = till_.well(R"({"do":"close_shift","counted":9600})")["report"];
  EXPECT_EQ(z["variance"], 0);
  EXPECT_EQ(z["grandTotal"], -400);
  EXPECT_EQ(till_.last_row()["returned"], -400);
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

TEST_F(Returns, AGiftCardStaysSold) {
  till_.well(R"({"do":"gift","code":"G-0042","amount":2500})");
  till_.well({{"do", "scan"}, {"code", kCoffee}});
  till_.well(R"({"do":"pay"})");
  EXPECT_EQ(
      till_.refusal(
          R"({"do":"return","receipt":"s1-till1-A000001","lines":[{"lineId":1}],"reason":"x"})"),
      "gift_card");
  const json sale =
      till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})")["sale"];
  EXPECT_EQ(sale["due"], -199);
  till_.well(R"({"do":"pay","tender":"gift","reference":"G-0042"})");  // onto the card
  const json rows = till_.well(R"({"do":"journal"})")["rows"];
  EXPECT_EQ(rows[rows.size() - 2]["body"]["type"], "gift.issued");
  EXPECT_EQ(rows[rows.size() - 2]["body"]["amount"], 199);
}

// The table is what keeps goods from coming back twice: a hand that changes it is seen.
TEST_F(Returns, ATableThatWasChangedIsNamed) {
  sell(kCoffee, 2000);
  till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})");
  till_.well(R"({"do":"pay"})");
  till_.tamper("UPDATE returned SET quantity = 1000");
  ASSERT_FALSE(till_.faults().empty());
  EXPECT_NE(till_.faults()[0].find("`returned`"), std::string::npos) << till_.faults()[0];
  till_.tamper("DELETE FROM returned");
  EXPECT_FALSE(till_.faults().empty());
  till_.tamper("INSERT INTO returned VALUES (1 << 40 | 9, 1, 1 << 40 | 1, 1, 2000, 398, 66, 0)");
  EXPECT_FALSE(till_.faults().empty());
}

// Two returns of the same goods, the one made ready before the other was paid: the table says no,
// whatever was looked at before.
TEST_F(Returns, AReturnThatWasOvertakenIsRefusedWhenItIsPaid) {
  sell(kCoffee, 2000);
  till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})");
  till_.tamper("INSERT INTO returned VALUES (1 << 40 | 9, 1, 1 << 40 | 1, 1, 1000, 199, 33, 0)");
  EXPECT_EQ(till_.refusal(R"({"do":"pay"})"), "returned_already");
  till_.well(R"({"do":"void_sale","reason":"came back already"})");
  EXPECT_EQ(
      till_.well(R"({"do":"return","receipt":"s1-till1-A000001","reason":"x"})")["sale"]["due"],
      -199);
}

}  // namespace
}  // namespace pos::till

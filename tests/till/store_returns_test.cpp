// Goods that come back in a store of two tills, whose line to everything else is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/till/store_till.h"

namespace pos::till {
namespace {

using testing::HasSubstr;

class StoreReturns : public ::testing::Test {
 protected:
  StoreReturns() {
    one_.open_shop();
    two_.open_shop();
    receipt_ = one_.sell(3000);
    two_.hear(one_);
  }
  ~StoreReturns() override {
    EXPECT_THAT(one_.faults(), testing::IsEmpty());
    EXPECT_THAT(two_.faults(), testing::IsEmpty());
  }
  json back(int64_t quantity) const {
    return {{"do", "return"},
            {"receipt", receipt_},
            {"lines", json::array({{{"lineId", 1}, {"quantity", quantity}}})},
            {"reason", "cold"}};
  }
  static json approved(json command) {
    command["approve"] = "8642";
    return command;
  }
  json all() const { return {{"do", "return"}, {"receipt", receipt_}, {"reason", "cold"}}; }
  static json pay() { return {{"do", "pay"}}; }

  const std::string pepper_ = std::string(32, 'p');
  sync::LeafLog leaf_;
  StoreTill one_{"till1", leaf_, pepper_}, two_{"till2", leaf_, pepper_};
  std::string receipt_;
};

TEST_F(StoreReturns, OfANeighboursReceiptGiveBackWhatWasPaidThere) {
  EXPECT_EQ(two_.well(back(1000))["sale"]["due"], -199);
  EXPECT_EQ(two_.well(pay())["completed"]["total"], -199);
  const json row = two_.last_row();
  EXPECT_EQ(row["kind"], "return");
  EXPECT_EQ(row["originalReceipt"], receipt_);
  EXPECT_EQ(row["lines"][0]["originalLineId"], 1);
  EXPECT_EQ(row["approvedBy"], "");
  EXPECT_EQ(two_.well(all())["sale"]["due"], -398);
  two_.well(pay());
  EXPECT_EQ(two_.refusal(all()), "returned_already");
  EXPECT_EQ(two_.well(R"({"do":"x_report"})")["report"]["categories"], (json{{"drinks", -597}}));
}

TEST_F(StoreReturns, AreTakenBackByOneTillOnlyThoughNeitherHeardOfTheOther) {
  two_.well(all());
  const json no = one_.ask(all());
  EXPECT_EQ(no["refused"], "returned_already");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("till2"));
  two_.well(pay());
  EXPECT_EQ(one_.refusal(all()), "returned_already");
  one_.hear(two_);
  EXPECT_EQ(one_.refusal(all()), "returned_already") << "by its row";
}

TEST_F(StoreReturns, InPartsNeverMakeMoreThanWasSold) {
  one_.well(back(2000));
  const json no = two_.ask(back(2000));
  EXPECT_EQ(no["refused"], "more_than_sold");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("only 1 of Coffee"));
  two_.well(back(1000));
  two_.well(pay());
  one_.well(pay());
  EXPECT_EQ(two_.refusal(back(1000)), "returned_already");
}

TEST_F(StoreReturns, ThatAreVoidedLeaveTheGoodsToTheOther) {
  two_.well(all());
  EXPECT_EQ(one_.refusal(back(1000)), "returned_already");
  two_.well(R"({"do":"void_sale","reason":"Customer left"})");
  one_.well(all());
  one_.well(R"({"do":"void_line","line":1})");
  two_.well(all());
  two_.well(pay());
  EXPECT_EQ(one_.refusal(all()), "returned_already");
}

TEST_F(StoreReturns, ThatAreVoidedWhileTheLeafIsAwayAreGivenBackWhenItIsThere) {
  two_.well(all());
  leaf_.silent = true;
  two_.well(R"({"do":"void_sale","reason":"Customer left"})");
  two_.start();
  leaf_.silent = false;
  EXPECT_EQ(one_.refusal(back(1000)), "returned_already");
  two_.open_shop();
  one_.well(all());
  one_.well(pay());
}

TEST_F(StoreReturns, BeginAnewAfterACrashBetweenTheClaimAndTheCounter) {
  two_.claims.never_tells = true;
  EXPECT_EQ(two_.refusal(all()), "store_unreachable");
  two_.claims.never_tells = false;
  two_.start();
  EXPECT_EQ(one_.refusal(all()), "returned_already") << "what the crashed till claimed stands";
  two_.well(R"({"do":"login","pin":"1234"})");
  one_.well(all());
  one_.well(pay());
  EXPECT_EQ(two_.refusal(all()), "returned_already");
}

TEST_F(StoreReturns, AreTakenUpAgainWithTheirClaimAfterACrashAtTheCounter) {
  two_.well(back(2000));
  two_.start();
  EXPECT_EQ(two_.well(R"({"do":"login","pin":"1234"})")["sale"]["due"], -398);
  EXPECT_EQ(one_.refusal(back(2000)), "more_than_sold");
  two_.well(back(1000));
  two_.well(pay());
  EXPECT_EQ(one_.refusal(back(1000)), "returned_already");
}

TEST_F(StoreReturns, WithoutTheLeafNeedASupervisorWhereTheReceiptIsANeighbours) {
  leaf_.silent = true;
  const json no = two_.ask(all());
  EXPECT_EQ(no["refused"], "store_unreachable");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("supervisor"));
  EXPECT_EQ(two_.well(R"({"do":"sale"})")["sale"]["lines"].size(), 0u);
  two_.well(approved(all()));
  two_.well(pay());
  EXPECT_EQ(two_.last_row()["approvedBy"], "2");
  EXPECT_THAT(two_.codes(), testing::Contains("return_unasked"));
  // The own receipt is the own till's business, as ever; central finds what came back twice.
  one_.well(all());
  one_.well(pay());
  EXPECT_EQ(one_.last_row()["approvedBy"], "");
}

TEST_F(StoreReturns, WhoseRowsCameAreKnownWithoutTheLeaf) {
  two_.well(back(2000));
  two_.well(pay());
  one_.hear(two_);
  leaf_.silent = true;
  EXPECT_EQ(one_.refusal(back(2000)), "more_than_sold");
  EXPECT_EQ(one_.well(all())["sale"]["due"], -199);
  one_.well(pay());
}

TEST_F(StoreReturns, WaitForTheStoreAndAreForgottenByWhateverComesBetween) {
  two_.claims.still_asking = 2;
  two_.well(back(1000));
  EXPECT_EQ(two_.claims.waited, 2);
  two_.well(pay());

  two_.claims.still_asking = 1;
  EXPECT_EQ(two_.reg().take_back(receipt_, {}, "cold").refusal().code, RefusalCode::asks_store);
  EXPECT_TRUE(two_.reg().asks_store());
  two_.well(R"({"do":"scan","code":"4006381333931"})");
  EXPECT_FALSE(two_.reg().asks_store());
  EXPECT_EQ(two_.reg().go_on().refusal().code, RefusalCode::no_question);
  two_.well(R"({"do":"void_sale","reason":"x"})");
  one_.well(back(2000));
  one_.well(pay());
}

TEST_F(StoreReturns, OfAReceiptThatNobodyHeardOfAreRefusedInWords) {
  const std::string other = one_.sell(1000);
  EXPECT_EQ(two_.refusal({{"do", "return"}, {"receipt", other}, {"reason", "cold"}}), "other_till");
}

}  // namespace
}  // namespace pos::till

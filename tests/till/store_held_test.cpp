// A sale that is put aside at one till of a store and taken up at another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/till/store_till.h"

namespace pos::till {
namespace {

using testing::HasSubstr;

class StoreHeld : public ::testing::Test {
 protected:
  StoreHeld() {
    one_.open_shop();
    two_.open_shop();
    one_.hear(two_);
    two_.hear(one_);
  }
  ~StoreHeld() override {
    EXPECT_THAT(one_.faults(), testing::IsEmpty());
    EXPECT_THAT(two_.faults(), testing::IsEmpty());
  }
  // Two coffees, put aside at that till; the sale's id.
  static std::string hold(StoreTill& till) {
    till.well({{"do", "scan"}, {"code", "4006381333931"}, {"quantity", 2000}});
    return till.well(R"({"do":"hold","name":"the man with the dog"})")["held"]["id"];
  }
  static json held(StoreTill& till) { return till.well(R"({"do":"held"})")["held"]; }
  static json recall(const std::string& id) { return {{"do", "recall"}, {"id", id}}; }
  static json approved(json command) {
    command["approve"] = "8642";
    return command;
  }

  const std::string pepper_ = std::string(32, 'p');
  sync::LeafLog leaf_;
  StoreTill one_{"till1", leaf_, pepper_}, two_{"till2", leaf_, pepper_};
};

TEST_F(StoreHeld, GoesOnAtTheTillThatTakesItUp) {
  const std::string id = hold(one_);
  two_.hear(one_);
  const json there = held(two_);
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0]["id"], id);
  EXPECT_EQ(there[0]["till"], "till1");
  EXPECT_EQ(there[0]["name"], "") << "what a cashier calls a customer never leaves the till";
  EXPECT_EQ(there[0]["total"], 398);

  EXPECT_EQ(two_.well(recall(id))["sale"]["due"], 398);
  EXPECT_EQ(held(two_).size(), 0u);
  EXPECT_EQ(held(one_).size(), 1u) << "it has not heard of it";
  const json no = one_.ask(recall(id));
  EXPECT_EQ(no["refused"], "held_elsewhere");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("till2"));
  one_.hear(two_);
  EXPECT_EQ(held(one_).size(), 0u);
  EXPECT_EQ(one_.refusal(recall(id)), "unknown_held");
  two_.well(R"({"do":"pay"})");
  EXPECT_EQ(two_.last_row()["transactionId"], id);
}

TEST_F(StoreHeld, MayBePutAsideAgainAndGoBack) {
  const std::string id = hold(one_);
  two_.hear(one_);
  two_.well(recall(id));
  two_.well(R"({"do":"hold","name":""})");
  one_.hear(two_);
  ASSERT_EQ(held(one_).size(), 1u);
  EXPECT_EQ(held(one_)[0]["till"], "till2");
  EXPECT_EQ(one_.well(recall(id))["sale"]["due"], 398);
  EXPECT_EQ(two_.refusal(recall(id)), "held_elsewhere");
  one_.well(R"({"do":"pay"})");
  two_.hear(one_);
  EXPECT_EQ(held(two_).size(), 0u);
}

TEST_F(StoreHeld, IsTakenUpByTheFirstWhoeverHeldIt) {
  const std::string id = hold(one_);
  two_.hear(one_);
  one_.well(recall(id));
  EXPECT_EQ(two_.refusal(recall(id)), "held_elsewhere");
  one_.start();  // it lies on the counter of the one, through whatever
  EXPECT_EQ(one_.well(R"({"do":"login","pin":"1234"})")["sale"]["due"], 398);
  two_.hear(one_);
  EXPECT_EQ(held(two_).size(), 0u);
}

TEST_F(StoreHeld, IsNeitherLostNorTwoWhenATillDiesBetweenTheClaimAndTheCounter) {
  const std::string id = hold(one_);
  two_.hear(one_);
  two_.claims.never_tells = true;
  EXPECT_EQ(two_.refusal(recall(id)), "store_unreachable");
  EXPECT_EQ(one_.refusal(recall(id)), "held_elsewhere");
  two_.claims.never_tells = false;
  two_.start();
  EXPECT_EQ(held(one_).size(), 1u);
  two_.well(R"({"do":"login","pin":"1234"})");  // what it claimed and does not have it gives back
  EXPECT_EQ(one_.well(recall(id))["sale"]["due"], 398);
  EXPECT_EQ(two_.refusal(recall(id)), "held_elsewhere");
}

TEST_F(StoreHeld, NeedsASupervisorWhereNobodyCanBeAsked) {
  const std::string id = hold(one_);
  two_.hear(one_);
  leaf_.silent = true;
  EXPECT_EQ(two_.refusal(recall(id)), "store_unreachable");
  EXPECT_EQ(one_.refusal(recall(id)), "store_unreachable");
  one_.well(approved(recall(id)));
  EXPECT_THAT(one_.codes(), testing::Contains("recall_unasked"));
}

TEST_F(StoreHeld, ComesBackByItselfAtATillThatIsAlone) {
  StoreTill alone("till3", leaf_, pepper_);
  alone.open_shop();
  const std::string id = hold(alone);
  leaf_.silent = true;
  EXPECT_EQ(alone.well(recall(id))["sale"]["due"], 398);
}

TEST_F(StoreHeld, IsOverInWhateverOrderItsRowsCome) {
  const std::string id = hold(one_);
  two_.hear(one_);
  two_.well(recall(id));
  StoreTill three("till3", leaf_, pepper_);
  three.open_shop();
  three.hear(two_);
  three.hear(one_);
  EXPECT_EQ(held(three).size(), 0u);
  three.hear(two_);
  EXPECT_EQ(held(three).size(), 0u);
}

TEST_F(StoreHeld, StaysAtItsTillWhenGoodsOfAReceiptAreInIt) {
  const std::string receipt = one_.sell(1000);
  one_.well({{"do", "return"}, {"receipt", receipt}, {"reason", "cold"}});
  const std::string id = one_.well(R"({"do":"hold","name":""})")["held"]["id"];
  two_.hear(one_);
  EXPECT_EQ(held(two_).size(), 0u);
  EXPECT_EQ(two_.refusal({{"do", "return"}, {"receipt", receipt}, {"reason", "cold"}}),
            "returned_already")
      << "they are claimed as long as it is held";
  leaf_.silent = true;
  one_.well(recall(id));
  one_.well(R"({"do":"pay"})");
}

}  // namespace
}  // namespace pos::till

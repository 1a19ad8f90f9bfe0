// Gift cards in a store of two tills, whose line to everything but the leaf is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/till/store_till.h"

namespace pos::till {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class StoreGift : public ::testing::Test {
 protected:
  StoreGift() {
    one_.open_shop();
    two_.open_shop();
    load(one_, "G-1", 1000);
    two_.hear(one_);
  }
  ~StoreGift() override {
    EXPECT_THAT(one_.faults(), testing::IsEmpty());
    EXPECT_THAT(two_.faults(), testing::IsEmpty());
  }
  static void load(StoreTill& till, const std::string& card, int64_t amount) {
    till.well({{"do", "gift"}, {"code", card}, {"amount", amount}});
    till.well(R"({"do":"pay"})");
  }
  static void coffees(StoreTill& till, int64_t pieces) {
    till.well({{"do", "scan"}, {"code", "4006381333931"}, {"quantity", pieces * 1000}});
  }
  static json pay(const std::string& card, int64_t amount) {
    return {{"do", "pay"}, {"tender", "gift"}, {"amount", amount}, {"reference", card}};
  }
  static json pay_all(const std::string& card) {
    return {{"do", "pay"}, {"tender", "gift"}, {"reference", card}};
  }
  static json approved(json command) {
    command["approve"] = "8642";
    return command;
  }
  static json balance(StoreTill& till, const std::string& card = "G-1") {
    return till.well({{"do", "gift_balance"}, {"code", card}})["card"];
  }
  static sync::GiftCard figure(const std::string& card, int64_t balance, int64_t version) {
    sync::GiftCard g;
    g.card = card, g.currency = "EUR", g.balance = balance, g.version = version;
    return g;
  }

  const std::string pepper_ = std::string(32, 'p');
  sync::LeafLog leaf_;
  StoreTill one_{"till1", leaf_, pepper_}, two_{"till2", leaf_, pepper_};
};

TEST_F(StoreGift, PaysAtTheTillThatHeardOfItOnlyFromItsNeighbour) {
  coffees(two_, 2);
  const json done = two_.well(pay_all("G-1"))["completed"];
  EXPECT_EQ(done["total"], 398);
  const json row = two_.row_of("gift.redeemed");
  EXPECT_EQ(row["card"], "G-1");
  EXPECT_EQ(row["amount"], 398);
  EXPECT_EQ(row["saleId"], done["transactionId"]);
  EXPECT_EQ(balance(two_)["balance"], 602);
  EXPECT_EQ(balance(one_)["balance"], 602) << "by its claim: the row did not come yet";
  one_.hear(two_);
  EXPECT_EQ(balance(one_)["balance"], 602) << "and not twice, by its row";
}

TEST_F(StoreGift, OnlyOneTillGetsTheLastMoneyOfACard) {
  coffees(one_, 5);
  coffees(two_, 5);
  json second;  // till 2 is faster: it claims between till 1's look and its claim
  leaf_.before_publish = [&] { second = two_.ask(pay("G-1", 900)); };
  const json first = one_.ask(pay("G-1", 900));
  EXPECT_EQ(second["ok"], true) << second;
  EXPECT_EQ(first["refused"], "card_short") << first;
  EXPECT_THAT(first["message"].get<std::string>(), HasSubstr("Only 1.00 is left"));
  EXPECT_THAT(first["message"].get<std::string>(), HasSubstr("till2"));
  EXPECT_EQ(one_.well(pay("G-1", 100))["sale"]["due"], 895);
  one_.well(R"({"do":"pay"})");
  two_.well(R"({"do":"pay"})");
  EXPECT_EQ(balance(one_)["balance"], 0);
  coffees(two_, 1);
  EXPECT_EQ(two_.refusal(pay_all("G-1")), "card_short");
}

TEST_F(StoreGift, IsRefusedWithWhatIsLeftBeforeAnybodyIsAsked) {
  coffees(two_, 6);
  leaf_.silent = true;
  const json no = two_.ask(pay_all("G-1"));
  EXPECT_EQ(no["refused"], "card_short");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("Only 10.00 is left"));
  EXPECT_TRUE(leaf_.entries.empty());
}

TEST_F(StoreGift, TakenTwiceInOneSaleIsOneClaimOfBoth) {
  coffees(two_, 6);
  two_.well(pay("G-1", 400));
  const json no = two_.ask(pay("G-1", 700));
  EXPECT_EQ(no["refused"], "card_short");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("Only 6.00 is left"));
  two_.well(pay("G-1", 600));
  EXPECT_EQ(balance(one_)["balance"], 0);
  two_.well(R"({"do":"pay"})");
  one_.hear(two_);
  EXPECT_EQ(balance(one_)["balance"], 0);
}

TEST_F(StoreGift, OfASaleThatIsVoidedHasItsMoneyAgain) {
  coffees(two_, 6);
  two_.well(pay("G-1", 1000));
  coffees(one_, 1);
  EXPECT_EQ(one_.refusal(pay_all("G-1")), "card_short");
  two_.well(R"({"do":"void_sale","reason":"Customer left"})");
  one_.well(pay_all("G-1"));
  EXPECT_EQ(balance(two_)["balance"], 801);
}

TEST_F(StoreGift, OfASaleThatWasVoidedWithoutTheLeafHasItsMoneyWhenTheLeafIsBack) {
  coffees(two_, 6);
  two_.well(pay("G-1", 1000));
  leaf_.silent = true;
  two_.well(R"({"do":"void_sale","reason":"Customer left"})");
  two_.start();
  leaf_.silent = false;
  coffees(one_, 1);
  EXPECT_EQ(one_.refusal(pay_all("G-1")), "card_short");
  two_.open_shop();
  one_.well(pay_all("G-1"));
}

TEST_F(StoreGift, IsGivenBackAfterACrashBetweenTheClaimAndTheCounter) {
  coffees(two_, 6);
  two_.claims.never_tells = true;
  EXPECT_EQ(two_.refusal(pay("G-1", 1000)), "store_unreachable");
  two_.claims.never_tells = false;
  two_.start();
  coffees(one_, 1);
  EXPECT_EQ(one_.refusal(pay_all("G-1")), "card_short") << "what the crashed till claimed stands";
  EXPECT_EQ(two_.well(R"({"do":"login","pin":"1234"})")["sale"]["due"], 1194);
  one_.well(pay_all("G-1"));
}

TEST_F(StoreGift, IsTakenUpAgainWithItsClaimAfterACrashAtTheCounter) {
  coffees(two_, 6);
  two_.well(pay("G-1", 1000));
  two_.start();
  EXPECT_EQ(two_.well(R"({"do":"login","pin":"1234"})")["sale"]["due"], 194);
  coffees(one_, 1);
  EXPECT_EQ(one_.refusal(pay_all("G-1")), "card_short");
  two_.well(R"({"do":"pay"})");
  EXPECT_EQ(one_.refusal(pay_all("G-1")), "card_short");
}

TEST_F(StoreGift, WithoutTheLeafNeedsASupervisorAndTheJournalSaysSo) {
  leaf_.silent = true;
  coffees(two_, 1);
  const json no = two_.ask(pay_all("G-1"));
  EXPECT_EQ(no["refused"], "store_unreachable");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("supervisor"));
  EXPECT_EQ(two_.well(R"({"do":"sale"})")["sale"]["due"], 199);
  EXPECT_EQ(balance(two_)["asked"], false);
  two_.well(approved(pay_all("G-1")));
  EXPECT_EQ(two_.last_row()["approvedBy"], "2");
  EXPECT_THAT(two_.codes(), Contains("gift_unasked"));
  EXPECT_THAT(two_.codes(), Not(Contains("gift_unknown")));
  EXPECT_EQ(balance(two_)["balance"], 801);
}

TEST_F(StoreGift, ThatNobodyHasToldOfNeedsASupervisorsPinWhoeverSells) {
  coffees(two_, 1);
  const json no = two_.ask(pay_all("G-9"));
  EXPECT_EQ(no["refused"], "unknown_card");
  EXPECT_THAT(no["message"].get<std::string>(), HasSubstr("supervisor"));
  two_.well(R"({"do":"login","pin":"8642"})");
  EXPECT_EQ(two_.refusal(pay_all("G-9")), "unknown_card") << "a number is mistyped soon";
  two_.well(approved(pay_all("G-9")));
  EXPECT_THAT(two_.codes(), Contains("gift_unknown"));
  EXPECT_THAT(two_.codes(), Not(Contains("gift_unasked")));
  EXPECT_EQ(two_.row_of("gift.redeemed")["card"], "G-9");
  EXPECT_TRUE(leaf_.entries.contains("store.s1.claim.gift-G-9-1")) << "for the others to see";
  // What central says of it then counts with that claim.
  one_.hear(figure("G-9", 500, 100));
  EXPECT_EQ(balance(one_, "G-9")["balance"], 301);
}

TEST_F(StoreGift, BalanceSaysWhatIsKnownAndWhetherAnybodyWasAsked) {
  json card = balance(two_);
  EXPECT_EQ(card["balance"], 1000);
  EXPECT_EQ(card["known"], true);
  EXPECT_EQ(card["asked"], true);
  EXPECT_FALSE(card.contains("countedAt")) << "central has told nothing";
  EXPECT_TRUE(leaf_.entries.empty()) << "to look takes nothing";
  two_.hear(figure("G-1", 1000, 1'763'806'000'000));
  card = balance(two_);
  EXPECT_EQ(card["countedAt"], "2025-11-22T10:06:40.000Z");
  card = balance(two_, "G-9");
  EXPECT_EQ(card["known"], false);
  EXPECT_EQ(card["balance"], 0);
  EXPECT_EQ(two_.refusal(json::parse(R"({"do":"gift_balance","code":"no card"})")), "bad_code");
}

TEST_F(StoreGift, OfAnotherStoreIsWhatCentralSaysAndItsClaimsCountOnce) {
  two_.hear(figure("G-7", 500, 100));
  coffees(two_, 1);
  const json sale = two_.well(pay_all("G-7"))["completed"];
  const json row = two_.row_of("gift.redeemed");
  EXPECT_EQ(balance(two_, "G-7")["balance"], 301);
  // Central has counted it: its figure says so by the row's place, and by the sale for the claim.
  sync::GiftCard counted = figure("G-7", 301, 200);
  counted.covers["till2"][row["epoch"]] = row["seq"];
  counted.sales = {sale["transactionId"]};
  two_.hear(counted);
  one_.hear(counted);
  EXPECT_EQ(balance(two_, "G-7")["balance"], 301);
  EXPECT_EQ(balance(one_, "G-7")["balance"], 301) << "whose rows never came here";
  coffees(one_, 1);
  one_.well(pay_all("G-7"));
  EXPECT_EQ(balance(two_, "G-7")["balance"], 102);
  two_.hear(figure("G-7", 9999, 150));
  EXPECT_EQ(balance(two_, "G-7")["balance"], 102) << "an older figure does not pass";
}

TEST_F(StoreGift, PaysByItsNumberOnly) {
  coffees(two_, 1);
  EXPECT_EQ(two_.refusal(json::parse(R"({"do":"pay","tender":"gift"})")), "reference_missing");
  EXPECT_EQ(two_.refusal(pay_all("G 1")), "bad_code");
  EXPECT_EQ(two_.refusal(pay_all(std::string(33, 'G'))), "bad_code");
  EXPECT_EQ(two_.refusal(pay_all("4111111111111111")), "card_number");
  EXPECT_EQ(two_.refusal(json::parse(R"({"do":"gift","code":"G 1","amount":5})")), "bad_code");
}

TEST_F(StoreGift, WaitsForTheStoreAndIsForgottenByWhateverComesBetween) {
  two_.claims.still_asking = 2;
  coffees(two_, 1);
  two_.well(pay_all("G-1"));
  EXPECT_EQ(two_.claims.waited, 2);
  coffees(two_, 1);
  two_.claims.still_asking = 1;
  EXPECT_EQ(two_.reg().pay(TenderKind::gift, {}, "G-1").refusal().code, RefusalCode::asks_store);
  EXPECT_EQ(two_.reg().gift_balance("G-1").refusal().code, RefusalCode::asks_store);
  two_.well(R"({"do":"scan","code":"4006381333931"})");
  EXPECT_FALSE(two_.reg().asks_store());
  two_.well(R"({"do":"pay"})");
  EXPECT_EQ(balance(one_)["balance"], 801);
}

TEST_F(StoreGift, IsOnlyPlayedWithInTraining) {
  two_.well(R"({"do":"training","on":1,"approve":"8642"})");
  coffees(two_, 9);
  two_.well(pay_all("G-nobody"));
  EXPECT_TRUE(leaf_.entries.empty());
  EXPECT_EQ(balance(two_)["balance"], 1000);
}

TEST_F(StoreGift, TakesTheMoneyThatIsGivenBack) {
  const std::string receipt = one_.sell(3000);
  one_.well({{"do", "return"}, {"receipt", receipt}, {"reason", "cold"}});
  one_.well(pay_all("G-1"));
  EXPECT_EQ(balance(one_)["balance"], 1597);
  EXPECT_EQ(one_.row_of("gift.issued")["saleId"], one_.last_row()["transactionId"]);
}

}  // namespace
}  // namespace pos::till

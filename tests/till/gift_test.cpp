// Gift cards, sold and spent.
#include "tests/till/shop_till.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pos::till {
namespace {

class Gift : public ::testing::Test {
 protected:
  Gift() { till_.open_shop(); }
  ShopTill till_{{product("coffee", "4006381333931", 199, 200'000, "drinks")}};
};

TEST_F(Gift, IsSoldAndSpentAndEachIsARowOfTheSalesOwnCommit) {
  const json line = till_.well(R"({"do":"gift","code":"G-0042","amount":2500})")["line"];
  EXPECT_EQ(line["productId"], "gift-card");
  EXPECT_EQ(line["taxRate"], 0);
  till_.start();
  EXPECT_EQ(till_.well(R"({"do":"login","pin":"1234"})")["sale"]["due"], 2500);
  json done = till_.well(R"({"do":"pay","amount":3000})")["completed"];
  EXPECT_EQ(done["change"], 500);
  EXPECT_EQ(done["seq"], 3);
  till_.well(R"({"do":"scan","code":"4006381333931"})");
  done = till_.well(R"({"do":"pay","tender":"gift","reference":"G-0042"})")["completed"];
  EXPECT_EQ(done["seq"], 5);
  const json rows = till_.well(R"({"do":"journal"})")["rows"];
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[1]["body"]["type"], "gift.issued");
  EXPECT_EQ(rows[1]["body"]["card"], "G-0042");
  EXPECT_EQ(rows[1]["body"]["amount"], 2500);
  EXPECT_EQ(rows[1]["body"]["receipt"], "s1-till1-A000001");
  EXPECT_EQ(rows[2]["body"]["lines"][0]["code"], "G-0042");
  EXPECT_EQ(rows[3]["body"]["type"], "gift.redeemed");
  EXPECT_EQ(rows[3]["body"]["amount"], 199);
  const json z = till_.well(R"({"do":"close_shift","counted":12500})")["report"];
  EXPECT_EQ(z["variance"], 0);
  EXPECT_EQ(z["categories"]["gift-card"], 2500);
  EXPECT_TRUE(till_.faults().empty()) << till_.faults()[0];
}

TEST_F(Gift, IsNeverReducedAndNeverCountedTwice) {
  till_.well(R"({"do":"gift","code":"G-0042","amount":2500})");
  EXPECT_EQ(till_.refusal(R"({"do":"gift","code":"G-0042","amount":1000})"), "gift_card");
  EXPECT_EQ(till_.refusal(R"({"do":"quantity","line":1,"quantity":2000})"), "gift_card");
  EXPECT_EQ(till_.refusal(R"({"do":"price","line":1,"price":1,"reason":"x","approve":"8642"})"),
            "gift_card");
  EXPECT_EQ(till_.refusal(R"({"do":"discount","line":1,"percent":5,"reason":"x"})"), "gift_card");
  till_.well(R"({"do":"scan","code":"4006381333931"})");
  const json sale = till_.well(R"({"do":"discount","line":0,"percent":10,"reason":"x"})")["sale"];
  EXPECT_EQ(sale["due"], 2500 + 199 - 20);
  EXPECT_EQ(till_.refusal(R"({"do":"gift","code":"","amount":1000})"), "bad_code");
  EXPECT_EQ(till_.refusal(R"({"do":"gift","code":"G-1","amount":0})"), "bad_amount");
  EXPECT_EQ(till_.refusal(R"({"do":"gift","code":"4111111111111111","amount":5})"), "card_number");
  till_.well(R"({"do":"void_line","line":1})");
}

}  // namespace
}  // namespace pos::till

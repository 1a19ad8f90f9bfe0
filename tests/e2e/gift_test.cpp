// A gift card in a whole shop: sold at one till, known to the other and to central, and spent once
// while the store's line to everything else is cut.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Gift : public ::testing::Test {
 protected:
  Gift() { shop_.open_all(); }
  json ask(int n, const json& command) { return json::parse(shop_.till(n).ask(command.dump())); }
  json well(int n, const json& command) {
    json answer = ask(n, command);
    EXPECT_EQ(answer["ok"], true) << "till" << n << ": " << command << " -> " << answer;
    return answer;
  }
  json card(int n) { return well(n, {{"do", "gift_balance"}, {"code", "G-1"}})["card"]; }
  int64_t ring_up(int n) {
    return well(n, {{"do", "scan"}, {"code", shop_.lab().products().front().code}})["sale"]["due"];
  }
  json central_says() { return json::parse(shop_.lab().api().get("/api/v1/gift-cards/G-1")); }
  static json pay() { return {{"do", "pay"}, {"tender", "gift"}, {"reference", "G-1"}}; }

  Shop shop_{{.tills = 2}};
};

TEST_F(Gift, MoneyIsKnownEverywhereAndSpentOnce) {
  const int64_t price = ring_up(1);
  well(1, {{"do", "pay"}});
  well(1, {{"do", "gift"}, {"code", "G-1"}, {"amount", 2 * price}});
  well(1, {{"do", "pay"}});
  EXPECT_TRUE(lab::until(
      seconds(60), [&] { return card(1).contains("countedAt") && card(2).contains("countedAt"); }))
      << card(1) << card(2);
  EXPECT_EQ(card(2)["balance"], 2 * price);
  EXPECT_EQ(central_says()["balance"], 2 * price);

  shop_.lab().link("s1").cut();
  ring_up(1), ring_up(2);
  well(2, pay());
  ring_up(2);
  well(2, pay());
  const json no = ask(1, pay());
  EXPECT_EQ(no["refused"], "card_short") << no;
  EXPECT_THAT(no.value("message", ""), HasSubstr("Nothing is left"));
  EXPECT_EQ(card(1)["balance"], 0);
  well(1, {{"do", "pay"}});

  shop_.lab().link("s1").heal();
  EXPECT_TRUE(shop_.settles_within(seconds(60)));
  EXPECT_TRUE(lab::until(seconds(60), [&] { return central_says()["balance"] == 0; }))
      << central_says();
  EXPECT_EQ(card(1)["balance"], 0);
  EXPECT_EQ(card(2)["balance"], 0);
  well(2, {{"do", "gift"}, {"code", "G-1"}, {"amount", price}});
  well(2, {{"do", "pay"}});
  ring_up(2);
  well(2, pay());
  EXPECT_TRUE(shop_.settles_within(seconds(60)));
  EXPECT_EQ(shop_.lab().api().get("/api/v1/problems").find("gift_overspent"), std::string::npos);
}

}  // namespace
}  // namespace pos::e2e

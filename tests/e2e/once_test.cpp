// A store whose line to everything else is cut: what must happen once in it happens once.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Once : public ::testing::Test {
 protected:
  Once() {
    shop_.open_all();
    shop_.lab().link("s1").cut();
  }
  lab::Till& till(int n) { return shop_.till(n); }
  json ask(int n, const json& command) { return json::parse(till(n).ask(command.dump())); }
  json well(int n, const json& command) {
    json answer = ask(n, command);
    EXPECT_EQ(answer["ok"], true) << "till" << n << ": " << command << " -> " << answer;
    return answer;
  }
  // Until what the one wrote has come to the other over the leaf.
  json soon_well(int n, const json& command) {
    json answer;
    EXPECT_TRUE(lab::until(seconds(20),
                           [&] {
                             answer = ask(n, command);
                             return answer["ok"] == true;
                           }))
        << "till" << n << ": " << command << " -> " << answer;
    return answer;
  }
  std::string sell_three(int n) {
    for (int i = 0; i < 3; ++i) {
      well(n, {{"do", "scan"}, {"code", shop_.lab().products().front().code}});
    }
    return well(n, {{"do", "pay"}})["completed"]["receipt"];
  }
  static json back(const std::string& receipt, int64_t quantity) {
    return {{"do", "return"},
            {"receipt", receipt},
            {"lines", json::array({{{"lineId", 1}, {"quantity", quantity}}})},
            {"reason", "cold"}};
  }

  Shop shop_{{.tills = 2}};
};

TEST_F(Once, GoodsComeBackAtOneOfTwoTillsAndTheOtherIsToldWhere) {
  const std::string receipt = sell_three(1);
  // The other till hears of the sale, and is the faster one.
  soon_well(2, back(receipt, 2000));
  json no = ask(1, back(receipt, 2000));
  EXPECT_EQ(no["refused"], "more_than_sold") << no;
  EXPECT_THAT(no.value("message", ""), HasSubstr("till2"));
  well(2, {{"do", "pay"}});
  well(1, back(receipt, 1000));
  well(1, {{"do", "pay"}});
  no = ask(2, back(receipt, 1000));
  EXPECT_EQ(no["refused"], "returned_already") << no;

  // Killed with the goods on the counter, it goes on with them; voided, they are anybody's.
  const std::string other = sell_three(1);
  soon_well(2, back(other, 3000));
  till(2).kill9();
  EXPECT_EQ(ask(1, back(other, 1000))["refused"], "returned_already");
  till(2).start();
  EXPECT_EQ(well(2, {{"do", "login"}, {"pin", lab::kCashierPin}})["sale"]["lines"].size(), 1u);
  well(2, {{"do", "void_sale"}, {"reason", "Customer left"}});
  soon_well(1, back(other, 3000));
  well(1, {{"do", "pay"}});

  // Without the leaf a supervisor answers for it.
  const std::string third = sell_three(1);
  soon_well(2, back(third, 1000));
  well(2, {{"do", "pay"}});
  shop_.lab().leaf("s1").kill9();
  no = ask(2, back(third, 1000));
  EXPECT_EQ(no["refused"], "store_unreachable") << no;
  json approved = back(third, 2000);
  approved["approve"] = lab::kSupervisorPin;
  well(2, approved);
  well(2, {{"do", "pay"}});
  well(1, back(third, 1000));  // its own receipt, and it has not heard: central will
  well(1, {{"do", "pay"}});
  shop_.lab().leaf("s1").start();
  shop_.lab().link("s1").heal();
  EXPECT_TRUE(shop_.settles_within(seconds(60)));
  EXPECT_THAT(shop_.lab().api().get("/api/v1/problems"), HasSubstr("returned_twice"));
}

TEST_F(Once, AHeldSaleGoesOnAtOneTill) {
  well(1, {{"do", "scan"}, {"code", shop_.lab().products().front().code}});
  const std::string id = well(1, {{"do", "hold"}, {"name", "the man with the dog"}})["held"]["id"];
  const json recall = {{"do", "recall"}, {"id", id}};
  EXPECT_TRUE(lab::until(seconds(20), [&] {
    const json held = well(2, {{"do", "held"}})["held"];
    return held.size() == 1 && held[0]["till"] == "till1";
  }));
  well(2, recall);
  const json no = ask(1, recall);
  EXPECT_TRUE(no["refused"] == "held_elsewhere" || no["refused"] == "unknown_held") << no;
  EXPECT_TRUE(lab::until(seconds(20), [&] {
    return well(1, {{"do", "held"}})["held"].empty();
  })) << "the holder's list drops it";
  till(2).kill9();
  till(2).start();
  EXPECT_EQ(well(2, {{"do", "login"}, {"pin", lab::kCashierPin}})["sale"]["lines"].size(), 1u);
  EXPECT_EQ(well(2, {{"do", "pay"}})["completed"]["transactionId"], id);
}

}  // namespace
}  // namespace pos::e2e

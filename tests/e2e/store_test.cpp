// The tills of a store agree with each other, whatever the WAN does; and what a till told its
// neighbours is not lost with it.
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

int64_t shown(lab::Till& till, const std::string& product) {
  const auto answer =
      nlohmann::json::parse(till.must(R"({"do":"stock","productId":")" + product + R"("})"));
  return answer["stock"]["shown"];
}

class Store : public testing::Test {
 protected:
  Store() : shop({.tills = 3}) {}

  const lab::Product& product() {
    for (const auto& p : shop.lab().all_products()) {
      if (p.by_code_alone) return p;
    }
    throw std::runtime_error("no product is sold by one scan");
  }
  void sell_one(int till) {
    const auto& p = product();
    shop.till(till).sell({{p.id, p.code, 1000, p.price}});
  }
  // Every till shows `expected`; how long the slowest took.
  void all_show(int64_t expected, Millis patience) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(lab::until(
        patience,
        [&] {
          for (int n : {1, 2, 3}) {
            if (shown(shop.till(n), product().id) != expected) return false;
          }
          return true;
        },
        Millis(5)))
        << shown(shop.till(1), product().id) << " " << shown(shop.till(2), product().id) << " "
        << shown(shop.till(3), product().id) << " instead of " << expected;
    const auto took = std::chrono::steady_clock::now() - began;
    std::cout << "agreed after " << std::chrono::duration_cast<Millis>(took).count() << " ms\n";
  }

  Shop shop;
};

TEST_F(Store, ShowsOneStockOnAllItsTillsWithTheWanAndWithoutIt) {
  shop.open_all();
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  int64_t left = product().on_hand;
  all_show(left, seconds(10));
  for (const bool wan : {true, false, true}) {
    wan ? shop.lab().link("s1").heal() : shop.lab().link("s1").cut();
    for (int i = 0; i < 6; ++i) {
      sell_one(1 + i % 3);
      left -= 1000;
      all_show(left, seconds(1));
    }
  }
  shop.till(2).kill9();  // what it heard it still knows
  shop.till(2).start();
  shop.till(2).open_for_business("1234");
  all_show(left, seconds(5));
  EXPECT_TRUE(shop.settles_within(seconds(30)));
  all_show(left, seconds(10));
  EXPECT_TRUE(shop.proves());
}

TEST_F(Store, BringsTheSalesOfATillThatDiedBeforeItReachedCentral) {
  for (int n : {2, 3})
    std::ofstream(shop.till(n).place().config, std::ios::app) << "\n[sync]\ncarry_after_s = 3\n";
  shop.open_all();
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  int64_t left = product().on_hand;
  shop.lab().link("s1").cut();
  for (int i = 0; i < 8; ++i) sell_one(1), left -= 1000;
  all_show(left, seconds(5));
  shop.till(1).kill9();
  std::filesystem::remove_all(shop.till(1).place().directory);
  sell_one(2);
  shop.lab().link("s1").heal();
  EXPECT_TRUE(lab::until(
      seconds(90), [&] { return lab::prove(shop.lab()).holds(); }, Millis(500)));
  EXPECT_TRUE(shop.proves());
}

}  // namespace
}  // namespace pos::e2e

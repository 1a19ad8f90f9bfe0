// A day in a shop, with the line cut in the middle of it.
#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

TEST(Everyday, EverySaleIsAtCentralExactlyOnce) {
  Shop shop;
  shop.open_all();
  for (int n : {1, 2}) shop.sell(shop.till(n), 10);
  EXPECT_TRUE(shop.settles_within(seconds(30)));
  shop.lab().link("s1").cut();
  for (int n : {1, 2}) shop.sell(shop.till(n), 20);
  EXPECT_FALSE(lab::until(
      seconds(5), [&] { return lab::prove(shop.lab()).held != 20; }, Millis(200)))
      << "the line was not really cut";
  EXPECT_FALSE(lab::all_settled(shop.lab()));
  shop.lab().link("s1").heal();
  EXPECT_TRUE(shop.settles_within(seconds(30)));
  EXPECT_TRUE(shop.proves());
}

TEST(Everyday, ATillThatIsKilledInMidSaleGoesOnWithTheSameBasket) {
  Shop shop({.tills = 1});
  shop.open_all();
  auto& till = shop.till();
  const auto basket = shop.baskets().next(3, 2);
  for (const auto& line : basket) till.scan(line);
  till.kill9();
  till.start();
  const auto counter = till.open_for_business(lab::kCashierPin);
  ASSERT_EQ(counter.size(), basket.size());
  for (size_t i = 0; i < basket.size(); ++i) {
    EXPECT_EQ(counter[i].first, basket[i].product);
    EXPECT_EQ(counter[i].second, basket[i].quantity);
  }
  till.pay(basket);
  EXPECT_TRUE(shop.settles_within(seconds(30)));
  EXPECT_TRUE(shop.proves());
}

TEST(Everyday, ABlackHoleInTheLineLosesAndDoublesNothing) {
  Shop shop;
  shop.open_all();
  lab::Cashier anna(shop.till(1), shop.baskets()), bela(shop.till(2), shop.baskets());
  EXPECT_TRUE(lab::until(seconds(20), [&] { return anna.sales() > 20; }));
  shop.lab().link("s1").hole();
  const auto before = anna.sales();
  EXPECT_TRUE(lab::until(seconds(30), [&] { return anna.sales() > before + 100; }))
      << "selling stopped with the line";
  shop.lab().link("s1").heal();
  anna.stop();
  bela.stop();
  EXPECT_TRUE(shop.settles_within(seconds(30)));
  EXPECT_TRUE(shop.proves());
}

}  // namespace
}  // namespace pos::e2e

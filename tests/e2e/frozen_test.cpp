// A leaf that neither answers nor closes, at the worst moment: while the till reconnects. The
// client library can hang there for ever; the cashier must not notice, and the program must still
// end.
#include <iostream>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

constexpr int kTimes = 20;
constexpr auto kAnswer = Millis(1000), kExit = Millis(3000);

TEST(Frozen, LeafDuringAReconnectDelaysNoAnswerAndNoExit) {
  Shop shop({.tills = 1});
  shop.open_all();
  auto& till = shop.till();
  auto& leaf = shop.lab().leaf("s1");
  auto dice = shop.baskets();
  Millis slowest_answer{0}, slowest_exit{0};
  for (int i = 0; i < kTimes; ++i) {
    leaf.kill9();
    leaf.start_without_waiting();
    // From before it listens to after the till has logged in.
    std::this_thread::sleep_for(Millis(dice.random() % 400));
    leaf.freeze();
    till.forget_slowest();
    shop.sell(till, 5);
    slowest_answer = std::max(slowest_answer, till.slowest_answer());
    const auto began = std::chrono::steady_clock::now();
    const auto ended = till.quit(kExit);
    ASSERT_TRUE(ended) << "it did not end within 3 s, time " << i + 1;
    EXPECT_TRUE(ended->well());
    slowest_exit = std::max(
        slowest_exit, std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began));
    till.start();  // and it begins with a leaf that is frozen still
    till.open_for_business(lab::kCashierPin);
    shop.sell(till, 1);
    leaf.thaw();
  }
  std::cout << kTimes << " times: slowest answer " << slowest_answer.count() << " ms, slowest exit "
            << slowest_exit.count() << " ms" << std::endl;
  EXPECT_LE(slowest_answer, kAnswer);
  EXPECT_LE(slowest_exit, kExit);
  leaf.wait_until_it_answers();
  EXPECT_TRUE(shop.settles_within(seconds(30)));
  EXPECT_TRUE(shop.proves());
}

}  // namespace
}  // namespace pos::e2e

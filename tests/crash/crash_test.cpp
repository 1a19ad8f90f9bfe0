// kill -9 at every place that matters. After each kill the next start has to show the same counter,
// and at the end every sale that was answered is at central exactly once, receipts have no gap, and
// `leaftillctl verify` finds the journal whole.
#include <csignal>
#include <fstream>
#include <iostream>

#include "tests/e2e/shop.h"
#include "tests/long_run.h"

namespace pos::e2e {
namespace {

const int kKills = long_run() ? 400 : 40;
const int kRandomKills = long_run() ? 1000 : 100;
constexpr auto kUntilHeld = seconds(60);

// A cashier who remembers what lies on the counter when the till dies under her hands.
class StubbornCashier {
 public:
  StubbornCashier(lab::Till& till, lab::Baskets baskets)
      : till_(till), baskets_(std::move(baskets)) {}

  // After a start: PIN, shift; what lay on the counter has to lie there still, and is paid.
  void resume() {
    const auto shown = till_.open_for_business(lab::kCashierPin);
    const auto is = by_product(shown);
    const bool as_it_was = is == by_product(counter_);
    const bool with_the_scan_in_flight = scanning_ && is == with(*scanning_);
    const bool paid = paying_ && is.empty();
    EXPECT_TRUE(as_it_was || with_the_scan_in_flight || paid)
        << "the counter shows " << is.size() << " products after the kill, not " << counter_.size();
    if (with_the_scan_in_flight && !as_it_was) counter_.push_back(*scanning_);
    if (paid && !as_it_was) counter_.clear();
    scanning_.reset();
    paying_ = false;
    if (!counter_.empty()) pay();
  }

  void sell() {
    for (const auto& line : baskets_.next()) {
      scanning_ = line;
      till_.scan(line);
      scanning_.reset();
      counter_.push_back(line);
    }
    pay();
  }

 private:
  using Counter = std::map<std::string, int64_t>;

  void pay() {
    paying_ = true;
    till_.pay(counter_);
    paying_ = false;
    counter_.clear();
  }
  static Counter by_product(const std::vector<std::pair<std::string, int64_t>>& lines) {
    Counter sum;
    for (const auto& [product, quantity] : lines) sum[product] += quantity;
    return sum;
  }
  static Counter by_product(const std::vector<lab::Wanted>& lines) {
    Counter sum;
    for (const auto& line : lines) sum[line.product] += line.quantity;
    return sum;
  }
  Counter with(const lab::Wanted& line) const {
    auto sum = by_product(counter_);
    sum[line.product] += line.quantity;
    return sum;
  }

  lab::Till& till_;
  lab::Baskets baskets_;
  std::vector<lab::Wanted> counter_;     // scanned, and answered
  std::optional<lab::Wanted> scanning_;  // sent, not answered
  bool paying_ = false;                  // pay was sent, not answered
};

void ends_well(Shop& shop, int kills) {
  EXPECT_TRUE(shop.settles_within(seconds(60)));
  EXPECT_TRUE(shop.proves());
  for (auto* till : shop.lab().all_tills()) {
    const auto verified = shop.lab().control({"verify", "--config", till->place().config});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
    std::cout << kills << " kills, " << till->record().size()
              << " answered sales; verify: " << verified.out;
  }
}

struct Place {
  const char* name;
  int within;  // killed at the 1st to so-many-th pass after each start
};
void PrintTo(const Place& place, std::ostream* out) { *out << place.name; }

class TillIsKilled : public testing::TestWithParam<Place> {};

TEST_P(TillIsKilled, AndNothingIsLostDoubledOrMissing) {
  Shop shop({.tills = 1});
  auto& till = shop.till();
  StubbornCashier cashier(till, shop.baskets());
  auto dice = shop.baskets();
  shop.open_all();
  till.kill9();
  for (int kill = 0; kill < kKills; ++kill) {
    const auto pass = 1 + dice.random() % static_cast<unsigned>(GetParam().within);
    till.start_without_waiting(GetParam().name + (":" + std::to_string(pass)));
    const lab::Deadline deadline(kUntilHeld);
    try {
      cashier.resume();
      while (!till.held() && !deadline.passed()) cashier.sell();
    } catch (const lab::HeldAtPlace&) {
    }
    // At start nobody asks anything before it is held.
    ASSERT_TRUE(lab::until(seconds(5), [&] { return till.held(); }))
        << "it was not held at " << GetParam().name << " within " << kUntilHeld.count() << " s";
    till.kill9();
    // Undisturbed, so that somebody can log in: five kills during a PIN are five wrong PINs.
    till.start();
    cashier.resume();
    for (auto more = dice.random() % 4; more > 0; --more) cashier.sell();
    if (kill + 1 < kKills) till.kill9();
  }
  ends_well(shop, kKills);
}

INSTANTIATE_TEST_SUITE_P(At, TillIsKilled,
                         testing::Values(Place{"scan", 12}, Place{"before_begin", 5},
                                         Place{"in_transaction", 5}, Place{"after_commit", 5},
                                         Place{"publish", 3}, Place{"intake", 2},
                                         Place{"startup", 1}, Place{"checkpoint", 1}),
                         [](const auto& place) { return std::string(place.param.name); });

// At any moment, while the line breaks and heals.
TEST(TillIsKilled, AtRandomUnderLoadAndNothingIsLostDoubledOrMissing) {
  Shop shop({.tills = 1});
  auto& till = shop.till();
  StubbornCashier cashier(till, shop.baskets());
  auto dice = shop.baskets();
  shop.open_all();
  till.kill9();
  for (int kill = 0; kill < kRandomKills; ++kill) {
    till.start_without_waiting();
    const auto after = std::chrono::microseconds(dice.random() % 400'000);
    // Only the number is touched: the process is reaped here, after the join.
    std::jthread killer([pid = till.process().pid(), after] {
      std::this_thread::sleep_for(after);
      ::kill(pid, SIGKILL);
    });
    if (dice.random() % 4 == 0)
      shop.lab().link("s1").cut();
    else
      shop.lab().link("s1").heal();
    try {
      cashier.resume();
      for (;;) cashier.sell();
    } catch (const lab::NoAnswer&) {
    }
    killer.join();
    till.kill9();
  }
  shop.lab().link("s1").heal();
  till.start();
  cashier.resume();
  ends_well(shop, kRandomKills);
}

class CentralIsKilled : public testing::TestWithParam<Place> {};

TEST_P(CentralIsKilled, AndNothingIsLostDoubledOrMissing) {
  Shop shop;
  shop.open_all();
  auto& central = shop.lab().central();
  auto dice = shop.baskets();
  lab::Cashier anna(shop.till(1), shop.baskets()), bela(shop.till(2), shop.baskets());
  for (int kill = 0; kill < kKills; ++kill) {
    central.kill9();
    std::ofstream(central.command().log, std::ios::trunc);
    const auto pass = 1 + dice.random() % static_cast<unsigned>(GetParam().within);
    central.set_env("LEAFTILL_HOLD", GetParam().name + (":" + std::to_string(pass)));
    central.start_without_waiting();
    ASSERT_TRUE(lab::until(
        kUntilHeld, [&] { return central.last_log().find("held at ") != std::string::npos; }))
        << "it was not held at " << GetParam().name << "; its log ends:\n"
        << central.last_log();
  }
  central.kill9();
  central.set_env("LEAFTILL_HOLD", "");
  central.start();
  anna.stop();
  bela.stop();
  ends_well(shop, kKills);
}

INSTANTIATE_TEST_SUITE_P(At, CentralIsKilled,
                         testing::Values(Place{"central_before_commit", 4},
                                         Place{"central_after_commit", 4},
                                         Place{"central_after_publish", 3}),
                         [](const auto& place) { return std::string(place.param.name); });

}  // namespace
}  // namespace pos::e2e

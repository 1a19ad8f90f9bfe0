// A hub or a leaf that comes back with an empty disk, and a central that comes back out of last
// night's dump: all of it converges by itself.
#include <filesystem>

#include "tests/e2e/hub_hands.h"
#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;

class Wiped : public testing::Test {
 protected:
  void begin(bool postgres) {
    shop = std::make_unique<Shop>(ShopPlan{.tills = 2, .postgres = postgres});
    shop->open_all();
    sell(5);
    ASSERT_TRUE(shop->settles_within(seconds(30)));
  }
  void sell(int sales) {
    for (int n : {1, 2}) shop->sell(shop->till(n), sales);
  }
  // Rows that have their PubAck and that central has not seen.
  void leave_rows_on_the_hub() {
    shop->lab().central().kill9();
    sell(6);
    ASSERT_TRUE(lab::until(seconds(30), [&] { return shop->all_sent(); }));
  }
  void wipe(lab::Server& server, const fs::path& place) {
    server.kill9();
    size_t gone = 0;
    for (const auto& entry : fs::directory_iterator(place)) {
      if (!entry.is_directory() || !fs::exists(entry.path() / "jetstream")) continue;
      fs::remove_all(entry.path() / "jetstream");
      ++gone;
    }
    ASSERT_EQ(gone, 1u) << "no store below " << place;
    server.start();
  }
  fs::path directory() const { return shop->lab().directory(); }
  void converges() {
    EXPECT_TRUE(shop->settles_within(kTwoHellos));
    sell(3);
    EXPECT_TRUE(shop->settles_within(kTwoHellos));
    EXPECT_TRUE(shop->proves());
    EXPECT_TRUE(lab::until(
        seconds(90), [&] { return stock_agrees(); }, Millis(200)))
        << "the tills' stock is not central's";
  }
  void deliver(int n) {
    const auto answer = shop->lab().api().call(
        "POST", "/api/v1/stores/s1/deliveries",
        R"({"deliveryId":"d)" + std::to_string(n) + R"(","lines":[{"productId":")" +
            shop->lab().products().front().id + R"(","quantity":1000}]})");
    ASSERT_TRUE(answer.ok()) << answer.body;
  }
  // What central has published fills the hub's new DOWN.
  bool has_all_down() {
    try {
      return messages_in(shop->lab(), "DOWN") >=
             static_cast<int64_t>(shop->lab().all_products().size());
    } catch (const std::exception&) {  // it is not there yet
      return false;
    }
  }
  bool stock_agrees() {
    const auto at_central = shop->lab().api().stock("s1");
    for (const auto& p : shop->lab().all_products()) {
      for (int n : {1, 2}) {
        const auto answer = shop->till(n).ask(R"({"do":"stock","productId":")" + p.id + R"("})");
        const auto at = answer.find(R"("shown":)");
        if (at == std::string::npos || std::stoll(answer.substr(at + 8)) != at_central.at(p.id))
          return false;
      }
    }
    return true;
  }

  std::unique_ptr<Shop> shop;
};

TEST_F(Wiped, AHubComesBackEmptyWithRowsThatCentralHadNotSeen) {
  begin(false);
  leave_rows_on_the_hub();
  wipe(shop->lab().hub(), directory() / "hub");
  shop->lab().central().start();
  converges();
}

// The leaf asks DOWN for what comes after the last number that it took, whoever made that stream.
// Nobody sells: no ack that stays away tells a till to have its cache made anew.
TEST_F(Wiped, AHubComesBackEmptyWhileAStoreIsAwayAndItsStockIsNewAllTheSame) {
  begin(false);
  for (int i = 0; i < 100; ++i) deliver(i);
  ASSERT_TRUE(lab::until(
      seconds(30), [&] { return stock_agrees(); }, Millis(200)));
  shop->lab().link("s1").cut();
  wipe(shop->lab().hub(), directory() / "hub");
  ASSERT_TRUE(lab::until(
      seconds(60), [&] { return has_all_down(); }, Millis(200)));
  deliver(100);
  shop->lab().link("s1").heal();
  EXPECT_TRUE(lab::until(
      seconds(25), [&] { return stock_agrees(); }, Millis(200)))
      << "the tills' stock is not central's";
  sell(3);
  EXPECT_TRUE(shop->settles_within(seconds(30)));
}

// The leaf waits for a number that the new stream is far from, and nothing ends; only the version
// of the stock that hello names tells a till that nobody sells at.
TEST_F(Wiped, ADownThatIsMadeAnewWhileAllStandLeavesNoStoreWithOldStock) {
  begin(false);
  for (int i = 0; i < 100; ++i) deliver(i);
  ASSERT_TRUE(lab::until(
      seconds(30), [&] { return stock_agrees(); }, Millis(200)));
  make_stream_anew(shop->lab(), "DOWN");
  deliver(100);
  EXPECT_TRUE(lab::until(
      kTwoHellos, [&] { return stock_agrees(); }, Millis(500)))
      << "the tills' stock is not central's";
}

TEST_F(Wiped, ALeafComesBackEmptyAndTheStoreLearnsAllAgain) {
  begin(false);
  shop->lab().link("s1").cut();
  sell(6);
  wipe(shop->lab().leaf("s1"), directory() / "s1");
  shop->lab().link("s1").heal();
  converges();
}

TEST_F(Wiped, ACentralOutOfADumpAndAnEmptyHubAreFilledByTheTills) {
  if (!lab::postgres_is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  begin(true);
  const std::string url = shop->lab().postgres()->url(), dump = directory() / "dump.sql";
  lab::run_well({.argv = {"pg_dump", "--clean", "--if-exists", "-f", dump, url}});
  sell(6);
  ASSERT_TRUE(shop->settles_within(seconds(30)));
  shop->lab().central().stop();
  lab::run_well({.argv = {"psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump, url}});
  wipe(shop->lab().hub(), directory() / "hub");
  shop->lab().central().start();
  EXPECT_TRUE(lab::until(
      kTwoHellos, [&] { return lab::prove(shop->lab()).holds(); }, Millis(500)));
  converges();
}

}  // namespace
}  // namespace pos::e2e

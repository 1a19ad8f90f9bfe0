// What the hub or central loses comes back out of the tills' journals.
#include "tests/e2e/hub_hands.h"
#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;

// The hub took the rows and said so, then lost them; the same ids sent again within its duplicate
// window would be answered "duplicate" and dropped.
TEST(Loss, SalesThatAreEmptiedInsideTheDuplicateWindowAreSentAgain) {
  Shop shop;
  shop.open_all();
  for (int n : {1, 2}) shop.sell(shop.till(n), 5);
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  shop.lab().central().kill9();
  for (int n : {1, 2}) shop.sell(shop.till(n), 10);
  ASSERT_TRUE(lab::until(seconds(30), [&] { return shop.all_sent(); })) << "nothing was PubAcked";
  EXPECT_GE(purge_sales(shop.lab()), 20);
  shop.lab().central().start();
  EXPECT_TRUE(shop.settles_within(kTwoHellos));
  EXPECT_TRUE(shop.proves());
}

class Restored : public testing::Test {
 protected:
  Shop shop;

  fs::path database() const { return directory() / "central.db"; }
  fs::path copy() const { return directory() / "copy"; }
  fs::path directory() const { return const_cast<Shop&>(shop).lab().directory() / "central"; }

  void move_files(const fs::path& from, const fs::path& to) const {
    fs::create_directories(to);
    for (const char* end : {"", "-wal", "-shm"}) {
      const auto name = "central.db" + std::string(end);
      fs::remove(to / name);
      if (fs::exists(from / name)) fs::copy_file(from / name, to / name);
    }
  }

  // Ten sales are in the copy, twenty that were confirmed and acknowledged are not.
  void go_back_in_time() {
    shop.open_all();
    for (int n : {1, 2}) shop.sell(shop.till(n), 5);
    ASSERT_TRUE(shop.settles_within(seconds(30)));
    shop.lab().central().stop();
    move_files(directory(), copy());
    shop.lab().central().start();
    for (int n : {1, 2}) shop.sell(shop.till(n), 10);
    ASSERT_TRUE(shop.settles_within(seconds(30)));
    shop.lab().central().stop();
    move_files(copy(), directory());
  }

  void comes_back() {
    shop.lab().central().start();
    EXPECT_TRUE(lab::until(
        kTwoHellos, [&] { return lab::prove(shop.lab()).holds(); }, Millis(500)));
    for (int n : {1, 2}) shop.sell(shop.till(n), 5);  // and work goes on
    EXPECT_TRUE(shop.settles_within(kTwoHellos));
    EXPECT_TRUE(shop.proves());
  }
};

TEST_F(Restored, AnOlderCopyOfCentralCatchesUpFromTheHub) {
  go_back_in_time();
  comes_back();
}

TEST_F(Restored, AnOlderCopyOfCentralCatchesUpFromTheTillsWhenTheHubIsEmptyToo) {
  go_back_in_time();
  EXPECT_GE(purge_sales(shop.lab()), 20);
  comes_back();
}

}  // namespace
}  // namespace pos::e2e

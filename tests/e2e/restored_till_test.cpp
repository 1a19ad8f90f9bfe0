// A till loses its disk in the middle of the day and sells on from the morning's backup: what it
// sold in between is at central, what it sells after it goes there too, under numbers of its own.
#include <fstream>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

class RestoredTill : public testing::Test {
 protected:
  lab::Ended ctl(std::vector<std::string> words) {
    words.insert(words.begin(), {std::string(LEAFTILL_BINARY_DIR) + "/till/leaftillctl", "--config",
                                 shop.till().place().config});
    lab::Process process({.argv = words, .log = shop.till().place().directory + "/ctl.log"});
    return process.wait(seconds(60)).value_or(lab::Ended{});
  }
  Shop shop;
};

TEST_F(RestoredTill, HasLostNothingThatCentralHasAndGivesNoReceiptTwice) {
  shop.open_all();
  lab::Till& till = shop.till();
  const std::string backup = till.place().directory + "/backup.db";
  shop.sell(till, 5);
  ASSERT_TRUE(ctl({"backup", backup}).well());
  shop.sell(till, 7);
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  till.kill9();
  std::ofstream(till.place().database) << "the disk is broken";
  EXPECT_FALSE(ctl({"restore", backup, "--keep-key"}).well()) << "a file is there";
  ASSERT_TRUE(ctl({"restore", backup, "--keep-key", "--replace"}).well());
  till.start();
  till.open_for_business("1234");
  shop.sell(till, 5);
  EXPECT_NE(till.record().back().receipt.find("-B000005"), std::string::npos);
  EXPECT_TRUE(shop.settles_within(seconds(60)));
  EXPECT_TRUE(shop.proves());
  EXPECT_TRUE(ctl({"verify"}).well());
}

}  // namespace
}  // namespace pos::e2e

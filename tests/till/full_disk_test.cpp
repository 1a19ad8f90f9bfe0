// A till on a small disk of its own that really fills up (a tmpfs, which needs root).
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "storage/verify.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"
#include "till/till.h"

namespace pos::till {
namespace {

constexpr int64_t kDisk = 64 << 20;

class FullDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string size = "size=" + std::to_string(kDisk);
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, size.c_str()) != 0) {
      ASSERT_EQ(errno, EPERM) << std::strerror(errno);
      GTEST_SKIP() << "needs the right to mount a tmpfs";
    }
    mounted_ = true;
    provision(lonely_bundle(), folder_ / "till", {0});
    {
      storage::Database database(folder_ / "till/till.db");
      storage::Projections projections(database);
      sync::Product milk;
      milk.productId = "milk", milk.name = "Milk", milk.codes = {"4006381333931"};
      milk.price = 129, milk.currency = "EUR", milk.version = 1;
      projections.apply(std::vector{milk});
    }
    till_ =
        std::make_unique<Till>(load_config(folder_ / "till/till.toml", {}, process_environment()));
    ASSERT_TRUE(till_->reg().login("1234"));
    ASSERT_TRUE(till_->reg().open_shift({0}));
  }
  void TearDown() override {
    till_.reset();
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }

  int64_t free_bytes() {
    struct statvfs disk {};
    EXPECT_EQ(::statvfs(folder_.path().c_str(), &disk), 0);
    return static_cast<int64_t>(disk.f_bavail * disk.f_frsize);
  }
  void fill_up_to(int64_t left) {
    std::ofstream out(folder_ / "rubbish", std::ios::app);
    const std::string block(4096, 'x');
    for (int64_t n = (free_bytes() - left) / 4096; n > 0 && out; --n) out << block;
  }
  void make_space() { std::filesystem::remove(folder_ / "rubbish"); }
  bool ballast() { return std::filesystem::exists(folder_ / "till/till.db.ballast"); }
  Outcome<Line> scan() {
    auto line = till_->reg().scan("4006381333931");
    till_->after_answer();
    return line;
  }
  Outcome<Payment> pay() {
    auto paid = till_->reg().pay(TenderKind::cash, {}, "");
    till_->after_answer();
    return paid;
  }

  Folder folder_;
  bool mounted_ = false;
  std::unique_ptr<Till> till_;
};

TEST_F(FullDisk, LetsTheOpenSaleBePaidAndNoOtherBeginUntilThereIsSpace) {
  EXPECT_TRUE(ballast());
  ASSERT_TRUE(scan());
  fill_up_to(0);
  ASSERT_TRUE(pay()->completed) << "the ballast is for it";
  EXPECT_FALSE(ballast());
  const auto next = scan();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.refusal().code, RefusalCode::out_of_space);
  EXPECT_FALSE(till_->reg().sale().open());
  make_space();
  ASSERT_TRUE(scan());
  EXPECT_TRUE(ballast()) << "taken up again";
  ASSERT_TRUE(pay()->completed);
}

TEST_F(FullDisk, TakesNoMoneyThatItCouldNotRecord) {
  ASSERT_TRUE(scan());
  fill_up_to(0);
  std::filesystem::remove(folder_ / "till/till.db.ballast");
  fill_up_to(0);
  const auto paid = pay();
  ASSERT_FALSE(paid);
  EXPECT_EQ(paid.refusal().code, RefusalCode::out_of_space);
  EXPECT_TRUE(till_->reg().sale().open()) << "it stays on the counter";
  make_space();
  ASSERT_TRUE(pay()->completed);
  till_.reset();
  storage::Database database(folder_ / "till/till.db");
  const auto report = storage::verify_journal(database);
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.sales, 1);
}

}  // namespace
}  // namespace pos::till

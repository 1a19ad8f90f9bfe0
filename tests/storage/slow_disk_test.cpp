// A disk whose every sync takes 100 ms, as cheap cards do: the cashier waits for one when she is
// paid, and for none when she scans.
#include <gtest/gtest.h>

#include <chrono>

#include "pos/register.h"
#include "tests/storage/day.h"
#include "tests/storage/sim_shop.h"

namespace pos::storage {
namespace {

class SlowDisk : public ::testing::Test {
 protected:
  SlowDisk() {
    Day::provision(disk_);
    till_ = std::make_unique<TillOnDisk>(disk_, key_);
    till_->projections.apply(std::vector{milk()});
    register_ = std::make_unique<Register>(till_->catalogue, till_->ledger, staff_, clock_,
                                           RegisterSettings{{"s1"}, {"till1"}});
    EXPECT_TRUE(register_->login("1234"));
    EXPECT_TRUE(register_->open_shift({10'000}));
  }
  int64_t ms(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start)
        .count();
  }
  void scan() { EXPECT_TRUE(register_->scan("4006381333931")); }
  void pay() { EXPECT_TRUE(register_->pay(TenderKind::cash, {}, "")->completed); }
  void after_answer() {  // as Till does
    register_->handed_out();
    const Database::Turn turn(till_->database, Database::Who::cashier);
    till_->database.checkpoint_if_due();
  }

  SimDisk disk_;
  sync::SigningKey key_ = sync::make_signing_key();
  std::unique_ptr<TillOnDisk> till_;
  Anyone staff_;
  Noon clock_;
  std::unique_ptr<Register> register_;
};

TEST_F(SlowDisk, KeepsNoScanWaitingAndAPaymentForOneSync) {
  disk_.set_sync_latency_ms(100);
  int64_t worst_scan = 0, worst_pay = 0;
  for (int sale = 0; sale < 10; ++sale) {
    for (int i = 0; i < 5; ++i) worst_scan = std::max(worst_scan, ms([&] { scan(); }));
    worst_pay = std::max(worst_pay, ms([&] { pay(); }));
    after_answer();
  }
  std::printf("worst scan %lld ms, worst payment %lld ms\n", static_cast<long long>(worst_scan),
              static_cast<long long>(worst_pay));
  EXPECT_LE(worst_scan, 20);
  EXPECT_LE(worst_pay, 250);
  EXPECT_GE(worst_pay, 100) << "a payment must have waited for its sync";
}

TEST_F(SlowDisk, IsSyncedOnceForEachSaleAlsoAcrossCheckpoints) {
  const auto frames = [&] { return till_->database.wal_frames(); };
  int checkpoints = 0;
  for (int sale = 0; sale < 300; ++sale) {
    int64_t before = disk_.syncs();
    for (int i = 0; i < 4; ++i) scan();
    ASSERT_EQ(disk_.syncs() - before, 0) << "a scan synced, sale " << sale;
    pay();
    ASSERT_EQ(disk_.syncs() - before, 1) << "sale " << sale;
    const auto filled = frames();
    after_answer();
    if (frames() < filled) ++checkpoints;
  }
  EXPECT_GE(checkpoints, 2) << "it was to be counted across checkpoints";
}

}  // namespace
}  // namespace pos::storage

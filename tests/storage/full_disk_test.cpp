// A disk that fills up while a till sells on it: the open sale is paid out of the ballast, nothing
// else is begun, and all that was answered is there.
#include <gtest/gtest.h>

#include "pos/register.h"
#include "storage/verify.h"
#include "tests/storage/day.h"
#include "tests/storage/sim_shop.h"

namespace pos::storage {
namespace {

struct SimSpace final : DiskSpace {
  explicit SimSpace(SimDisk& disk) : disk_(disk) {}
  int64_t free_bytes() override { return disk_.free_bytes(); }
  bool reserve(int64_t bytes) override { return disk_.add_file("till.db.ballast", bytes); }
  bool reserved() override { return disk_.find("till.db.ballast") != nullptr; }
  void release() override { disk_.forget("till.db.ballast"); }
  SimDisk& disk_;
};

TEST(FullSimDisk, IsSaidBeforeATenderIsTakenAndLosesNothing) {
  SimDisk disk;
  Day::provision(disk);
  disk.limit(26 << 20);
  const sync::SigningKey key = sync::make_signing_key();
  TillOnDisk till(disk, key);
  SimSpace space(disk);
  Ballast ballast(space);
  ASSERT_TRUE(space.reserved());
  Ledger ledger(till.database, till.pending, key, &ballast);
  till.projections.apply(std::vector{milk()});
  Anyone staff;
  Noon clock;
  Register reg(till.catalogue, ledger, staff, clock, {{"s1"}, {"till1"}});
  ASSERT_TRUE(reg.login("1234"));
  ASSERT_TRUE(reg.open_shift({0}));
  int64_t sales = 0;
  for (;; ++sales) {  // no checkpoint is made: the WAL grows by every sale
    const auto line = reg.scan("4006381333931");
    if (!line) {
      ASSERT_EQ(line.refusal().code, RefusalCode::out_of_space);
      break;
    }
    if (sales == 100) disk.limit((26 << 20) - disk.free_bytes());  // somebody else filled it
    ASSERT_TRUE(reg.pay(TenderKind::cash, {}, "")->completed) << sales;
    ASSERT_LT(sales, 10'000);
  }
  EXPECT_EQ(sales, 101) << "the last one was paid out of the ballast";
  EXPECT_FALSE(space.reserved());
  EXPECT_EQ(reg.scan("4006381333931").refusal().code, RefusalCode::out_of_space);

  disk.limit(64 << 20);
  ballast.take_up();
  EXPECT_TRUE(space.reserved());
  ASSERT_TRUE(reg.scan("4006381333931"));
  ASSERT_TRUE(reg.pay(TenderKind::cash, {}, "")->completed);

  SimDisk again(disk.after_power_cut(Unsynced::dropped, 0));
  TillOnDisk after(again, key);
  const VerifyReport report = verify_journal(after.database);
  EXPECT_TRUE(report.ok()) << report.faults.front();
  EXPECT_EQ(report.sales, sales + 1);
}

}  // namespace
}  // namespace pos::storage

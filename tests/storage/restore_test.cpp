#include "storage/restore.h"

#include <fstream>

#include "storage/backup.h"
#include "storage/verify.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

constexpr Instant kLater{1'763'900'000'000};

class RestoredTill : public TillDatabase {
 protected:
  RestoredTill() {
    open_shift();
    for (int i = 0; i < 3; ++i) sell();
    backup(*database_, backup_);
    backed_up_ = outbox_->counts().last_row;
    sell();  // lost with the disk
  }
  std::string restore(const std::string& mark = "before") {
    close();
    const Present present = look_at(path_);
    take_backup(backup_, path_ + ".restoring");
    const std::string first = begin_anew(path_ + ".restoring", key_, true, kLater, present.series);
    aside_ = put_in_place(path_ + ".restoring", path_, mark, kLater);
    open();
    return first;
  }
  VerifyReport verified() {
    const VerifyReport report = verify_journal(*database_);
    EXPECT_TRUE(report.ok()) << report.faults.front();
    return report;
  }
  std::string why() {
    try {
      take_backup(backup_, path_ + ".restoring");
      return "taken";
    } catch (const Error& e) {
      EXPECT_FALSE(std::filesystem::exists(path_ + ".restoring"));
      return e.what();
    }
  }
  std::string backup_ = folder_ + "/backup.db", aside_;
  sync::EpochSeq backed_up_;
};

TEST_F(RestoredTill, GoesOnInANewEpochThatNamesWhereItLeftTheOldOne) {
  EXPECT_EQ(restore(), "s1-till1-B000001");
  EXPECT_NE(outbox_->current_epoch(), backed_up_.epoch);
  const auto rows = outbox_->waiting(0, 100);
  ASSERT_EQ(rows.size(), 5u);
  const auto first = sync::decode_row(rows.back().body);
  ASSERT_TRUE(first);
  const auto& noted = std::get<TillNoted>(first->fact);
  EXPECT_EQ(noted.code, "restored");
  EXPECT_EQ(noted.forked_from,
            (RowName{backed_up_.epoch, backed_up_.seq,
                     outbox_->hash_at(backed_up_.epoch, backed_up_.seq).value()}));
  EXPECT_EQ(first->place.seq, 1);
  EXPECT_EQ(first->place.prev, sync::kZeroHash);
  verified();
}

TEST_F(RestoredTill, SellsOnInTheNextSeriesAndIsWhole) {
  restore();
  EXPECT_EQ(sell().receipt, "s1-till1-B000001");
  EXPECT_EQ(sell().receipt, "s1-till1-B000002");
  EXPECT_TRUE(ledger_->sale("s1-till1-A000003"));
  EXPECT_FALSE(ledger_->sale("s1-till1-A000004")) << "sold after the backup";
  const ShiftClosed z = ledger_->shift_totals();
  EXPECT_EQ(z.sales, 5);
  EXPECT_EQ(verified().sales, 5);
}

TEST_F(RestoredTill, NeverGivesANumberOfTheDatabaseThatItReplaces) {
  restore();
  sell();
  EXPECT_EQ(restore(), "s1-till1-C000001") << "the same backup once more";
  EXPECT_EQ(sell().receipt, "s1-till1-C000001");
  verified();
}

TEST_F(RestoredTill, DropsTheSaleThatWasOnTheCounterOfTheBackup) {
  restore();
  EXPECT_FALSE(ledger_->load_draft().sale.open());
}

TEST_F(RestoredTill, AsksCentralToKnowItsNewKey) {
  outbox_->set_note("enrolled", "approved");
  std::filesystem::remove(backup_);
  backup(*database_, backup_);
  restore();
  EXPECT_EQ(outbox_->note("enrolled"), "");
}

TEST_F(RestoredTill, KeepsWhatWasThere) {
  restore();
  EXPECT_EQ(aside_, path_ + ".before-20251123T121320Z");
  Database old(aside_);
  EXPECT_EQ(verify_journal(old).sales, 4);
}

TEST_F(RestoredTill, PutsADamagedFileAsideAsItIs) {
  close();
  const std::string rubbish(8192, 'x');
  std::ofstream(path_) << rubbish;
  std::filesystem::remove(path_ + "-wal");
  const Present present = look_at(path_);
  EXPECT_TRUE(present.there);
  EXPECT_TRUE(present.damaged);
  restore("damaged");
  std::ifstream kept(aside_);
  EXPECT_NE(aside_.find(".damaged-"), std::string::npos);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(kept), {}), rubbish);
}

TEST_F(RestoredTill, IsNotMadeOutOfWhatIsNoBackupOrADamagedOne) {
  std::filesystem::remove(backup_);
  EXPECT_NE(why().find("there is no such file"), std::string::npos);
  std::ofstream(backup_) << std::string(8192, 'x');
  EXPECT_NE(why().find("cannot be restored"), std::string::npos);
  EXPECT_NE(why().find("Nothing was changed"), std::string::npos);
  std::filesystem::remove(backup_);
  tamper("UPDATE journal SET body = replace(body, '\"quantity\":1000', '\"quantity\":9000')");
  backup(*database_, backup_);
  EXPECT_NE(why().find("its journal is not whole"), std::string::npos);
}

TEST_F(RestoredTill, WhoseForkIsMovedElsewhereIsFound) {
  restore();
  sell();
  tamper(
      "UPDATE epoch SET no = 3 WHERE no = 2; UPDATE journal SET id = id + (1 << 40) WHERE id >> 40 "
      "= 2;"
      "UPDATE outbox SET id = id + (1 << 40) WHERE id >> 40 = 2");
  EXPECT_FALSE(verify_journal(*database_).ok());
}

}  // namespace
}  // namespace pos::storage

#include "storage/pruner.h"

#include "storage/verify.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

constexpr int64_t kDay = 86'400'000;
constexpr Instant kBegin{1'763'806'530'123};  // of TillDatabase's sales

class OldJournal : public TillDatabase {
 protected:
  // A shift of `sales` sales, closed.
  void work(int sales) {
    open_shift();
    for (int i = 0; i < sales; ++i) sell();
    ShiftClosed z = ledger_->shift_totals();
    z.header = header();
    ledger_->record(z);
  }
  // Central confirms all that is there, on that day.
  void confirm(int64_t day) {
    for (const auto& e : outbox_->epochs()) {
      outbox_->settle(e.epoch, e.seq, outbox_->hash_at(e.epoch, e.seq).value_or(""), after(day));
    }
  }
  static Instant after(int64_t days) { return {kBegin.unix_ms + days * kDay}; }
  int prune(int64_t day, int64_t keep_days = 90) {
    Pruner pruner(*database_, *ledger_, keep_days);
    int slices = 0;
    while (pruner.step(after(day))) ++slices;
    return slices;
  }
  VerifyReport verified() {
    const VerifyReport report = verify_journal(*database_);
    EXPECT_TRUE(report.ok()) << report.faults.front();
    return report;
  }
  int64_t count(const char* sql) {
    const Database::Turn turn(*database_, Database::Who::cashier);
    Query q(*database_, sql);
    q.row();
    return q.integer(0);
  }
};

TEST_F(OldJournal, BeginsAtASignedRowAndIsWhole) {
  work(60), work(70);
  confirm(1);
  work(3);
  confirm(100);
  EXPECT_GT(prune(100), 3);
  const VerifyReport report = verified();
  EXPECT_EQ(report.pruned_rows, 62 + 72);
  EXPECT_EQ(report.sales, 3);
  EXPECT_EQ(report.rows, 5 + 1);
  EXPECT_FALSE(ledger_->sale("s1-till1-A000130"));
  EXPECT_TRUE(ledger_->sale("s1-till1-A000131"));
  EXPECT_EQ(count("SELECT count(*) FROM sale_line"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM tender"), 3);
  EXPECT_EQ(count("SELECT count(*) FROM shift"), 1);
  EXPECT_EQ(prune(100), 0) << "nothing is left to do";
}

TEST_F(OldJournal, GoesOnWithItsNumbersAndSums) {
  work(5), work(5);
  confirm(1), confirm(100);
  prune(100);
  open_shift();
  EXPECT_EQ(sell().receipt, "s1-till1-A000011");
  EXPECT_EQ(ledger_->shift_totals().z_number, 3);
  EXPECT_EQ(ledger_->shift_totals().grand_total, Money{11 * 199});
  EXPECT_EQ(outbox_->counts().waiting, 3) << "the closing row, the shift, the sale";
  verified();
}

TEST_F(OldJournal, IsPrunedAgainFromWhereItBegins) {
  work(5), work(5), work(5);
  confirm(1), confirm(100);
  prune(100);
  const auto first = verified().pruned_rows;
  confirm(101);
  work(2), work(2);
  confirm(102), confirm(240);
  prune(240);
  EXPECT_GT(verified().pruned_rows, first);
}

TEST_F(OldJournal, KeepsWhatCentralHasNotSignedForLongEnough) {
  work(5), work(5);
  EXPECT_EQ(prune(100), 0) << "never settled";
  confirm(95), confirm(100);
  EXPECT_EQ(prune(100), 0) << "settled five days ago";
  EXPECT_EQ(prune(126), 0) << "not confirmed on that day";
  confirm(126);
  EXPECT_GT(prune(126), 0);
  EXPECT_GT(verified().pruned_rows, 0);
}

TEST_F(OldJournal, KeepsWhatCentralHasForgotten) {
  work(5), work(5);
  confirm(1);
  outbox_->requeue_after(outbox_->current_epoch(), 3);
  confirm(100);
  EXPECT_EQ(prune(100), 0);
  verified();
}

TEST_F(OldJournal, KeepsTheConfiguredTimeAndThirtyDaysWhateverIsConfigured) {
  work(5), work(5);
  confirm(0), confirm(29), confirm(31), confirm(400);
  EXPECT_EQ(prune(400, 3650), 0);
  EXPECT_EQ(prune(29, 1), 0);
  EXPECT_GT(prune(31, 1), 0);
}

TEST_F(OldJournal, KeepsTheLastShift) {
  work(5);
  confirm(1), confirm(100);
  EXPECT_EQ(prune(100), 0);
}

TEST_F(OldJournal, IsFinishedByTheNextStartAfterAnEndInTheMiddle) {
  work(60), work(70), work(1);
  confirm(1), confirm(100);
  {
    Pruner pruner(*database_, *ledger_, 90);
    while (count("SELECT count(*) FROM note WHERE name = 'journal_closed'") == 0)
      ASSERT_TRUE(pruner.step(after(100)));
    pruner.step(after(100));
  }
  verified();
  reopen();
  verified();
  prune(100);
  EXPECT_EQ(verified().pruned_rows, 62 + 72);
  EXPECT_EQ(count("SELECT count(*) FROM sale"), 1);
}

TEST_F(OldJournal, ThatBeginsWithoutASignedRowIsNotWhole) {
  work(5), work(5);
  confirm(1), confirm(100);
  prune(100);
  tamper("DELETE FROM note WHERE name = 'journal_closed'");
  EXPECT_NE(verify_journal(*database_).faults.at(0).find("is missing"), std::string::npos);
}

TEST_F(OldJournal, OfARestoredTillIsPrunedAcrossItsEpochs) {
  work(5), work(5);
  TillNoted noted;
  noted.header = header();
  noted.code = "restored";
  ledger_->begin_epoch(noted, 0);
  work(4), work(1);
  confirm(1), confirm(100);
  prune(100);
  const auto report = verified();
  EXPECT_EQ(report.pruned_rows, 7 + 7 + 1 + 6);
  EXPECT_EQ(report.last_receipt, "s1-till1-B000005");
}

}  // namespace
}  // namespace pos::storage

// A new epoch on a real database: rows get a new place and keep what they say.
#include "storage/verify.h"
#include "sync/wire.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

std::string first_fault(Database& database) {
  const VerifyReport report = verify_journal(database);
  return report.ok() ? "" : report.faults.front();
}

class Rechain : public TillDatabase {
 protected:
  void fork(const std::string& epoch, int64_t after, bool next_series = true,
            const std::string& last_receipt = "") {
    outbox_->begin_epoch({epoch, after, "forked", "test", next_series, last_receipt},
                         {1'763'806'600'000});
  }
  void settle_all() {
    for (const sync::EpochSeq& e : outbox_->epochs()) {
      if (e.seq > 0) outbox_->settle(e.epoch, e.seq, *outbox_->hash_at(e.epoch, e.seq), {});
    }
  }
};

TEST_F(Rechain, RowsBehindTheForkMoveWithTheirContentsAndWaitAgain) {
  open_shift();
  for (int i = 0; i < 9; ++i) sell("milk", 2);
  projections_->apply(std::vector<sync::Stock>{{"milk", 100'000, 5, {}}});
  const std::string old = outbox_->current_epoch();
  settle_all();
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{100'000});
  const auto before = outbox_->rows(0, 100);
  fork(old, 4);
  const auto after = outbox_->rows(0, 100);
  const std::string fresh = outbox_->current_epoch();
  ASSERT_NE(fresh, old);
  ASSERT_EQ(after.size(), before.size() + 2);  // the row that begins it, and the next series
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(after[i].body, before[i].body);
  for (size_t i = 4; i < before.size(); ++i) {
    const auto& moved = after[i + 1];
    EXPECT_EQ(moved.epoch, fresh);
    EXPECT_EQ(moved.seq, static_cast<int64_t>(i) - 2);
    EXPECT_EQ(moved.transaction_id, before[i].transaction_id);
    EXPECT_EQ(sync::content_hash(moved.body), sync::content_hash(before[i].body));
    EXPECT_NE(moved.hash, before[i].hash);
  }
  EXPECT_EQ(outbox_->counts().waiting, 8);
  EXPECT_EQ(outbox_->counts().settled, 4);
  EXPECT_EQ(outbox_->first_waiting(fresh), 1);
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{88'000})
      << "six sales are unsettled again";
  EXPECT_EQ(first_fault(*database_), "");
  EXPECT_EQ(sell().receipt, "s1-till1-B000001");
  reopen();
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{87'000});
  EXPECT_EQ(ledger_->sale("s1-till1-A000007")->receipt, "s1-till1-A000007");
  EXPECT_EQ(first_fault(*database_), "");
}

TEST_F(Rechain, ManyTimesOverWithClosedShiftsTheJournalStaysWhole) {
  std::vector<std::string> epochs;
  for (int round = 0; round < 6; ++round) {
    open_shift();
    for (int i = 0; i < 5; ++i) sell("p" + std::to_string(i), 1);
    ShiftClosed z = ledger_->shift_totals();
    z.header = header();
    ledger_->record(z);
    if (round % 2 == 0) settle_all();
    epochs.push_back(outbox_->current_epoch());
    const auto kept = outbox_->epochs();
    const auto& from = kept[static_cast<size_t>(round * 7) % kept.size()];
    fork(from.epoch, from.seq / 2, round % 3 != 0);
    ASSERT_EQ(first_fault(*database_), "") << round;
    reopen();
    EXPECT_TRUE(ledger_->z_report(round + 1)) << "the closing's row has moved along";
  }
  settle_all();
  EXPECT_EQ(outbox_->counts().waiting, 0);
  EXPECT_EQ(first_fault(*database_), "");
}

TEST_F(Rechain, FromTheVeryFirstRowOnAndWithNothingToMove) {
  open_shift();
  sell();
  const std::string old = outbox_->current_epoch();
  fork(old, 0, false);
  EXPECT_EQ(outbox_->epochs().size(), 1u);
  EXPECT_EQ(first_fault(*database_), "");
  EXPECT_EQ(sell().receipt, "s1-till1-A000002");
  const sync::EpochSeq last = outbox_->epochs().back();
  fork(last.epoch, last.seq, true, "s1-till1-D000017");
  EXPECT_EQ(outbox_->epochs().back().seq, 1);
  EXPECT_EQ(first_fault(*database_), "");
  EXPECT_EQ(sell().receipt, "s1-till1-E000001");
  EXPECT_TRUE(outbox_->receipt_is_ahead("s1-till1-E000002"));
  EXPECT_FALSE(outbox_->receipt_is_ahead("s1-till1-E000001"));
  EXPECT_FALSE(outbox_->receipt_is_ahead("s1-till2-Z000002"));
  EXPECT_FALSE(outbox_->receipt_is_ahead(""));
  EXPECT_EQ(first_fault(*database_), "");
}

// A next series was begun and nothing sold in it; then rows without a sale are moved.
TEST_F(Rechain, RowsBehindANewSeriesWithoutASale) {
  open_shift();
  sell();
  const sync::EpochSeq first = outbox_->epochs().back();
  fork(first.epoch, first.seq);
  ledger_->record(CashMoved{header(), {100}, "change"});
  ledger_->record(CashMoved{header(), {100}, "change"});
  const sync::EpochSeq second = outbox_->epochs().back();
  fork(second.epoch, second.seq - 1, false);
  EXPECT_EQ(first_fault(*database_), "");
  EXPECT_EQ(sell().receipt, "s1-till1-B000001");
  fork(second.epoch, 0);
  EXPECT_EQ(first_fault(*database_), "");
  EXPECT_EQ(sell().receipt, "s1-till1-C000001");
  EXPECT_EQ(first_fault(*database_), "");
}

TEST_F(Rechain, TheOpenSaleStaysOnTheCounter) {
  open_shift();
  sell();
  Draft draft;
  draft.cashier = {"1"};
  draft.sale = Sale(ledger_->new_transaction_id({1'763'806'530'123}), {}, {}, 1);
  Item item;
  item.id = {"milk"};
  item.price = {199};
  draft.sale.add(item, "1", kOnePiece);
  ledger_->save_draft(draft);
  fork(outbox_->current_epoch(), 1);
  EXPECT_EQ(ledger_->load_draft().sale.lines().size(), 1u);
}

// The commit came through, its answer did not; before the cashier's retry the chain has moved.
TEST_F(Rechain, ASaleThatIsRecordedOnceMoreAfterwardsIsAnsweredNotWrittenTwice) {
  open_shift();
  const CompletedSale sale = sale_of("milk", 1);
  const Recorded first = ledger_->record(sale);
  fork(outbox_->current_epoch(), 2);
  const Recorded again = ledger_->record(sale);
  EXPECT_EQ(again.receipt, first.receipt);
  fork(outbox_->current_epoch(), 0);
  EXPECT_EQ(ledger_->record(sale).receipt, first.receipt);
  EXPECT_EQ(outbox_->rows(0, 100).size(), 2u + 2u + 1u);
  EXPECT_EQ(first_fault(*database_), "");
}

}  // namespace
}  // namespace pos::storage

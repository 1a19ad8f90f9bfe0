#include "storage/ledger.h"

#include "sync/wire.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

TEST_F(TillDatabase, ANoteLeavesTheOpenSaleOnTheCounter) {
  open_shift();
  Sale sale({"0193a1c2-0000-7000-8000-00000000000a"}, {}, {}, 1);
  Item milk;
  milk.id = {"milk"};
  milk.price = {129};
  sale.add(milk, "1", kOnePiece);
  ledger_->save_draft({{"1"}, sale});
  ledger_->record(TillNoted{header(), "discount", "line 1"});
  ledger_->record(CashMoved{header(), {500}, "change"});
  ledger_->record(DrawerOpened{header(), "no sale"});
  EXPECT_EQ(ledger_->load_draft().sale.lines(), sale.lines());
}

TEST_F(TillDatabase, ASaleIsWholeAfterAReopen) {
  open_shift();
  const CompletedSale sale = sale_of("milk", 2);
  const Recorded recorded = ledger_->record(sale);
  EXPECT_EQ(recorded.receipt, "s1-till1-A000001");
  EXPECT_EQ(recorded.seq, 2);
  reopen();
  const auto back = ledger_->last_sale();
  ASSERT_TRUE(back);
  EXPECT_EQ(back->receipt, recorded.receipt);
  EXPECT_EQ(back->total, sale.total);
  EXPECT_EQ(back->header.id, sale.header.id);
  EXPECT_EQ(ledger_->sale("s1-till1-A000001")->total, sale.total);
  EXPECT_FALSE(ledger_->sale("s1-till1-A000002"));
  EXPECT_FALSE(ledger_->sale("s2-till1-A000001"));
}

TEST_F(TillDatabase, RowsFormOneChainOfSignedBytes) {
  open_shift();
  for (int i = 0; i < 5; ++i) sell();
  const auto rows = outbox_->waiting(0, 100);
  ASSERT_EQ(rows.size(), 6u);
  std::string prev = sync::kZeroHash;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto row = sync::decode_row(rows[i].body);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->place.seq, static_cast<int64_t>(i + 1));
    EXPECT_EQ(row->place.prev, prev);
    const std::string hash = sync::row_hash(*sync::unhex(prev), rows[i].body);
    EXPECT_EQ(rows[i].hash, sync::hex(hash));
    EXPECT_TRUE(sync::verify(key_.public_key, hash, *sync::unbase64(rows[i].signature)));
    prev = rows[i].hash;
  }
}

TEST_F(TillDatabase, TheSameTransactionIsNeverWrittenTwice) {
  open_shift();
  const CompletedSale sale = sale_of("milk", 1);
  const Recorded first = ledger_->record(sale);
  reopen();  // the commit's answer never came
  const Recorded again = ledger_->record(sale);
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(again.receipt, first.receipt);
  EXPECT_EQ(outbox_->waiting(0, 100).size(), 2u);
}

TEST_F(TillDatabase, ADraftSurvivesAndASaleClearsIt) {
  Item milk;
  milk.id = {"milk"};
  milk.price = {129};
  Sale sale(ledger_->new_transaction_id({1}), {}, {}, 1);
  sale.add(milk, "1", kOnePiece);
  ledger_->save_draft({{"1"}, sale});
  reopen();
  EXPECT_EQ(ledger_->load_draft().sale.lines(), sale.lines());
  EXPECT_FALSE(ledger_->load_draft().just_sold);
  open_shift();
  sell();
  reopen();
  EXPECT_FALSE(ledger_->load_draft().sale.open());
  EXPECT_TRUE(ledger_->load_draft().just_sold);
}

TEST_F(TillDatabase, TheShiftsTotalsAreTheSumsOfItsSales) {
  open_shift();
  sell("milk", 2);
  sell("bread", 1);
  ShiftClosed z = ledger_->shift_totals();
  EXPECT_EQ(z.sales, 2);
  EXPECT_EQ(z.turnover, Money{597});
  EXPECT_EQ(z.expected, Money{10'597});
  EXPECT_EQ(z.first_receipt, "s1-till1-A000001");
  EXPECT_EQ(z.last_receipt, "s1-till1-A000002");
  ASSERT_EQ(z.taxes.size(), 1u);
  EXPECT_EQ(z.taxes[0].gross, Money{597});
  EXPECT_EQ(z.z_number, 1);
  z.header = header();
  ledger_->record(z);
  EXPECT_FALSE(ledger_->shift());
  open_shift();
  z = ledger_->shift_totals();
  EXPECT_EQ(z.sales, 0);
  EXPECT_EQ(z.z_number, 2);
  EXPECT_EQ(z.grand_total, Money{597});
}

TEST(Receipts, ANumberIsReadBackFromItsText) {
  for (const int64_t series : {1, 2, 26, 27, 52, 53, 702, 703}) {
    const std::string text = receipt_text("s1", "till1", series, 42);
    EXPECT_EQ(sale_id_of(text, "s1", "till1"), series << kSeqBits | 42) << text;
  }
  EXPECT_EQ(receipt_text("s1", "till1", 27, 1'234'567), "s1-till1-AA1234567");
  for (const char* bad : {"", "s1-till1-", "s1-till1-A", "s1-till1-000042", "s1-till1-A0",
                          "s1-till1-A12x", "s1-till2-A000042"}) {
    EXPECT_FALSE(sale_id_of(bad, "s1", "till1")) << bad;
  }
}

}  // namespace
}  // namespace pos::storage

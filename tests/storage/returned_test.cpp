// What came back of which line: written with the return, and never more than was sold.
#include "storage/verify.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class Returned : public TillDatabase {
 protected:
  Returned() { open_shift(), sell("milk", 3); }
  // A return of so many of the three, whatever came back before.
  CompletedSale return_of(int64_t pieces) {
    const auto from = ledger_->returnable("s1-till1-A000001");
    const Line& sold = from->sale.lines[0];
    const FactHeader h = header();
    Sale sale(h.id, {}, {}, 1);
    sale.take_back(
        {from->sale.header.id, from->sale.receipt}, sold,
        next_part({sold.quantity, sold.total, from->sale.line_taxes[0], {}}, {}, {pieces * 1000}),
        "sour");
    EXPECT_TRUE(sale.tender(TenderKind::cash, sale.total(), ""));
    return sale.complete(h, "EUR");
  }
  Part back() { return ledger_->returnable("s1-till1-A000001")->back[0]; }
};

TEST_F(Returned, IsKnownFromItsCommitOn) {
  EXPECT_EQ(back(), Part{});
  ledger_->record(return_of(2));
  EXPECT_EQ(back(), (Part{{2000}, {398}, {67}, {}}));
  reopen();
  EXPECT_EQ(back(), (Part{{2000}, {398}, {67}, {}}));
  EXPECT_TRUE(verify_journal(*database_).ok());
}

// Register looks before; whatever it missed, the transaction does not.
TEST_F(Returned, MoreThanWasSoldIsNotRecorded) {
  ledger_->record(return_of(2));
  const CompletedSale again = return_of(2);
  EXPECT_THROW(ledger_->record(again), Error);
  EXPECT_EQ(back(), (Part{{2000}, {398}, {67}, {}}));
  EXPECT_EQ(verify_journal(*database_).sales, 2);
  EXPECT_TRUE(verify_journal(*database_).ok());
  CompletedSale stranger = return_of(1);
  stranger.original_receipt = "s1-till2-A000001";
  EXPECT_THROW(ledger_->record(stranger), Error);
  stranger.original_receipt = "s1-till1-A000077";
  EXPECT_THROW(ledger_->record(stranger), Error);
  ledger_->record(return_of(1));
  EXPECT_TRUE(verify_journal(*database_).ok());
}

TEST_F(Returned, EveryColumnIsHeldAgainstTheRow) {
  ledger_->record(return_of(2));
  for (const char* edit : {"return_line = 9", "line_id = 9", "sale_id = 1", "quantity = 1000",
                           "total = 397", "tax = 66", "discount = 1"}) {
    SCOPED_TRACE(edit);
    const std::string before = path_ + ".before";
    close();
    std::filesystem::copy_file(path_, before, std::filesystem::copy_options::overwrite_existing);
    open();
    tamper("UPDATE returned SET " + std::string(edit));
    const VerifyReport report = verify_journal(*database_);
    ASSERT_FALSE(report.ok());
    EXPECT_NE(report.faults[0].find("`returned`"), std::string::npos) << report.faults[0];
    close();
    std::filesystem::remove(path_ + "-wal");
    std::filesystem::copy_file(before, path_, std::filesystem::copy_options::overwrite_existing);
    open();
  }
  EXPECT_TRUE(verify_journal(*database_).ok());
}

}  // namespace
}  // namespace pos::storage

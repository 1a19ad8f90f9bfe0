#include "storage/verify.h"

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class Tampered : public TillDatabase {
 protected:
  Tampered() {
    open_shift();
    for (int i = 0; i < 5; ++i) sell();
  }
  std::string first_fault() {
    const VerifyReport report = verify_journal(*database_);
    return report.ok() ? "whole" : report.faults.front();
  }
  bool names(const char* row) { return first_fault().find(row) == 0; }
};

TEST_F(Tampered, NotAtAllIsWhole) {
  EXPECT_EQ(first_fault(), "whole");
  const VerifyReport report = verify_journal(*database_);
  EXPECT_EQ(report.rows, 6);
  EXPECT_EQ(report.sales, 5);
  EXPECT_EQ(report.last_receipt, "s1-till1-A000005");
}

TEST_F(Tampered, AnEditedByteIsNamed) {
  tamper(
      "UPDATE journal SET body = replace(body, '\"quantity\":1000', '\"quantity\":9000') WHERE id "
      "& 0xff = 4");
  EXPECT_TRUE(names("row 4 ")) << first_fault();
}

TEST_F(Tampered, ADeletedRowIsNamed) {
  tamper("DELETE FROM journal WHERE id & 0xff = 3");
  EXPECT_TRUE(names("row 3 ")) << first_fault();
}

TEST_F(Tampered, TheLastRowMissingIsSeen) {
  tamper("DELETE FROM journal WHERE id & 0xff = 6");
  EXPECT_NE(first_fault().find("missing at the end"), std::string::npos);
}

TEST_F(Tampered, TwoRowsSwappedAreNamed) {
  tamper(
      "UPDATE journal SET id = -1 WHERE id & 0xff = 3; UPDATE journal SET id = id - 1 WHERE id & "
      "0xff = 4;"
      "UPDATE journal SET id = (1 << 40) | 4 WHERE id = -1");
  EXPECT_TRUE(names("row 3 ")) << first_fault();
}

TEST_F(Tampered, AForeignSignatureIsNamed) {
  tamper("UPDATE journal SET signature = zeroblob(64) WHERE id & 0xff = 2");
  EXPECT_TRUE(names("row 2 ")) << first_fault();
}

TEST_F(Tampered, TablesThatDisagreeAreNamed) {
  tamper("UPDATE tender SET amount = amount + 1 WHERE sale_id & 0xff = 3");
  EXPECT_TRUE(names("row 4 ")) << first_fault();
}

}  // namespace
}  // namespace pos::storage

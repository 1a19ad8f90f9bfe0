// A till of an older version, opened by this one: its sales, its open sale and its numbers are all
// there, and what it was is kept beside it.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "storage/database.h"
#include "storage/migrations.h"

namespace pos::storage {
namespace {

namespace fs = std::filesystem;

class OldTill : public testing::Test {
 protected:
  OldTill() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    SQLite::Database db(path_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec("PRAGMA journal_mode=WAL");
    db.exec(kMigrations[0]);
    db.exec(
        "PRAGMA application_id=0x4c656166; PRAGMA user_version=1;"
        "INSERT INTO till VALUES (1, 's1', 'till1', 'EUR', 'Europe/Vienna', 'Shop', '', 1, 7, 'ab',"
        " 1, 5, 2, 1990, 't7');"
        "INSERT INTO product VALUES (1, 'p1', 'Pear', '1', 'each', 199, 0, 200000, '', 0, 0, '', 0,"
        " 3, 0)");
  }
  ~OldTill() override { fs::remove_all(folder_); }
  std::string folder_ = testing::TempDir() + "/leaftill-old-" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
  std::string path_ = folder_ + "/till.db";
};

std::string ask(const std::string& path, const char* sql) {
  SQLite::Database db(path, SQLite::OPEN_READONLY);
  return db.execAndGet(sql).getString();
}

TEST_F(OldTill, IsBroughtUpToThisVersionAndKeepsItsNumbers) {
  { Database database(path_); }
  EXPECT_EQ(ask(path_, "PRAGMA user_version"), std::to_string(std::size(kMigrations)));
  EXPECT_EQ(
      ask(path_, "SELECT seq || ' ' || number || ' ' || grand_total || ' ' || tax_mode FROM till"),
      "7 5 1990 inclusive");
  EXPECT_EQ(ask(path_, "SELECT name || deposit FROM product"), "Pear");
}

// Its Z can be read again, although nobody noted its row when it was closed.
TEST_F(OldTill, KnowsTheRowsThatClosedItsShifts) {
  {
    SQLite::Database(path_, SQLite::OPEN_READWRITE)
        .exec(
            "INSERT INTO journal VALUES ((1 << 40) + 7, 'shift.closed', 't7', NULL, 99, 'k',"
            " zeroblob(32), zeroblob(64), '{}');"
            "INSERT INTO shift VALUES (1, 's', '1', '2025-11-22', 1, 0, 0, 99, 1, 0),"
            " (2, 's2', '1', '2025-11-23', 100, 0, 0, NULL, NULL, NULL)");
  }
  { Database database(path_); }
  EXPECT_EQ(ask(path_, "SELECT group_concat(coalesce(closing - (1 << 40), 'open')) FROM shift"),
            "7,open");
  EXPECT_EQ(ask(path_, "SELECT sum(cash_moved) FROM shift"), "0");
}

// Rows of its gift cards are found by the card, also among bytes that say nothing.
TEST_F(OldTill, KnowsTheGiftCardsThatItSold) {
  SQLite::Database(path_, SQLite::OPEN_READWRITE)
      .exec(
          "INSERT INTO journal VALUES ((1 << 40) + 7, 'gift.issued', 't7', NULL, 99, 'k',"
          " zeroblob(32), zeroblob(64), '{\"seq\":7,\"card\":\"G-1\",\"amount\":5}'),"
          " ((1 << 40) + 8, 'gift.redeemed', 't8', NULL, 99, 'k', zeroblob(32), zeroblob(64), '{'),"
          " ((1 << 40) + 9, 'gift.issued', 't9', NULL, 99, 'k', zeroblob(32), zeroblob(64),"
          " '{\"card\":\"G-10\"}')");
  { Database database(path_); }
  EXPECT_EQ(ask(path_,
                "SELECT group_concat(transaction_id) FROM journal INDEXED BY journal_gift WHERE"
                " substr(body, instr(body, '\"card\":\"') + 8, 33) >= 'G-1\"' AND"
                " substr(body, instr(body, '\"card\":\"') + 8, 33) < 'G-1#' AND"
                " type IN ('gift.issued', 'gift.redeemed')"),
            "t7");
}

TEST_F(OldTill, IsSearchedByTheNamesThatItHad) {
  Database database(path_);
  const Database::Turn turn(database, Database::Who::cashier);
  Query q(database, "SELECT rowid FROM product_name WHERE product_name MATCH '\"pea\"*'");
  ASSERT_TRUE(q.row());
  EXPECT_EQ(q.integer(0), 1);
}

TEST_F(OldTill, IsKeptAsItWasForItsOwnerAlone) {
  { Database database(path_); }
  const std::string before = path_ + ".v1";
  EXPECT_EQ(ask(before, "PRAGMA user_version"), "1");
  EXPECT_EQ(ask(before, "SELECT number FROM till"), "5");
  struct stat info {};
  ASSERT_EQ(stat(before.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

// A half-written copy of an upgrade that was cut short is no reason to stop.
TEST_F(OldTill, IsUpgradedOnceMoreAfterAnUpgradeThatWasCutShort) {
  {
    SQLite::Database(path_ + ".v1", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE half(x)");
  }
  { Database database(path_); }
  EXPECT_EQ(ask(path_ + ".v1", "SELECT number FROM till"), "5");
  { Database again(path_); }  // nothing left to do
  EXPECT_EQ(ask(path_ + ".v1", "PRAGMA user_version"), "1");
}

TEST_F(OldTill, IsLeftAloneIfItCannotBeUpgraded) {
  {
    SQLite::Database(path_, SQLite::OPEN_READWRITE)
        .exec("ALTER TABLE product ADD COLUMN deposit TEXT");
  }
  EXPECT_THROW(Database{path_}, Error);
  EXPECT_EQ(ask(path_, "PRAGMA user_version"), "1");
  EXPECT_THROW(ask(path_, "SELECT tax_mode FROM till"), SQLite::Exception);
}

}  // namespace
}  // namespace pos::storage

// The power is cut, or the disk fails, in front of every operation of the first opening of a till
// of the first version: its numbers are there afterwards, and it is of this version or of its own.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "storage/database.h"
#include "storage/migrations.h"
#include "tests/storage/sim_disk.h"

namespace pos::storage {
namespace {

Image old_till() {
  SimDisk disk;
  {
    SQLite::Database db(std::string("till.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0,
                        disk.vfs());
    db.exec("PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL");
    db.exec(kMigrations[0]);
    db.exec(
        "PRAGMA application_id=0x4c656166; PRAGMA user_version=1;"
        "INSERT INTO till VALUES (1, 's1', 'till1', 'EUR', 'Europe/Vienna', 'Shop', '', 1, 7, 'ab',"
        " 1, 5, 2, 1990, 't7');"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
        " INSERT INTO product SELECT i, 'p' || i, 'Pear ' || i, '', 'each', 199, 0, 0, '', 0, 0, "
        "'',"
        " 0, 3, 0 FROM n");
  }
  return disk.after_power_cut(Unsynced::kept, 0);
}

// Opens what was left; words for what is not as it should be.
std::string fault_of(const Image& left) {
  SimDisk disk(left);
  Database database("till.db", disk.vfs());
  const Database::Turn turn(database, Database::Who::cashier);
  Query whole(database, "PRAGMA integrity_check");
  if (!whole.row() || whole.text(0) != "ok") return "damaged: " + whole.text(0);
  Query numbers(database, "SELECT seq || ' ' || number || ' ' || grand_total FROM till");
  if (!numbers.row() || numbers.text(0) != "7 5 1990") return "its numbers are others";
  Query found(database, "SELECT count(*) FROM product_name WHERE product_name MATCH 'pear'");
  if (!found.row() || found.integer(0) != 200) return "its products are not found";
  return {};
}

TEST(OldTillOnADisk, LosesNothingWhenThePowerIsCutAnywhereInItsUpgrade) {
  const Image old = old_till();
  SimDisk disk(old);
  int64_t operations = 0, faults = 0;
  disk.before_each([&] {
    ++operations;
    for (const Unsynced unsynced : {Unsynced::kept, Unsynced::dropped, Unsynced::torn}) {
      if (faults >= 5) return;
      std::string fault;
      try {
        fault = fault_of(disk.after_power_cut(unsynced, uint64_t(operations)));
      } catch (const std::exception& e) {
        fault = e.what();
      }
      if (fault.empty()) continue;
      ++faults;
      ADD_FAILURE() << "operation " << operations << ": " << fault;
    }
  });
  { Database database("till.db", disk.vfs()); }
  EXPECT_GT(operations, 50);
}

TEST(OldTillOnADisk, IsUpgradedByTheNextStartAfterAFailureAnywhere) {
  const Image old = old_till();
  for (const SimDisk::Fault kind : {SimDisk::Fault::io_error, SimDisk::Fault::full}) {
    for (int64_t at = 1;; ++at) {
      SimDisk disk(old);
      disk.fail(kind, at, 1);
      try {
        Database database("till.db", disk.vfs());
      } catch (const Error& e) {
        EXPECT_FALSE(std::string(e.what()).empty());
      }
      const bool failed = disk.failed() > 0;
      const bool reached = disk.operations() >= at;
      disk.heal();
      const std::string fault = fault_of(disk.after_power_cut(Unsynced::kept, 0));
      ASSERT_EQ(fault, "") << "operation " << at;
      if (!failed && !reached) break;
    }
  }
}

}  // namespace
}  // namespace pos::storage

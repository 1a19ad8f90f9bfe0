#include "storage/database.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

std::string why(const std::string& path) {
  try {
    Database database(path);
    return "opened";
  } catch (const Error& e) {
    return e.what();
  }
}

TEST_F(TillDatabase, ASecondTillIsTurnedAwayWithWords) {
  EXPECT_NE(why(path_).find("in use by a running till"), std::string::npos);
}

TEST_F(TillDatabase, NothingButAProvisionedFileIsOpenedAndNothingIsMade) {
  const std::string missing = folder_ + "/missing.db";
  EXPECT_NE(why(missing).find("leaftillctl provision"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(missing));

  const std::string empty = folder_ + "/empty.db";
  std::ofstream(empty).close();
  EXPECT_NE(why(empty).find("is empty"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(empty), 0u);

  const std::string text = folder_ + "/text.db";
  std::ofstream(text) << std::string(8192, 'x');
  EXPECT_NE(why(text).find("damaged, or not a database"), std::string::npos);

  const std::string foreign = folder_ + "/foreign.db";
  {
    SQLite::Database(foreign, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE t(x)");
  }
  EXPECT_NE(why(foreign).find("another program"), std::string::npos);
  EXPECT_EQ(why(folder_).find("opened"), std::string::npos);
}

// SQLite's disk takes less than 128 KiB at once.
TEST_F(TillDatabase, ACommitOfAMegabyteIsKept) {
  {
    const Database::Turn turn(*database_, Database::Who::cashier);
    const std::string text(5000, 'x');
    database_->transact(Database::Durability::full, [&] {
      for (int i = 0; i < 250; ++i) {
        const std::string name = "n" + std::to_string(i);
        Query q(*database_, "INSERT INTO note (name, value) VALUES (?, ?)");
        q << name << text;
        q.run();
      }
    });
  }
  reopen();
  const Database::Turn turn(*database_, Database::Who::cashier);
  Query q(*database_, "SELECT count(*), sum(length(value)) FROM note");
  ASSERT_TRUE(q.row());
  EXPECT_EQ(q.integer(0), 250);
  EXPECT_EQ(q.integer(1), 250 * 5000);
}

TEST_F(TillDatabase, ANewerSchemaIsRefusedAndLeftAlone) {
  close();
  std::string version;
  {
    SQLite::Database file(path_, SQLite::OPEN_READWRITE);
    version = file.execAndGet("PRAGMA user_version").getString();
    file.exec("PRAGMA user_version = 99");
  }
  EXPECT_NE(why(path_).find("newer Leaftill"), std::string::npos);
  { SQLite::Database(path_, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = " + version); }
  open();
}

TEST_F(TillDatabase, ProvisioningTwiceChangesNothing) {
  EXPECT_THROW(provision(path_, {}, {0}), Error);
  EXPECT_EQ(identity(*database_).till, "till1");
}

TEST_F(TillDatabase, TheCashierOvertakesASyncThreadThatWorksBackToBack) {
  std::atomic<bool> stop{false};
  std::thread sync([&] {
    while (!stop) {
      const Database::Turn turn(*database_, Database::Who::sync);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  });
  auto worst = std::chrono::steady_clock::duration::zero();
  for (int i = 0; i < 100; ++i) {
    const auto start = std::chrono::steady_clock::now();
    { const Database::Turn turn(*database_, Database::Who::cashier); }
    worst = std::max(worst, std::chrono::steady_clock::now() - start);
  }
  stop = true;
  sync.join();
  // One slice is 2 ms; an unfair lock made her wait for a hundred of them. Generous for a busy CI.
  EXPECT_LT(worst, std::chrono::milliseconds(60));
}

}  // namespace

void TillDatabase::tamper(const std::string& sql) {
  close();
  { SQLite::Database(path_, SQLite::OPEN_READWRITE).exec(sql); }
  open();
}

}  // namespace pos::storage

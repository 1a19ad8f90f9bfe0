// Both engines behind the one door, and what they say when they cannot be used.
#include "central/sql.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "central/schema.h"
#include "tests/central/books_fixture.h"
#include "tests/central/temporary.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

using Sql = BooksTest;

std::string words_of(const std::function<void()>& work, bool* retry = nullptr) {
  try {
    work();
  } catch (const SqlError& e) {
    if (retry) *retry = e.retry;
    return e.what();
  }
  return "no error";
}

TEST_F(Sql, NumbersTextAndNothingComeBackAsTheyWent) {
  auto session = database_->session();
  session->execute("CREATE TABLE odd (a BIGINT, b TEXT)");
  const std::string text = "Käse '\"$1?\\ \n€";
  session->execute("INSERT INTO odd (a, b) VALUES ($1, $2), ($3, $4)",
                   {INT64_MIN, text, nullptr, nullptr});
  const auto rows = session->query("SELECT a, b FROM odd ORDER BY b IS NULL");
  EXPECT_EQ(rows.at(0).integer(0), INT64_MIN);
  EXPECT_EQ(rows.at(0).text(1), text);
  EXPECT_TRUE(rows.at(1).null(0));
  EXPECT_TRUE(rows.at(1).null(1));
  EXPECT_EQ(session->execute("DELETE FROM odd"), 2);
}

TEST_F(Sql, AConstraintIsNoReasonToTryAgain) {
  auto session = database_->session();
  bool retry = true;
  const auto twice = [&] {
    session->execute("INSERT INTO meta (name, value) VALUES ('a', '1'), ('a', '2')");
  };
  EXPECT_NE(words_of(twice, &retry), "no error");
  EXPECT_FALSE(retry);
  EXPECT_NE(words_of([&] { session->query("SELECT 1 FROM no_such_table"); }, &retry), "no error");
  EXPECT_TRUE(retry) << "a table may be restored; no row must be set aside for it";
  EXPECT_NE(words_of([&] { session->query("SELECT $1 || ''", {std::string("a\0b", 3)}); }, &retry),
            "no error");
  EXPECT_FALSE(retry);
}

TEST_F(Sql, WhatIsRolledBackIsGoneAndWhatASavepointKeepsStays) {
  auto session = database_->session();
  session->begin();
  set_meta(*session, "before", "1");
  session->savepoint();
  set_meta(*session, "inside", "1");
  EXPECT_THROW(session->execute("INSERT INTO meta (name) VALUES ('x')"), SqlError);
  session->rollback_to_savepoint();
  set_meta(*session, "after", "1");
  session->commit();
  EXPECT_EQ(meta(*session, "before") + meta(*session, "inside") + meta(*session, "after"), "11");
  session->begin();
  set_meta(*session, "before", "2");
  session.reset();
  session = database_->session();
  EXPECT_EQ(meta(*session, "before"), "1") << "a session that ends open rolls back";
}

TEST_F(Sql, SessionsOfManyThreadsDoNotDisturbEachOther) {
  database_->session()->execute("INSERT INTO meta (name, value) VALUES ('sum', '0')");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 25; ++n) {
        auto session = database_->session();
        session->begin();
        session->execute(
            "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = 'sum'");
        session->commit();
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(text("SELECT value FROM meta WHERE name = 'sum'"), "100");
}

TEST_F(Sql, ManyRowsGoInFewStatementsAndComeBackByTheirKeys) {
  std::vector<Cells> rows, keys;
  for (int64_t i = 0; i < 300; ++i) {
    rows.push_back({"s9", "p" + std::to_string(i), i, i});
    keys.push_back({"s9", "p" + std::to_string(i), i});
  }
  auto session = database_->session();
  many(*session, "INSERT INTO stock (store, product_id, on_hand, version) VALUES ", rows, "");
  int64_t sum = 0;
  const auto found =
      look_up(*session, "SELECT on_hand FROM stock WHERE (store, product_id, version)", keys);
  for (const auto& row : found) sum += row.integer(0);
  EXPECT_EQ(found.size(), 300u);
  EXPECT_EQ(sum, 299 * 300 / 2);
  EXPECT_TRUE(look_up(*session, "SELECT 1 FROM stock WHERE store", {}).empty());
}

TEST_F(Sql, MigratingTwiceChangesNothing) {
  database_->migrate();
  EXPECT_EQ(number("SELECT count(*) FROM till"), 2);
}

TEST_F(Sql, AnInterruptedDatabaseFailsAtOnce) {
  auto session = database_->session();
  database_->interrupt();
  EXPECT_THROW(session->query("SELECT 1"), SqlError);
}

TEST(SqlUrl, AnythingElseIsRefusedWithoutRepeatingAPassword) {
  const std::string words = words_of([] { open_database("mysql://ada:secret@db", true); });
  EXPECT_THAT(words, HasSubstr("sqlite:FILE"));
  EXPECT_EQ(words.find("secret"), std::string::npos);
}

#ifdef LEAFTILL_TEST_POSTGRES

TEST_F(Sql, ANewerSchemaIsRefusedWithWords) {
  database_->session()->execute("INSERT INTO leaftill_schema VALUES (99)");
  EXPECT_THAT(words_of([&] { database_->migrate(); }), HasSubstr("newer leaftill-central"));
}

TEST_F(Sql, ASessionAfterARestartOfTheServerWorks) {
  database_->session()->query("SELECT 1");
  restart_postgres();
  EXPECT_EQ(database_->session()->query("SELECT 7").at(0).integer(0), 7);
}

TEST_F(Sql, ATransactionThatTheServerCutsOffMayBeTriedAgain) {
  auto session = database_->session();
  session->begin();
  set_meta(*session, "cut", "1");
  restart_postgres();
  bool retry = false;
  EXPECT_NE(words_of([&] { session->commit(); }, &retry), "no error");
  EXPECT_TRUE(retry);
  session.reset();
  session = database_->session();
  EXPECT_EQ(meta(*session, "cut"), "");
}

TEST_F(Sql, AFrozenServerIsGivenUpWhenTheProgramStops) {
  auto session = database_->session();
  std::atomic<bool> failed = false;
  std::thread stuck([&] {
    try {
      session->query("SELECT pg_sleep(60)");
    } catch (const SqlError&) {
      failed = true;
    }
  });
  const auto began = steady_clock::now();
  database_->interrupt();
  stuck.join();
  EXPECT_TRUE(failed);
  EXPECT_LT(steady_clock::now() - began, milliseconds{1000});
}

TEST_F(Sql, OneOfTwoHoldsTheAppliersLockUntilItsConnectionEnds) {
  ASSERT_TRUE(database_->hold_applier_lock());
  ASSERT_TRUE(database_->hold_applier_lock()) << "still";
  auto other = open_database(url_, false);
  EXPECT_FALSE(other->hold_applier_lock());
  database_.reset();
  const auto until = steady_clock::now() + milliseconds{5000};
  while (!other->hold_applier_lock() && steady_clock::now() < until)
    std::this_thread::sleep_for(milliseconds{10});
  EXPECT_TRUE(other->hold_applier_lock());
  database_ = open_database(url_, false);
}

TEST_F(Sql, AfterARestartOfTheServerTheLockHasToBeTakenAgain) {
  ASSERT_TRUE(database_->hold_applier_lock());
  restart_postgres();
  EXPECT_THROW(database_->hold_applier_lock(), SqlError) << "whoever got it meanwhile has it";
  EXPECT_TRUE(database_->hold_applier_lock());
}

#else

TEST_F(Sql, ASecondCentralOnTheSameFileIsTold) {
  EXPECT_THAT(words_of([&] { open_database(url_, true); }), HasSubstr("running leaftill-central"));
}

TEST(SqliteFile, AMissingFileIsMadeOnlyWhenAskedFor) {
  TemporaryDirectory directory;
  const std::string url = "sqlite:" + directory.path() + "/new.db";
  EXPECT_THAT(words_of([&] { open_database(url, false); }), HasSubstr("check --db"));
  open_database(url, true)->migrate();
  EXPECT_NO_THROW(open_database(url, false));
}

TEST(SqliteFile, AForeignOrDamagedFileIsRefusedAndNotTouched) {
  TemporaryDirectory directory;
  const std::string file = directory.path() + "/notes.txt";
  const std::string contents(5000, 'n');
  std::ofstream(file) << contents;
  EXPECT_THAT(words_of([&] { open_database("sqlite:" + file, true); }), HasSubstr("check --db"));
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), contents);
  EXPECT_FALSE(std::filesystem::exists(file + "-wal"));
}

TEST(SqliteFile, ANewerSchemaIsRefusedWithWords) {
  TemporaryDirectory directory;
  const std::string url = "sqlite:" + directory.path() + "/new.db";
  auto database = open_database(url, true);
  database->migrate();
  database->session()->execute("PRAGMA user_version = 99");
  EXPECT_THAT(words_of([&] { database->migrate(); }), HasSubstr("newer leaftill-central"));
}

// A row-value IN that does not use its index reads a million rows for each batch.
TEST_F(Sql, LookUpsOfManyKeysUseTheIndex) {
  auto session = database_->session();
  const std::string plan = "EXPLAIN QUERY PLAN ";
  const std::vector<Cells> keys = {{"s1", "till1", "e"}};
  for (const char* sql : {"SELECT mark FROM chain WHERE (store, till, epoch)",
                          "SELECT body FROM journal_row WHERE (transaction_id, store, till)",
                          "DELETE FROM down_mark WHERE (subject, detail, version)"}) {
    std::string found;
    for (const auto& row : look_up(*session, plan + sql, keys)) found += row.text(3) + "; ";
    EXPECT_THAT(found, HasSubstr("SEARCH")) << sql << ": " << found;
  }
}

#endif

}  // namespace
}  // namespace pos::central

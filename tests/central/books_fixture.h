// Central's books in a database of their own for each test: SQLite in a temporary directory, or,
// where the program is built with LEAFTILL_TEST_POSTGRES, a private PostgreSQL cluster.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "central/books.h"
#include "central/reconciler.h"
#include "central/sql.h"
#include "tests/central/rows.h"

namespace pos::central {

// An empty database: its URL. The same for one test, another for the next.
std::string empty_database_url();
void restart_postgres();  // no effect on SQLite
void kill_postgres();
bool on_postgres();

class BooksTest : public ::testing::Test {
 protected:
  BooksTest();
  ~BooksTest() override;

  void approve(const PaperTill&);
  void stock(const std::string& product, int64_t on_hand, const std::string& store = "s1");

  Reconciled apply(const std::vector<Arrival>& arrivals);
  Reconciled apply(const std::vector<sync::SealedRow>& rows, const PaperTill& till);
  Reconciled apply(const sync::SealedRow& row, const PaperTill& till) {
    return apply(std::vector{row}, till);
  }

  // What the books say.
  int64_t number(const std::string& sql, const std::vector<Param>& params = {});
  std::string text(const std::string& sql, const std::vector<Param>& params = {});
  int64_t mark(const PaperTill&, const std::string& epoch = "");
  int64_t on_hand(const std::string& product, const std::string& store = "s1");
  int64_t rows() { return number("SELECT count(*) FROM journal_row"); }
  int64_t problems(const std::string& kind);
  int64_t quarantined(const std::string& reason);
  bool marked(const std::string& subject);
  void forget_marks();

  const std::string url_;
  std::unique_ptr<Database> database_;
  PaperTill till1_{"s1", "till1", 1}, till2_{"s1", "till2", 2};
  Instant now_{1'764'000'100'000};
};

}  // namespace pos::central

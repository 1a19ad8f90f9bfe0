// Random hands on a till's database: every bit flipped in the journal and every value edited in the
// tables beside it is found, and the row is named.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <random>

#include "storage/verify.h"
#include "tests/storage/day.h"

namespace pos::storage {
namespace {

class TamperTest : public ::testing::Test {
 protected:
  TamperTest() {
    Day::provision(disk_);
    till_ = std::make_unique<TillOnDisk>(disk_, key_);
    day_.open_shift(*till_);
    for (int i = 0; i < 3; ++i) {
      day_.scan(*till_, i);
      day_.scan(*till_, i + 1);
      day_.sell(*till_);
    }
    day_.settle(*till_);
    day_.sell_one(*till_);
    day_.close_shift(*till_);
    day_.open_shift(*till_);
    day_.sell_one(*till_);
    epoch_ = till_->outbox.current_epoch();
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed_));
  }
  SQLite::Database& db() { return till_->database.raw(); }
  int64_t number(const std::string& sql) { return db().execAndGet(sql).getInt64(); }
  int64_t below(int64_t n) { return static_cast<int64_t>(dice_() % static_cast<uint64_t>(n)); }

  // The faults after `edit`, which is taken back. Nothing if the database refused it.
  std::optional<std::vector<std::string>> faults_after(const std::function<void()>& edit) {
    db().exec("BEGIN; PRAGMA ignore_check_constraints = ON");
    std::optional<std::vector<std::string>> faults;
    try {
      edit();
      faults = verify_journal(till_->database).faults;
    } catch (const SQLite::Exception&) {
    }
    db().exec("ROLLBACK");
    return faults;
  }
  std::string row(int64_t id) {
    return "row " + std::to_string(seq_of(id)) + " of epoch " + epoch_ + ": ";
  }
  static bool named(const std::vector<std::string>& faults, const std::string& row) {
    return std::any_of(faults.begin(), faults.end(),
                       [&](const std::string& f) { return f.rfind(row, 0) == 0; });
  }
  void flip_one(const char* column, int64_t id);

  SimDisk disk_;
  sync::SigningKey key_ = sync::make_signing_key();
  Day day_{key_};
  std::unique_ptr<TillOnDisk> till_;
  std::string epoch_;
  uint64_t seed_ = std::random_device{}();
  std::mt19937_64 dice_{seed_};
  int flipped_ = 0;
};

TEST_F(TamperTest, NobodyDidItIsWhole) {
  EXPECT_TRUE(verify_journal(till_->database).ok())
      << verify_journal(till_->database).faults.front();
}

void TamperTest::flip_one(const char* column, int64_t id) {
  SQLite::Statement get(db(), std::string("SELECT ") + column + " FROM journal WHERE id = ?");
  get.bind(1, id);
  ASSERT_TRUE(get.executeStep());
  const SQLite::Column value = get.getColumn(0);
  if (value.isNull()) return;
  const bool integer = value.isInteger(), blob = value.isBlob();
  std::string bytes = value.getString();
  const int64_t changed = value.getInt64() ^ (int64_t{1} << below(63));
  if (!integer) {
    auto& byte = bytes[static_cast<size_t>(below(static_cast<int64_t>(bytes.size())))];
    byte = static_cast<char>(byte ^ (1 << below(8)));
  }
  get.reset();
  const auto faults = faults_after([&] {
    SQLite::Statement set(db(), std::string("UPDATE journal SET ") + column + " = ? WHERE id = ?");
    if (integer) {
      set.bind(1, changed);
    } else if (blob) {
      set.bind(1, bytes.data(), static_cast<int>(bytes.size()));
    } else {
      set.bind(1, bytes);
    }
    set.bind(2, id);
    set.exec();
  });
  if (!faults) return;  // another row stands there
  ++flipped_;
  ASSERT_FALSE(faults->empty()) << column << " of row " << seq_of(id);
  const bool first = faults->front().rfind(row(id), 0) == 0;
  const bool moved = std::string(column) == "id" && named(*faults, row(id));
  ASSERT_TRUE(first || moved) << column << " of row " << seq_of(id) << ": " << faults->front();
}

TEST_F(TamperTest, TenThousandBitsFlippedInTheJournalAreAllFoundAndTheRowNamed) {
  const char* columns[] = {"id",     "type", "transaction_id", "sale_id", "at",
                           "key_id", "hash", "signature",      "body",    "body"};
  const int64_t rows = number("SELECT count(*) FROM journal");
  while (flipped_ < 10'000) {
    flip_one(columns[below(10)], journal_id(1, below(rows) + 1));
    if (HasFatalFailure()) return;
  }
}

struct Place {
  const char* table;
  std::vector<const char*> integers, texts;
  const char* key;         // of one row
  const char* journal_id;  // of the row that must be named; empty: none is
};
const std::vector<Place>& places() {
  static const std::vector<Place> all = {
      {"journal",
       {"id", "sale_id", "at"},
       {"type", "transaction_id", "key_id", "body"},
       "id",
       "id"},
      {"sale",
       {"id", "journal_id", "shift_no", "at", "total", "tax", "rounding", "tendered", "lines"},
       {"cashier"},
       "id",
       "journal_id"},
      {"sale_line",
       {"sale_id", "line_id", "quantity", "price", "price_version", "discount", "total", "tax_rate",
        "tax"},
       {"product_id"},
       "sale_id, line_id",
       "(SELECT journal_id FROM sale s WHERE s.id = sale_id)"},
      {"tender",
       {"sale_id", "no", "amount", "change"},
       {"kind", "reference"},
       "sale_id, no",
       "(SELECT journal_id FROM sale s WHERE s.id = sale_id)"},
      {"outbox", {"id"}, {}, "id", "id"},
      {"stock_delta",
       {"journal_id", "quantity"},
       {"product_id"},
       "journal_id, product_id",
       "journal_id"},
      {"shift",
       {"no", "opened_at", "float_amount", "first_sale", "closed_at", "z_number", "counted",
        "cash_moved", "closing"},
       {"shift_id", "opened_by", "business_date"},
       "no",
       ""},
      {"epoch", {"no", "settled_seq"}, {"epoch"}, "no", ""},
      {"till",
       {"epoch_no", "seq", "series", "number", "z_number", "grand_total"},
       {"store", "till", "currency", "head", "last_transaction"},
       "one",
       ""},
      {"signing_key", {}, {"key_id"}, "key_id", ""},
  };
  return all;
}

TEST_F(TamperTest, AThousandEditsAnywhereAreAllFoundAndTheRowNamed) {
  int found = 0;
  while (found < 1'000) {
    const Place& p = places()[static_cast<size_t>(below(int64_t(places().size())))];
    const std::string table = p.table, key = p.key;
    const std::string at = " (" + key + ") = (SELECT " + key + " FROM " + table + " ORDER BY " +
                           key + " LIMIT 1 OFFSET " +
                           std::to_string(below(number("SELECT count(*) FROM " + table))) + ")";
    const auto columns = static_cast<int64_t>(p.integers.size() + p.texts.size());
    const auto which = static_cast<size_t>(below(columns + 1));
    std::string edit;
    if (which == size_t(columns)) {
      edit = "DELETE FROM " + table + " WHERE" + at;
    } else if (which < p.integers.size()) {
      const std::string c = p.integers[which];
      const int64_t by = (below(2) ? 1 : -1) * (1 + below(below(2) ? 3 : 100'000));
      edit = "UPDATE " + table + " SET " + c + " = coalesce(" + c + ", 0) + " + std::to_string(by) +
             " WHERE" + at;
    } else {
      const std::string c = p.texts[which - p.integers.size()];
      edit = "UPDATE " + table + " SET " + c + " = " + (below(2) ? c + " || 'x'" : "'x' || " + c) +
             " WHERE" + at;
    }
    if (table == "till" && which == size_t(columns)) continue;  // then it is no till's at all
    const std::string name =
        *p.journal_id
            ? row(number("SELECT " + std::string(p.journal_id) + " FROM " + table + " WHERE" + at))
            : "";
    const auto faults = faults_after([&] { db().exec(edit); });
    if (!faults) continue;  // the key is taken
    ++found;
    ASSERT_FALSE(faults->empty()) << edit;
    ASSERT_TRUE(name.empty() || named(*faults, name))
        << edit << "\n " << name << "was to be named: " << faults->front();
  }
}

TEST_F(TamperTest, RowsThatNobodyWroteAreFound) {
  for (const char* edit :
       {"INSERT INTO journal SELECT id + 1, type, transaction_id, sale_id, at, key_id, hash,"
        " signature, body FROM journal ORDER BY id DESC LIMIT 1",
        "INSERT INTO journal SELECT 7, type, transaction_id, sale_id, at, key_id, hash, signature,"
        " body FROM journal LIMIT 1",
        "INSERT INTO sale SELECT id + 1, journal_id, shift_no, at, cashier, total, tax, rounding,"
        " tendered, lines FROM sale ORDER BY id DESC LIMIT 1",
        "INSERT INTO sale SELECT 3, journal_id, shift_no, at, cashier, total, tax, rounding,"
        " tendered, lines FROM sale LIMIT 1",
        "INSERT INTO sale_line SELECT sale_id, 99, product_id, category, quantity, price,"
        " price_version, discount, total, tax_rate, tax FROM sale_line LIMIT 1",
        "INSERT INTO sale_line SELECT 99, line_id, product_id, category, quantity, price,"
        " price_version, discount, total, tax_rate, tax FROM sale_line LIMIT 1",
        "INSERT INTO tender SELECT sale_id, 99, kind, amount, change, reference FROM tender LIMIT "
        "1",
        "INSERT INTO tender SELECT 99, no, kind, amount, change, reference FROM tender LIMIT 1",
        "INSERT INTO outbox VALUES ((1 << 40) + 1)", "INSERT INTO outbox VALUES ((2 << 40) + 1)",
        "INSERT INTO stock_delta VALUES ((1 << 40) + 1, 'p1', 1000)",
        "INSERT INTO stock_delta VALUES ((2 << 40) + 1, 'p1', 1000)",
        "INSERT INTO shift SELECT 9, shift_id, opened_by, business_date, opened_at, float_amount,"
        " first_sale, closed_at, z_number, counted, cash_moved, closing FROM shift LIMIT 1",
        "INSERT INTO held (no, held_id, name, held_by, held_at, body) VALUES (1, 'x', '', '1', 0,"
        " 'not a sale')",
        "INSERT INTO signing_key VALUES ('0123456789abcdef', zeroblob(32))",
        "UPDATE signing_key SET public_key = zeroblob(32)",
        "UPDATE sale_line SET category = 'other' WHERE sale_id = (1 << 40) + 2",
        "UPDATE journal SET sale_id = 0 WHERE sale_id IS NULL"}) {
    const auto faults = faults_after([&] { db().exec(edit); });
    ASSERT_TRUE(faults) << edit;
    EXPECT_FALSE(faults->empty()) << edit;
  }
}

}  // namespace
}  // namespace pos::storage

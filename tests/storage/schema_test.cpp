// docs/schema.md is made from the database, never by hand. LEAFTILL_WRITE_DOCS=1 writes it anew.
#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdlib>
#include <fstream>

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

std::string page(const std::string& database) {
  std::string text =
      "# The till's database\n\nMade from a fresh database by a test; do not edit. Money is in "
      "minor units, quantities "
      "are in thousandths, times are Unix milliseconds.\n";
  SQLite::Database db(database, SQLite::OPEN_READONLY);
  SQLite::Statement q(db,
                      "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
                      " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'product\\_name\\_%' ESCAPE "
                      "'\\' ORDER BY rowid");
  while (q.executeStep()) {
    text += "\n## " + q.getColumn(1).getString() + "\n```sql\n" + q.getColumn(2).getString() +
            ";\n```\n";
  }
  return text;
}

TEST_F(TillDatabase, TheSchemaPageIsTrue) {
  close();
  const std::string now = page(path_), file = std::string(LEAFTILL_SOURCE_DIR) + "/docs/schema.md";
  if (std::getenv("LEAFTILL_WRITE_DOCS")) std::ofstream(file) << now;
  std::ifstream in(file);
  const std::string written{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(written, now) << "run storage_test with LEAFTILL_WRITE_DOCS=1";
}

}  // namespace
}  // namespace pos::storage

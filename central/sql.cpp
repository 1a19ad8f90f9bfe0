#include "central/sql.h"

#include "central/sql_engines.h"

namespace pos::central {

std::unique_ptr<Database> open_database(const std::string& url, bool create) {
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return open_postgres(url);
  constexpr std::string_view kSqlite = "sqlite:";
  if (!url.starts_with(kSqlite) || url.size() == kSqlite.size())
    throw SqlError("--db must be sqlite:FILE or postgresql://USER@HOST:PORT/NAME", false);
  return open_sqlite(url.substr(kSqlite.size()), create);
}

}  // namespace pos::central

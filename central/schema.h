// The tables, fitted to an engine. central/migrations/ has one text for both; see its first lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pos::central {

// "LFTC": the SQLite application id of a central's file.
inline constexpr int kApplicationId = 0x4C465443;

int newest_schema();  // = the number of migrations
// The text of migration `version` (1 is the first).
std::string sqlite_migration(int version);
std::string postgres_migration(int version);

}  // namespace pos::central

#include "central/versions.h"

#include <fmt/format.h>

#include "pos/version.h"

// Each of these libraries has one file that includes its header. A number is no reason for another.
extern "C" const char* sqlite3_libversion(void);
extern "C" const char* nats_GetVersion(void);
extern "C" int PQlibVersion(void);

namespace pos::central {

std::string versions() {
  const int pq = PQlibVersion();
  return fmt::format("leaftill-central {}\nSQLite {}\nNATS client {}\nlibpq {}.{}", kVersion,
                     sqlite3_libversion(), nats_GetVersion(), pq / 10000, pq % 10000);
}

}  // namespace pos::central

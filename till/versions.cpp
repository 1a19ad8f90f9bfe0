#include "till/versions.h"

#include "pos/version.h"
#include "storage/database.h"
#include "sync/nats_link.h"

namespace pos::till {

std::string versions(const std::string& program) {
  return program + " " + kVersion + "\nSQLite " + storage::sqlite_version() + "\nNATS client " +
         sync::nats_client_version();
}

}  // namespace pos::till

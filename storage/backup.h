// A backup of the till's database while it sells. It holds what the database holds: the journal,
// the catalogue, people and the hashes of their PINs; never the key file, so that nobody can sign
// or guess a PIN with a backup alone.
#pragma once

#include <string>

#include "storage/database.h"

namespace pos::storage {

// Writes `file` (0600, synced), which must not exist; it has that name only once it is whole and
// was read back as a till's. In slices of 64 pages, so that nobody waits. Throws Error.
void backup(Database&, const std::string& file);

}  // namespace pos::storage

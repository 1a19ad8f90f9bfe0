// `leaftillctl import FILE.csv [--dry-run]`, for a till that does not run (storage/
// catalogue_import.h). Prints the report; every fault with its line. Returns the exit code.
#pragma once

#include <string>

#include "till/config.h"

namespace pos::till {

// Throws storage::Error, or ConfigError if the file cannot be read.
int import_products(const Config&, const std::string& file, bool dry_run);

}  // namespace pos::till

// A bundle: what `leaftill-central till add` wrote, and all that a new till has to know.
#pragma once

#include <stdexcept>
#include <string>

#include "pos/time.h"
#include "storage/provision.h"
#include "till/secrets.h"

namespace pos::till {

struct BundleError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Bundle {
  storage::NewTill till;
  std::string leaf_url, nkey_seed, enrol_code, pepper;
  std::vector<std::string> central_keys;
};

// Throws BundleError with words; at most 1 MiB.
Bundle read_bundle(const std::string& path);

// Makes till.db, till.key and till.toml in `directory`, which is made if need be. All or nothing.
// Throws BundleError, SecretsError or storage::Error.
void provision(const Bundle&, const std::string& directory, Instant now);

}  // namespace pos::till

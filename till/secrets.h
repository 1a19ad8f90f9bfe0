// The key file of a till (0600): what must never be in its database or a backup of it.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "storage/database.h"
#include "sync/seal.h"

namespace pos::till {

struct Secrets {
  sync::SigningKey signing;               // of the journal
  std::string nkey_seed;                  // to the store's leaf
  std::string pepper;                     // of the store's PINs; raw
  std::string enrol_code;                 // one-time
  std::vector<std::string> central_keys;  // public, raw: whose answers are believed
};

struct SecretsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Makes the file; throws if it exists.
void write_secrets(const std::string& path, const Secrets&);
// Throws SecretsError with words, also if others may read the file.
Secrets read_secrets(const std::string& path);

// A change of the signing key: the next key file is written beside the one that is there, then the
// journal's row is committed, then the next takes its place. Killed anywhere between, the journal
// tells which of the two counts, and the till sells on with that one.
void write_next_secrets(const std::string& path, const Secrets&);
void put_next_in_place(const std::string& path);
// As read_secrets(), once a change that was cut off is finished or forgotten.
Secrets settled_secrets(const std::string& path, storage::Database&);

}  // namespace pos::till

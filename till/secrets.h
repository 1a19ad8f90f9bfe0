// The key file of a till (0600): what must never be in its database or a backup of it.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

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

}  // namespace pos::till

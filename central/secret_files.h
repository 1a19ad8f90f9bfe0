// The files with central's own secrets: its signing key and the HTTP token. Made at the first use,
// readable by their owner only, and never made anew while anything is there: another key would make
// every till distrust central.
#pragma once

#include <stdexcept>
#include <string>

#include "sync/seal.h"

namespace pos::central {

struct SecretFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

sync::SigningKey signing_key_file(const std::string& path);  // 32 bytes in base64, one line
std::string token_file(const std::string& path);             // one line, at least 16 characters

// Writes a new file with mode 0600, durable; throws if there is one already.
void write_secret_file(const std::string& path, const std::string& contents);

}  // namespace pos::central

// The files with central's own secrets: its signing key, the chain's certificate authority and the
// HTTP token. Made at the first use,
// readable by their owner only, and never made anew while anything is there: another key would make
// every till distrust central.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "central/certificates.h"
#include "sync/seal.h"

namespace pos::central {

struct SecretFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

sync::SigningKey signing_key_file(const std::string& path);  // 32 bytes in base64, one line
std::string token_file(const std::string& path);             // one line, at least 16 characters

Authority authority_file(const std::string& path, Instant now);  // key and certificate, PEM

// Writes a new file with mode 0600, durable; throws if there is one already.
void write_secret_file(const std::string& path, const std::string& contents);
// The same in place of one that may be there, as a whole or not at all.
void replace_secret_file(const std::string& path, const std::string& contents);
std::optional<std::string> read_secret_file(const std::string& path);  // nullopt: there is none

}  // namespace pos::central

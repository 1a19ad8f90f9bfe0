// What a till's key file holds, for tests that play somebody who has got hold of it.
#pragma once

#include <string>

#include "sync/seal.h"
#include "tests/lab/till.h"

namespace pos::e2e {

struct TillSecrets {
  sync::SigningKey signing;
  std::string signing_seed, nkey_seed, pepper, enrol_code;  // as they stand there
};
TillSecrets secrets_of(const lab::Till&);
std::string text_of_file(const std::string& path);  // throws if it cannot be read

}  // namespace pos::e2e

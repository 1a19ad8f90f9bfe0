// `leaftillctl restore BACKUP`: a till that lost its database, or has a damaged one, sells again.
//
// A backup holds neither the signing key nor the pepper of the PINs. They come out of a new bundle
// of central (`--bundle`: the till has a new key then, and what could have signed in its name
// before is worth nothing once the old one is revoked), or the key file that is there is kept
// (`--keep-key`: needs nobody, also offline).
#pragma once

#include <string>

#include "pos/time.h"
#include "till/config.h"

namespace pos::till {

struct RestoreOptions {
  std::string backup, bundle;
  bool keep_key = false;
  bool replace = false;  // a database that is there is put aside; never written over
};

// For a till that does not run. Prints what it did; returns the exit code. Throws storage::Error,
// BundleError, SecretsError or ConfigError with words: then nothing has changed.
int restore_till(const Config&, const RestoreOptions&, Instant now);

}  // namespace pos::till

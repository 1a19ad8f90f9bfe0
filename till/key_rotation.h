// `leaftillctl rotate-key`: a new key for the journal, which the old one vouches for in its last
// row (sync/key_change.h). Needs nobody, also offline; the rows that wait stay as they are. The key
// to the store's leaf stays too: the leaf's configuration would have to change in the same instant.
#pragma once

#include <string>

#include "pos/time.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "till/secrets.h"

namespace pos::till {

// Of a running till or a resting one. Returns {"was","key"}: key ids, as JSON. Throws SecretsError
// or storage::Error with words; when it cannot be known whether the change was written, the till
// goes on with whichever key its journal has.
std::string rotate_key(const std::string& key_file, Secrets& secrets, storage::Ledger&,
                       storage::Outbox&, Instant now);

}  // namespace pos::till

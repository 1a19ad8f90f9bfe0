#include "till/key_rotation.h"

#include <nlohmann/json.hpp>

#include "sync/hold.h"
#include "sync/key_change.h"

namespace pos::till {
namespace {

// A key that central does not know can vouch for no other.
void must_be_known(storage::Outbox& outbox) {
  if (!outbox.note("revoked").empty())
    throw SecretsError(
        "This till was revoked: its key vouches for nothing any more. It needs a new bundle.");
  if (outbox.note("enrolled") != "approved")
    throw SecretsError(
        "Central does not know this till's key yet: let it connect once, then rotate the key.");
}

}  // namespace

std::string rotate_key(const std::string& key_file, Secrets& secrets, storage::Ledger& ledger,
                       storage::Outbox& outbox, Instant now) {
  must_be_known(outbox);
  Secrets next = secrets;
  next.signing = sync::make_signing_key();
  next.enrol_code.clear();  // used up
  write_next_secrets(key_file, next);
  sync::hold_at("key_written");
  FactHeader header;
  header.at = now;
  header.id = ledger.new_transaction_id(now);
  header.business_date = to_iso(now).substr(0, 10);
  ledger.change_key(sync::key_changed(header, next.signing.public_key), next.signing);
  sync::hold_at("key_changed");
  put_next_in_place(key_file);
  sync::hold_at("key_in_place");
  const std::string was = secrets.signing.id;
  secrets = next;
  return nlohmann::ordered_json{{"was", was}, {"key", secrets.signing.id}}.dump();
}

}  // namespace pos::till

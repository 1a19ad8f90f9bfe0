// How a till changes its signing key (docs/wire.md, section 2): a till.noted row with the code
// `key_changed`, whose text is the new public key (base64 of 32 bytes, as in enrolment). It is
// signed by the old key, as the last row of that one: so the old key vouches for the new one, and
// the row's hash and signature cover it like anything else.
#pragma once

#include <optional>
#include <string>

#include "pos/journal.h"
#include "sync/seal.h"

namespace pos::sync {

inline constexpr const char* kKeyChanged = "key_changed";

inline TillNoted key_changed(FactHeader header, const std::string& new_public_key_raw) {
  return {std::move(header), kKeyChanged, base64(new_public_key_raw)};
}

// Raw; nullopt for any other note, and for a text that is no key.
inline std::optional<std::string> new_key_in(const TillNoted& noted) {
  if (noted.code != kKeyChanged) return {};
  auto key = unbase64(noted.text);
  if (!key || key->size() != 32) return {};
  return key;
}

}  // namespace pos::sync

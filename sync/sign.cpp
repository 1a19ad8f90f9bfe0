#include "sync/seal.h"

namespace pos::sync {

std::string sign(const SigningKey& key, std::string_view message) {
  return ed25519_sign(key, message);
}

bool verify(std::string_view public_key_raw, std::string_view message,
            std::string_view signature_raw) {
  return ed25519_verify(public_key_raw, message, signature_raw);
}

}  // namespace pos::sync

// Hashes, signatures and secrets. The only file with libsodium. "raw" is bytes in a std::string.
// Nothing here throws on bad input: a wrong length or alphabet is false or nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pos::sync {

// From the system. It stands alone in random.cpp, as sign and verify do in sign.cpp.
std::string random_bytes(size_t n);
std::string system_random_bytes(size_t n);

std::string sha256(std::string_view bytes);  // raw, 32 bytes
std::string hex(std::string_view raw);       // lower case
std::optional<std::string> unhex(std::string_view text);
std::string base64(std::string_view raw);  // with padding
std::optional<std::string> unbase64(std::string_view text);

// The hash of a journal row: SHA-256 of 32 bytes of `prev` (raw), then the body.
std::string row_hash(std::string_view prev_raw, std::string_view body);
// 64 zeros: the `prev` of a chain's first row, in hex.
inline const std::string kZeroHash(64, '0');

struct SigningKey {        // Ed25519
  std::string secret;      // raw, 64 bytes
  std::string public_key;  // raw, 32 bytes
  std::string id;          // key id: first 16 hex of SHA-256(public key)
};
SigningKey make_signing_key();
std::optional<SigningKey> signing_key(std::string_view seed_raw);  // from 32 bytes
std::string seed_of(const SigningKey&);                            // raw, 32 bytes
std::string key_id(std::string_view public_key_raw);
// How rows and answers are signed: Ed25519. These two stand alone in sign.cpp, so that a simulation
// which proves a million signatures may be linked with a quicker pair. Nothing switches them in a
// program.
std::string sign(const SigningKey&, std::string_view message);  // raw, 64 bytes
bool verify(std::string_view public_key_raw, std::string_view message,
            std::string_view signature_raw);
std::string ed25519_sign(const SigningKey&, std::string_view message);  // raw, 64 bytes
bool ed25519_verify(std::string_view public_key_raw, std::string_view message,
                    std::string_view signature_raw);

// Answers of central are signed over SHA-256 of their members, newline-separated (contract 4.12):
// digest({"leaftill-ack", store, till, epoch, "42", hash, appliedAt}).
std::string digest(const std::vector<std::string>& members);  // raw, 32 bytes

// PINs: argon2id (2 passes, 19 MiB; OWASP's minimum, 32 ms on a small PC) over the PIN and the
// store's pepper. All people of a store share one salt, so that a PIN alone finds its person with
// one computation: a 4-digit PIN gains nothing from a salt of its own (docs/decisions).
std::string pin_hash(std::string_view pin, std::string_view pepper_raw,
                     std::string_view store);               // hex, 64
bool equal_secret(std::string_view a, std::string_view b);  // in constant time

// NATS nkeys: a user's Ed25519 key in base32 with a CRC ("SU…" seed, "U…" public).
struct Nkey {
  std::string seed, public_key;
};
Nkey make_user_nkey();
std::optional<std::string> nkey_public(std::string_view seed);  // "U…" from "SU…"
std::optional<std::string> nkey_sign(std::string_view seed,
                                     std::string_view nonce);  // raw, 64 bytes

}  // namespace pos::sync

#include "sync/seal.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <new>

namespace pos::sync {
namespace {

constexpr char kBase32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
// nkeys, https://github.com/nats-io/nkeys: the prefix byte makes the first letter of the text.
constexpr uint8_t kSeedPrefix = 18 << 3;  // 'S'
constexpr uint8_t kUserPrefix = 20 << 3;  // 'U'

void ready() {
  static const int started = sodium_init();
  assert(started >= 0 && "libsodium found no source of randomness");
  (void)started;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// CRC-16/XMODEM: polynomial 0x1021, starting at 0, not reflected.
uint16_t crc16(std::string_view bytes) {
  uint32_t crc = 0;
  for (const char c : bytes) {
    crc ^= uint32_t{static_cast<uint8_t>(c)} << 8;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return static_cast<uint16_t>(crc);
}

std::string base32(std::string_view raw) {
  std::string text;
  uint32_t held = 0;
  int bits = 0;
  for (const char c : raw) {
    held = (held << 8) | static_cast<uint8_t>(c);
    for (bits += 8; bits >= 5; bits -= 5) text += kBase32[(held >> (bits - 5)) & 31];
  }
  if (bits > 0) text += kBase32[(held << (5 - bits)) & 31];
  return text;
}

std::optional<std::string> unbase32(std::string_view text) {
  std::string raw;
  uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const auto* found = std::find(kBase32, kBase32 + 32, c);
    if (found == kBase32 + 32) return {};
    held = (held << 5) | static_cast<uint32_t>(found - kBase32);
    if ((bits += 5) < 8) continue;
    raw += static_cast<char>((held >> (bits - 8)) & 0xff);
    bits -= 8;
  }
  if (held & ((1U << bits) - 1)) return {};  // one key has one spelling
  return raw;
}

std::string with_crc(std::string raw) {
  const uint16_t crc = crc16(raw);
  raw += static_cast<char>(crc & 0xff);
  raw += static_cast<char>(crc >> 8);
  return base32(raw);
}

std::string nkey_seed_text(std::string_view seed_raw) {
  std::string raw;
  raw += static_cast<char>(kSeedPrefix | (kUserPrefix >> 5));
  raw += static_cast<char>((kUserPrefix & 31) << 3);
  raw += seed_raw;
  return with_crc(std::move(raw));
}

std::string nkey_public_text(std::string_view public_key_raw) {
  std::string raw(1, static_cast<char>(kUserPrefix));
  raw += public_key_raw;
  return with_crc(std::move(raw));
}

std::optional<SigningKey> nkey_pair(std::string_view seed) {
  const auto raw = unbase32(seed);
  if (!raw || raw->size() != 2 + 32 + 2) return {};
  const std::string body = raw->substr(0, 34);
  if (with_crc(body) != seed) return {};
  const auto first = static_cast<uint8_t>(body[0]), second = static_cast<uint8_t>(body[1]);
  const int kind = ((first & 7) << 5) | (second >> 3);
  if ((first & 0xf8) != kSeedPrefix || kind != kUserPrefix) return {};
  return signing_key(std::string_view(body).substr(2));
}

}  // namespace

std::string system_random_bytes(size_t n) {
  ready();
  std::string out(n, '\0');
  randombytes_buf(out.data(), n);
  return out;
}

std::string sha256(std::string_view bytes) {
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(bytes_of(out), bytes_of(bytes), bytes.size());
  return out;
}

std::string hex(std::string_view raw) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(raw.size() * 2);
  for (const char c : raw) {
    out += kDigits[static_cast<uint8_t>(c) >> 4];
    out += kDigits[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (text.size() % 2 != 0) return {};
  std::string raw;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    raw += static_cast<char>(high * 16 + low);
  }
  return raw;
}

std::string base64(std::string_view raw) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;
  std::string out(sodium_base64_encoded_len(raw.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(raw), raw.size(), kVariant);
  out.pop_back();  // libsodium's NUL
  return out;
}

std::optional<std::string> unbase64(std::string_view text) {
  std::string raw(text.size() / 4 * 3 + 3, '\0');
  size_t size = 0;
  const int bad = sodium_base642bin(bytes_of(raw), raw.size(), text.data(), text.size(), nullptr,
                                    &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (bad) return {};
  raw.resize(size);
  return raw;
}

std::string row_hash(std::string_view prev_raw, std::string_view body) {
  assert(prev_raw.size() == 32);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  crypto_hash_sha256_update(&state, bytes_of(prev_raw), prev_raw.size());
  crypto_hash_sha256_update(&state, bytes_of(body), body.size());
  std::string out(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state, bytes_of(out));
  return out;
}

SigningKey make_signing_key() { return *signing_key(random_bytes(crypto_sign_SEEDBYTES)); }

std::optional<SigningKey> signing_key(std::string_view seed_raw) {
  if (seed_raw.size() != crypto_sign_SEEDBYTES) return {};
  SigningKey key;
  key.secret.resize(crypto_sign_SECRETKEYBYTES);
  key.public_key.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_seed_keypair(bytes_of(key.public_key), bytes_of(key.secret), bytes_of(seed_raw));
  key.id = key_id(key.public_key);
  return key;
}

std::string seed_of(const SigningKey& key) {
  assert(key.secret.size() == crypto_sign_SECRETKEYBYTES);
  return key.secret.substr(0, crypto_sign_SEEDBYTES);  // libsodium: seed, then public key
}

std::string key_id(std::string_view public_key_raw) {
  return hex(sha256(public_key_raw)).substr(0, 16);
}

std::string ed25519_sign(const SigningKey& key, std::string_view message) {
  assert(key.secret.size() == crypto_sign_SECRETKEYBYTES);
  std::string out(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(out), nullptr, bytes_of(message), message.size(),
                       bytes_of(std::string_view(key.secret)));
  return out;
}

bool ed25519_verify(std::string_view public_key_raw, std::string_view message,
                    std::string_view signature_raw) {
  return public_key_raw.size() == crypto_sign_PUBLICKEYBYTES &&
         signature_raw.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes_of(signature_raw), bytes_of(message), message.size(),
                                     bytes_of(public_key_raw)) == 0;
}

std::string digest(const std::vector<std::string>& members) {
  std::string text;
  for (const auto& member : members) {
    if (&member != &members.front()) text += '\n';
    text += member;
  }
  return sha256(text);
}

std::string pin_hash(std::string_view pin, std::string_view pepper_raw, std::string_view store) {
  constexpr unsigned long long kPasses = 2;
  constexpr size_t kMemory = size_t{19} * 1024 * 1024;
  ready();
  const std::string salt = digest({"leaftill-pin", std::string(store)}).substr(0, 16);
  static_assert(crypto_pwhash_SALTBYTES == 16);
  std::string secret(pin);
  secret += pepper_raw;
  std::string out(32, '\0');
  const int failed = crypto_pwhash(bytes_of(out), out.size(), secret.data(), secret.size(),
                                   bytes_of(salt), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(secret.data(), secret.size());
  if (failed) throw std::bad_alloc();  // the only way it can fail here
  return hex(out);
}

bool equal_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Nkey make_user_nkey() {
  const SigningKey key = make_signing_key();
  return {nkey_seed_text(seed_of(key)), nkey_public_text(key.public_key)};
}

std::optional<std::string> nkey_public(std::string_view seed) {
  const auto key = nkey_pair(seed);
  if (!key) return {};
  return nkey_public_text(key->public_key);
}

std::optional<std::string> nkey_sign(std::string_view seed, std::string_view nonce) {
  const auto key = nkey_pair(seed);
  if (!key) return {};
  return ed25519_sign(*key, nonce);
}

}  // namespace pos::sync

#include "tests/sim/linked.h"

#include <cstring>

#include "sync/hold.h"
#include "sync/planted.h"
#include "sync/seal.h"

namespace pos::sim {
namespace {

uint64_t mixed(uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

Linked& linked() {
  static Linked all;
  return all;
}

}  // namespace pos::sim

namespace pos::sync {

std::string random_bytes(size_t n) {
  std::string out(n, '\0');
  uint64_t& state = sim::linked().random;
  for (size_t i = 0; i < n; ++i) {
    if (i % 8 == 0) state = sim::mixed(state);
    out[i] = static_cast<char>(state >> (i % 8 * 8));
  }
  return out;
}

// Keyed by the public key: whoever is honest gets it right, and a changed byte is seen.
static std::string quick_signature(std::string_view public_key, std::string_view message) {
  uint64_t sum = 7;
  for (const std::string_view part : {public_key, message}) {
    for (size_t at = 0; at < part.size(); at += 8) {
      uint64_t word = part.size();
      std::memcpy(&word, part.data() + at, std::min<size_t>(8, part.size() - at));
      sum = sim::mixed(sum ^ word);
    }
  }
  std::string out;
  for (int i = 0; i < 8; ++i) {
    sum = sim::mixed(sum);
    out.append(reinterpret_cast<const char*>(&sum), 8);
  }
  return out;
}

std::string sign(const SigningKey& key, std::string_view message) {
  if (sim::linked().ed25519) return ed25519_sign(key, message);
  return quick_signature(key.public_key, message);
}

bool verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (sim::linked().ed25519) return ed25519_verify(public_key, message, signature);
  return quick_signature(public_key, message) == signature;
}

bool planted(const char* mistake) {
  sim::Linked& l = sim::linked();
  if (l.mistake.empty() || l.mistake != mistake) return false;
  ++l.mistakes_met;
  return true;
}

void hold_at(const char* place) {
  sim::Linked& l = sim::linked();
  if (l.dies_at.empty() || l.dies_at != place || l.passes-- > 0) return;
  l.dies_at.clear();
  throw sim::Crash{place};
}

}  // namespace pos::sync

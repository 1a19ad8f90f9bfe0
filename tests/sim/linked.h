// What the simulator is linked with in place of the library's own: randomness out of the seed,
// signatures that cost nothing, mistakes that may be planted, and places where a program dies. Each
// stands alone in a file of the library, so that the linker takes these instead (sync/random.cpp,
// sign.cpp, planted.cpp, hold.cpp). Nothing of it is in a program.
#pragma once

#include <cstdint>
#include <string>

namespace pos::sim {

// kill -9 at one of the places that sync/hold.h names.
struct Crash {
  const char* place;
};

struct Linked {
  uint64_t random = 1;       // state of random_bytes
  bool ed25519 = false;      // real signatures
  std::string mistake;       // planted; empty: none
  std::string dies_at;       // the place where whoever runs now dies; empty: nowhere
  int passes = 0;            // of it, before
  int64_t mistakes_met = 0;  // how often the planted one was met
};
Linked& linked();

}  // namespace pos::sim

#include "sync/seal.h"

namespace pos::sync {

std::string random_bytes(size_t n) { return system_random_bytes(n); }

}  // namespace pos::sync

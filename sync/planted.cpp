#include "sync/planted.h"

namespace pos::sync {

bool planted(const char*) { return false; }

}  // namespace pos::sync

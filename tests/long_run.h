// Whether the tests may take hours: LEAFTILL_LONG=1, as `./run test --long` sets it.
#pragma once

#include <cstdlib>
#include <string_view>

namespace pos {

inline bool long_run() {
  const char* set = std::getenv("LEAFTILL_LONG");
  return set && std::string_view(set) == "1";
}

}  // namespace pos

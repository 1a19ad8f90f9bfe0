// What this process has in memory.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <fstream>

namespace pos {

inline int64_t resident_bytes() {
  int64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace pos

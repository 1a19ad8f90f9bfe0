// leaftill_fuzz TARGET [libFuzzer's arguments] [corpus folders]
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "tests/fuzz/targets.h"

namespace {
const pos::fuzz::Target* chosen = nullptr;
}

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  chosen = *count > 1 ? pos::fuzz::target_named((*arguments)[1]) : nullptr;
  if (!chosen) {
    for (const auto& t : pos::fuzz::targets()) {
      std::printf("%s %zu %lld\n", t.name, t.longest, static_cast<long long>(t.share));
    }
    std::exit(*count > 1 ? 2 : 0);
  }
  --*count;
  std::memmove(*arguments + 1, *arguments + 2, sizeof(char*) * static_cast<size_t>(*count));
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  chosen->run({reinterpret_cast<const char*>(data), size});
  return 0;
}

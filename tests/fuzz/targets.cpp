#include "tests/fuzz/targets.h"

namespace pos::fuzz {

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {
      {"rows", rows, 8192, 149},
      {"hellos", hellos, 4096, 100},
      {"answers", answers, 2048, 100},
      {"products", products, 4096, 100},
      {"office", office, 4096, 90},
      {"csv", csv, 4096, 20},
      {"messages", messages, 8192, 5},
      {"info", info, 4096, 100},
      {"codes", codes, 2048, 100},
      {"scale", scale, 64, 94},
      {"till_config", till_config, 2048, 20},
      {"bundle", bundle, 4096, 20},
      {"headless", headless, 2048, 2},
      {"control", control, 256, 15},
      {"letters", letters, 8192, 70},
      {"central_config", central_config, 2048, 10},
      {"http", http, 4096, 5},
  };
  return all;
}

const Target* target_named(std::string_view name) {
  for (const Target& t : targets()) {
    if (name == t.name) return &t;
  }
  return nullptr;
}

}  // namespace pos::fuzz

// leaftill-bench FOLDER [commit] [search] [drain] [frozen] [start] [catalogue] [grown] [boot]
// [sync] [unsent] [big]: prints each row with its goal; exit code 1 if one was missed. Without
// names: those that take less than a minute; `big` is the rest of them. FOLDER must be on the disk
// that is meant.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "tests/bench/rows.h"

namespace {

using pos::bench::Row;
constexpr int kSales = 4000;

struct Part {
  const char* name;
  std::vector<Row> (*measure)(const std::string& folder);
  bool big = false;
};
const Part kParts[] = {
    {"commit", [](const std::string& f) { return pos::bench::commit_rows(f, kSales); }},
    {"drain", pos::bench::drain_rows},
    {"frozen", pos::bench::frozen_rows},
    {"start", pos::bench::start_rows},
    {"search", pos::bench::search_rows},
    {"catalogue", pos::bench::big_catalogue_rows, true},
    {"grown", pos::bench::grown_rows, true},
    {"boot", pos::bench::boot_rows, true},
    {"sync", pos::bench::sync_rows, true},
    {"unsent", pos::bench::unsent_rows, true},
};

}  // namespace

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  const std::vector<std::string> wanted(argv + std::min(argc, 2), argv + argc);
  std::string folder =
      fs::absolute(fs::path(argc > 1 ? argv[1] : ".") / "leaftill-bench-XXXXXX").string();
  bool met = true;
  try {
    fs::create_directories(fs::path(folder).parent_path());
    if (!::mkdtemp(folder.data())) throw std::runtime_error(folder + " cannot be made");
    for (const Part& part : kParts) {
      const auto named = [&](const char* name) {
        return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
      };
      const bool unasked = wanted.empty() && !part.big;
      if (!unasked && !named(part.name) && !(part.big && named("big"))) continue;
      const std::string own = folder + "/" + part.name;
      fs::create_directories(own);
      met = pos::bench::print(part.measure(own)) && met;
      fs::remove_all(own);
    }
    fs::remove_all(folder);
    return met ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "leaftill-bench: %s\n", e.what());
    fs::remove_all(folder);
    return 2;
  }
}

// leaftill-bench [FOLDER]: prints each row with its goal; exit code 1 if one was missed.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>

#include "tests/bench/rows.h"

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  std::string folder =
      (fs::path(argc > 1 ? argv[1] : fs::temp_directory_path().string()) / "leaftill-bench-XXXXXX")
          .string();
  try {
    fs::create_directories(fs::path(folder).parent_path());
    if (!::mkdtemp(folder.data())) throw std::runtime_error(folder + " cannot be made");
    bool met = pos::bench::print(pos::bench::commit_rows(folder, 4000));
    met = pos::bench::print(pos::bench::start_rows(folder)) && met;
    fs::remove_all(folder);
    return met ? 0 : 1;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "leaftill-bench: %s\n", e.what());
    fs::remove_all(folder);
    return 2;
  }
}

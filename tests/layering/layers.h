// The arrows between the rooms, the one owner of each third-party header, and names of files that
// every tool can take, as a check over a source tree. What it says against a tree is a list of
// sentences; an empty list is a tidy house.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pos::layering {

struct Fault {
  std::string file;
  int line = 0;
  std::string words;
};
std::vector<Fault> faults(const std::filesystem::path& tree);

// How many source files were looked at: a check that saw nothing has checked nothing.
size_t files_seen(const std::filesystem::path& tree);

}  // namespace pos::layering

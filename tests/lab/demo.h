// The demonstration: a day of one store in a minute. Two tills sell, the line to the hub is cut,
// they sell on, one is killed in mid-sale and comes back, the line is healed, and a table shows
// what was rung up against what central holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace pos::lab {

struct DemoOptions {
  enum class Show { as_possible, headless, interactive };
  Show show = Show::as_possible;
  std::string broken;  // "sale", "stock" or "price": one error is planted, the table must find it
  bool replay = false;
  uint64_t seed = 1;
  int week = 0;  // of the replay; 0: the one with the most rows
};

// Files of one run, in a directory of its own below build/demo: two demos at once do not meet. The
// directory goes with it; pictures and fetched data stay beside it.
struct DemoFiles {
  std::filesystem::path pictures, files;
  DemoFiles();
  ~DemoFiles();
  DemoFiles(const DemoFiles&) = delete;
  DemoFiles& operator=(const DemoFiles&) = delete;
};

std::string seconds_since(std::chrono::steady_clock::time_point began);  // "2.9 s"

int run_demo(const DemoOptions&);    // the exit code
int run_replay(const DemoOptions&);  // replay.cpp

}  // namespace pos::lab

// How far a long command is: a bar that is drawn again on a terminal, a plain line now and then
// where the output goes to a file or a pipe.
//
//   ProgressBar bar("products", file_bytes);
//   bar.show(rows, bytes);  …  bar.end();
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace pos::till {

class ProgressBar {
 public:
  // `of`: what is counted. Writes to standard error, so that answers stay clean.
  ProgressBar(std::string of, int64_t all_bytes);
  void show(int64_t count, int64_t bytes);
  void end();  // leaves the line

 private:
  using Clock = std::chrono::steady_clock;
  std::string of_;
  int64_t all_;
  bool terminal_, drawn_ = false;
  Clock::time_point began_ = Clock::now(), shown_ = began_;
};

// "[#########-----------]  45 %  450,000 products  18,000/s  31 s left"
std::string progress_line(const std::string& of, int64_t count, int64_t bytes, int64_t all_bytes,
                          int64_t elapsed_ms);

}  // namespace pos::till

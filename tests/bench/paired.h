// Figures of two things done alternately in one process. Absolute times of a shared disk swing
// sixteenfold between runs; only their ratio can be held to a goal.
#pragma once

#include <string>
#include <vector>

namespace pos::bench {

struct Percentiles {
  double p50 = 0, p99 = 0, p999 = 0;  // microseconds
};
Percentiles percentiles(std::vector<double> microseconds);

struct Row {
  std::string name, measured, goal;
  bool met = false;
};
// One line a row, aligned; returns whether every goal was met.
bool print(const std::vector<Row>&);

// A file preallocated once, then overwritten: the cheapest durable write there is.
class BareFile {
 public:
  explicit BareFile(const std::string& path);
  ~BareFile();
  BareFile(const BareFile&) = delete;
  BareFile& operator=(const BareFile&) = delete;
  void write_durably(size_t bytes);

 private:
  int fd_ = -1;
  size_t at_ = 0;
  std::vector<char> block_;
};

// Calls of fdatasync by this process since it started.
long fdatasyncs();

}  // namespace pos::bench

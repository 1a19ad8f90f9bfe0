#include "till/progress_bar.h"

#include <unistd.h>

#include <algorithm>

namespace pos::till {
namespace {

constexpr int kCells = 24;
constexpr std::chrono::milliseconds kRedraw{100}, kLineEvery{5000};

std::string grouped(int64_t n) {
  std::string text = std::to_string(n);
  for (auto at = static_cast<int64_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<size_t>(at), ",");
  }
  return text;
}

}  // namespace

std::string progress_line(const std::string& of, int64_t count, int64_t bytes, int64_t all_bytes,
                          int64_t elapsed_ms) {
  const int64_t done = std::min(bytes, all_bytes), all = std::max<int64_t>(all_bytes, 1);
  const auto cells = static_cast<size_t>(done * kCells / all);
  std::string line = "[" + std::string(cells, '#') + std::string(kCells - cells, '-') + "] ";
  const std::string percent = std::to_string(done * 100 / all);
  line += std::string(3 - percent.size(), ' ') + percent + " %  " + grouped(count) + " " + of;
  if (elapsed_ms <= 0 || done == 0) return line;
  line += "  " + grouped(count * 1000 / elapsed_ms) + "/s";
  if (done < all) line += "  " + grouped(elapsed_ms * (all - done) / done / 1000) + " s left";
  return line;
}

ProgressBar::ProgressBar(std::string of, int64_t all_bytes)
    : of_(std::move(of)), all_(all_bytes), terminal_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(int64_t count, int64_t bytes) {
  const auto now = Clock::now();
  if (now - shown_ < (terminal_ ? kRedraw : kLineEvery) && bytes < all_) return;
  shown_ = now;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - began_).count();
  const std::string line = progress_line(of_, count, bytes, all_, elapsed);
  std::fprintf(stderr, terminal_ ? "\r%s\033[K" : "%s\n", line.c_str());
  std::fflush(stderr);
  drawn_ = terminal_;
}

void ProgressBar::end() {
  if (drawn_) std::fputc('\n', stderr);
  drawn_ = false;
}

}  // namespace pos::till

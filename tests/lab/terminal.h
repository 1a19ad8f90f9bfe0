// Terminal: how the demo speaks. Colours and live lines on a terminal, plain lines anywhere else or
// with NO_COLOR; columns are counted in characters, not bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pos::lab {

enum class Ink { plain, bold, dim, good, bad, warn, accent };

class Terminal {
 public:
  Terminal();
  std::string ink(Ink, std::string_view text) const;
  void title(std::string_view left, std::string_view right) const;
  void doing(std::string_view words);  // a line that the next one replaces
  void done(std::string_view what, std::string_view detail = {});
  void event(std::string_view sign, Ink, std::string_view what, std::string_view detail = {});
  void blank();

 private:
  void clear();
  bool colour_, live_;
  bool pending_ = false;
};

// A table with a heading; a row in `bad` is red and marked. The first column is text, the others
// are figures and flush right.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) : heading_(std::move(heading)) {}
  void row(std::vector<std::string> cells, bool good);
  void rule();  // a line between rows
  void print(const Terminal&) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    bool good = true, rule = false;
  };
  std::vector<std::string> heading_;
  std::vector<Row> rows_;
};

std::string money(int64_t minor);        // "1,234.50"
std::string units(int64_t thousandths);  // "12", "0.250"
std::string grouped(int64_t number);     // "1,284"
size_t width(std::string_view utf8);     // characters

}  // namespace pos::lab

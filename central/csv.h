// Comma-separated values as RFC 4180 has them: quotes, doubled quotes, line ends in quotes, CRLF or
// LF, with or without a byte order mark. What it cannot read is a CsvError that names the line.
//
//   CsvReader csv(text);
//   while (csv.next()) use(csv.line(), csv.fields());
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pos::central {

struct CsvError : std::runtime_error {
  CsvError(size_t at, const std::string& words) : std::runtime_error(words), line(at) {}
  size_t line;
};

class CsvReader {
 public:
  explicit CsvReader(std::string_view text);  // the text must outlive the reader
  bool next();                                // empty lines are passed over; false at the end
  const std::vector<std::string>& fields() const { return fields_; }
  size_t line() const { return line_; }  // where the record begins, from 1
  size_t place() const { return at_; }   // bytes read so far, for a progress bar

 private:
  bool at_line_end() const;
  void read_quoted(std::string&);
  void read_plain(std::string&);
  void end_line();

  std::string_view text_;
  size_t at_ = 0, line_ = 0, next_line_ = 1;
  std::vector<std::string> fields_;
};

}  // namespace pos::central

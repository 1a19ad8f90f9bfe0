// Comma-separated values as RFC 4180 has them: quotes, doubled quotes, line ends in quotes, CRLF or
// LF, with or without a byte order mark. What it cannot read is a CsvError that names the line.
//
//   CsvReader csv(text);
//   while (csv.next()) use(csv.line(), csv.fields());
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace pos::sync {

struct CsvError : std::runtime_error {
  CsvError(size_t at, const std::string& words) : std::runtime_error(words), line(at) {}
  size_t line;
};

class CsvReader {
 public:
  // The text must outlive the reader; its first line is `first_line` of the file.
  explicit CsvReader(std::string_view text, size_t first_line = 1);
  bool next();  // empty lines are passed over; false at the end
  const std::vector<std::string>& fields() const { return fields_; }
  size_t line() const { return line_; }  // where the record begins, from 1
  size_t place() const { return at_; }   // bytes read so far, for a progress bar

 private:
  bool at_line_end() const;
  void read_quoted(std::string&);
  void read_plain(std::string&);
  void end_line();

  std::string_view text_;
  size_t at_ = 0, line_ = 0, next_line_;
  std::vector<std::string> fields_;
};

// A file of any length in pieces of whole records, so that a million lines take a megabyte.
//
//   CsvFile file(stream);
//   while (file.next()) for (CsvReader csv = file.records(); csv.next();) …
class CsvFile {
 public:
  explicit CsvFile(std::istream& in) : in_(in) {}
  // Throws CsvError for a record longer than kMaxCsvRecord (a quote is open, most likely).
  bool next();
  CsvReader records() const { return CsvReader(std::string_view(read_).substr(0, whole_), line_); }
  int64_t bytes() const { return bytes_; }  // read so far, for a progress bar

 private:
  std::istream& in_;
  std::string read_;
  size_t whole_ = 0;  // of read_: up to the last line end outside quotes
  size_t line_ = 1, next_line_ = 1;
  int64_t bytes_ = 0;
};
inline constexpr size_t kMaxCsvRecord = 1 << 20;

}  // namespace pos::sync

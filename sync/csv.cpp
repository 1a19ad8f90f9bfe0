#include "sync/csv.h"

namespace pos::sync {

CsvReader::CsvReader(std::string_view text, size_t first_line)
    : text_(text), next_line_(first_line) {
  if (text_.substr(0, 3) == "\xef\xbb\xbf") at_ = 3;
}

bool CsvReader::at_line_end() const {
  return text_[at_] == '\n' ||
         (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
}

void CsvReader::end_line() {
  if (at_ >= text_.size()) return;
  at_ += text_[at_] == '\r' ? 2 : 1;
  ++next_line_;
}

void CsvReader::read_quoted(std::string& field) {
  for (++at_; at_ < text_.size(); ++at_) {
    char c = text_[at_];
    if (c == '\n') ++next_line_;
    if (c != '"') {
      field += c;
    } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
      field += '"';
      ++at_;
    } else {
      ++at_;
      if (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
        throw CsvError(
            line_, "there is text after a closing quote; a quote inside quotes is written twice");
      }
      return;
    }
  }
  throw CsvError(line_, "a quote is opened here and never closed");
}

void CsvReader::read_plain(std::string& field) {
  size_t from = at_;
  while (at_ < text_.size() && text_[at_] != ',' && !at_line_end()) {
    if (text_[at_] == '"')
      throw CsvError(line_, "a quote stands inside a field that does not begin with one");
    if (text_[at_] == '\r')
      throw CsvError(line_, "a carriage return stands alone; lines end with LF or CRLF");
    ++at_;
  }
  field.append(text_.substr(from, at_ - from));
}

bool CsvReader::next() {
  while (at_ < text_.size() && at_line_end()) end_line();
  fields_.clear();
  line_ = next_line_;
  if (at_ >= text_.size()) return false;
  for (;;) {
    std::string& field = fields_.emplace_back();
    if (at_ < text_.size() && text_[at_] == '"') {
      read_quoted(field);
    } else {
      read_plain(field);
    }
    if (at_ >= text_.size() || text_[at_] != ',') break;
    ++at_;
  }
  end_line();
  return true;
}

namespace {

// Where the last record of `text` that is whole ends. A quote inside quotes is two of them, so an
// even number stands before every line end that ends a record.
struct Whole {
  size_t bytes = 0, lines = 0;
};
Whole whole_records(std::string_view text) {
  Whole whole;
  size_t lines = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != '\n') continue;
    ++lines;
    if (!quoted) whole = {i + 1, lines};
  }
  return whole;
}

}  // namespace

bool CsvFile::next() {
  constexpr size_t kPiece = 256 * 1024;
  line_ = next_line_;
  read_.erase(0, whole_);
  for (whole_ = 0; whole_ == 0;) {
    const size_t had = read_.size();
    read_.resize(had + kPiece);
    in_.read(read_.data() + had, kPiece);
    const auto more = static_cast<size_t>(in_.gcount());
    read_.resize(had + more);
    bytes_ += static_cast<int64_t>(more);
    if (more == 0) {  // the end: what is left is a record without its line end, or one cut short
      whole_ = read_.size();
      return whole_ > 0;
    }
    const Whole whole = whole_records(read_);
    whole_ = whole.bytes;
    next_line_ = line_ + whole.lines;
    if (whole_ == 0 && read_.size() > kMaxCsvRecord) {
      throw CsvError(line_, "the record does not end: is a quote opened and never closed?");
    }
  }
  return true;
}

}  // namespace pos::sync

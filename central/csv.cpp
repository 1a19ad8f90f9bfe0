#include "central/csv.h"

namespace pos::central {

CsvReader::CsvReader(std::string_view text) : text_(text) {
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

}  // namespace pos::central

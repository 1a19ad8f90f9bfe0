#include "sync/json_members.h"

#include <algorithm>
#include <array>

namespace pos::sync {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool object(std::vector<JsonMember>& out) {
    if (!take('{')) return false;
    if (take('}')) return at_end();
    out.reserve(16);  // most messages have no more
    do {
      JsonMember m;
      if (!member(m)) return false;
      out.push_back(m);
    } while (take(','));
    return take('}') && at_end();
  }

 private:
  bool member(JsonMember& m) {
    skip_space();
    const size_t start = at_;
    if (!string()) return false;
    m.name = text_.substr(start + 1, at_ - start - 2);
    if (m.name.find('\\') != std::string_view::npos || !take(':')) return false;
    skip_space();
    const size_t value = at_;
    if (!skip_value()) return false;
    m.value = text_.substr(value, at_ - value);
    m.bytes = text_.substr(start, at_ - start);
    return true;
  }

  // A string at the cursor, which goes behind its closing quote.
  bool string() {
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') return ++at_, true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') continue;
      if (text_.substr(at_ + 1, 5) == "u0000") return false;
      ++at_;  // what is escaped, a quote above all, ends nothing
    }
    return false;
  }

  // One value: up to the comma or bracket that ends it, brackets balanced.
  bool skip_value() {
    std::array<char, kMaxJsonDepth> closers{};
    size_t depth = 0;
    const size_t start = at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!string()) return false;
      } else if (c == '{' || c == '[') {
        if (depth == closers.size()) return false;
        closers[depth++] = c == '{' ? '}' : ']';
        ++at_;
      } else if (depth > 0 && (c == '}' || c == ']')) {
        if (closers[--depth] != c) return false;
        ++at_;
      } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || space(c))) {
        break;
      } else if (c == '\0') {
        return false;
      } else {
        ++at_;
      }
    }
    return depth == 0 && at_ > start;
  }

  static bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  void skip_space() {
    while (at_ < text_.size() && space(text_[at_])) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    return ++at_, true;
  }
  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool a_name_twice(const std::vector<JsonMember>& members) {
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const auto& m : members) names.push_back(m.name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

std::optional<std::vector<JsonMember>> json_members(std::string_view text, size_t max) {
  std::vector<JsonMember> members;
  if (text.size() > max || !Scanner(text).object(members) || a_name_twice(members)) return {};
  return members;
}

}  // namespace pos::sync

#include "pos/text.h"

#include <algorithm>

namespace pos {
namespace {

// The bytes of the character at `s`, or 0 if it is not valid UTF-8 (RFC 3629).
size_t character(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto more = [&](size_t i) { return i < s.size() && (byte(i) & 0xc0) == 0x80; };
  const unsigned char c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xc2 && c <= 0xdf) return more(1) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) {
    if (!more(1) || !more(2)) return 0;
    if (c == 0xe0 && byte(1) < 0xa0) return 0;
    if (c == 0xed && byte(1) > 0x9f) return 0;  // surrogates
    return 3;
  }
  if (c >= 0xf0 && c <= 0xf4) {
    if (!more(1) || !more(2) || !more(3)) return 0;
    if (c == 0xf0 && byte(1) < 0x90) return 0;
    if (c == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

// C0, DEL, C1, and the characters that turn the direction of text around.
bool forbidden(char32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

struct Range {
  char32_t first, last;
};
// The marks and joiners that names have in practice, not all of Unicode's.
constexpr Range kCombining[] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},
                                {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
                                {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f},
                                {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
constexpr Range kWide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
                           {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                           {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                           {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};

template <size_t N>
bool within(char32_t c, const Range (&ranges)[N]) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// The longest beginning of `text` that fits; at least one character, so that wrapping ends.
std::string_view fitting(std::string_view text, size_t room) {
  size_t taken = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t needed = cells(take_character(rest));
    if (needed > room && taken > 0) break;
    room -= std::min(room, needed);
    taken = text.size() - rest.size();
  }
  return text.substr(0, taken);
}

}  // namespace

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t n = character(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

char32_t take_character(std::string_view& text) {
  const size_t n = character(text);
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  char32_t c = 0xfffd;
  if (n == 1) c = byte(0);
  if (n > 1) c = byte(0) & (0xff >> (n + 1));
  for (size_t i = 1; i < n; ++i) c = c << 6 | (byte(i) & 0x3f);
  text.remove_prefix(std::max<size_t>(1, n));
  return c;
}

std::string printable(std::string_view text, size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const bool valid = character(text) > 0;
    std::string_view one = text;
    const char32_t c = take_character(text);
    one = one.substr(0, one.size() - text.size());
    if (!valid || forbidden(c)) continue;
    if (out.size() + one.size() > max_bytes) break;
    out += one;
  }
  return out;
}

size_t cells(char32_t c) { return within(c, kCombining) ? 0 : within(c, kWide) ? 2 : 1; }

size_t cells(std::string_view text) {
  size_t n = 0;
  while (!text.empty()) n += cells(take_character(text));
  return n;
}

std::vector<std::string> wrap(std::string_view text, size_t room) {
  std::vector<std::string> lines;
  while (cells(text) > room) {
    std::string_view line = fitting(text, room);
    const bool at_an_edge = text.size() > line.size() && text[line.size()] == ' ';
    const size_t space = line.rfind(' ');
    if (!at_an_edge && space != std::string_view::npos && space > 0) line = line.substr(0, space);
    lines.emplace_back(line.substr(0, line.find_last_not_of(' ') + 1));
    text.remove_prefix(line.size());
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ')));
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

}  // namespace pos

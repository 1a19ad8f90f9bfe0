#include "pos/gtin.h"

#include <algorithm>

#include "pos/label.h"

namespace pos {
namespace {

constexpr size_t kMaxCode = 80;  // a GS1 element string fits

std::string cleaned(std::string_view scanned) {
  if (scanned.size() >= 3 && scanned[0] == ']') scanned.remove_prefix(3);  // AIM: "]E0"
  std::string text;
  for (const char c : scanned) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) text += c;
  }
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool gtin_length(size_t n) { return n == 8 || n == 12 || n == 13 || n == 14; }

}  // namespace

char check_digit(std::string_view digits) {
  int sum = 0;
  int weight = 3;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) {
    sum += (*it - '0') * weight;
    weight = 4 - weight;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::optional<Code> parse_code(std::string_view scanned) {
  std::string text = cleaned(scanned);
  if (text.empty() || text.size() > kMaxCode) return {};
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || !gtin_length(text.size())) return Code{CodeKind::other, text, text};
  const std::string_view body(text.data(), text.size() - 1);
  if (check_digit(body) != text.back()) {
    const auto upc_a = expand_upc_e(text);
    if (!upc_a) return {};
    return Code{CodeKind::gtin, "00" + *upc_a, text};
  }
  return Code{CodeKind::gtin, std::string(14 - text.size(), '0') + text, text};
}

}  // namespace pos

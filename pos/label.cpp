#include "pos/label.h"

#include <algorithm>
#include <cassert>

#include "pos/gtin.h"

namespace pos {
namespace {

using Coded = LabelPattern::Kind;

// General Specifications, figure 7.9.2: weighting factors 2-, 3, 5+ and 5-.
constexpr int kTwoMinus[] = {0, 2, 4, 6, 8, 9, 1, 3, 5, 7};
constexpr int kThree[] = {0, 3, 6, 9, 2, 5, 8, 1, 4, 7};
constexpr int kFivePlus[] = {0, 5, 1, 6, 2, 7, 3, 8, 4, 9};
constexpr int kFiveMinus[] = {0, 5, 9, 4, 8, 3, 7, 2, 6, 1};

bool digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

char verifier4(std::string_view d) {
  const int sum =
      kTwoMinus[d[0] - '0'] + kTwoMinus[d[1] - '0'] + kThree[d[2] - '0'] + kFiveMinus[d[3] - '0'];
  return static_cast<char>('0' + sum * 3 % 10);
}

char verifier5(std::string_view d) {
  const int sum = kFivePlus[d[0] - '0'] + kTwoMinus[d[1] - '0'] + kFiveMinus[d[2] - '0'] +
                  kFivePlus[d[3] - '0'] + kTwoMinus[d[4] - '0'];
  const int wanted = (10 - sum % 10) % 10;
  for (int digit = 0; digit < 10; ++digit) {
    if (kFiveMinus[digit] == wanted) return static_cast<char>('0' + digit);
  }
  return '?';
}

std::vector<LabelPattern> scandinavian() {
  return {{"20", 6, false, Coded::price, 2},  {"21", 6, false, Coded::price, 1},
          {"22", 6, false, Coded::price, 0},  {"23", 6, false, Coded::weight, 3},
          {"24", 6, false, Coded::weight, 2}, {"25", 6, false, Coded::weight, 1}};
}

// What is before the first `end`; it is taken off `rest`.
std::string_view next_field(std::string_view& rest, char end) {
  const size_t n = std::min(rest.find(end), rest.size());
  const std::string_view part = rest.substr(0, n);
  rest.remove_prefix(std::min(n + 1, rest.size()));
  return part;
}

std::optional<LabelPattern> parse_pattern(std::string_view text) {
  LabelPattern p;
  p.prefix = std::string(next_field(text, ':'));
  const std::string_view item = next_field(text, ':'), verifier = next_field(text, ':');
  const std::string_view kind = next_field(text, ':'), decimals = text;
  if (p.prefix.empty() || p.prefix.size() > 4 || !digits(p.prefix)) return {};
  if (p.prefix[0] != '2' && p.prefix.substr(0, 2) != "02") return {};
  if (item.size() != 1 || !digits(item) || decimals.size() != 1 || !digits(decimals)) return {};
  p.item_digits = item[0] - '0';
  p.decimals = decimals[0] - '0';
  p.verifier = verifier == "v";
  if (!p.verifier && verifier != "-") return {};
  if (kind == "weight") {
    p.kind = Coded::weight;
  } else if (kind == "count") {
    p.kind = Coded::count;
  } else if (kind != "price") {
    return {};
  }
  const int value =
      12 - static_cast<int>(p.prefix.size()) - p.item_digits - static_cast<int>(p.verifier);
  if (value < 1 || p.decimals > 3 || (p.verifier && value != 4 && value != 5)) return {};
  return p;
}

}  // namespace

std::optional<std::vector<LabelPattern>> parse_label_patterns(std::string_view text) {
  std::vector<LabelPattern> patterns;
  while (!text.empty()) {
    const std::string_view one = next_field(text, ' ');
    if (one.empty()) continue;
    const auto pattern = parse_pattern(one);
    if (!pattern) return {};
    patterns.push_back(*pattern);
  }
  return patterns;
}

std::string to_text(const std::vector<LabelPattern>& patterns) {
  std::string text;
  for (const LabelPattern& p : patterns) {
    const char* kind = p.kind == Coded::price    ? "price"
                       : p.kind == Coded::weight ? "weight"
                                                 : "count";
    text += (text.empty() ? "" : " ") + p.prefix + ":" + std::to_string(p.item_digits) +
            (p.verifier ? ":v:" : ":-:") + kind + ":" + std::to_string(p.decimals);
  }
  return text;
}

char price_verifier(std::string_view digits) {
  assert(digits.size() == 4 || digits.size() == 5);
  return digits.size() == 4 ? verifier4(digits) : verifier5(digits);
}

Quantity Label::quantity() const {
  int64_t milli = value;
  for (int i = decimals; i < 3; ++i) milli *= 10;
  return {milli};
}

LabelRead read_label(std::string_view gtin, const std::vector<LabelPattern>& patterns) {
  if (gtin.size() != 14 || gtin[0] != '0' || !digits(gtin)) return {};
  const std::string_view code = gtin.substr(1);  // 13 digits
  for (const LabelPattern& p : patterns) {
    if (code.substr(0, p.prefix.size()) != p.prefix) continue;
    const size_t head = p.prefix.size() + static_cast<size_t>(p.item_digits);
    const size_t value_at = head + (p.verifier ? 1 : 0);
    if (value_at >= 12) continue;
    const std::string_view value = code.substr(value_at, 12 - value_at);
    if (p.verifier && price_verifier(value) != code[head]) return {{}, LabelFault::wrong_verifier};
    Label label;
    label.item_key = "0" + std::string(code.substr(0, head)) + std::string(13 - head, '0');
    label.kind = p.kind;
    label.decimals = p.decimals;
    for (const char c : value) label.value = label.value * 10 + (c - '0');
    return {label, {}};
  }
  return {};
}

std::vector<LabelPattern> label_preset(std::string_view country) {
  if (country == "GB") return {{"20", 5, true, Coded::price, 2}};
  if (country == "DE") {
    return {{"22", 4, true, Coded::price, 2},
            {"25", 4, true, Coded::count, 0},
            {"28", 4, true, Coded::weight, 3},
            {"29", 4, true, Coded::weight, 3}};
  }
  if (country == "DK") {
    return {{"21", 5, false, Coded::price, 2},  {"22", 5, false, Coded::price, 2},
            {"23", 5, false, Coded::price, 2},  {"24", 5, false, Coded::price, 2},
            {"26", 5, false, Coded::weight, 3}, {"27", 5, false, Coded::weight, 3}};
  }
  if (country == "FI" || country == "SE" || country == "NO") return scandinavian();
  if (country == "FR") {
    return {{"02", 5, false, Coded::price, 2}, {"21", 5, false, Coded::price, 2},
            {"22", 5, false, Coded::price, 2}, {"23", 5, false, Coded::price, 2},
            {"24", 5, false, Coded::price, 2}, {"26", 5, false, Coded::weight, 3},
            {"28", 5, false, Coded::weight, 3}};
  }
  if (country == "IT") return {{"2", 6, false, Coded::price, 2}};
  if (country == "US") return {{"02", 5, true, Coded::price, 2}};
  return {};
}

std::optional<std::string> expand_upc_e(std::string_view e) {
  if (e.size() != 8 || (e[0] != '0' && e[0] != '1')) return {};
  if (!digits(e)) return {};
  const std::string d(e.substr(1, 6));
  std::string body(1, e[0]);
  switch (d[5]) {
    case '0':
    case '1':
    case '2':
      body += d.substr(0, 2) + d[5] + "0000" + d.substr(2, 3);
      break;
    case '3':
      body += d.substr(0, 3) + "00000" + d.substr(3, 2);
      break;
    case '4':
      body += d.substr(0, 4) + "00000" + d[4];
      break;
    default:
      body += d.substr(0, 5) + "0000" + d[5];
      break;
  }
  if (check_digit(body) != e[7]) return {};
  return body + e[7];
}

}  // namespace pos

#include "pos/gs1.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "pos/gtin.h"
#include "pos/time.h"

namespace pos {
namespace {

constexpr size_t kMaxText = 2048, kMaxField = 90;

bool digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int64_t number(std::string_view text) {
  int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

struct Field {
  std::string_view ai, value;
};

// Length of the identifier that starts with these two digits, and of its data (0: variable).
struct Shape {
  size_t ai = 0, data = 0;
};
std::optional<Shape> shape_of(std::string_view text) {
  if (text.size() < 2 || !digits(text.substr(0, 2))) return {};
  const int64_t two = number(text.substr(0, 2));
  switch (two) {
    case 0:
      return Shape{2, 18};
    case 1:
    case 2:
    case 3:
      return Shape{2, 14};
    case 4:
      return Shape{2, 16};
    case 20:
      return Shape{2, 2};
    case 10:
    case 21:
    case 22:
    case 30:
    case 37:
      return Shape{2, 0};
    case 23:
    case 24:
    case 25:
    case 40:
    case 42:
    case 70:
      return Shape{two == 70 ? size_t{4} : size_t{3}, 0};
    case 41:
      return Shape{3, 13};
    case 39:
    case 80:
    case 81:
    case 82:
      return Shape{4, 0};
    default:
      break;
  }
  if (two >= 11 && two <= 19) return Shape{2, 6};
  if (two >= 31 && two <= 36) return Shape{4, 6};
  if (two >= 90) return Shape{2, 0};
  return {};
}

std::optional<std::vector<Field>> element_string(std::string_view text) {
  std::vector<Field> fields;
  while (!text.empty()) {
    if (text.front() == '\x1d') {
      text.remove_prefix(1);
      continue;
    }
    const auto shape = shape_of(text);
    if (!shape || text.size() < shape->ai + std::max<size_t>(1, shape->data)) return {};
    const std::string_view ai = text.substr(0, shape->ai);
    text.remove_prefix(shape->ai);
    const size_t n = shape->data ? shape->data : std::min(text.find('\x1d'), text.size());
    if (n == 0 || n > kMaxField) return {};
    fields.push_back({ai, text.substr(0, n)});
    text.remove_prefix(n);
  }
  return fields;
}

std::optional<std::vector<Field>> with_parentheses(std::string_view text) {
  std::vector<Field> fields;
  while (!text.empty()) {
    const size_t close = text.find(')');
    if (text.front() != '(' || close == std::string_view::npos) return {};
    const std::string_view ai = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    const size_t n = std::min(text.find('('), text.size());
    if (!digits(ai) || n == 0 || n > kMaxField) return {};
    fields.push_back({ai, text.substr(0, n)});
    text.remove_prefix(n);
  }
  return fields;
}

// https://id.example/01/09501101531000/10/LOT?17=271231
std::optional<std::vector<Field>> digital_link(std::string_view text) {
  const size_t host = text.find("://");
  if (host == std::string_view::npos) return {};
  text.remove_prefix(host + 3);
  const size_t start = text.find("/01/");
  if (start == std::string_view::npos) return {};
  std::vector<Field> fields;
  const size_t question = std::min(text.find('?'), text.size());
  std::string_view path = text.substr(start + 1, question - start - 1);
  std::string_view query = question < text.size() ? text.substr(question + 1) : std::string_view{};
  const auto next = [](std::string_view& rest, char end) {
    const size_t n = std::min(rest.find(end), rest.size());
    const std::string_view part = rest.substr(0, n);
    rest.remove_prefix(std::min(n + 1, rest.size()));
    return part;
  };
  while (!path.empty()) {
    const std::string_view ai = next(path, '/'), value = next(path, '/');
    if (digits(ai) && !value.empty()) fields.push_back({ai, value});
  }
  while (!query.empty()) {
    std::string_view pair = next(query, '&');
    const std::string_view ai = next(pair, '=');
    if (digits(ai) && !pair.empty()) fields.push_back({ai, pair});
  }
  return fields;
}

// "271231" -> "2027-12-31". Years 00 to 99 are 2000 to 2099: goods do not expire in the past
// century.
std::optional<std::string> date_of(std::string_view six) {
  if (six.size() != 6 || !digits(six)) return {};
  const int64_t year = 2000 + number(six.substr(0, 2)), month = number(six.substr(2, 2));
  int64_t day = number(six.substr(4, 2));
  char text[40];
  for (day = day == 0 ? 31 : day; day > 0; --day) {
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(year),
                  static_cast<int>(month), static_cast<int>(day));
    if (valid_date(text)) return std::string(text);
    if (six.substr(4, 2) != "00") return {};
  }
  return {};
}

// 310n: six digits with n decimals, in kilograms; thousandths of it, half away from zero.
std::optional<Quantity> gs1_weight(std::string_view six, int decimals) {
  if (six.size() != 6 || !digits(six) || decimals > 6) return {};
  int64_t value = number(six);
  for (int i = decimals; i < 3; ++i) value *= 10;
  for (int i = 3; i < decimals; ++i) value = (value + (i + 1 == decimals ? 5 : 0)) / 10;
  return Quantity{value};
}

bool take(Gs1& out, const Field& field) {
  if (field.ai == "01") {
    const auto code = parse_code(field.value);
    if (!code || code->kind != CodeKind::gtin || field.value.size() > 14) return false;
    out.gtin = code->text;
  } else if (field.ai == "10") {
    if (field.value.size() > 20) return false;
    out.lot = std::string(field.value);
  } else if (field.ai == "17") {
    const auto date = date_of(field.value);
    if (!date) return false;
    out.expiry = *date;
  } else if (field.ai.size() == 4 && field.ai.substr(0, 3) == "310") {
    out.weight = gs1_weight(field.value, field.ai[3] - '0');
    return out.weight.has_value();
  } else if (field.ai.size() == 4 && field.ai.substr(0, 3) == "392") {
    if (field.value.size() > 15 || !digits(field.value)) return false;
    out.price = Gs1::Amount{number(field.value), field.ai[3] - '0'};
  }
  return true;
}

}  // namespace

std::optional<Gs1> parse_gs1(std::string_view scanned) {
  if (scanned.size() > kMaxText) return {};
  while (!scanned.empty() && (scanned.back() == '\r' || scanned.back() == '\n'))
    scanned.remove_suffix(1);
  std::optional<std::vector<Field>> fields;
  const std::string_view aim = scanned.substr(0, std::min<size_t>(3, scanned.size()));
  const bool two_d = aim == "]d2" || aim == "]C1" || aim == "]Q3" || aim == "]e0";
  if (aim.size() == 3 && aim[0] == ']') scanned.remove_prefix(3);
  if (scanned.rfind("https://", 0) == 0 || scanned.rfind("http://", 0) == 0) {
    fields = digital_link(scanned);
  } else if (!scanned.empty() && scanned.front() == '(') {
    fields = with_parentheses(scanned);
  } else if (two_d) {
    fields = element_string(scanned);
  }
  if (!fields) return {};
  Gs1 out;
  for (const Field& field : *fields) {
    if (!take(out, field)) return {};
  }
  if (out.gtin.empty()) return {};
  return out;
}

}  // namespace pos

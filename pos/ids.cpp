#include "pos/ids.h"

#include <algorithm>

namespace pos {
namespace {

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

bool valid_node_id(std::string_view id) {
  if (id.empty() || id.size() > 12) return false;
  if (id == "hub" || id == "central" || id == "all" || id == "api") return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return alphanumeric(c) || c == '_'; });
}

bool valid_id(std::string_view id) {
  if (id.empty() || id.size() > 32) return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return alphanumeric(c) || c == '_' || c == '-'; });
}

bool valid_uuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = id[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

std::string receipt_as_printed(std::string_view typed) {
  const size_t first = typed.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  std::string number(typed.substr(first, typed.find_last_not_of(' ') - first + 1));
  size_t at = number.rfind('-');
  if (at == std::string::npos) return number;
  for (++at; at < number.size() && number[at] >= 'a' && number[at] <= 'z'; ++at) {
    number[at] = static_cast<char>(number[at] - 'a' + 'A');
  }
  return number;
}

std::optional<int64_t> uuid_v7_ms(std::string_view id) {
  if (!valid_uuid(id) || id[14] != '7') return {};
  int64_t ms = 0;
  for (size_t i = 0; i < 13; ++i) {
    if (id[i] == '-') continue;
    ms = ms * 16 + (id[i] <= '9' ? id[i] - '0' : id[i] - 'a' + 10);
  }
  return ms;
}

std::string uuid_v7(int64_t unix_ms, const std::array<uint8_t, 10>& random) {
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<uint8_t>(static_cast<uint64_t>(unix_ms) >> (40 - 8 * i));
  }
  std::copy(random.begin(), random.end(), bytes.begin() + 6);
  bytes[6] = static_cast<uint8_t>(0x70 | (bytes[6] & 0x0f));
  bytes[8] = static_cast<uint8_t>(0x80 | (bytes[8] & 0x3f));
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[bytes[i] >> 4];
    text += kHex[bytes[i] & 15];
  }
  return text;
}

}  // namespace pos

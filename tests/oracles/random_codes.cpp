#include "tests/oracles/random_codes.h"

#include "pos/gtin.h"
#include "pos/label.h"

namespace pos::oracles {

std::string RandomCodes::digits(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += static_cast<char>('0' + below(10));
  return text;
}

std::string RandomCodes::gtin(int length) {
  std::string code = digits(length - 1);
  return code + check_digit(code);
}

// The check digit is found by trying: the test asks others whether that is the right one.
std::string RandomCodes::upc_e() {
  const std::string code = (below(2) ? "1" : "0") + digits(6);
  for (char c = '0'; c <= '9'; ++c) {
    if (expand_upc_e(code + c)) return code + c;
  }
  return code + "0";
}

std::string RandomCodes::lot() {
  static constexpr char kLetters[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789-_";
  std::string text;
  for (int n = 1 + below(12); n > 0; --n) text += kLetters[below(sizeof kLetters - 1)];
  return text;
}

std::string RandomCodes::date() {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(27 + below(20)) + two(1 + below(12)) + two(below(29));
}

std::string RandomCodes::broken(std::string code) {
  const auto at = static_cast<size_t>(below(static_cast<int>(code.size())));
  code[at] = static_cast<char>('0' + (code[at] - '0' + 1 + below(9)) % 10);
  return code;
}

}  // namespace pos::oracles

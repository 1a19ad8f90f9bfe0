#include "pos/card_number.h"

#include <string>

namespace pos {
namespace {

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
    const int value = (*it - '0') * (twice ? 2 : 1);
    sum += value / 10 + value % 10;
  }
  return sum % 10 == 0;
}

bool is_card(std::string_view digits) {
  return digits.size() >= 13 && digits.size() <= 19 && passes_luhn(digits);
}

}  // namespace

bool has_card_number(std::string_view text) {
  std::string run;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      run += c;
    } else if (c != ' ' && c != '-') {
      if (is_card(run)) return true;
      run.clear();
    }
  }
  return is_card(run);
}

}  // namespace pos

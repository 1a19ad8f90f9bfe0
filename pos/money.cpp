#include "pos/money.h"

#include <cassert>
#include <cstdlib>

namespace pos {
namespace {

__int128 divide_half_away(__int128 value, __int128 by) {
  return (value + (value < 0 ? -by / 2 : by / 2)) / by;
}

std::string fixed(int64_t value, int digits) {
  const bool negative = value < 0;
  // Through unsigned, so that the smallest int64_t has an absolute value too.
  const uint64_t size = negative ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string text = std::to_string(size);
  if (digits > 0) {
    if (text.size() <= static_cast<size_t>(digits)) {
      text.insert(0, static_cast<size_t>(digits) + 1 - text.size(), '0');
    }
    text.insert(text.size() - static_cast<size_t>(digits), ".");
  }
  return negative ? "-" + text : text;
}

}  // namespace

Money extend(Money unit_price, Quantity quantity, int price_scale) {
  assert(price_scale >= 0 && price_scale <= 6);
  __int128 by = 1000;
  for (int i = 0; i < price_scale; ++i) by *= 10;
  const __int128 minor =
      divide_half_away(static_cast<__int128>(unit_price.minor) * quantity.milli, by);
  assert(minor <= INT64_MAX && minor >= INT64_MIN);
  return {static_cast<int64_t>(minor)};
}

std::string to_text(Money money, int digits) { return fixed(money.minor, digits); }

std::string to_text(Quantity quantity) {
  std::string text = fixed(quantity.milli, 3);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

// The currencies of ISO 4217 that do not have two digits.
int currency_digits(const std::string& currency) {
  for (const char* none : {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF",
                           "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}) {
    if (currency == none) return 0;
  }
  for (const char* three : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
    if (currency == three) return 3;
  }
  return 2;
}

}  // namespace pos

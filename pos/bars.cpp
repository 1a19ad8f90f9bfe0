#include "pos/bars.h"

#include <array>
#include <cassert>

namespace pos {
namespace {

// Code 128 (ISO/IEC 15417): widths of bar, space, bar … of the values 0 to 105.
constexpr std::array<const char*, 106> kWidths = {
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212",
    "221213", "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221",
    "223211", "221132", "221231", "213212", "223112", "312131", "311222", "321122", "321221",
    "312212", "322112", "322211", "212123", "212321", "232121", "111323", "131123", "131321",
    "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331", "132131",
    "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131",
    "311123", "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111",
    "111224", "111422", "121124", "121421", "141122", "141221", "112214", "112412", "122114",
    "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", "111242",
    "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
};
constexpr int kStartB = 104;
constexpr const char* kStop = "2331112";

// EAN-13 (GS1 General Specifications 5.2.1): the digits of set A; B is C read backwards, C is A
// with black and white changed.
constexpr const char* kSetA[] = {"0001101", "0011001", "0010011", "0111101", "0100011",
                                 "0110001", "0101111", "0111011", "0110111", "0001011"};
constexpr const char* kFirst[] = {"AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB",
                                  "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"};

std::string set_c(int digit) {
  std::string out = kSetA[digit];
  for (char& c : out) c = c == '0' ? '1' : '0';
  return out;
}

std::string set_b(int digit) {
  const std::string c = set_c(digit);
  return {c.rbegin(), c.rend()};
}

std::string bars(const char* widths) {
  std::string out;
  for (bool black = true; *widths; ++widths, black = !black)
    out.append(static_cast<size_t>(*widths - '0'), black ? '1' : '0');
  return out;
}

}  // namespace

std::string ean13_bars(std::string_view digits) {
  assert(digits.size() == 13);
  const auto digit = [&](size_t i) { return digits[i] - '0'; };
  std::string out = "101";
  for (size_t i = 1; i < 7; ++i)
    out += kFirst[digit(0)][i - 1] == 'A' ? kSetA[digit(i)] : set_b(digit(i));
  out += "01010";
  for (size_t i = 7; i < 13; ++i) out += set_c(digit(i));
  return out + "101";
}

std::string code128_bars(std::string_view text) {
  std::string out = bars(kWidths[kStartB]);
  int sum = kStartB, place = 0;
  for (const char c : text) {
    assert(c >= 0x20 && c < 0x7f);
    sum += ++place * (c - 0x20);
    out += bars(kWidths[static_cast<size_t>(c - 0x20)]);
  }
  return out + bars(kWidths[static_cast<size_t>(sum % 103)]) + bars(kStop);
}

}  // namespace pos

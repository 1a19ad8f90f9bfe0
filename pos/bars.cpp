#include "pos/bars.h"

#include <algorithm>
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
constexpr int kStartB = 104, kStartC = 105, kSetC = 99, kSetB = 100;
constexpr size_t kWorthwhile = 4;  // digits: fewer take less room in set B
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

std::vector<Code128Run> code128_runs(std::string_view text) {
  std::vector<Code128Run> runs;
  const auto put = [&](bool pairs, std::string_view part) {
    if (part.empty()) return;
    if (runs.empty() || runs.back().pairs != pairs) runs.push_back({pairs, ""});
    runs.back().text += part;
  };
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const size_t even = digits < kWorthwhile ? 0 : digits / 2 * 2;
    put(false, text.substr(0, digits - even));
    put(true, text.substr(digits - even, even));
    text.remove_prefix(digits);
    const size_t others = std::min(text.find_first_of("0123456789"), text.size());
    put(false, text.substr(0, others));
    text.remove_prefix(others);
  }
  if (runs.empty()) runs.push_back({});
  return runs;
}

namespace {

std::vector<int> symbols_of(std::string_view text) {
  std::vector<int> symbols;
  for (const Code128Run& run : code128_runs(text)) {
    if (symbols.empty()) {
      symbols.push_back(run.pairs ? kStartC : kStartB);
    } else {
      symbols.push_back(run.pairs ? kSetC : kSetB);
    }
    for (size_t i = 0; i < run.text.size(); ++i) {
      const char c = run.text[i];
      assert(c >= 0x20 && c < 0x7f);
      symbols.push_back(run.pairs ? (c - '0') * 10 + (run.text[++i] - '0') : c - 0x20);
    }
  }
  int sum = symbols[0];
  for (size_t i = 1; i < symbols.size(); ++i) sum += static_cast<int>(i) * symbols[i];
  symbols.push_back(sum % 103);
  return symbols;
}

}  // namespace

size_t code128_symbols(std::string_view text) { return symbols_of(text).size(); }

std::string code128_bars(std::string_view text) {
  std::string out;
  for (const int symbol : symbols_of(text)) out += bars(kWidths[static_cast<size_t>(symbol)]);
  return out + bars(kStop);
}

}  // namespace pos

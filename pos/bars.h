// Barcodes as bars, for pictures of a receipt; a printer draws its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pos {

// Modules from left to right, '1' is black. Preconditions: 13 digits; printable ASCII.
std::string ean13_bars(std::string_view digits);
std::string code128_bars(std::string_view text);

// Code 128 puts two digits into one symbol of its set C, which is what makes a receipt's number fit
// on 58 mm paper. A text in set B, with every run of four digits or more in set C; never empty.
struct Code128Run {
  bool pairs = false;  // set C: an even number of digits
  std::string text;
  bool operator==(const Code128Run&) const = default;
};
std::vector<Code128Run> code128_runs(std::string_view text);
// Symbols with start, changes of set and check, without the stop.
size_t code128_symbols(std::string_view text);

}  // namespace pos

// Barcodes as bars, for pictures of a receipt; a printer draws its own.
#pragma once

#include <string>
#include <string_view>

namespace pos {

// Modules from left to right, '1' is black. Preconditions: 13 digits; printable ASCII.
std::string ean13_bars(std::string_view digits);
std::string code128_bars(std::string_view text);  // code set B

}  // namespace pos

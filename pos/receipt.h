// The receipt as text, for paper and screen. Control characters never come out of a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pos/sale.h"

namespace pos {

struct ReceiptHead {
  std::vector<std::string> lines;  // name, address, tax number
  std::string foot;                // "Thank you"
  int columns = 42;
};

// Lines end with '\n'; none is longer than `columns` characters (code points).
std::string receipt_text(const CompletedSale&, const ReceiptHead&);

// Drops C0, C1, DEL and the bidirectional overrides from text of unknown origin, and cuts it to
// `max_bytes` at a character's edge.
std::string printable(std::string_view text, size_t max_bytes = 200);
bool valid_utf8(std::string_view);
// Code points in valid UTF-8.
size_t width(std::string_view);

}  // namespace pos

// Labels printed in the shop: an EAN-13 that starts with 2 (or 02) and carries a price, a weight or
// a count. Every country cuts the digits another way, so the cuts are configuration; presets follow
// the GS1 member organisations' recommendations. UPC-E is expanded here too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/money.h"

namespace pos {

struct LabelPattern {
  enum class Kind { price, weight, count };
  std::string prefix;  // "20"
  int item_digits = 5;
  bool verifier = false;  // a digit of its own that proves the value (General Specifications 7.9)
  Kind kind = Kind::price;
  int decimals = 2;  // of the value: minor units for a price, kilograms for a weight
  bool operator==(const LabelPattern&) const = default;
};

struct Label {
  std::string item_key;  // 14 digits: the code with value, verifier and check digit as zeros
  LabelPattern::Kind kind = LabelPattern::Kind::price;
  int64_t value = 0;  // as printed
  int decimals = 0;
  Quantity quantity() const;  // of a weight or a count, in thousandths
};

enum class LabelFault { wrong_verifier };
struct LabelRead {
  std::optional<Label> label;       // empty: no pattern fits; it is an ordinary code
  std::optional<LabelFault> fault;  // a pattern fits and its verifier is wrong: scan again
};
// `gtin`: 14 digits with a proved check digit. The first pattern that fits counts.
LabelRead read_label(std::string_view gtin, const std::vector<LabelPattern>& patterns);

// "GB", "DE", "DK", "FI", "SE", "NO", "FR", "IT", "US"; empty for others.
std::vector<LabelPattern> label_preset(std::string_view country);

// "21:5:-:weight:3 20:5:v:price:2": prefix, digits of the item, v for a verifier, kind, decimals.
// nullopt: a pattern that cannot be, among them a verifier for other than four or five digits.
std::optional<std::vector<LabelPattern>> parse_label_patterns(std::string_view text);
std::string to_text(const std::vector<LabelPattern>&);  // which parses to the same again

// The verifier of a four- or five-digit price, by the standard's weight tables.
char price_verifier(std::string_view digits);

// UPC-E, 8 digits with number system 0 or 1, to UPC-A's 12. The check digit is that of the expanded
// code. nullopt if it is none.
std::optional<std::string> expand_upc_e(std::string_view eight);

}  // namespace pos

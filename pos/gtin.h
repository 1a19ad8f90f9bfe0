// GTINs: EAN-13, EAN-8, UPC-A, UPC-E and GTIN-14, with the GS1 check digit (General
// Specifications 7.9.1: from the right 3, 1, 3, 1 …). Lookup is by 14 digits, so that a UPC-A finds
// what an EAN-13 sold.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pos {

// The check digit that belongs after `digits` ('0' to '9' only).
char check_digit(std::string_view digits);

enum class CodeKind { gtin, other };
struct Code {
  CodeKind kind = CodeKind::other;
  std::string text;     // for lookup: 14 digits for a GTIN; otherwise as scanned
  std::string scanned;  // without AIM prefix and control characters: what a row and a receipt show
};

// What a scanner or a cashier gave: AIM prefix ("]E0") and control characters are stripped; 8, 12,
// 13 or 14 digits with the right check digit are a GTIN. 8 digits that are no EAN-8 but a UPC-E are
// looked up as the UPC-A they stand for. nullopt: 8, 12, 13 or 14 digits whose check digit is
// wrong, an empty or over-long text (more than 80 characters).
std::optional<Code> parse_code(std::string_view scanned);

}  // namespace pos

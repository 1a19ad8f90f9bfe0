// GS1 element strings and Digital Links: what 2D codes on goods say beside the GTIN. Application
// identifiers 01, 10, 17, 310n and 392n are taken, the others of known length are stepped over
// (GS1 General Specifications, section 3). A group separator (0x1d) ends a field of variable
// length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pos/money.h"

namespace pos {

struct Gs1 {
  std::string gtin;                // 14 digits, check digit proved
  std::string lot;                 // AI 10
  std::string expiry;              // AI 17, "2027-12-31"; day 00 is the month's last day
  std::optional<Quantity> weight;  // AI 310n, kilograms in thousandths
  struct Amount {
    int64_t value = 0;
    int decimals = 0;
  };
  std::optional<Amount> price;  // AI 392n, of the single item
};

// "]d2" / "]C1" / "]Q3" / "]e0" and element string, "(01)…(10)…", or an https Digital Link. nullopt
// for anything else, and for one whose GTIN's check digit or date is wrong or that has no GTIN.
std::optional<Gs1> parse_gs1(std::string_view scanned);

}  // namespace pos

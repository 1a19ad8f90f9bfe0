// A receipt's number in its parts: <store>-<till>-<series><number>.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace pos::central {

struct ReceiptNumber {
  std::string series;
  int64_t number = 0;
  // Longer series are later, then their letters, then the number.
  auto key() const { return std::tuple(series.size(), series, number); }
};

// nullopt: it is not one of this till.
std::optional<ReceiptNumber> parse_receipt(const std::string& store, const std::string& till,
                                           const std::string& text);

}  // namespace pos::central

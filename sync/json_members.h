// The top-level members of one JSON object, by their bytes: nothing is decoded and nothing encoded
// again, so that a hash over them is a hash over what was signed. It is also the first guard on
// bytes of strangers: no recursion, and what a later parser might misread is refused here.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace pos::sync {

inline constexpr int kMaxJsonDepth = 32;

struct JsonMember {
  std::string_view name;   // between its quotes
  std::string_view value;  // without the space around it
  std::string_view bytes;  // from the name's quote to the value's end
};

// nullopt: longer than `max`, not one object and nothing else, nested deeper than kMaxJsonDepth, a
// NUL (raw or \u0000: C strings would be cut there), a raw control character in a string, a
// top-level name twice or with an escape (two parsers may choose differently), an unbalanced
// bracket. Values are only skipped: whether they are right is the parser's business.
std::optional<std::vector<JsonMember>> json_members(std::string_view text, size_t max);

}  // namespace pos::sync

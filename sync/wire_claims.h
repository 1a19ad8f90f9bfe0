// What tills of a store write to each other on CLAIMLOG, and how the leaf gives it back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/claims.h"

namespace pos::sync {

// {"version":1,"till":"till2","claim":"0193…","lines":[{"line":1,"quantity":1000}]}: what it takes
// more, or (negative) gives back. Portions of 0 are left out.
std::string encode_claim(const Taken&);
std::optional<Taken> decode_claim(std::string_view);

// The answer to $JS.API.STREAM.MSG.GET: a message's body, or an error.
struct Stored {
  std::string subject, body;
  int32_t error_code = 0;
};
std::optional<Stored> decode_stored(std::string_view);

}  // namespace pos::sync

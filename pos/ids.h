// Names of things. Store and till ids are subject tokens on NATS, [A-Za-z0-9_]{1,12}; the others
// [A-Za-z0-9_-]{1,32}. They are checked at the edge, so that no id can inject a protocol line.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pos {

template <class Tag>
struct Id {
  std::string value;
  auto operator<=>(const Id&) const = default;
  bool empty() const { return value.empty(); }
};
using StoreId = Id<struct StoreTag>;
using TillId = Id<struct TillTag>;
using ProductId = Id<struct ProductTag>;
using PersonId = Id<struct PersonTag>;
using ShiftId = Id<struct ShiftTag>;              // a UUIDv7
using TransactionId = Id<struct TransactionTag>;  // a UUIDv7, made before the commit, kept for ever

// True for a store or till id; `hub`, `central`, `all` and `api` are reserved.
bool valid_node_id(std::string_view);
// True for a product, list, person or other id.
bool valid_id(std::string_view);
// True for a UUID in its 36-character lower-case form.
bool valid_uuid(std::string_view);

// RFC 9562 version 7: 48 bits of Unix milliseconds, then `random` with version and variant set.
std::string uuid_v7(int64_t unix_ms, const std::array<uint8_t, 10>& random);
// When it was made; nullopt if it is no UUIDv7.
std::optional<int64_t> uuid_v7_ms(std::string_view id);

// The number of a receipt, <store>-<till>-<series><number>, as it is printed: whoever types it may
// leave blanks around it and write the letters of its series small. Other text as it came.
std::string receipt_as_printed(std::string_view typed);

}  // namespace pos

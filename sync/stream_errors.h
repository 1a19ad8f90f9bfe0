// What a nats-server says of a stream; the numbers are those of its source, server/errors.json.
#pragma once

#include <cstdint>

namespace pos::sync {

inline constexpr int32_t kNoMessage = 10037;
inline constexpr int32_t kStreamNotFound = 10059, kStreamNameInUse = 10058;
// Somebody else wrote this entry: by the header, or by the stream's own rule.
inline constexpr int32_t kWrongSequence = 10071, kOneASubject = 10077;

}  // namespace pos::sync

// Text that a person types and that is kept: reasons, names, references. It is readable UTF-8, as
// long as the wire allows, and never a card's number.
#pragma once

#include <optional>
#include <string_view>

#include "pos/refusal.h"

namespace pos {

inline constexpr size_t kMaxReason = 200, kMaxReference = 64;  // bytes, as the wire takes them

// text_too_long, also for characters that cannot be read.
std::optional<Refusal> fault_of_text(std::string_view text, size_t limit);
// The same, and card_number.
std::optional<Refusal> fault_of_kept(std::string_view text, size_t limit);
// The same, and reason_missing.
std::optional<Refusal> fault_of_reason(std::string_view reason);

}  // namespace pos

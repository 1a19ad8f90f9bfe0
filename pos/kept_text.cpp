#include "pos/kept_text.h"

#include <string>

#include "pos/card_number.h"
#include "pos/receipt.h"

namespace pos {

std::optional<Refusal> fault_of_text(std::string_view text, size_t limit) {
  if (text.size() <= limit && valid_utf8(text) && printable(text, limit) == text) return {};
  return Refusal{RefusalCode::text_too_long,
                 "The text is at most " + std::to_string(limit) + " bytes of readable characters."};
}

std::optional<Refusal> fault_of_kept(std::string_view text, size_t limit) {
  if (auto no = fault_of_text(text, limit)) return no;
  if (!has_card_number(text)) return {};
  return Refusal{RefusalCode::card_number,
                 "This looks like a card's number, which must not be kept: the last four digits "
                 "are enough."};
}

std::optional<Refusal> fault_of_reason(std::string_view reason) {
  if (reason.empty()) return Refusal{RefusalCode::reason_missing, "Say why: give a reason."};
  return fault_of_kept(reason, kMaxReason);
}

}  // namespace pos

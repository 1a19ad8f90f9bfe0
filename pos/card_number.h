// Card numbers must never lie in a journal: a till that keeps one is a till worth robbing.
#pragma once

#include <string_view>

namespace pos {

// True if some 13 to 19 digits in a row, spaces and dashes between them not counted, pass Luhn's
// check, as every card's number does (ISO/IEC 7812-1).
bool has_card_number(std::string_view text);

}  // namespace pos

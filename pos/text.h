// Text of unknown origin: names, addresses, what a peer sent. UTF-8 all over; what is not, or what
// would drive a printer, a terminal or the direction of reading, never comes out of printable().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pos {

// Drops C0, C1, DEL and the bidirectional overrides from text of unknown origin, and cuts it to
// `max_bytes` at a character's edge.
std::string printable(std::string_view text, size_t max_bytes = 200);
bool valid_utf8(std::string_view);
// Code points in valid UTF-8.
size_t width(std::string_view);

// Takes the first character off `text`, which must not be empty. U+FFFD for a byte that is none.
char32_t take_character(std::string_view& text);
// Columns of a fixed-width font: 0 for a combining mark, 2 for an East Asian wide character.
size_t cells(char32_t);
size_t cells(std::string_view);
// Lines of at most `room` cells, broken between words where that is possible. Never empty.
std::vector<std::string> wrap(std::string_view text, size_t room);

}  // namespace pos

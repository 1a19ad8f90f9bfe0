// Instants are Unix milliseconds in UTC; what a shop calls "today" is a business date, which
// belongs to the shift. Text is ISO 8601.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pos {

struct Instant {
  int64_t unix_ms = 0;
  auto operator<=>(const Instant&) const = default;
};

// "2026-11-22T10:15:30.123Z"
std::string to_iso(Instant);
// Only that form; nullopt for anything else. Years 1970 to 9999.
std::optional<Instant> parse_iso(std::string_view);

// "+01:00" for 60 minutes.
std::string offset_text(int minutes);
std::optional<int> parse_offset(std::string_view);

// "2026-11-22": the date on the wall at `minutes` from UTC.
std::string local_date(Instant, int minutes);
// "2026-11-22 11:15": for the status strip.
std::string local_text(Instant, int minutes);
// "11:15:30": for receipts.
std::string local_clock(Instant, int minutes);
// A time in ms as a person says it, cut down: "90 s", "4 min", "26 h", "3 days".
std::string roughly(int64_t ms);
bool valid_date(std::string_view);

}  // namespace pos

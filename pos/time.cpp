#include "pos/time.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace pos {
namespace {

using Days = std::chrono::sys_days;

struct Civil {
  int year, month, day, hour, minute, second, milli;
};

Civil civil(int64_t unix_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> t{std::chrono::milliseconds(unix_ms)};
  const Days days = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{days};
  const int64_t ms = (t - days).count();
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(ms / 3'600'000),
          static_cast<int>(ms / 60'000 % 60),
          static_cast<int>(ms / 1000 % 60),
          static_cast<int>(ms % 1000)};
}

// The digits of text[from, from + n), or -1.
int number(std::string_view text, size_t from, size_t n) {
  int value = 0;
  for (size_t i = from; i < from + n; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Days> date_in(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return {};
  const int y = number(text, 0, 4), m = number(text, 5, 2), d = number(text, 8, 2);
  if (y < 1970 || m < 1 || d < 1) return {};
  const std::chrono::year_month_day date{std::chrono::year(y),
                                         std::chrono::month(static_cast<unsigned>(m)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (!date.ok()) return {};
  return Days(date);
}

template <class... Args>
std::string print(const char* format, Args... args) {
  char text[48];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

}  // namespace

std::string to_iso(Instant at) {
  const Civil c = civil(at.unix_ms);
  return print("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour, c.minute,
               c.second, c.milli);
}

std::optional<Instant> parse_iso(std::string_view text) {
  if (text.size() != 24 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text[19] != '.' || text[23] != 'Z') {
    return {};
  }
  const auto days = date_in(text);
  const int h = number(text, 11, 2), m = number(text, 14, 2), s = number(text, 17, 2);
  const int ms = number(text, 20, 3);
  if (!days || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || ms < 0) return {};
  const int64_t day = days->time_since_epoch().count();
  return Instant{((day * 24 + h) * 60 + m) * 60'000 + s * 1000 + ms};
}

std::string offset_text(int minutes) {
  return print("%c%02d:%02d", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
               std::abs(minutes) % 60);
}

std::optional<int> parse_offset(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const int h = number(text, 1, 2), m = number(text, 4, 2);
  if (h < 0 || h > 18 || m < 0 || m > 59) return {};
  return (text[0] == '-' ? -1 : 1) * (h * 60 + m);
}

std::string local_date(Instant at, int minutes) {
  const Civil c = civil(at.unix_ms + minutes * 60'000LL);
  return print("%04d-%02d-%02d", c.year, c.month, c.day);
}

std::string local_text(Instant at, int minutes) {
  const Civil c = civil(at.unix_ms + minutes * 60'000LL);
  return print("%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

std::string local_clock(Instant at, int minutes) {
  const Civil c = civil(at.unix_ms + minutes * 60'000LL);
  return print("%02d:%02d:%02d", c.hour, c.minute, c.second);
}

bool valid_date(std::string_view text) { return text.size() == 10 && date_in(text).has_value(); }

std::string roughly(int64_t ms) {
  const int64_t s = ms / 1000;
  if (s < 120) return std::to_string(s) + " s";
  if (s < 2 * 3600) return std::to_string(s / 60) + " min";
  if (s < 48 * 3600) return std::to_string(s / 3600) + " h";
  return std::to_string(s / 86'400) + " days";
}

}  // namespace pos

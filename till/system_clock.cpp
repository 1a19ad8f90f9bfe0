#include "till/system_clock.h"

#include <date/tz.h>

#include <chrono>

namespace pos::till {

bool known_time_zone(const std::string& name) {
  try {
    return date::locate_zone(name) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

SystemClock::SystemClock(const std::string& time_zone) : zone_(date::locate_zone(time_zone)) {}

Instant SystemClock::now() {
  return {std::chrono::duration_cast<std::chrono::milliseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

int SystemClock::utc_offset_min(Instant at) {
  const date::sys_seconds t{std::chrono::seconds(at.unix_ms / 1000)};
  const auto info = static_cast<const date::time_zone*>(zone_)->get_info(t);
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(info.offset).count());
}

}  // namespace pos::till

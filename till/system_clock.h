// The machine's clock, seen in the store's time zone.
#pragma once

#include <string>

#include "pos/ports.h"

namespace pos::till {

bool known_time_zone(const std::string& name);  // "Europe/Vienna"

class SystemClock final : public Clock {
 public:
  // Throws std::runtime_error for an unknown zone.
  explicit SystemClock(const std::string& time_zone);
  Instant now() override;
  int utc_offset_min(Instant) override;

 private:
  const void* zone_;  // date::time_zone, which lives as long as the program
};

}  // namespace pos::till

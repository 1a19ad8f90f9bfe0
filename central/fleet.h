// The fleet: every till as its beats and its rows show it, and in words what needs somebody.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "central/registry.h"
#include "pos/time.h"

namespace pos::central {

struct FleetLine {
  TillEntry till;
  std::string link;     // "up": its beat came within 45 s; "silent"; "never": it was not heard yet
  int64_t seen_ms = 0;  // ago; of one that was never heard 0
  int64_t oldest_waiting_ms = 0;
  int64_t problems = 0;                // open ones that name it
  std::vector<std::string> attention;  // empty: all is well
};

std::vector<FleetLine> fleet_lines(Database&, Instant now);

std::string fleet_table(const std::vector<FleetLine>&);
std::string fleet_json(const std::vector<FleetLine>&);

}  // namespace pos::central

#include "till/chip.h"

#include <string>

#include "pos/time.h"

namespace pos::till {
namespace {

std::string in_thousands(int64_t n) {
  std::string text = std::to_string(n);
  for (auto i = static_cast<int>(text.size()) - 3; i > 0; i -= 3)
    text.insert(static_cast<size_t>(i), ",");
  return text;
}

std::string time_of_day(Instant at, Clock& clock) {
  return local_text(at, clock.utc_offset_min(at)).substr(11);
}

}  // namespace

ui::SyncChip chip_of(const sync::Status& s, Clock& clock) {
  using Kind = ui::SyncChip::Kind;
  if (s.needs_attention > 0) {
    return {Kind::attention, in_thousands(s.needs_attention) +
                                 (s.needs_attention == 1 ? " needs attention" : " need attention")};
  }
  if (s.link != sync::Link::online) {
    const std::string since =
        s.link_since.unix_ms ? " since " + time_of_day(s.link_since, clock) : "";
    return {Kind::offline,
            "offline" + since + (s.waiting ? ", " + in_thousands(s.waiting) + " waiting" : "")};
  }
  if (s.waiting > 0) {
    const std::string left = s.left_s >= 0 ? ", " + roughly(s.left_s * 1000) + " left" : "";
    return {Kind::sending, "sending " + in_thousands(s.waiting) + left};
  }
  return {Kind::confirmed, s.settled ? "all " + in_thousands(s.settled) + " confirmed" : "online"};
}

}  // namespace pos::till

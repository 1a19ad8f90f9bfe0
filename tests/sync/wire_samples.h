// One good example of everything that is on the wire: what tests/golden/wire was written from.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/wire.h"
#include "sync/wire_office.h"

namespace pos::sync {

inline const std::string kEpoch = "9f3c0123456789ab";
inline const std::string kHashA(64, 'a');

Place sample_place();
CompletedSale sample_sale();
std::vector<std::pair<std::string, Fact>> sample_facts();

struct Sample {
  std::string name;   // of its file in tests/golden/wire, without .json
  std::string bytes;  // encoded now
  // Decodes and encodes again; nullopt if the bytes are refused.
  std::function<std::optional<std::string>(std::string_view)> again;
};
std::vector<Sample> wire_samples();

}  // namespace pos::sync

// What a cashier's hands do at a Desk, and a store that answers when a test says so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shop.h"
#include "ui/desk.h"

namespace pos::ui::test {

inline void type_into(Desk& desk, std::string_view text) {
  for (const char c : text) desk.apply(Typed{static_cast<char32_t>(c), true});
}
// As the wedge hears a scanner: the characters first, then what they were.
inline void scan_into(Desk& desk, std::string_view keys, const std::string& code) {
  bool fresh = true;
  for (const char c : keys)
    desk.apply(Typed{static_cast<char32_t>(c), std::exchange(fresh, false)});
  desk.apply(Scanned{code, true});
}

// The leaf of a store.
struct SlowStore final : Claims {
  std::optional<ClaimAnswer> says;
  std::vector<Claim> asked;
  ClaimAnswer ask(const Claim& claim) override {
    asked.push_back(claim);
    return says.value_or(ClaimAnswer{});
  }
  void wait(const Claim&, int64_t) override {}
};

}  // namespace pos::ui::test

#include "pos/rounding.h"

namespace pos {
namespace {

using Mode = CashRounding::Mode;
using Scope = CashRounding::Scope;
using Mixed = CashRounding::Mixed;

bool goes_up(int64_t rest, const CashRounding& rule) {
  switch (rule.mode) {
    case Mode::half_up:
      return rest * 2 >= rule.step;
    case Mode::half_down:
      return rest * 2 > rule.step;
    case Mode::up:
      return rest > 0;
    case Mode::down:
      return false;
  }
  return false;
}

}  // namespace

Money rounded(Money sum, const CashRounding& rule) {
  const int64_t size = sum.minor < 0 ? -sum.minor : sum.minor;
  if (rule.step <= 1 || size <= rule.above.minor) return sum;
  const int64_t rest = size % rule.step;
  const int64_t near = size - rest + (goes_up(rest, rule) ? rule.step : 0);
  return {sum.minor < 0 ? -near : near};
}

const char* to_word(Mode mode) {
  constexpr const char* words[] = {"half_up", "half_down", "up", "down"};
  return words[static_cast<int>(mode)];
}
const char* to_word(Scope scope) { return scope == Scope::all ? "all" : "cash"; }
const char* to_word(Mixed mixed) {
  constexpr const char* words[] = {"rest", "sum", "exact"};
  return words[static_cast<int>(mixed)];
}

std::optional<Mode> rounding_mode(std::string_view word) {
  for (const auto mode : {Mode::half_up, Mode::half_down, Mode::up, Mode::down}) {
    if (word == to_word(mode)) return mode;
  }
  return {};
}
std::optional<Scope> rounding_scope(std::string_view word) {
  for (const auto scope : {Scope::cash, Scope::all}) {
    if (word == to_word(scope)) return scope;
  }
  return {};
}
std::optional<Mixed> rounding_mixed(std::string_view word) {
  for (const auto mixed : {Mixed::rest, Mixed::sum, Mixed::exact}) {
    if (word == to_word(mixed)) return mixed;
  }
  return {};
}

}  // namespace pos

// Cash rounding: where the smallest coins are gone, what is paid in cash is rounded to a step. Only
// the final total, after tax; the difference is a line of its own and never touches tax. Every
// country rounds another way, so it is data (Belgium rounds to 5 cents in cash and may round card
// too; Sweden to whole kronor; Canada by the cash part alone).
#pragma once

#include <optional>
#include <string_view>

#include "pos/money.h"

namespace pos {

struct CashRounding {
  enum class Mode { half_up, half_down, up, down };  // of the size: -2.68 rounds as 2.68 does
  enum class Scope { cash, all };                    // which tenders see the rounded total
  // What happens when a sale is paid in parts, and some part is not cash.
  enum class Mixed {
    rest,   // the cash that settles the sale is rounded, what other tenders pay is exact
    sum,    // once cash was given, the rest is rounded whatever pays it
    exact,  // nothing is rounded
  };
  int64_t step = 1;  // minor units; 1: no rounding
  Mode mode = Mode::half_up;
  Scope scope = Scope::cash;
  Mixed mixed = Mixed::rest;
  Money above = {};  // a sum is rounded only if its size is greater (Belgium: 5 cents)
  bool operator==(const CashRounding&) const = default;
};

// The sum to the nearest step; the difference is the rounding line.
Money rounded(Money sum, const CashRounding&);

// "half_up" …, "cash", "all", "rest", "sum", "exact": in bundles and on disk.
const char* to_word(CashRounding::Mode);
const char* to_word(CashRounding::Scope);
const char* to_word(CashRounding::Mixed);
std::optional<CashRounding::Mode> rounding_mode(std::string_view word);
std::optional<CashRounding::Scope> rounding_scope(std::string_view word);
std::optional<CashRounding::Mixed> rounding_mixed(std::string_view word);

}  // namespace pos

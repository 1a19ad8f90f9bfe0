#include "till/toledo_8217.h"

#include <optional>
#include <string>

namespace pos::till {
namespace {

using State = ScaleReading::State;
constexpr size_t kMostDigits = 6;

ScaleReading of_status(unsigned char status) {
  ScaleReading reading;
  reading.net = (status & kNet) != 0;
  if (!(status & kAlways)) {
    reading.state = State::garbled;
  } else if (status & kOver) {
    reading.state = State::over;
  } else if (status & kBelowZero) {
    reading.state = State::below_zero;
  } else if ((status & kAtZero) && !(status & kMoving)) {
    reading.state = State::zero;
  } else {
    reading.state = State::moving;
  }
  return reading;
}

std::optional<int64_t> number(std::string_view digits) {
  int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  return digits.empty() || digits.size() > kMostDigits ? std::nullopt : std::optional(value);
}

ScaleReading of_weight(std::string_view text) {
  ScaleReading reading;
  reading.net = !text.empty() && text.back() == 'N';
  if (reading.net) text.remove_suffix(1);
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return {State::garbled, {}, false};
  const auto whole = number(text.substr(0, point)), part = number(text.substr(point + 1));
  if (!whole || !part) return {State::garbled, {}, false};
  if (text.size() - point - 1 == 2) return {State::other_unit, {}, false};
  if (text.size() - point - 1 != 3) return {State::garbled, {}, false};
  reading.weight = {*whole * 1000 + *part};
  reading.state = reading.weight.milli > 0 ? State::stable : State::zero;
  return reading;
}

}  // namespace

ScaleReading read_8217(std::string_view answer) {
  const size_t stx = answer.rfind(kStx);
  if (stx == std::string_view::npos) return {State::garbled, {}, false};
  const std::string_view text = answer.substr(stx + 1);
  if (text.size() == 2 && text[0] == '?') return of_status(static_cast<unsigned char>(text[1]));
  return of_weight(text);
}

}  // namespace pos::till

#include "pos/scale.h"

namespace pos {

const char* to_word(ScaleReading::State state) {
  constexpr const char* words[] = {"stable", "zero",       "moving",  "below_zero",
                                   "over",   "other_unit", "garbled", "silent"};
  return words[static_cast<int>(state)];
}

Outcome<Quantity> weight_of(const ScaleReading& reading) {
  using State = ScaleReading::State;
  const auto refuse = [](RefusalCode code, const char* words) { return Refusal{code, words}; };
  switch (reading.state) {
    case State::stable:
      if (reading.weight.milli > 0) return reading.weight;
      [[fallthrough]];
    case State::zero:
      return refuse(RefusalCode::no_weight, "The scale is empty: put the goods on it.");
    case State::moving:
      return refuse(RefusalCode::moving_weight,
                    "The scale has not settled: wait until it stands still, then try again.");
    case State::below_zero:
      return refuse(RefusalCode::no_weight,
                    "The scale is below zero: empty it, set it to zero, then weigh again.");
    case State::over:
      return refuse(RefusalCode::no_weight,
                    "This is more than the scale can carry: weigh it in parts.");
    case State::other_unit:
      return refuse(RefusalCode::no_scale,
                    "The scale does not weigh in kilograms: switch its unit, or type the weight.");
    case State::garbled:
      return refuse(RefusalCode::no_scale,
                    "The scale's answer cannot be read: try again, or type the weight. If it "
                    "stays so, its line is set otherwise than the till's.");
    case State::silent:
      break;
  }
  return refuse(RefusalCode::no_scale,
                "The scale does not answer: see whether it is on and connected, or type the "
                "weight.");
}

}  // namespace pos

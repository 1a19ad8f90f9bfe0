// The scale beside the till, as the trade sees it. It is asked when a weight is wanted and at no
// other time: a scan never waits for it.
#pragma once

#include "pos/money.h"
#include "pos/refusal.h"

namespace pos {

struct ScaleReading {
  enum class State {
    stable,      // `weight` counts
    zero,        // it stands still and is empty
    moving,      // not settled yet
    below_zero,  // something was taken off that was there at its zero
    over,        // more than it can carry
    other_unit,  // it does not weigh in kilograms
    garbled,     // what came is no answer of a scale
    silent,      // nothing came in time: switched off, or not connected
  };
  State state = State::silent;
  Quantity weight;   // kilograms, in thousandths
  bool net = false;  // less a tare
  bool operator==(const ScaleReading&) const = default;
};
const char* to_word(ScaleReading::State);

class Scale {
 public:
  virtual ~Scale() = default;
  // Each asks it now and answers within a second, whatever the scale does. Never throws.
  virtual ScaleReading read() = 0;
  virtual ScaleReading zero() = 0;   // of an empty plate that is not quite at zero
  virtual ScaleReading tare() = 0;   // what lies on it is the packaging
  virtual ScaleReading clear() = 0;  // of a tare
};

// The weight that may be sold. Refused, with what to do about it: moving_weight, no_weight (empty,
// below zero, over), no_scale.
Outcome<Quantity> weight_of(const ScaleReading&);

}  // namespace pos

// The till's face with a window: the same Register as the headless one.
#pragma once

#include <functional>

#include "till/till.h"

namespace pos::till {

// Returns the exit code. Main thread only.
int run_window(Till&, const std::function<bool()>& stop);

}  // namespace pos::till

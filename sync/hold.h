// Places where a test may hold a program, to kill it there. LEAFTILL_HOLD="after_commit:3" stops
// the process for ever at its third pass of that place, after saying "held at after_commit" on
// standard error. Without the variable a place costs one comparison.
#pragma once

namespace pos::sync {

void hold_at(const char* place);

}  // namespace pos::sync

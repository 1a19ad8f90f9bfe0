// Mistakes that a simulation may plant in the protocol, to see that its checks find them. The
// library's answer is no, for every name; the simulator is linked with another (tests/sim). No
// program can switch one on.
#pragma once

namespace pos::sync {

bool planted(const char* mistake);

}  // namespace pos::sync

// The daemon: database, service and web, alive until a signal. Its members' order is the order of
// dependency; what comes last goes first.
#pragma once

#include "central/config.h"

namespace pos::central {

// Returns the exit code: 0 after SIGTERM, 130 after SIGINT, 1 when the hub was not reached within
// the configured attempts. Ends within 5 s of a signal. Throws what cannot be served at all.
int serve(const Config&);

}  // namespace pos::central

// The sync status in a cashier's words.
#pragma once

#include "pos/ports.h"
#include "sync/status.h"
#include "ui/view.h"

namespace pos::till {

// "all 1,284 confirmed" · "sending 3" · "sending 61,204, 4 min left" ·
// "offline since 14:02, 37 waiting" · "2 need attention"
ui::SyncChip chip_of(const sync::Status&, Clock&);

}  // namespace pos::till

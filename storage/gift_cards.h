// What is on gift cards, as far as this till knows: central's figure and the rows, own and the
// neighbours', that it does not count yet. Each call needs a Turn.
#pragma once

#include <string>
#include <string_view>

#include "pos/gift_card.h"
#include "storage/database.h"
#include "sync/wire.h"

namespace pos::storage {

// What came; an older version does not pass, nor does money of another currency than the till's.
void keep_gift_card(Database&, const sync::GiftCard&);

// A row counts unless it is *covered* by central's figure or *settled* (docs/wire.md, as for
// stock). Where there is no figure, nothing has counted any row: then all that are here do.
GiftCard known_gift_card(Database&, std::string_view card);

}  // namespace pos::storage

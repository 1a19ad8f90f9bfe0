// A new epoch of a till: where its database is not what its till last wrote (a backup), the chain
// goes on under a name of its own, and receipts in the next series.
#include <algorithm>

#include "storage/ledger_head.h"

namespace pos::storage {

Recorded Ledger::begin_epoch(TillNoted noted, int64_t series_above) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Recorded recorded;
  database_.transact(Database::Durability::full, [&] {
    Head h = head();
    noted.forked_from = {h.place.epoch, h.place.seq, h.place.prev};
    h.series = std::max(h.series, series_above) + 1;
    h.number = 0;
    noted.next_receipt = receipt_text(h.place.store, h.place.till, h.series, 1);
    h.place.epoch = sync::hex(sync::random_bytes(8));
    h.place.seq = 1;
    h.place.prev = sync::kZeroHash;
    Query e(database_, "INSERT INTO epoch (epoch, made_at) VALUES (?, ?) RETURNING no");
    e << h.place.epoch << noted.header.at.unix_ms;
    e.row();
    h.epoch_no = e.integer(0);
    e.run();
    Query t(database_, "UPDATE till SET epoch_no = ?, series = ?");
    t << h.epoch_no << h.series;
    t.run();
    append(h, noted, "");
    move_head(h, noted.header.id);
    // What was on the counter then is not on it now.
    Query(database_, "UPDATE draft SET body = ''").run();
    recorded = {noted.header.id, "", h.place.epoch, h.place.seq};
  });
  return recorded;
}

Recorded Ledger::close_journal(const TillNoted& noted) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Recorded recorded;
  database_.transact(Database::Durability::full, [&] {
    Head h = head();
    h.place.seq += 1;
    append(h, noted, "");
    move_head(h, noted.header.id);
    const std::string id = std::to_string(h.row_id());
    Query q(database_,
            "INSERT INTO note (name, value) VALUES ('journal_closed', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    q << id;
    q.run();
    recorded = {noted.header.id, "", h.place.epoch, h.place.seq};
  });
  return recorded;
}

int64_t Ledger::series() {
  const Database::Turn turn(database_, Database::Who::cashier);
  return head().series;
}

}  // namespace pos::storage

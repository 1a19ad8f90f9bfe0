// A new signing key: the old one's last row names it.
#include "storage/ledger_head.h"
#include "sync/hold.h"

namespace pos::storage {

Recorded Ledger::change_key(const TillNoted& noted, sync::SigningKey next) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Recorded recorded;
  database_.transact(Database::Durability::full, [&] {
    Head h = head();
    h.place.seq += 1;
    append(h, noted, "");
    move_head(h, noted.header.id);
    remember_key(next);
    next_key_ = std::move(next);
    recorded = {noted.header.id, "", h.place.epoch, h.place.seq};
    sync::hold_at("key_in_transaction");
  });
  settle_key();
  return recorded;
}

// A commit may fail and have happened all the same: what is on the disk decides which key goes on.
void Ledger::settle_key() {
  if (!next_key_) return;
  if (has_signed_with(database_, next_key_->id)) key_ = *next_key_;
  next_key_.reset();
}

void Ledger::remember_key(const sync::SigningKey& key) {
  Query q(database_,
          "INSERT INTO signing_key (key_id, public_key) VALUES (?, ?) ON CONFLICT DO NOTHING");
  q << key.id;
  q.blob(key.public_key);
  q.run();
}

bool has_signed_with(Database& database, const std::string& key_id) {
  Query q(database, "SELECT 1 FROM signing_key WHERE key_id = ?");
  q << key_id;
  return q.row();
}

}  // namespace pos::storage

#include "storage/kept_rows.h"

#include "storage/ledger.h"
#include "storage/provision.h"
#include "sync/seal.h"

namespace pos::storage {

std::vector<KeptRow> kept_rows(Database& database, int64_t after, int most, size_t bytes) {
  const NewTill till = identity(database);
  const Database::Turn turn(database, Database::Who::sync);
  Query q(database,
          "SELECT j.id, e.epoch, j.type, j.transaction_id, j.sale_id, s.total, j.at,"
          " NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = j.id), j.key_id, j.hash, j.signature,"
          " j.body FROM journal j LEFT JOIN epoch e ON e.no = j.id >> 40"
          " LEFT JOIN sale s ON s.id = j.sale_id WHERE j.id > ? ORDER BY j.id LIMIT ?");
  q << after << most;
  std::vector<KeptRow> rows;
  for (size_t taken = 0; taken < bytes && q.row();) {
    KeptRow row{q.integer(0),
                q.text(1),
                seq_of(q.integer(0)),
                q.text(2),
                q.text(3),
                "",
                {},
                q.integer(6),
                q.integer(7) != 0,
                q.text(8),
                sync::hex(q.text(9)),
                sync::base64(q.text(10)),
                q.text(11)};
    if (const int64_t sale = q.integer(4); sale != 0) {
      row.receipt = receipt_text(till.store, till.till, sale >> kSeqBits, seq_of(sale));
    }
    if (!q.null(5)) row.total = q.integer(5);
    taken += row.body.size();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::optional<std::string> kept_sale(Database& database, const std::string& receipt) {
  const NewTill till = identity(database);
  const auto id = sale_id_of(receipt, till.store, till.till);
  if (!id) return {};
  const Database::Turn turn(database, Database::Who::sync);
  Query q(database,
          "SELECT j.body FROM sale s JOIN journal j ON j.id = s.journal_id WHERE s.id = ?");
  q << *id;
  if (!q.row()) return {};
  return q.text(0);
}

}  // namespace pos::storage

// Ledger: how often a receipt was printed again.
#include "storage/ledger.h"

namespace pos::storage {

// NORMAL: the row that notes the copy is committed next, with FULL, and takes this one with it.
int64_t Ledger::count_print(std::string_view receipt, Print what) {
  const Database::Turn turn(database_, Database::Who::cashier);
  const std::string number(receipt);
  int64_t count = 0;
  database_.transact(Database::Durability::normal, [&] {
    Query add(database_,
              "INSERT INTO copies (receipt, receipts, invoices) VALUES (?, ?, ?)"
              " ON CONFLICT (receipt) DO UPDATE SET receipts = receipts + excluded.receipts,"
              " invoices = invoices + excluded.invoices");
    add << number << (what == Print::receipt ? 1 : 0) << (what == Print::invoice ? 1 : 0);
    add.run();
    Query q(database_, "SELECT receipts, invoices FROM copies WHERE receipt = ?");
    q << number;
    if (q.row()) count = q.integer(what == Print::receipt ? 0 : 1);
  });
  return count;
}

}  // namespace pos::storage

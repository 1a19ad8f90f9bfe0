#include "storage/provision.h"

#include <sstream>

#include "sync/seal.h"

namespace pos::storage {
namespace {

void fill(Database& db, const NewTill& till, Instant now) {
  const std::string epoch = sync::hex(sync::random_bytes(8));
  Query e(db, "INSERT INTO epoch (no, epoch, made_at) VALUES (1, ?, ?)");
  e << epoch << now.unix_ms;
  e.run();
  std::string head;
  for (const std::string& line : till.receipt_head) head += line + "\n";
  Query t(db,
          "INSERT INTO till (one, store, till, currency, time_zone, receipt_head, receipt_foot,"
          " epoch_no, seq, head, series, number, z_number, grand_total, last_transaction)"
          " VALUES (1, ?, ?, ?, ?, ?, ?, 1, 0, ?, 1, 0, 0, 0, '')");
  t << till.store << till.till << till.currency << till.time_zone << head << till.receipt_foot
    << sync::kZeroHash;
  t.run();
  Query(db, "INSERT INTO draft (one, body) VALUES (1, '')").run();
  for (const NewPerson& p : till.staff) {
    Query s(db,
            "INSERT INTO staff (staff_id, name, role, pin_hash, version) VALUES (?, ?, ?, ?, ?)");
    s << p.person.id.value << p.person.name << static_cast<int>(p.person.role) << p.pin_hash
      << p.version;
    s.run();
  }
}

}  // namespace

void provision(const std::string& path, const NewTill& till, Instant now, const std::string& vfs) {
  Database::create(path, vfs);
  try {
    Database db(path, vfs);
    const Database::Turn turn(db, Database::Who::cashier);
    db.transact(Database::Durability::full, [&] { fill(db, till, now); });
    db.checkpoint_all();
  } catch (...) {
    Database::remove(path, vfs);
    throw;
  }
}

NewTill identity(Database& db) {
  const Database::Turn turn(db, Database::Who::cashier);
  Query q(db, "SELECT store, till, currency, time_zone, receipt_head, receipt_foot FROM till");
  if (!q.row())
    throw Error(db.path() +
                " was not finished by `leaftillctl provision`: delete it, provision anew.");
  NewTill till{q.text(0), q.text(1), q.text(2), q.text(3), {}, q.text(5), {}};
  std::istringstream head(q.text(4));
  for (std::string line; std::getline(head, line);) till.receipt_head.push_back(line);
  return till;
}

}  // namespace pos::storage

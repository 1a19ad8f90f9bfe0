#include "storage/provision.h"

#include <sstream>

#include "storage/rules.h"
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
          " tax_mode, tax_level, rounding_step, rounding_mode, rounding_scope, rounding_mixed,"
          " rounding_above, epoch_no, seq, head, series, number, z_number, grand_total, "
          "last_transaction)"
          " VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?, 1, 0, 0, 0, '')");
  t << till.store << till.till << till.currency << till.time_zone << head << till.receipt_foot
    << std::string(to_word(till.tax.mode)) << std::string(to_word(till.tax.level))
    << till.rounding.step << std::string(to_word(till.rounding.mode))
    << std::string(to_word(till.rounding.scope)) << std::string(to_word(till.rounding.mixed))
    << till.rounding.above.minor << sync::kZeroHash;
  t.run();
  Query(db, "INSERT INTO draft (one, body) VALUES (1, '')").run();
  if (till.settings) keep_rule(db, *till.settings);
  for (const sync::OfferedPromotion& p : till.promotions) keep_rule(db, p);
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
  Query q(
      db,
      "SELECT store, till, currency, time_zone, receipt_head, receipt_foot, tax_mode, tax_level,"
      " rounding_step, rounding_mode, rounding_scope, rounding_mixed, rounding_above FROM till");
  if (!q.row())
    throw Error(db.path() +
                " was not finished by `leaftillctl provision`: delete it, provision anew.");
  NewTill till;
  till.store = q.text(0), till.till = q.text(1), till.currency = q.text(2);
  till.time_zone = q.text(3), till.receipt_foot = q.text(5);
  std::istringstream head(q.text(4));
  for (std::string line; std::getline(head, line);) till.receipt_head.push_back(line);
  const auto mode = tax_mode(q.text(6));
  const auto level = tax_level(q.text(7));
  const auto rounds = rounding_mode(q.text(9));
  const auto scope = rounding_scope(q.text(10));
  const auto mixed = rounding_mixed(q.text(11));
  if (!mode || !level || !rounds || !scope || !mixed || q.integer(8) < 1) {
    throw Error(db.path() + " has rules of tax or rounding that this version does not know.");
  }
  till.tax = {*mode, *level};
  till.rounding = {q.integer(8), *rounds, *scope, *mixed, {q.integer(12)}};
  return till;
}

}  // namespace pos::storage

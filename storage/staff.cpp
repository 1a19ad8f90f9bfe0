#include "storage/staff.h"

#include <algorithm>

#include "sync/seal.h"

namespace pos::storage {
namespace {

constexpr int64_t kFreeTries = 5;
constexpr int64_t kFirstWaitMs = 30'000, kMaxWaitMs = 3'600'000;

// After the fifth wrong PIN 30 s, then doubled each time, at most an hour.
int64_t wait_after(int64_t failures) {
  if (failures < kFreeTries) return 0;
  return std::min(kMaxWaitMs, kFirstWaitMs << std::min<int64_t>(failures - kFreeTries, 10));
}

}  // namespace

void Staff::guard(int64_t failures, int64_t until) {
  const Database::Turn turn(database_, Database::Who::cashier);
  database_.transact(Database::Durability::full, [&] {
    Query q(
        database_,
        "INSERT INTO pin_guard (one, failures, until) VALUES (1, ?, ?)"
        " ON CONFLICT (one) DO UPDATE SET failures = excluded.failures, until = excluded.until");
    q << failures << until;
    q.run();
  });
}

Staff::Answer Staff::by_pin(std::string_view pin, Instant now) {
  int64_t failures = 0, until = 0;
  {
    const Database::Turn turn(database_, Database::Who::cashier);
    Query q(database_, "SELECT failures, until FROM pin_guard");
    if (q.row()) failures = q.integer(0), until = q.integer(1);
  }
  // A clock that was set back must not lock the shop out for longer than the longest wait.
  if (until > now.unix_ms && until - now.unix_ms <= kMaxWaitMs) return {{}, until - now.unix_ms};
  const int64_t wait = wait_after(failures + 1);
  guard(failures + 1, wait > 0 ? now.unix_ms + wait : 0);
  if (pin.size() < 4 || pin.size() > 32) return {};
  const std::string hash = sync::pin_hash(pin, pepper_, store_);
  std::optional<Person> person;
  {
    const Database::Turn turn(database_, Database::Who::cashier);
    Query q(database_, "SELECT staff_id, name, role, pin_hash FROM staff WHERE locked = 0");
    while (q.row()) {
      if (sync::equal_secret(q.text(3), hash)) {
        person = Person{{q.text(0)}, q.text(1), static_cast<Role>(q.integer(2))};
      }
    }
  }
  if (person) guard(0, 0);
  return {person, 0, person ? 0 : wait};
}

std::optional<Person> Staff::by_id(const PersonId& id) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT staff_id, name, role FROM staff WHERE staff_id = ?");
  q << id.value;
  if (!q.row()) return {};
  return Person{{q.text(0)}, q.text(1), static_cast<Role>(q.integer(2))};
}

std::vector<StaffEntry> Staff::list() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT staff_id, name, role, locked, version FROM staff ORDER BY staff_id");
  std::vector<StaffEntry> all;
  while (q.row()) {
    all.push_back({{{q.text(0)}, q.text(1), static_cast<Role>(q.integer(2))},
                   q.integer(3) != 0,
                   q.integer(4)});
  }
  return all;
}

bool Staff::pin_taken(std::string_view pin, const PersonId& but) {
  const std::string hash = sync::pin_hash(pin, pepper_, store_);
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT pin_hash FROM staff WHERE staff_id <> ?");
  q << but.value;
  bool taken = false;
  while (q.row()) taken = sync::equal_secret(q.text(0), hash) || taken;
  return taken;
}

StaffEntry Staff::put(const StaffEntry& entry, std::string_view pin) {
  const std::string hash = pin.empty() ? "" : sync::pin_hash(pin, pepper_, store_);
  const Database::Turn turn(database_, Database::Who::cashier);
  StaffEntry put = entry;
  database_.transact(Database::Durability::full, [&] {
    Query q(database_,
            "INSERT INTO staff (staff_id, name, role, pin_hash, locked, version)"
            " VALUES (?1, ?2, ?3, ?4, ?5, 1) ON CONFLICT (staff_id) DO UPDATE SET name = ?2,"
            " role = ?3, pin_hash = CASE ?4 WHEN '' THEN pin_hash ELSE ?4 END, locked = ?5,"
            " version = version + 1 RETURNING version");
    q << entry.person.id.value << entry.person.name << static_cast<int>(entry.person.role) << hash
      << static_cast<int>(entry.locked);
    q.row();
    put.version = q.integer(0);
    q.run();
  });
  return put;
}

}  // namespace pos::storage

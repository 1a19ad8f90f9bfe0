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
  guard(failures + 1, now.unix_ms + wait_after(failures + 1));
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
  return {person, 0};
}

std::optional<Person> Staff::by_id(const PersonId& id) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT staff_id, name, role FROM staff WHERE staff_id = ?");
  q << id.value;
  if (!q.row()) return {};
  return Person{{q.text(0)}, q.text(1), static_cast<Role>(q.integer(2))};
}

}  // namespace pos::storage

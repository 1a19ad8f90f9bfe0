// What the tests' tills are made of: a real database in a test's folder, the parts over it in the
// order in which they come alive, three people, and a clock that goes on with every look.
#pragma once

#include <string>
#include <vector>

#include "pos/register.h"
#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/pending_stock.h"
#include "storage/provision.h"
#include "storage/staff.h"
#include "sync/seal.h"
#include "till/bundle.h"

namespace pos::till {

class TickingClock final : public Clock {
 public:
  Instant now() override { return {ms += 1}; }
  int utc_offset_min(Instant) override { return 60; }
  int64_t ms = 1'763'806'530'123;  // 2025-11-22, 11:15 on the wall
};

struct Parts {
  Parts(const std::string& file, const std::string& pepper, const sync::SigningKey& key,
        Clock& clock, const RegisterSettings& settings, Claims* claims = nullptr)
      : database(file),
        pending(database),
        catalogue(database, pending),
        ledger(database, pending, key),
        staff(database, pepper, "s1"),
        reg(catalogue, ledger, staff, clock, settings, nullptr, claims) {}
  storage::Database database;
  storage::PendingStock pending;
  storage::Catalogue catalogue;
  storage::Ledger ledger;
  storage::Staff staff;
  Register reg;
};

inline storage::NewPerson person(const char* id, const char* name, Role role, const char* pin,
                                 const std::string& pepper) {
  return {{{id}, name, role}, sync::pin_hash(pin, pepper, "s1"), 1};
}
// Ann, Sue and Max.
inline std::vector<storage::NewPerson> three_people(const std::string& pepper) {
  return {person("1", "Ann", Role::cashier, "1234", pepper),
          person("2", "Sue", Role::supervisor, "8642", pepper),
          person("3", "Max", Role::manager, "97531", pepper)};
}

// Of a whole till program with Ann alone, whose leaf is nowhere.
inline Bundle lonely_bundle() {
  Bundle bundle;
  bundle.pepper = std::string(32, 'p');
  bundle.till = {"s1", "till1", "EUR", "UTC", {}, "", {}};
  bundle.till.staff = {person("1", "Ann", Role::cashier, "1234", bundle.pepper)};
  bundle.leaf_url = "nats://127.0.0.1:1";
  bundle.nkey_seed = sync::make_user_nkey().seed;
  bundle.enrol_code = "none";
  bundle.central_keys = {sync::make_signing_key().public_key};
  return bundle;
}

}  // namespace pos::till

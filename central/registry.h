// Who belongs to the chain: stores, their tills and their staff, and the secrets that central hands
// out for them. What central keeps of a secret is as little as works: of a one-time code and a PIN
// the hash, of a till's nkey the public half. Its own password for the hub is kept as it is, since
// the hub's configuration file needs it.
//
//   registry.add_store({"s1", "Café", "EUR", "Europe/Vienna"}, now);
//   registry.add_staff("s1", {"1", "Ada", "cashier"}, "1234");
//   std::string bundle = registry.add_till("s1", "till1", "nats://127.0.0.1:4223", keys, now);
//
// Throws Refused with words, and SqlError when the database fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "central/sql.h"
#include "central/topology.h"
#include "pos/time.h"

namespace pos::central {

struct StoreEntry {
  std::string id, name{};
  std::string currency = "EUR", time_zone = "UTC";
  std::vector<std::string> receipt_head{};  // empty: the name
  std::string receipt_foot{};
  std::string created_at{};
};

struct StaffEntry {
  std::string id, name, role;  // cashier, supervisor, manager
  int64_t version = 0;
  bool locked = false;
};

struct TillEntry {
  std::string store, till, state;  // pending, approved, revoked
  std::string public_key, key_id;
  std::string last_seen_at, epoch, last_receipt, oldest_pending_at, app;
  int64_t seq = 0;      // its own last row, by its beat
  int64_t applied = 0;  // how far that epoch is held here
  int64_t pending = 0, clock_skew_ms = 0;
};

class Registry {
 public:
  explicit Registry(Database& database) : database_(database) {}

  StoreEntry add_store(const StoreEntry&, Instant now);
  std::vector<StoreEntry> stores(const std::string& after, int64_t limit);
  std::optional<StoreEntry> store(const std::string& id);

  // Adds a person, or changes name, role and PIN of one who is there. 4 to 6 digits; no two people
  // of a store have the same PIN, since the PIN alone says who it is.
  StaffEntry add_staff(const std::string& store, const StaffEntry&, const std::string& pin);
  std::vector<StaffEntry> staff(const std::string& store);

  // The bundle for `leaftillctl provision`, as JSON text: the only place where its secrets ever
  // are. For a till that exists it makes a new one-time code and a new nkey; the till keeps its old
  // ones until somebody enrols with the new code.
  std::string add_till(const std::string& store, const std::string& till,
                       const std::string& leaf_url,
                       const std::vector<std::string>& central_public_keys_raw, Instant now);
  void revoke_till(const std::string& store, const std::string& till);
  // All of them, or one store's; ascending by (store, till), after the given one.
  std::vector<TillEntry> tills(const std::string& store, const std::string& after_store,
                               const std::string& after_till, int64_t limit);

  // What the servers need to know; the places are the caller's to fill in.
  HubPlan hub_plan();
  LeafPlan leaf_plan(const std::string& store);
  std::string central_password();

 private:
  Database& database_;
};

}  // namespace pos::central

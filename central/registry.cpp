#include "central/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "central/office_books.h"
#include "central/refused.h"
#include "pos/ids.h"
#include "pos/receipt.h"
#include "sync/seal.h"

namespace pos::central {
namespace {

constexpr size_t kMaxText = 200;

Refused malformed(const std::string& code, const std::string& words) {
  return {Refused::Why::malformed, code, words};
}

void check_node_id(const std::string& what, const std::string& id) {
  if (valid_node_id(id)) return;
  throw malformed("bad_id",
                  fmt::format("a {} id has 1 to 12 of the characters A-Z a-z 0-9 _ and is not hub, "
                              "central, all or api",
                              what));
}

void check_text(const std::string& what, const std::string& text, bool may_be_empty) {
  if (text.empty() && !may_be_empty)
    throw malformed("bad_text", fmt::format("the {} is empty", what));
  if (text.size() > kMaxText)
    throw malformed("bad_text", fmt::format("the {} is longer than {} bytes", what, kMaxText));
  if (printable(text) != text || !valid_utf8(text)) {
    throw malformed("bad_text",
                    fmt::format("the {} holds control characters or is not UTF-8", what));
  }
}

void check_time_zone(const std::string& name) {
  bool plain = !name.empty() && name.find("..") == std::string::npos && name.front() != '/' &&
               std::all_of(name.begin(), name.end(), [](unsigned char c) {
                 return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
               });
  std::filesystem::path zones = "/usr/share/zoneinfo";
  if (plain && (!std::filesystem::exists(zones) || std::filesystem::is_regular_file(zones / name)))
    return;
  throw malformed("bad_time_zone",
                  fmt::format("'{}' is not a time zone, as Europe/Vienna", printable(name)));
}

void check_store(const StoreEntry& store) {
  check_node_id("store", store.id);
  check_text("store's name", store.name, true);
  check_text("receipt's foot", store.receipt_foot, true);
  for (const auto& line : store.receipt_head) check_text("receipt's head", line, true);
  bool three =
      store.currency.size() == 3 && std::all_of(store.currency.begin(), store.currency.end(),
                                                [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!three) throw malformed("bad_currency", "a currency is three capital letters, as EUR");
  check_time_zone(store.time_zone);
}

void check_pin(const std::string& pin) {
  bool digits = std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && pin.size() >= 4 && pin.size() <= 6) return;
  throw malformed("bad_pin", "a PIN has 4 to 6 digits");
}

void check_leaf_url(const std::string& url) {
  bool scheme = url.rfind("nats://", 0) == 0 || url.rfind("tls://", 0) == 0;
  if (scheme && url.size() <= kMaxText && url.find_first_of(" \"\\\r\n\t") == std::string::npos)
    return;
  throw malformed("bad_leaf_url",
                  "the leaf's URL is nats://HOST:PORT, as the store's tills reach it");
}

std::string one_a_line(const std::vector<std::string>& lines) {
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : "\n") + lines[i];
  return out;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  size_t from = 0;
  while (from < text.size()) {
    size_t to = std::min(text.find(at, from), text.size());
    parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

constexpr const char* kStoreColumns =
    "SELECT id, name, currency, time_zone, receipt_head, receipt_foot, created_at, pepper FROM "
    "store ";

StoreEntry store_of(const ResultRow& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), split(row.text(4), '\n'),
          row.text(5), row.text(6)};
}

struct KnownStore {
  StoreEntry entry;
  std::string pepper;  // base64
};

KnownStore store_with_pepper(Session& session, const std::string& id) {
  auto rows = session.query(fmt::format("{} WHERE id = $1", kStoreColumns), {id});
  if (rows.empty()) {
    throw Refused(Refused::Why::not_found, "unknown_store",
                  fmt::format("there is no store '{}'; `leaftill-central store add` makes one",
                              printable(id)));
  }
  return {store_of(rows[0]), rows[0].text(7)};
}

// A secret that central makes once and keeps.
std::string kept_secret(Session& session, const std::string& name) {
  session.execute("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                  {name, sync::hex(sync::random_bytes(24))});
  return session.query("SELECT value FROM meta WHERE name = $1", {name}).at(0).text(0);
}

// No store's: the word is reserved among ids.
std::string central_secret(Session& session) {
  return kept_secret(session, "nats_password.central");
}

nlohmann::ordered_json staff_json(Session& session, const std::string& store) {
  auto people = nlohmann::ordered_json::array();
  for (const auto& row : session.query("SELECT staff_id, name, role, pin_hash, version FROM staff "
                                       "WHERE store = $1 AND locked = 0 ORDER BY staff_id",
                                       {store})) {
    people.push_back({{"staffId", row.text(0)},
                      {"name", row.text(1)},
                      {"role", row.text(2)},
                      {"pinHash", row.text(3)},
                      {"version", row.integer(4)}});
  }
  return people;
}

// As they go down: a till that never hears of its office after provisioning sells by them.
void add_rules(Session& session, const std::string& store, nlohmann::ordered_json& bundle) {
  using Json = nlohmann::ordered_json;
  if (const auto settings = settings_of(session, store))
    bundle["settings"] = Json::parse(sync::encode(*settings));
  bundle["promotions"] = Json::array();
  for (const auto& row : session.query(fmt::format(
           "SELECT {} FROM promotion WHERE deleted = 0 ORDER BY id", kPromotionColumns))) {
    const auto offer = promotion_of(row, store);
    if (!offer.deleted) bundle["promotions"].push_back(Json::parse(sync::encode(offer)));
  }
}

// The newest first; one older stays, so that the till sells on until its new bundle is there.
std::string nkeys_with(Session& session, const std::string& store, const std::string& till,
                       const std::string& fresh) {
  auto rows =
      session.query("SELECT nkey_public FROM till WHERE store = $1 AND till = $2", {store, till});
  auto old = rows.empty() ? std::vector<std::string>{} : split(rows[0].text(0), ' ');
  return old.empty() ? fresh : fresh + " " + old.front();
}

std::vector<LeafTill> leaf_tills(Session& session, const std::string& store) {
  std::vector<LeafTill> tills;
  for (const auto& row :
       session.query("SELECT till, nkey_public FROM till WHERE store = $1 AND state <> 'revoked' "
                     "AND nkey_public <> '' ORDER BY till",
                     {store})) {
    tills.push_back({row.text(0), split(row.text(1), ' ')});
  }
  return tills;
}

TillEntry till_of(const ResultRow& row) {
  TillEntry till;
  till.store = row.text(0);
  till.till = row.text(1);
  till.state = row.text(2);
  till.public_key = row.text(3);
  till.key_id = row.text(4);
  till.last_seen_at = row.text(5);
  till.epoch = row.text(6);
  till.seq = row.integer(7);
  till.applied = row.integer(8);
  till.last_receipt = row.text(9);
  till.pending = row.integer(10);
  till.oldest_pending_at = row.text(11);
  till.app = row.text(12);
  till.clock_skew_ms = row.integer(13);
  return till;
}

}  // namespace

StoreEntry Registry::add_store(const StoreEntry& wanted, Instant now) {
  check_store(wanted);
  StoreEntry store = wanted;
  store.created_at = to_iso(now);
  auto session = database_.session();
  session->begin();
  int64_t added = session->execute(
      "INSERT INTO store (id, name, currency, time_zone, pepper, receipt_head, receipt_foot, "
      "created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
      {store.id, store.name, store.currency, store.time_zone, sync::base64(sync::random_bytes(32)),
       one_a_line(store.receipt_head), store.receipt_foot, store.created_at});
  if (added == 0) {
    throw Refused(Refused::Why::conflict, "store_exists",
                  fmt::format("there is a store '{}' already", store.id));
  }
  session->commit();
  return store;
}

std::vector<StoreEntry> Registry::stores(const std::string& after, int64_t limit) {
  std::vector<StoreEntry> all;
  for (const auto& row : database_.session()->query(
           fmt::format("{} WHERE id > $1 ORDER BY id LIMIT $2", kStoreColumns), {after, limit})) {
    all.push_back(store_of(row));
  }
  return all;
}

std::optional<StoreEntry> Registry::store(const std::string& id) {
  auto rows = database_.session()->query(fmt::format("{} WHERE id = $1", kStoreColumns), {id});
  if (rows.empty()) return {};
  return store_of(rows[0]);
}

StaffEntry Registry::add_staff(const std::string& store, const StaffEntry& person,
                               const std::string& pin) {
  if (!valid_id(person.id))
    throw malformed("bad_id", "a staff id has 1 to 32 of the characters A-Z a-z 0-9 _ -");
  check_text("person's name", person.name, false);
  if (person.role != "cashier" && person.role != "supervisor" && person.role != "manager") {
    throw malformed("bad_role", "a role is cashier, supervisor or manager");
  }
  check_pin(pin);
  auto session = database_.session();
  session->begin();
  // The write is a lock: two people at once cannot take one PIN on PostgreSQL either.
  session->execute("UPDATE store SET settings_version = settings_version WHERE id = $1", {store});
  std::string hash =
      sync::pin_hash(pin, *sync::unbase64(store_with_pepper(*session, store).pepper), store);
  if (!session
           ->query("SELECT 1 FROM staff WHERE store = $1 AND pin_hash = $2 AND staff_id <> $3",
                   {store, hash, person.id})
           .empty()) {
    throw Refused(Refused::Why::conflict, "pin_taken",
                  "somebody else of this store has this PIN; choose another");
  }
  auto rows = session->query(
      "INSERT INTO staff (store, staff_id, name, role, pin_hash, version) VALUES ($1, $2, $3, $4, "
      "$5, 1) "
      "ON CONFLICT (store, staff_id) DO UPDATE SET name = excluded.name, role = excluded.role, "
      "pin_hash = excluded.pin_hash, version = staff.version + 1 RETURNING version, locked",
      {store, person.id, person.name, person.role, hash});
  session->commit();
  return {person.id, person.name, person.role, rows.at(0).integer(0), rows.at(0).integer(1) != 0};
}

std::vector<StaffEntry> Registry::staff(const std::string& store) {
  std::vector<StaffEntry> all;
  for (const auto& row : database_.session()->query("SELECT staff_id, name, role, version, locked "
                                                    "FROM staff WHERE store = $1 ORDER BY staff_id",
                                                    {store})) {
    all.push_back({row.text(0), row.text(1), row.text(2), row.integer(3), row.integer(4) != 0});
  }
  return all;
}

std::string Registry::add_till(const std::string& store, const std::string& till,
                               const std::string& leaf_url,
                               const std::vector<std::string>& central_public_keys_raw,
                               Instant now) {
  check_node_id("store", store);
  check_node_id("till", till);
  check_leaf_url(leaf_url);
  const sync::Nkey nkey = sync::make_user_nkey();
  const std::string code = sync::hex(sync::random_bytes(16));
  auto session = database_.session();
  session->begin();
  KnownStore known = store_with_pepper(*session, store);
  session->execute(
      "INSERT INTO till (store, till, state, enrol_code_hash, nkey_public, created_at) "
      "VALUES ($1, $2, 'pending', $3, $4, $5) ON CONFLICT (store, till) DO UPDATE SET state = "
      "'pending', "
      "enrol_code_hash = excluded.enrol_code_hash, nkey_public = excluded.nkey_public",
      {store, till, sync::hex(sync::sha256(code)),
       nkeys_with(*session, store, till, nkey.public_key), to_iso(now)});
  nlohmann::ordered_json bundle = {{"version", 1}, {"store", store}, {"till", till}};
  bundle["currency"] = known.entry.currency;
  bundle["timeZone"] = known.entry.time_zone;
  bundle["receiptHead"] = known.entry.receipt_head.empty()
                              ? std::vector<std::string>{known.entry.name}
                              : known.entry.receipt_head;
  bundle["receiptFoot"] = known.entry.receipt_foot;
  bundle["leafUrl"] = leaf_url;
  bundle["nkeySeed"] = nkey.seed;
  bundle["enrolCode"] = code;
  bundle["centralKeys"] = nlohmann::ordered_json::array();
  for (const auto& key : central_public_keys_raw)
    bundle["centralKeys"].push_back(sync::base64(key));
  bundle["pepper"] = known.pepper;
  bundle["staff"] = staff_json(*session, store);
  add_rules(*session, store, bundle);
  session->commit();
  return bundle.dump(2) + "\n";
}

void Registry::revoke_till(const std::string& store, const std::string& till) {
  auto session = database_.session();
  session->begin();
  int64_t changed = session->execute(
      "UPDATE till SET state = 'revoked', enrol_code_hash = '', nkey_public = '' WHERE store = $1 "
      "AND till = $2",
      {store, till});
  if (changed == 0) {
    throw Refused(
        Refused::Why::not_found, "unknown_till",
        fmt::format("there is no till '{}' in store '{}'", printable(till), printable(store)));
  }
  // For good: a stolen key must not come back to life when the till is registered again.
  session->execute("UPDATE till_key SET revoked = 1 WHERE store = $1 AND till = $2", {store, till});
  session->commit();
}

std::vector<TillEntry> Registry::tills(const std::string& store, const std::string& after_store,
                                       const std::string& after_till, int64_t limit) {
  std::vector<TillEntry> all;
  for (const auto& row : database_.session()->query(
           "SELECT t.store, t.till, t.state, t.public_key, t.key_id, t.last_seen_at, t.epoch, "
           "t.seq, c.mark, "
           "CASE WHEN t.last_receipt <> '' THEN t.last_receipt ELSE t.beat_receipt END, "
           "t.pending, t.oldest_pending_at, t.app, t.clock_skew_ms FROM till t "
           "LEFT JOIN chain c ON c.store = t.store AND c.till = t.till AND c.epoch = t.epoch "
           "WHERE ($1 = '' OR t.store = $1) AND (t.store, t.till) > ($2, $3) ORDER BY t.store, "
           "t.till LIMIT $4",
           {store, after_store, after_till, limit})) {
    all.push_back(till_of(row));
  }
  return all;
}

HubPlan Registry::hub_plan() {
  auto session = database_.session();
  session->begin();
  HubPlan plan;
  plan.central_password = central_secret(*session);
  for (const auto& row : session->query("SELECT id FROM store ORDER BY id")) {
    plan.stores.push_back(row.text(0));
  }
  session->commit();
  return plan;
}

LeafPlan Registry::leaf_plan(const std::string& store) {
  auto session = database_.session();
  session->begin();
  LeafPlan plan;
  plan.store = store_with_pepper(*session, store).entry.id;
  plan.tills = leaf_tills(*session, store);
  session->commit();
  return plan;
}

std::string Registry::central_password() {
  auto session = database_.session();
  session->begin();
  std::string password = central_secret(*session);
  session->commit();
  return password;
}

}  // namespace pos::central

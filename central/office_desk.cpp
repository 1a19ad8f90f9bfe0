#include "central/office_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "central/books.h"
#include "central/catalogue_writes.h"
#include "central/office_books.h"
#include "central/refused.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

constexpr int64_t kMaxPrices = 100;      // of a product and store
constexpr int64_t kMaxPromotions = 500;  // that are not withdrawn
constexpr int64_t kOver_ms = 7LL * 24 * 3'600'000;

struct Store {
  std::string currency;
};
Store known_store(Session& session, const std::string& store) {
  auto rows = session.query("SELECT currency FROM store WHERE id = $1", {store});
  if (rows.empty()) {
    throw Refused(Refused::Why::not_found, "unknown_store",
                  fmt::format("there is no store '{}'", printable(store)));
  }
  return {rows[0].text(0)};
}

template <class T>
void check(const T& value, const char* code) {
  const std::string fault = sync::fault_of(value);
  if (!fault.empty()) throw Refused(Refused::Why::not_allowed, code, fault);
}

void check_price(Session& session, const std::string& store, const sync::Price& price) {
  check(price, "bad_price");
  const std::string currency = known_store(session, store).currency;
  if (!price.currency.empty() && price.currency != currency) {
    throw Refused(Refused::Why::not_allowed, "other_currency",
                  fmt::format("store '{}' sells in {}", store, currency));
  }
  if (session.query("SELECT 1 FROM product WHERE id = $1", {price.productId}).empty()) {
    throw Refused(Refused::Why::not_found, "unknown_product",
                  fmt::format("there is no product '{}'", price.productId));
  }
}

// Those that ended a week ago; a withdrawn one stays until then, or it might come back at a till.
void forget_ended(Session& session, const std::string& store, const std::string& product,
                  Instant now) {
  session.execute(
      "DELETE FROM price WHERE store = $1 AND product_id = $2 AND effective_to <> '' "
      "AND effective_to < $3",
      {store, product, to_iso({now.unix_ms - kOver_ms}).substr(0, 10)});
}

void check_count(Session& session, const std::string& store, const std::string& product) {
  const auto rows = session.query(
      "SELECT COUNT(*) FROM price WHERE store = $1 AND product_id = $2 AND deleted = 0",
      {store, product});
  if (rows.at(0).integer(0) <= kMaxPrices) return;
  throw Refused(Refused::Why::not_allowed, "too_many_prices",
                fmt::format("product '{}' has {} prices in store '{}': withdraw those that count "
                            "no longer",
                            product, kMaxPrices, store));
}

bool same(sync::Price a, const sync::Price& b) {
  a.version = b.version;
  return a == b;
}

std::vector<std::string> all_stores(Session& session) {
  std::vector<std::string> ids;
  for (const auto& row : session.query("SELECT id FROM store ORDER BY id"))
    ids.push_back(row.text(0));
  return ids;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

PromotionEntry entry_of(const ResultRow& row) {
  PromotionEntry entry;
  entry.offer = sync::decode_promotion(row.text(3)).value_or(sync::OfferedPromotion{});
  entry.offer.version = row.integer(0);
  entry.offer.deleted = row.integer(2) != 0;
  entry.stores = stores_in(row.text(1));
  return entry;
}

std::optional<PromotionEntry> find_promotion(Session& session, const std::string& id) {
  const auto rows =
      session.query(fmt::format("SELECT {} FROM promotion WHERE id = $1", kPromotionColumns), {id});
  if (rows.empty()) return {};
  return entry_of(rows[0]);
}

void check_version(int64_t wanted, int64_t present) {
  if (wanted == 0 || wanted == present) return;
  throw Refused(Refused::Why::conflict, "stale_version",
                fmt::format("it is at version {} by now; read it again", present));
}

void check_promotion(Session& session, const PromotionEntry& entry) {
  check(entry.offer, "bad_promotion");
  for (const auto& store : entry.stores) known_store(session, store);
  const auto rows = session.query("SELECT COUNT(*) FROM promotion WHERE deleted = 0 AND id <> $1",
                                  {entry.offer.promotion.id});
  if (rows.at(0).integer(0) >= kMaxPromotions && !entry.offer.deleted) {
    throw Refused(Refused::Why::not_allowed, "too_many_promotions",
                  fmt::format("there are {} promotions: withdraw one first", kMaxPromotions));
  }
}

}  // namespace

sync::Price OfficeDesk::put_price(const std::string& store, const sync::Price& wanted,
                                  Instant now) {
  sync::Price price = wanted;
  auto session = database_.session();
  session->begin();
  lock_catalogue(*session);
  check_price(*session, store, price);
  const auto there = session->query(
      fmt::format("SELECT {} FROM price WHERE store = $1 AND product_id = $2 AND effective_from = "
                  "$3",
                  kPriceColumns),
      {store, price.productId, price.effectiveFrom});
  if (!there.empty() && same(price, price_of(there[0]))) return price_of(there[0]);  // sent again
  price.version = next_version(*session);
  session->execute(
      "INSERT INTO price (store, product_id, effective_from, effective_to, price, currency, "
      "version, deleted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (store, product_id, "
      "effective_from) DO UPDATE SET effective_to = excluded.effective_to, price = excluded.price, "
      "currency = excluded.currency, version = excluded.version, deleted = excluded.deleted",
      {store, price.productId, price.effectiveFrom, price.effectiveTo, price.price, price.currency,
       price.version, int64_t{price.deleted}});
  forget_ended(*session, store, price.productId, now);
  check_count(*session, store, price.productId);
  mark_down(*session, "down." + store + ".price." + price.productId);
  session->commit();
  return price;
}

std::vector<sync::Price> OfficeDesk::prices(const std::string& store, const std::string& product,
                                            const std::string& after, int64_t limit) {
  auto session = database_.session();
  known_store(*session, store);
  std::vector<sync::Price> all;
  for (const auto& row : session->query(
           fmt::format("SELECT {} FROM price WHERE store = $1 AND deleted = 0 AND ($2 = '' OR "
                       "product_id = $2) AND product_id > $3 AND product_id IN (SELECT product_id "
                       "FROM price WHERE store = $1 AND deleted = 0 AND product_id > $3 GROUP BY "
                       "product_id ORDER BY product_id LIMIT $4) ORDER BY product_id, "
                       "effective_from",
                       kPriceColumns),
           {store, product, after, product.empty() ? limit : std::numeric_limits<int32_t>::max()}))
    all.push_back(price_of(row));
  return all;
}

sync::Settings OfficeDesk::settings(const std::string& store) {
  auto session = database_.session();
  known_store(*session, store);
  return settings_of(*session, store).value_or(sync::Settings{});
}

sync::Settings OfficeDesk::put_settings(const std::string& store, const sync::Settings& wanted,
                                        Instant) {
  check(wanted, "bad_settings");
  auto session = database_.session();
  session->begin();
  lock_catalogue(*session);
  known_store(*session, store);
  const auto there = settings_of(*session, store);
  if (there && there->store == wanted.store) return *there;
  check_version(wanted.version, there ? there->version : 0);
  sync::Settings settings = wanted;
  settings.version = next_version(*session);
  session->execute("UPDATE store SET settings = $2, settings_version = $3 WHERE id = $1",
                   {store, sync::encode(settings), settings.version});
  mark_down(*session, "down." + store + ".settings");
  session->commit();
  return settings;
}

PromotionEntry OfficeDesk::put_promotion(const PromotionEntry& wanted, Instant) {
  auto session = database_.session();
  session->begin();
  lock_catalogue(*session);
  check_promotion(*session, wanted);
  const auto there = find_promotion(*session, wanted.offer.promotion.id);
  if (there && there->offer.promotion == wanted.offer.promotion && there->stores == wanted.stores &&
      there->offer.deleted == wanted.offer.deleted)
    return *there;
  check_version(wanted.offer.version, there ? there->offer.version : 0);
  PromotionEntry entry = wanted;
  entry.offer.version = next_version(*session);
  session->execute(
      "INSERT INTO promotion (id, version, stores, deleted, body) VALUES ($1, $2, $3, $4, $5) ON "
      "CONFLICT (id) DO UPDATE SET version = excluded.version, stores = excluded.stores, deleted = "
      "excluded.deleted, body = excluded.body",
      {entry.offer.promotion.id, entry.offer.version, joined(entry.stores),
       int64_t{entry.offer.deleted}, sync::encode(entry.offer)});
  std::vector<std::string> subjects;
  for (const auto& store : all_stores(*session))
    subjects.push_back("down." + store + ".promotion." + entry.offer.promotion.id);
  mark_down(*session, subjects);
  session->commit();
  return entry;
}

std::optional<PromotionEntry> OfficeDesk::promotion(const std::string& id) {
  return find_promotion(*database_.session(), id);
}

std::vector<PromotionEntry> OfficeDesk::promotions(const std::string& after, int64_t limit) {
  std::vector<PromotionEntry> all;
  for (const auto& row : database_.session()->query(
           fmt::format("SELECT {} FROM promotion WHERE deleted = 0 AND id > $1 ORDER BY id "
                       "LIMIT $2",
                       kPromotionColumns),
           {after, limit}))
    all.push_back(entry_of(row));
  return all;
}

}  // namespace pos::central

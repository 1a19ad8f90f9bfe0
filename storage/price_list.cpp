#include "storage/price_list.h"

#include "pos/time.h"

namespace pos::storage {
namespace {

// A date is a day of the store's calendar, an instant is in UTC; both are compared as text.
#define HAS_BEGUN                                                                      \
  " CASE length(effective_from) WHEN 0 THEN 1 WHEN 10 THEN effective_from <= ?1 ELSE " \
  "effective_from <= ?2 END"
#define HAS_NOT_ENDED                                                              \
  " CASE length(effective_to) WHEN 0 THEN 1 WHEN 10 THEN effective_to >= ?1 ELSE " \
  "effective_to > ?2 END"

Item item_of(sync::Product p) {
  Item item;
  item.id.value = std::move(p.productId);
  item.name = std::move(p.name);
  item.codes = std::move(p.codes);
  item.unit = std::move(p.unit);
  item.price.minor = p.price;
  item.price_scale = p.priceScale;
  item.price_version = p.version;
  item.tax_rate.ppm = p.taxRate;
  item.category = std::move(p.category);
  item.age_limit = p.ageLimit;
  item.open_price = p.openPrice;
  item.deposit.value = std::move(p.deposit);
  item.colour = std::move(p.colour);
  item.tile = p.tile;
  return item;
}

}  // namespace

PriceList::Now PriceList::now() {
  const Instant at = clock_.now();
  return {local_date(at, clock_.utc_offset_min(at)), to_iso(at)};
}

void PriceList::apply(const sync::Price& p) {
  Query q(database_,
          "INSERT INTO price (product_id, effective_from, effective_to, price, currency, version,"
          " deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
          " ON CONFLICT (product_id, effective_from) DO UPDATE SET effective_to = ?3, price = ?4,"
          " currency = ?5, version = ?6, deleted = ?7 WHERE version < ?6");
  q << p.productId << p.effectiveFrom << p.effectiveTo << p.price << p.currency << p.version
    << static_cast<int>(p.deleted);
  q.run();
}

bool PriceList::keep_for_later(const sync::Product& p) {
  const Now at = now();
  const bool begins_later = p.effectiveFrom > (p.effectiveFrom.size() == 10 ? at.day : at.instant);
  Query known(database_, "SELECT version FROM product WHERE product_id = ? AND deleted = 0");
  known << p.productId;
  if (begins_later && known.row()) {
    if (known.integer(0) >= p.version) return true;
    const std::string body = sync::encode(p);
    Query q(database_,
            "INSERT INTO product_later (product_id, effective_from, version, body)"
            " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (product_id) DO UPDATE SET effective_from = ?2,"
            " version = ?3, body = ?4 WHERE version < ?3");
    q << p.productId << p.effectiveFrom << p.version << body;
    q.run();
    return true;
  }
  done(p);
  return false;
}

std::vector<sync::Product> PriceList::due(int limit) {
  const Now at = now();
  std::vector<sync::Product> all;
  Query q(database_, "SELECT body FROM product_later WHERE" HAS_BEGUN " LIMIT ?3");
  q << at.day << at.instant << limit;
  while (q.row()) {
    if (auto product = sync::decode_product(q.text(0))) all.push_back(std::move(*product));
  }
  return all;
}

// What the office said after it counts: it may have changed its mind.
void PriceList::done(const sync::Product& p) {
  Query q(database_, "DELETE FROM product_later WHERE product_id = ? AND version <= ?");
  q << p.productId << p.version;
  q.run();
}

std::optional<sync::Product> PriceList::later(const ProductId& id, const Now& at) {
  Query q(database_, "SELECT body FROM product_later WHERE" HAS_BEGUN " AND product_id = ?3");
  q << at.day << at.instant << id.value;
  if (!q.row()) return {};
  return sync::decode_product(q.text(0));
}

void PriceList::set(Item& item) {
  const Now at = now();
  if (auto changed = later(item.id, at); changed && !changed->deleted)
    item = item_of(std::move(*changed));
  Query q(database_, "SELECT price, version FROM price WHERE" HAS_BEGUN " AND" HAS_NOT_ENDED
                     " AND product_id = ?3 AND deleted = 0"
                     " AND (currency = '' OR currency = (SELECT currency FROM till))"
                     " ORDER BY effective_from DESC, version DESC LIMIT 1");
  q << at.day << at.instant << item.id.value;
  if (!q.row()) return;
  item.price.minor = q.integer(0);
  item.price_version = q.integer(1);
}

}  // namespace pos::storage

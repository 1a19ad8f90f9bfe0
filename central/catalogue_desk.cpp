#include "central/catalogue_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "central/catalogue_writes.h"
#include "central/refused.h"
#include "pos/gtin.h"
#include "pos/ids.h"
#include "pos/money.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

constexpr size_t kMaxDeliveryLines = 10'000;

const std::string& entry_columns() {
  static const std::string columns =
      fmt::format("SELECT {}, created_at, updated_at FROM product ", kProductColumns);
  return columns;
}

CatalogueEntry entry_of(const ResultRow& row) {
  return {product_of(row), row.text(19), row.text(20)};
}

std::optional<CatalogueEntry> find_product(Session& session, const std::string& id) {
  auto rows = session.query(entry_columns() + "WHERE id = $1", {id});
  if (rows.empty()) return {};
  return entry_of(rows[0]);
}

void check_codes(Session& session, const sync::Product& product) {
  for (const auto& code : lookup_codes(product)) {
    auto rows = session.query(
        "SELECT p.id, p.name FROM product_code c JOIN product p ON p.id = c.product_id "
        "WHERE c.code = $1 AND c.product_id <> $2",
        {code, product.productId});
    if (rows.empty() || product.deleted) continue;
    throw Refused(Refused::Why::conflict, "code_taken",
                  fmt::format("the code {} of product '{}' belongs to product '{}' ({}) already",
                              code, product.productId, rows[0].text(0), rows[0].text(1)));
  }
}

void check_put(const sync::Product& wanted, const std::optional<CatalogueEntry>& there,
               CatalogueDesk::Put how) {
  if (how == CatalogueDesk::Put::create && there) {
    throw Refused(Refused::Why::conflict, "product_exists",
                  fmt::format("there is a product '{}' already; PUT changes it", wanted.productId));
  }
  int64_t present = there ? there->product.version : 0;
  if (how == CatalogueDesk::Put::replace && wanted.version > 0 && wanted.version != present) {
    throw Refused(Refused::Why::conflict, "stale_version",
                  fmt::format("product '{}' is at version {} by now; read it again",
                              wanted.productId, present));
  }
}

StockTotals total_of(Session& session, const std::string& product) {
  auto rows = session.query(
      "SELECT CAST(COALESCE(SUM(on_hand), 0) AS BIGINT) FROM stock "
      "WHERE product_id = $1 AND store IN (SELECT id FROM store)",
      {product});
  return {{product, rows.at(0).integer(0)}};
}

void check_store(Session& session, const std::string& store) {
  if (!session.query("SELECT 1 FROM store WHERE id = $1", {store}).empty()) return;
  throw Refused(Refused::Why::not_found, "unknown_store",
                fmt::format("there is no store '{}'", printable(store)));
}

void check_delivery(const Delivery& delivery) {
  if (!valid_id(delivery.id) || delivery.id == kOpening) {
    throw Refused(
        Refused::Why::malformed, "bad_id",
        "a deliveryId has 1 to 32 of the characters A-Z a-z 0-9 _ - and is not 'opening'");
  }
  if (delivery.lines.empty() || delivery.lines.size() > kMaxDeliveryLines) {
    throw Refused(Refused::Why::not_allowed, "bad_lines",
                  fmt::format("a delivery has 1 to {} lines", kMaxDeliveryLines));
  }
  for (const auto& line : delivery.lines) {
    if (!valid_id(line.product))
      throw Refused(Refused::Why::malformed, "bad_id", "a line's productId is not an id");
    if (line.quantity == 0 || line.quantity > kMaxQuantityMilli ||
        line.quantity < -kMaxQuantityMilli) {
      throw Refused(
          Refused::Why::not_allowed, "bad_quantity",
          fmt::format("the quantity of '{}' is {}; it is in thousandths, not 0, at most {}",
                      line.product, line.quantity, kMaxQuantityMilli));
    }
  }
}

bool same_lines(Session& session, const std::string& store, const Delivery& delivery) {
  auto rows = session.query(
      "SELECT product_id, quantity FROM delivery_line WHERE store = $1 AND delivery_id = $2 ORDER "
      "BY line",
      {store, delivery.id});
  return std::equal(rows.begin(), rows.end(), delivery.lines.begin(), delivery.lines.end(),
                    [](const ResultRow& row, const Delivery::Line& line) {
                      return row.text(0) == line.product && row.integer(1) == line.quantity;
                    });
}

StockDeltas deltas_of(Session& session, const std::string& store, const Delivery& delivery) {
  StockDeltas deltas;
  for (const auto& line : delivery.lines) deltas[{store, line.product}] += line.quantity;
  for (const auto& [key, delta] : deltas) {
    if (!session.query("SELECT 1 FROM product WHERE id = $1", {key.second}).empty()) continue;
    throw Refused(Refused::Why::not_allowed, "unknown_product",
                  fmt::format("there is no product '{}': add it first", key.second));
  }
  return deltas;
}

void write_delivery(Session& session, const std::string& store, const Delivery& delivery) {
  std::vector<Cells> rows;
  int64_t number = 0;
  for (const auto& line : delivery.lines)
    rows.push_back({store, delivery.id, ++number, line.product, line.quantity});
  many(session,
       "INSERT INTO delivery_line (store, delivery_id, line, product_id, quantity) VALUES ", rows,
       "");
}

// The text between two wildcards of LIKE … ESCAPE '!'.
std::string like_part(const std::string& words) {
  std::string out = "%";
  for (char c : words) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + "%";
}

}  // namespace

CatalogueDesk::PutAnswer CatalogueDesk::put(const sync::Product& wanted, Put how, Instant now) {
  std::string fault = sync::fault_of(wanted);
  if (!fault.empty()) throw Refused(Refused::Why::not_allowed, "bad_product", fault);
  auto session = database_.session();
  session->begin();
  lock_catalogue(*session);
  auto there = find_product(*session, wanted.productId);
  if (there && same_contents(wanted, there->product)) return {*there, false};  // sent again
  check_put(wanted, there, how);
  check_codes(*session, wanted);
  std::vector<ProductWrite> writes = {{{wanted, there ? there->created_at : "", ""}, !there}};
  write_products(*session, writes, total_of(*session, wanted.productId), now);
  session->commit();
  return {writes[0].entry, writes[0].created};
}

std::optional<CatalogueEntry> CatalogueDesk::product(const std::string& id) {
  return find_product(*database_.session(), id);
}

std::vector<CatalogueEntry> CatalogueDesk::products(const std::string& words,
                                                    const std::string& after, int64_t limit) {
  auto code = parse_code(words);
  std::vector<CatalogueEntry> found;
  for (const auto& row : database_.session()->query(
           entry_columns() + "WHERE id > $1 AND deleted = 0 AND ($2 = '' OR id = $2 OR LOWER(name) "
                             "LIKE LOWER($3) ESCAPE '!' "
                             "OR id IN (SELECT product_id FROM product_code WHERE code = $4)) "
                             "ORDER BY id LIMIT $5",
           {after, words, like_part(words), code ? code->text : "", limit})) {
    found.push_back(entry_of(row));
  }
  return found;
}

bool CatalogueDesk::deliver(const std::string& store, const Delivery& delivery, Instant now) {
  check_delivery(delivery);
  auto session = database_.session();
  session->begin();
  check_store(*session, store);
  int64_t added = session->execute(
      "INSERT INTO delivery (store, delivery_id, received_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (store, delivery_id) DO NOTHING",
      {store, delivery.id, to_iso(now)});
  if (added == 0) {
    if (same_lines(*session, store, delivery)) return false;
    throw Refused(
        Refused::Why::conflict, "delivery_exists",
        fmt::format("delivery '{}' was booked with other lines; a new delivery needs a new id",
                    delivery.id));
  }
  StockDeltas deltas = deltas_of(*session, store, delivery);
  write_delivery(*session, store, delivery);
  write_stock(*session, deltas, delivery.id, now);
  session->commit();
  return true;
}

StockLevel CatalogueDesk::stock(const std::string& store, const std::string& product) {
  auto session = database_.session();
  check_store(*session, store);
  auto rows = session->query(
      "SELECT on_hand, version FROM stock WHERE store = $1 AND product_id = $2", {store, product});
  if (!rows.empty()) return {store, product, rows[0].integer(0), rows[0].integer(1)};
  if (find_product(*session, product)) return {store, product, 0, 0};
  throw Refused(Refused::Why::not_found, "unknown_product",
                fmt::format("there is no product '{}'", printable(product)));
}

std::vector<StockLevel> CatalogueDesk::stocks(const std::string& store, const std::string& after,
                                              int64_t limit) {
  auto session = database_.session();
  check_store(*session, store);
  std::vector<StockLevel> all;
  for (const auto& row :
       session->query("SELECT product_id, on_hand, version FROM stock "
                      "WHERE store = $1 AND product_id > $2 ORDER BY product_id LIMIT $3",
                      {store, after, limit})) {
    all.push_back({store, row.text(0), row.integer(1), row.integer(2)});
  }
  return all;
}

}  // namespace pos::central

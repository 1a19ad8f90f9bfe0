#include "storage/catalogue.h"

#include <sstream>

#include "sync/planted.h"

namespace pos::storage {
namespace {

#define ITEM_COLUMNS                                                                      \
  "p.product_id, p.name, p.codes, p.unit, p.price, p.price_scale, p.version, p.tax_rate," \
  " p.category, p.age_limit, p.open_price, p.colour, p.tile, p.deposit"

Item item_in(const Query& q) {
  Item item;
  item.id.value = q.text(0);
  item.name = q.text(1);
  std::istringstream codes(q.text(2));
  for (std::string code; codes >> code;) item.codes.push_back(code);
  item.unit = q.text(3);
  item.price.minor = q.integer(4);
  item.price_scale = static_cast<int>(q.integer(5));
  item.price_version = q.integer(6);
  item.tax_rate.ppm = q.integer(7);
  item.category = q.text(8);
  item.age_limit = static_cast<int>(q.integer(9));
  item.open_price = q.integer(10) != 0;
  item.colour = q.text(11);
  item.tile = static_cast<int>(q.integer(12));
  item.deposit.value = q.text(13);
  return item;
}

std::optional<Item> one(Query& q) {
  if (!q.row()) return {};
  return item_in(q);
}

// "caf cr" -> "caf"* "cr"*: quoted, so that nothing a cashier types is an operator.
std::string match_of(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string match;
  for (std::string word; words >> word;) {
    std::string quoted;
    for (const char c : word) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    match += (match.empty() ? "\"" : " \"") + quoted + "\"*";
  }
  return match;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<Item> Catalogue::priced(std::optional<Item> item) {
  if (item && prices_) prices_->set(*item);
  return item;
}

std::vector<Item> Catalogue::priced(std::vector<Item> items) {
  for (Item& item : items) {
    if (prices_) prices_->set(item);
  }
  return items;
}

std::optional<Item> Catalogue::find(std::string_view code) {
  const Database::Turn turn(database_, Database::Who::cashier);
  const std::string text(code);
  Query q(database_, "SELECT " ITEM_COLUMNS
                     " FROM product_code c JOIN product p ON p.no = c.product_no"
                     " WHERE c.code = ? AND p.deleted = 0");
  q << text;
  return priced(one(q));
}

std::optional<Item> Catalogue::by_id(const ProductId& id) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_,
          "SELECT " ITEM_COLUMNS " FROM product p WHERE p.product_id = ? AND p.deleted = 0");
  q << id.value;
  return priced(one(q));
}

std::vector<Item> Catalogue::search(std::string_view text, int limit) {
  std::vector<Item> found;
  const std::string match = match_of(text);
  if (match.empty()) return found;
  const Database::Turn turn(database_, Database::Who::cashier);
  if (all_digits(text)) {
    const std::string from(text), to = from + ":";  // ':' comes after '9'
    Query q(database_,
            "SELECT " ITEM_COLUMNS
            " FROM product_code c JOIN product p ON p.no = c.product_no"
            " WHERE c.code >= ? AND c.code < ? AND p.deleted = 0 ORDER BY c.code LIMIT ?");
    q << from << to << limit;
    while (q.row()) found.push_back(item_in(q));
    if (!found.empty()) return priced(std::move(found));
  }
  Query q(database_, "SELECT " ITEM_COLUMNS
                     " FROM product_name n JOIN product p ON p.no = n.rowid"
                     " WHERE product_name MATCH ? AND p.deleted = 0 ORDER BY n.rowid LIMIT ?");
  q << match << limit;
  while (q.row()) found.push_back(item_in(q));
  return priced(std::move(found));
}

std::vector<Item> Catalogue::tiles() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT " ITEM_COLUMNS
                     " FROM product p WHERE p.tile > 0 AND p.deleted = 0 ORDER BY p.tile, p.no"
                     " LIMIT 500");
  std::vector<Item> found;
  while (q.row()) found.push_back(item_in(q));
  return priced(std::move(found));
}

// Central's figure less the sales, own and neighbours', that are neither covered by it nor settled
// (docs/wire.md).
std::optional<ShownStock> Catalogue::stock(const ProductId& id) {
  const Database::Turn turn(database_, Database::Who::cashier);
  ShownStock stock;
  {
    Query q(database_, "SELECT on_hand, version FROM stock WHERE product_id = ?");
    q << id.value;
    if (!q.row()) return {};
    stock.on_hand = {q.integer(0)};
    stock.version = q.integer(1);
  }
  // Rows that the figure covers and that wait for their settling: few, and all after the outbox's
  // first.
  Query q(database_,
          "SELECT coalesce(sum(d.quantity), 0) FROM stock_cover c JOIN epoch e ON e.epoch = c.epoch"
          " JOIN stock_delta d ON d.journal_id BETWEEN e.no << 40 AND (e.no << 40 | c.seq)"
          "   AND d.product_id = c.product_id"
          " WHERE c.product_id = ? AND c.till = (SELECT till FROM till)");
  q << id.value;
  q.row();
  const Quantity covered{sync::planted("covers are ignored") ? 0 : q.integer(0)};
  stock.shown = stock.on_hand - (pending_.of(id.value) - covered);
  if (neighbours_) stock.shown = stock.shown - neighbours_->pending_of(id.value, stock.version);
  return stock;
}

}  // namespace pos::storage

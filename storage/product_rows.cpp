#include "storage/product_rows.h"

#include "pos/gtin.h"

namespace pos::storage {
namespace {

std::string joined(const std::vector<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : " ") + code;
  return text;
}

void forget_words(Database& database, const StoredProduct& old) {
  Query words(database,
              "INSERT INTO product_name (product_name, rowid, name) VALUES ('delete', ?, ?)");
  words << old.no << old.name;
  words.run();
}

// A code belongs to the product that took it last.
void take_codes(Database& database, int64_t no, bool fresh, const sync::Product& p) {
  if (!fresh) {
    Query drop(database, "DELETE FROM product_code WHERE product_no = ?");
    drop << no;
    drop.run();
  }
  if (p.deleted) return;
  for (const std::string& code : lookup_codes(p)) {
    Query q(database,
            "INSERT INTO product_code (code, product_no) VALUES (?, ?)"
            " ON CONFLICT (code) DO UPDATE SET product_no = excluded.product_no");
    q << code << no;
    q.run();
  }
}

}  // namespace

std::vector<std::string> lookup_codes(const sync::Product& p) {
  std::vector<std::string> codes;
  for (const std::string& printed : p.codes) {
    const auto code = parse_code(printed);
    codes.push_back(code ? code->text : printed);
  }
  if (!p.plu.empty()) {
    const auto code = parse_code(p.plu);
    codes.push_back(code ? code->text : p.plu);
  }
  return codes;
}

StoredProduct stored_product(Database& database, const std::string& product_id) {
  Query q(database, "SELECT no, name, version FROM product WHERE product_id = ?");
  q << product_id;
  if (!q.row()) return {};
  return {q.integer(0), q.text(1), q.integer(2)};
}

int64_t write_product(Database& database, const StoredProduct& old, const sync::Product& p) {
  if (old.no != 0 && old.name != p.name) forget_words(database, old);
  const std::string codes = joined(p.codes);
  int64_t no = 0;
  {
    Query q(database,
            "INSERT INTO product (product_id, name, codes, unit, price, price_scale, tax_rate,"
            " category, age_limit, open_price, colour, tile, version, deleted, deposit)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
            " ON CONFLICT (product_id) DO UPDATE SET name = ?2, codes = ?3, unit = ?4, price = ?5,"
            " price_scale = ?6, tax_rate = ?7, category = ?8, age_limit = ?9, open_price = ?10,"
            " colour = ?11, tile = ?12, version = ?13, deleted = ?14, deposit = ?15 RETURNING no");
    q << p.productId << p.name << codes << p.unit << p.price << p.priceScale << p.taxRate
      << p.category << p.ageLimit << static_cast<int>(p.openPrice) << p.colour << p.tile
      << p.version << static_cast<int>(p.deleted) << p.deposit;
    q.row();
    no = q.integer(0);
    q.run();
  }
  if (old.name != p.name || old.no == 0) {
    Query words(database, "INSERT INTO product_name (rowid, name) VALUES (?, ?)");
    words << no << p.name;
    words.run();
  }
  take_codes(database, no, old.no == 0, p);
  return no;
}

}  // namespace pos::storage

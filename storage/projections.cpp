#include "storage/projections.h"

#include "pos/gtin.h"
#include "storage/rules.h"

namespace pos::storage {
namespace {

using Who = Database::Who;
constexpr int kDueAtOnce = 100;

std::string joined(const std::vector<std::string>& codes) {
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : " ") + code;
  return text;
}

}  // namespace

void Projections::apply(const std::vector<sync::Product>& products) {
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::Product& product : products) {
      if (!prices_ || !prices_->keep_for_later(product)) upsert(product);
    }
  });
}

void Projections::apply(const std::vector<sync::Price>& prices) {
  if (!prices_) return;
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::Price& price : prices) prices_->apply(price);
  });
}

void Projections::apply(const std::vector<sync::Settings>& settings) {
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::Settings& s : settings) keep_rule(database_, s);
  });
}

void Projections::apply(const std::vector<sync::OfferedPromotion>& promotions) {
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::OfferedPromotion& p : promotions) keep_rule(database_, p);
  });
}

bool Projections::take_due() {
  if (!prices_) return false;
  const Database::Turn turn(database_, Who::sync);
  const auto due = prices_->due(kDueAtOnce);
  if (due.empty()) return false;
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::Product& product : due) {
      upsert(product);
      prices_->done(product);
    }
  });
  return true;
}

void Projections::apply(const std::vector<sync::Stock>& stocks) {
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::Stock& stock : stocks) upsert(stock);
  });
}

void Projections::upsert(const sync::Product& p) {
  int64_t no = 0;
  {
    Query old(database_, "SELECT no, name, version FROM product WHERE product_id = ?");
    old << p.productId;
    if (old.row()) {
      if (old.integer(2) >= p.version) return;
      no = old.integer(0);
      const std::string name = old.text(1);
      Query words(database_,
                  "INSERT INTO product_name (product_name, rowid, name) VALUES ('delete', ?, ?)");
      words << no << name;
      words.run();
    }
  }
  const std::string codes = joined(p.codes);
  Query q(database_,
          "INSERT INTO product (product_id, name, codes, unit, price, price_scale, tax_rate,"
          " category, age_limit, open_price, colour, tile, version, deleted, deposit)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
          " ON CONFLICT (product_id) DO UPDATE SET name = ?2, codes = ?3, unit = ?4, price = ?5,"
          " price_scale = ?6, tax_rate = ?7, category = ?8, age_limit = ?9, open_price = ?10,"
          " colour = ?11, tile = ?12, version = ?13, deleted = ?14, deposit = ?15 RETURNING no");
  q << p.productId << p.name << codes << p.unit << p.price << p.priceScale << p.taxRate
    << p.category << p.ageLimit << static_cast<int>(p.openPrice) << p.colour << p.tile << p.version
    << static_cast<int>(p.deleted) << p.deposit;
  q.row();
  no = q.integer(0);
  q.run();
  Query words(database_, "INSERT INTO product_name (rowid, name) VALUES (?, ?)");
  words << no << p.name;
  words.run();
  take_codes(no, p);
}

// A code belongs to the product that took it last: central keeps them apart.
void Projections::take_codes(int64_t no, const sync::Product& p) {
  Query drop(database_, "DELETE FROM product_code WHERE product_no = ?");
  drop << no;
  drop.run();
  if (p.deleted) return;
  std::vector<std::string> codes = p.codes;
  if (!p.plu.empty()) codes.push_back(p.plu);
  for (const std::string& printed : codes) {
    const auto code = parse_code(printed);
    const std::string& text = code ? code->text : printed;
    Query q(database_,
            "INSERT INTO product_code (code, product_no) VALUES (?, ?)"
            " ON CONFLICT (code) DO UPDATE SET product_no = excluded.product_no");
    q << text << no;
    q.run();
  }
}

void Projections::upsert(const sync::Stock& s) {
  Query q(database_,
          "INSERT INTO stock (product_id, on_hand, version) VALUES (?1, ?2, ?3)"
          " ON CONFLICT (product_id) DO UPDATE SET on_hand = ?2, version = ?3 WHERE version < ?3");
  q << s.productId << s.onHand << s.version;
  q.run();
  if (q.changes() == 0) return;
  Query drop(database_, "DELETE FROM stock_cover WHERE product_id = ?");
  drop << s.productId;
  drop.run();
  for (const auto& [till, epochs] : s.covers) {
    for (const auto& [epoch, seq] : epochs) {
      Query cover(database_,
                  "INSERT INTO stock_cover (product_id, till, epoch, seq) VALUES (?, ?, ?, ?)");
      cover << s.productId << till << epoch << seq;
      cover.run();
    }
  }
}

int64_t Projections::catalogue_version() { return version_note("catalogue_version"); }
void Projections::set_catalogue_version(int64_t v) { set_version_note("catalogue_version", v); }
int64_t Projections::office_version() { return version_note("office_version"); }
void Projections::set_office_version(int64_t v) { set_version_note("office_version", v); }

int64_t Projections::version_note(const std::string& name) {
  const Database::Turn turn(database_, Who::sync);
  Query q(database_, "SELECT CAST(value AS INTEGER) FROM note WHERE name = ?");
  q << name;
  return q.row() ? q.integer(0) : 0;
}

void Projections::set_version_note(const std::string& name, int64_t version) {
  const Database::Turn turn(database_, Who::sync);
  const std::string text = std::to_string(version);
  database_.transact(Database::Durability::normal, [&] {
    Query q(database_,
            "INSERT INTO note (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    q << name << text;
    q.run();
  });
}

}  // namespace pos::storage

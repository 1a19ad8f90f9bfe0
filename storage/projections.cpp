#include "storage/projections.h"

#include "storage/gift_cards.h"
#include "storage/product_rows.h"
#include "storage/rules.h"
#include "sync/planted.h"

namespace pos::storage {
namespace {

using Who = Database::Who;
constexpr int kDueAtOnce = 100;

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

void Projections::apply(const std::vector<sync::GiftCard>& cards) {
  const Database::Turn turn(database_, Who::sync);
  database_.transact(Database::Durability::normal, [&] {
    for (const sync::GiftCard& card : cards) keep_gift_card(database_, card);
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
  const StoredProduct old = stored_product(database_, p.productId);
  if (old.no == 0 || old.version < p.version) write_product(database_, old, p);
}

void Projections::upsert(const sync::Stock& s) {
  Query q(database_,
          "INSERT INTO stock (product_id, on_hand, version) VALUES (?1, ?2, ?3)"
          " ON CONFLICT (product_id) DO UPDATE SET on_hand = ?2, version = ?3 WHERE version < ?3");
  if (sync::planted("an older snapshot passes")) {
    Query(database_, "UPDATE stock SET version = 0 WHERE product_id = ?")
        .
        operator<<(s.productId)
        .run();
  }
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
int64_t Projections::gift_version() { return version_note("gift_version"); }
void Projections::set_gift_version(int64_t v) { set_version_note("gift_version", v); }

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

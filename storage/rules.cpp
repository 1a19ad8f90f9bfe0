#include "storage/rules.h"

#include <algorithm>

namespace pos::storage {
namespace {

using Who = Database::Who;
constexpr int64_t kHeld_ms = 30LL * 24 * 3'600'000;  // a sale is held no longer
constexpr size_t kMaxPromotions = 1000;

void keep(Database& database, const std::string& kind, const std::string& id, int64_t version,
          const std::string& body) {
  Query q(database,
          "INSERT INTO office_rule (kind, id, version, body) SELECT ?1, ?2, ?3, ?4"
          " WHERE NOT EXISTS (SELECT 1 FROM office_rule WHERE kind = ?1 AND id = ?2"
          " AND version >= ?3)");
  q << kind << id << version << body;
  q.run();
}

int64_t last_rule(Database& database) {
  Query q(database, "SELECT coalesce(max(no), 0) FROM office_rule");
  q.row();
  return q.integer(0);
}

// Rules that only sales of long ago could ask for.
void forget_old(Database& database, Instant now) {
  const int64_t before = now.unix_ms - kHeld_ms;
  Query old(database,
            "DELETE FROM office_rule WHERE EXISTS (SELECT 1 FROM office_rule n"
            " WHERE n.kind = office_rule.kind AND n.id = office_rule.id AND n.no > office_rule.no"
            " AND n.no <= (SELECT rule_no FROM rules_taken WHERE since < ?"
            "              ORDER BY no DESC LIMIT 1))");
  old << before;
  old.run();
  Query taken(database,
              "DELETE FROM rules_taken"
              " WHERE no < (SELECT max(no) FROM rules_taken WHERE since < ?)");
  taken << before;
  taken.run();
}

}  // namespace

void keep_rule(Database& database, const sync::Settings& s) {
  keep(database, "settings", "", s.version, sync::encode(s));
}

void keep_rule(Database& database, const sync::OfferedPromotion& p) {
  keep(database, "promotion", p.promotion.id, p.version, sync::encode(p));
}

std::optional<StoreRules> Rules::take_up(Instant now) {
  const Database::Turn turn(database_, Who::cashier);
  const int64_t last = last_rule(database_);
  if (last == 0 && given_ <= 0) return {};
  note(last, now);
  if (given_ == last) return {};
  given_ = last;
  return as_of(last);
}

// Also when the clock went back: a sale is found by the time at which it began.
void Rules::note(int64_t rule_no, Instant now) {
  {
    Query q(database_, "SELECT rule_no, since FROM rules_taken ORDER BY no DESC LIMIT 1");
    if (q.row() && q.integer(0) == rule_no && q.integer(1) <= now.unix_ms) return;
  }
  database_.transact(Database::Durability::normal, [&] {
    Query q(database_, "INSERT INTO rules_taken (since, rule_no) VALUES (?, ?)");
    q << now.unix_ms << rule_no;
    q.run();
    forget_old(database_, now);
  });
}

StoreRules Rules::at(Instant began) {
  const Database::Turn turn(database_, Who::cashier);
  Query q(database_, "SELECT rule_no FROM rules_taken WHERE since <= ? ORDER BY no DESC LIMIT 1");
  q << began.unix_ms;
  given_ = q.row() ? q.integer(0) : 0;
  return as_of(given_);
}

StoreRules Rules::as_of(int64_t rule_no) {
  StoreRules rules;
  Query q(database_,
          "SELECT kind, body FROM office_rule o WHERE no <= ?1 AND NOT EXISTS ("
          "  SELECT 1 FROM office_rule n WHERE n.kind = o.kind AND n.id = o.id AND n.no > o.no"
          "  AND n.no <= ?1) ORDER BY kind, id");
  q << rule_no;
  while (q.row()) {
    if (q.text(0) == "settings") {
      if (auto s = sync::decode_settings(q.text(1))) rules.settings = std::move(s->store);
    } else if (auto p = sync::decode_promotion(q.text(1));
               p && !p->deleted && rules.promotions.size() < kMaxPromotions) {
      rules.promotions.push_back(std::move(p->promotion));
    }
  }
  return rules;
}

}  // namespace pos::storage

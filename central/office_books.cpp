#include "central/office_books.h"

#include <algorithm>
#include <sstream>

namespace pos::central {

sync::Price price_of(const ResultRow& row) {
  sync::Price p;
  p.productId = row.text(0);
  p.price = row.integer(1);
  p.currency = row.text(2);
  p.version = row.integer(3);
  p.effectiveFrom = row.text(4);
  p.effectiveTo = row.text(5);
  p.deleted = row.integer(6) != 0;
  return p;
}

std::optional<sync::Settings> settings_of(Session& session, const std::string& store) {
  const auto rows = session.query("SELECT settings FROM store WHERE id = $1", {store});
  return rows.empty() ? std::nullopt : sync::decode_settings(rows[0].text(0));
}

std::vector<std::string> stores_in(const std::string& words) {
  std::vector<std::string> stores;
  std::istringstream in(words);
  for (std::string store; in >> store;) stores.push_back(store);
  return stores;
}

sync::OfferedPromotion promotion_of(const ResultRow& row, const std::string& store) {
  auto offer = sync::decode_promotion(row.text(3)).value_or(sync::OfferedPromotion{});
  const auto stores = stores_in(row.text(1));
  const bool here =
      stores.empty() || std::find(stores.begin(), stores.end(), store) != stores.end();
  offer.version = row.integer(0);
  offer.deleted = row.integer(2) != 0 || !here;
  if (offer.deleted) offer.promotion.parts.clear();
  return offer;
}

int64_t office_version(Session& session, const std::string& store) {
  const auto rows = session.query(
      "SELECT COALESCE((SELECT MAX(version) FROM price WHERE store = $1), 0), "
      "COALESCE((SELECT MAX(version) FROM promotion), 0), "
      "COALESCE((SELECT settings_version FROM store WHERE id = $1), 0)",
      {store});
  return std::max({rows.at(0).integer(0), rows[0].integer(1), rows[0].integer(2)});
}

}  // namespace pos::central

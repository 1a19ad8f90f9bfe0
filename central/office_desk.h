// What the office decides about selling: a store's own prices, its settings, and the promotions of
// the chain. As at the catalogue's desk, every change takes a number of the one counter and marks
// what the stores must hear of, in its own transaction.
//
//   office.put_price("s1", {"p1001", 179, "EUR", 0, "2026-12-01", "2026-12-24"}, now);
//   office.put_settings("s1", settings, now);
//   office.put_promotion({promotion, {"s1"}}, now);
//
// Throws Refused with words, and SqlError when the database fails: then nothing has changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "central/sql.h"
#include "pos/time.h"
#include "sync/wire_office.h"

namespace pos::central {

struct PromotionEntry {
  sync::OfferedPromotion offer;
  std::vector<std::string> stores;  // where it runs; empty: everywhere
};

class OfficeDesk {
 public:
  explicit OfficeDesk(Database& database) : database_(database) {}

  // In place of the one with the same effectiveFrom. At most 100 of a product and store.
  sync::Price put_price(const std::string& store, const sync::Price&, Instant now);
  // Ascending by (product, effectiveFrom), without withdrawn ones; `product` empty: of all, after
  // the product `after`, in whole products.
  std::vector<sync::Price> prices(const std::string& store, const std::string& product,
                                  const std::string& after, int64_t limit);

  // A version > 0 must be the present one. What is not set has version 0 and the defaults.
  sync::Settings put_settings(const std::string& store, const sync::Settings&, Instant now);
  sync::Settings settings(const std::string& store);

  PromotionEntry put_promotion(const PromotionEntry&, Instant now);
  std::optional<PromotionEntry> promotion(const std::string& id);
  std::vector<PromotionEntry> promotions(const std::string& after, int64_t limit);

 private:
  Database& database_;
};

}  // namespace pos::central

// The office's decisions as they stand in the books, as they go down to one store: for the desk,
// for publishing and for a till that asks. Each works inside the caller's session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "central/sql.h"
#include "sync/wire_office.h"

namespace pos::central {

// Select these columns, in this order, and hand the row to price_of().
inline constexpr const char* kPriceColumns =
    "product_id, price, currency, version, effective_from, effective_to, deleted";
sync::Price price_of(const ResultRow&);

// nullopt: the office has set none; the till goes by what it was provisioned with.
std::optional<sync::Settings> settings_of(Session&, const std::string& store);

// A promotion as one store hears of it: withdrawn, where it does not run.
inline constexpr const char* kPromotionColumns = "version, stores, deleted, body";
sync::OfferedPromotion promotion_of(const ResultRow&, const std::string& store);
std::vector<std::string> stores_in(const std::string& words);

// The highest version of anything that the store's tills should have.
int64_t office_version(Session&, const std::string& store);

}  // namespace pos::central

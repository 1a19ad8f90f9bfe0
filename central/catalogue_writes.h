// What a change of the catalogue or the stock writes, shared by the desk's single changes and the
// CSV import. Each works inside the transaction that the caller has open.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "central/books.h"
#include "central/catalogue_desk.h"

namespace pos::central {

// The delivery that an import books opening stock as.
inline constexpr const char* kOpening = "opening";

// One writer at a time changes the catalogue: on PostgreSQL the counter's row is the lock.
void lock_catalogue(Session&);

// A fresh number of the one counter. Precondition: locked.
int64_t next_version(Session&);

// Same in every member but the version.
bool same_contents(const sync::Product&, const sync::Product&);

// Codes as they are looked up; throws Refused if one has a wrong check digit or a space in it.
std::vector<std::string> lookup_codes(const sync::Product&);

// product id -> thousandths, all stores together: what the plain product events call stock.
using StockTotals = std::map<std::string, int64_t>;

struct ProductWrite {
  CatalogueEntry entry;  // version, updated_at (and created_at of a new one) are filled in
  bool created = false;
};
// The codes of these products are free again.
void free_codes(Session&, const std::vector<ProductWrite>&);

// Precondition: locked, checked, no code belongs to another product. Takes a version for each, in
// this order, marks them for the stores and queues product.created or product.updated.
void write_products(Session&, std::vector<ProductWrite>&, const StockTotals&, Instant now);

// Adds to the stock, marks it and queues stock.updated. `cause`: what it is booked as, once per
// store and product; it keeps two events of one millisecond apart.
void write_stock(Session&, const StockDeltas&, const std::string& cause, Instant now);

// Of a central that was restored: every version becomes a later one than any that went down before,
// in the same order. Tills keep what they have of a product until a later version comes; without
// this a price that was changed after the backup would stay with them for ever.
void renumber_catalogue(Session&, Instant now);

}  // namespace pos::central

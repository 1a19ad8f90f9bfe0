// What this till sold and central has not settled, summed up for each product, in memory.
//
// The rows are in `stock_delta`, appended at its right edge in the sale's transaction. Keyed by
// product they would touch a page for each line of a sale; summed here a lookup stays cheap after
// months offline. Touch it with a Turn, and only after the commit.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "pos/journal.h"
#include "pos/money.h"
#include "storage/database.h"

namespace pos::storage {

class PendingStock {
 public:
  // Adds up what is in the database.
  explicit PendingStock(Database& database) : database_(database) { load(); }
  void load();  // again, after the database was reopened

  using Change = std::unordered_map<std::string, int64_t>;  // thousandths sold, by product
  void add(const Change&);
  void subtract(const Change&);
  Quantity of(const std::string& product) const;

 private:
  Database& database_;
  Change sold_;
};

// What a sale takes from the stock; gift cards are no goods.
PendingStock::Change sold_in(const CompletedSale&);

}  // namespace pos::storage

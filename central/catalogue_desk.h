// The catalogue and the stock as the chain's people change them: products, price lists as CSV,
// deliveries. Every change takes a number of the catalogue's one counter, marks what the stores
// must hear of, and queues the plain events, all in its own transaction: nothing can be changed and
// then not told.
//
//   desk.put(product, CatalogueDesk::Put::create, now);
//   auto report = desk.import_csv(text, {.dry_run = true}, now);
//   desk.deliver("s1", {"d-2026-11-22", {{"p1001", 12000}}}, now);
//
// Throws Refused with words, and SqlError when the database fails: then nothing has changed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "central/sql.h"
#include "pos/time.h"
#include "sync/wire.h"

namespace pos::central {

struct CatalogueEntry {
  sync::Product product;
  std::string created_at, updated_at;
};

struct StockLevel {
  std::string store, product;
  int64_t on_hand = 0;  // thousandths; may be negative
  int64_t version = 0;  // 0: never touched
};

struct Delivery {
  struct Line {
    std::string product;
    int64_t quantity = 0;  // thousandths; negative: goods went back
  };
  std::string id;
  std::vector<Line> lines;
};

struct CsvFault {
  size_t line = 0;
  std::string words;
};

struct ImportOptions {
  bool dry_run = false;
  std::function<void(size_t done, size_t all)> progress;  // rows; may be empty
};

struct ImportReport {
  int64_t rows = 0, created = 0, changed = 0, unchanged = 0;
  int64_t opening_stocks = 0;    // of a store and product that had none
  std::vector<CsvFault> faults;  // the first kMaxCsvFaults; any at all: nothing was changed
  int64_t fault_count = 0;
};
inline constexpr size_t kMaxCsvFaults = 100;

class CatalogueDesk {
 public:
  explicit CatalogueDesk(Database& database) : database_(database) {}

  enum class Put {
    create,   // a conflict if it is there
    replace,  // made if it is not there; a version > 0 must be the present one
  };
  struct PutAnswer {
    CatalogueEntry entry;
    bool created = false;
  };
  PutAnswer put(const sync::Product&, Put, Instant now);
  std::optional<CatalogueEntry> product(const std::string& id);
  // Ascending by id. `words`: part of a name, an id, or a code. Without withdrawn
  // ones.
  std::vector<CatalogueEntry> products(const std::string& words, const std::string& after,
                                       int64_t limit);

  // Columns by name, in any order: id, name, price and tax_rate must be there; codes (spaces
  // between), unit, category, age_limit and the rest of *product* may; on_hand is the opening stock
  // of every store, taken once per store and product. A column that is missing leaves what a
  // product has as it is. All or nothing.
  ImportReport import_csv(std::string_view text, const ImportOptions&, Instant now);

  // Adds to the stock, once per (store, delivery id); false: it was there already, with these
  // lines.
  bool deliver(const std::string& store, const Delivery&, Instant now);
  StockLevel stock(const std::string& store, const std::string& product);
  std::vector<StockLevel> stocks(const std::string& store, const std::string& after, int64_t limit);

 private:
  Database& database_;
};

}  // namespace pos::central

// A product list taken in at the till: for a shop without central's catalogue, or a first filling
// that need not come down a thin line. Central's word stays the last one: a product keeps the
// version that it has (0 when it is new), so that whatever central sends of it wins.
//
//   std::ifstream file("products.csv");
//   auto report = import_catalogue(database, file, {.dry_run = true});
//
// One transaction: a fault, kill -9 or a power cut leaves the old catalogue. Memory does not grow
// with the file but for six bytes a product. It holds the door from beginning to end, so it is not
// for a till that sells.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "storage/database.h"

namespace pos::storage {

struct ImportOptions {
  bool dry_run = false;
  // Called every kProgressRows rows, and at the end; may be empty.
  std::function<void(int64_t rows, int64_t bytes)> progress = {};
  int64_t memory_kib = 64 * 1024;  // for pages that are written more than once
};
inline constexpr int64_t kProgressRows = 1000;

struct ImportFault {
  size_t line = 0;
  std::string words;  // with the column's name where it is one column's
};
struct ImportReport {
  int64_t rows = 0, created = 0, changed = 0, unchanged = 0;
  bool stock_ignored = false;       // the file has on_hand: stock is central's
  std::vector<ImportFault> faults;  // the first kMaxImportFaults, by line; any: nothing was changed
  int64_t fault_count = 0;
};
inline constexpr size_t kMaxImportFaults = 20;

// Throws Error when the machine fails: then nothing has changed.
ImportReport import_catalogue(Database&, std::istream&, const ImportOptions&);

}  // namespace pos::storage

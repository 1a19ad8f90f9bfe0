// Products as a CSV file: the columns of docs/operate.md section 5, by name and in any order. Both
// central and a till take such a file.
//
//   const auto columns = ProductColumns::of(csv);   // its first record
//   while (csv.next()) use(columns.row(csv));
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sync/csv.h"
#include "sync/wire.h"

namespace pos::sync {

struct ProductRow {
  Product product;
  std::optional<int64_t> on_hand;  // opening stock, thousandths
};

class ProductColumns {
 public:
  ProductColumns() = default;
  // Reads the header. Throws CsvError for a column that is unknown, there twice, or missing.
  static ProductColumns of(CsvReader&);
  // The record that the reader stands at. Throws CsvError, with the column's name in its words, for
  // the first thing that is wrong with it.
  ProductRow row(const CsvReader&) const;
  // Takes over the members that the file has a column for.
  void carry(Product& to, const Product& from) const;
  bool has(const char* name) const;

 private:
  struct Column;
  static const Column kAll[];
  static const Column* named(size_t line, const std::string& name);
  static std::string names();
  std::vector<const Column*> columns_;
};

}  // namespace pos::sync

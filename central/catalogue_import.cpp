// CatalogueDesk::import_csv: read everything, say everything that is wrong, then write it in one
// go.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "central/catalogue_desk.h"
#include "central/catalogue_writes.h"
#include "central/refused.h"
#include "sync/product_csv.h"

namespace pos::central {
namespace {

constexpr size_t kWriteAtOnce = 2'000;
constexpr int64_t kLoadAtOnce = 5'000;
constexpr size_t kProgressEvery = 1'000;

using sync::CsvError;
using sync::CsvReader;
using sync::Product;

struct Row : sync::ProductRow {
  size_t line = 0;
};

// ---- one import ----
class Import {
 public:
  Import(std::string_view text, const ImportOptions& options) : text_(text), options_(options) {}
  void read();
  void look(Session&);
  void write(Session&, Instant now);
  ImportReport report;

 private:
  void fault(size_t line, const std::string& words);
  void read_row(const CsvReader&);
  void claim_codes(const Row&);
  void load_products(Session&);
  void check_code_owners(Session&);
  void load_totals(Session&);
  void write_openings(Session&, const std::string& store, Instant now);
  void tell(size_t done) const;

  std::string_view text_;
  const ImportOptions& options_;
  sync::ProductColumns columns_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, size_t> by_id_, by_code_;  // -> rows_
  std::unordered_map<std::string, CatalogueEntry> there_;    // those of the file that exist
  std::vector<ProductWrite> writes_;
  std::map<std::string, StockDeltas> openings_;  // by store
  StockTotals totals_;
};

void Import::fault(size_t line, const std::string& words) {
  if (report.faults.size() < kMaxCsvFaults) report.faults.push_back({line, words});
  ++report.fault_count;
}

void Import::tell(size_t done) const {
  bool last = done == rows_.size();
  if (options_.progress && (last || done % kProgressEvery == 0))
    options_.progress(done, rows_.size());
}

void Import::read() {
  CsvReader csv(text_);
  try {
    columns_ = sync::ProductColumns::of(csv);
    while (csv.next()) read_row(csv);
  } catch (const CsvError& bad) {
    fault(bad.line, bad.what());
  }
  report.rows = static_cast<int64_t>(rows_.size());
}

void Import::read_row(const CsvReader& csv) {
  Row row;
  row.line = csv.line();
  try {
    static_cast<sync::ProductRow&>(row) = columns_.row(csv);
  } catch (const CsvError& bad) {
    return fault(bad.line, bad.what());
  }
  auto [first, fresh] = by_id_.emplace(row.product.productId, rows_.size());
  if (!fresh) {
    return fault(row.line, fmt::format("product '{}' is in line {} already", row.product.productId,
                                       rows_[first->second].line));
  }
  rows_.push_back(std::move(row));
  claim_codes(rows_.back());
}

void Import::claim_codes(const Row& row) {
  if (row.product.deleted) return;
  try {
    for (const auto& code : lookup_codes(row.product)) {
      auto [owner, fresh] = by_code_.emplace(code, rows_.size() - 1);
      if (fresh) continue;
      const Row& other = rows_[owner->second];
      fault(row.line,
            fmt::format("the code {} of product '{}' belongs to product '{}' of line {} already",
                        code, row.product.productId, other.product.productId, other.line));
    }
  } catch (const Refused& bad) {
    fault(row.line, bad.what());
  }
}

void Import::load_products(Session& session) {
  std::string after;
  const std::string sql = fmt::format(
      "SELECT {}, created_at, updated_at FROM product WHERE id > $1 ORDER BY id LIMIT $2",
      kProductColumns);
  for (;;) {
    auto page = session.query(sql, {after, kLoadAtOnce});
    for (const auto& row : page) {
      if (by_id_.count(row.text(0)) != 0) {
        there_[row.text(0)] = {product_of(row), row.text(19), row.text(20)};
      }
    }
    if (page.size() < static_cast<size_t>(kLoadAtOnce)) return;
    after = page.back().text(0);
  }
}

// A code may move between two products of the file, but not away from one that is not in it.
void Import::check_code_owners(Session& session) {
  std::string after;
  for (;;) {
    auto page = session.query(
        "SELECT code, product_id FROM product_code WHERE code > $1 ORDER BY code LIMIT $2",
        {after, kLoadAtOnce});
    for (const auto& found : page) {
      auto mine = by_code_.find(found.text(0));
      if (mine == by_code_.end() || by_id_.count(found.text(1)) != 0) continue;
      const Row& row = rows_[mine->second];
      fault(row.line, fmt::format("the code {} of product '{}' belongs to product '{}' already",
                                  found.text(0), row.product.productId, found.text(1)));
    }
    if (page.size() < static_cast<size_t>(kLoadAtOnce)) return;
    after = page.back().text(0);
  }
}

void Import::look(Session& session) {
  load_products(session);
  check_code_owners(session);
  for (const auto& row : rows_) {
    auto there = there_.find(row.product.productId);
    if (there == there_.end()) {
      writes_.push_back({{row.product, "", ""}, true});
      continue;
    }
    Product merged = there->second.product;
    columns_.carry(merged, row.product);
    if (same_contents(merged, there->second.product)) {
      ++report.unchanged;
    } else {
      writes_.push_back({{merged, there->second.created_at, ""}, false});
    }
  }
  report.created = std::count_if(writes_.begin(), writes_.end(),
                                 [](const auto& write) { return write.created; });
  report.changed = static_cast<int64_t>(writes_.size()) - report.created;
  load_totals(session);
}

void Import::load_totals(Session& session) {
  for (const auto& row : session.query(
           "SELECT product_id, CAST(SUM(on_hand) AS BIGINT) FROM stock GROUP BY product_id")) {
    if (by_id_.count(row.text(0)) != 0) totals_[row.text(0)] = row.integer(1);
  }
  for (const auto& store : session.query("SELECT id FROM store ORDER BY id")) {
    StockDeltas& openings = openings_[store.text(0)];
    for (const auto& row : rows_) {
      if (row.on_hand) openings[{store.text(0), row.product.productId}] = *row.on_hand;
    }
    for (const auto& had :
         session.query("SELECT product_id FROM delivery_line WHERE store = $1 AND delivery_id = $2",
                       {store.text(0), kOpening})) {
      openings.erase({store.text(0), had.text(0)});
    }
    for (const auto& [key, quantity] : openings) totals_[key.second] += quantity;
    report.opening_stocks += static_cast<int64_t>(openings.size());
  }
}

void Import::write(Session& session, Instant now) {
  // All old codes go before any new one comes: two products of the file may have swapped theirs.
  free_codes(session, writes_);
  for (size_t from = 0; from < writes_.size(); from += kWriteAtOnce) {
    size_t to = std::min(from + kWriteAtOnce, writes_.size());
    std::vector<ProductWrite> part(writes_.begin() + static_cast<std::ptrdiff_t>(from),
                                   writes_.begin() + static_cast<std::ptrdiff_t>(to));
    write_products(session, part, totals_, now);
    tell(to);
  }
  for (const auto& [store, openings] : openings_) write_openings(session, store, now);
}

void Import::write_openings(Session& session, const std::string& store, Instant now) {
  const StockDeltas& openings = openings_.at(store);
  if (openings.empty()) return;
  session.execute(
      "INSERT INTO delivery (store, delivery_id, received_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (store, delivery_id) DO NOTHING",
      {store, kOpening, to_iso(now)});
  int64_t number = session
                       .query(
                           "SELECT COALESCE(MAX(line), 0) FROM delivery_line WHERE store = $1 AND "
                           "delivery_id = $2",
                           {store, kOpening})
                       .at(0)
                       .integer(0);
  std::vector<Cells> lines;
  for (const auto& [key, quantity] : openings)
    lines.push_back({store, kOpening, ++number, key.second, quantity});
  many(session,
       "INSERT INTO delivery_line (store, delivery_id, line, product_id, quantity) VALUES ", lines,
       "");
  write_stock(session, openings, kOpening, now);
}

}  // namespace

ImportReport CatalogueDesk::import_csv(std::string_view text, const ImportOptions& options,
                                       Instant now) {
  Import import(text, options);
  import.read();
  auto session = database_.session();
  session->begin();
  lock_catalogue(*session);
  import.look(*session);
  if (import.report.fault_count == 0 && !options.dry_run) {
    import.write(*session, now);
    session->commit();
  }
  auto by_line = [](const CsvFault& a, const CsvFault& b) { return a.line < b.line; };
  std::stable_sort(import.report.faults.begin(), import.report.faults.end(), by_line);
  return import.report;
}

}  // namespace pos::central

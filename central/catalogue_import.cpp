// CatalogueDesk::import_csv: read everything, say everything that is wrong, then write it in one
// go.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "central/catalogue_desk.h"
#include "central/catalogue_writes.h"
#include "central/csv.h"
#include "central/refused.h"
#include "pos/ids.h"
#include "pos/money.h"
#include "pos/receipt.h"

namespace pos::central {
namespace {

constexpr size_t kWriteAtOnce = 2'000;
constexpr int64_t kLoadAtOnce = 5'000;
constexpr size_t kProgressEvery = 1'000;
constexpr const char* kOpening = "opening";

// ---- a column: how its text becomes a member, and how the member is carried over ----
using sync::Product;

struct Row {
  size_t line = 0;
  Product product;
  std::optional<int64_t> on_hand;
};

std::string quoted(const std::string& value) { return "'" + printable(value, 60) + "'"; }

int64_t number(const std::string& value, const char* meaning) {
  int64_t n = 0;
  auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), n);
  if (fault == std::errc() && end == value.data() + value.size()) return n;
  throw CsvError(0, fmt::format("{} is not a whole number ({})", quoted(value), meaning));
}

constexpr const char* kMinor = "money is in minor units: 199 for 1.99";
constexpr const char* kPpm = "rates are parts per million: 200000 for 20 %";
constexpr const char* kMilli = "quantities are thousandths: 12000 for 12 pieces";
constexpr const char* kWhole = "as 18";

template <std::string Product::*member>
void text(Row& row, const std::string& value) {
  row.product.*member = value;
}
template <int32_t Product::*member>
void small(Row& row, const std::string& value) {
  if (value.empty()) return;
  int64_t n = number(value, kWhole);
  if (n < 0 || n > 1'000'000) throw CsvError(0, fmt::format("{} is out of range", quoted(value)));
  row.product.*member = static_cast<int32_t>(n);
}
template <bool Product::*member>
void flag(Row& row, const std::string& value) {
  bool yes = value == "1" || value == "true",
       no = value.empty() || value == "0" || value == "false";
  if (!yes && !no) throw CsvError(0, fmt::format("{} is neither 1 nor 0", quoted(value)));
  row.product.*member = yes;
}
void unit(Row& row, const std::string& value) {
  if (!value.empty()) row.product.unit = value;
}
void codes(Row& row, const std::string& value) {
  for (size_t from = 0; from < value.size();) {
    size_t to = std::min(value.find(' ', from), value.size());
    if (to > from) row.product.codes.push_back(value.substr(from, to - from));
    from = to + 1;
  }
}
void on_hand(Row& row, const std::string& value) {
  if (value.empty()) return;
  row.on_hand = number(value, kMilli);
  if (*row.on_hand > kMaxQuantityMilli || *row.on_hand < -kMaxQuantityMilli) {
    throw CsvError(0, fmt::format("{} is out of range; {}", quoted(value), kMilli));
  }
}
void price(Row& row, const std::string& value) { row.product.price = number(value, kMinor); }
void tax_rate(Row& row, const std::string& value) { row.product.taxRate = number(value, kPpm); }

template <auto member>
void carry(Product& to, const Product& from) {
  to.*member = from.*member;
}
void carry_nothing(Product&, const Product&) {}

struct Column {
  const char* name;  // as in the contract's header; productId-like spellings are taken too
  bool needed;
  void (*read)(Row&, const std::string&);
  void (*carry)(Product& to, const Product& from);
};
constexpr Column kColumns[] = {
    {"id", true, text<&Product::productId>, carry<&Product::productId>},
    {"name", true, text<&Product::name>, carry<&Product::name>},
    {"codes", false, codes, carry<&Product::codes>},
    {"unit", false, unit, carry<&Product::unit>},
    {"price", true, price, carry<&Product::price>},
    {"tax_rate", true, tax_rate, carry<&Product::taxRate>},
    {"category", false, text<&Product::category>, carry<&Product::category>},
    {"age_limit", false, small<&Product::ageLimit>, carry<&Product::ageLimit>},
    {"price_scale", false, small<&Product::priceScale>, carry<&Product::priceScale>},
    {"currency", false, text<&Product::currency>, carry<&Product::currency>},
    {"plu", false, text<&Product::plu>, carry<&Product::plu>},
    {"open_price", false, flag<&Product::openPrice>, carry<&Product::openPrice>},
    {"deposit", false, text<&Product::deposit>, carry<&Product::deposit>},
    {"colour", false, text<&Product::colour>, carry<&Product::colour>},
    {"tile", false, small<&Product::tile>, carry<&Product::tile>},
    {"picture", false, text<&Product::picture>, carry<&Product::picture>},
    {"effective_from", false, text<&Product::effectiveFrom>, carry<&Product::effectiveFrom>},
    {"deleted", false, flag<&Product::deleted>, carry<&Product::deleted>},
    {"on_hand", false, on_hand, carry_nothing},
};

// "taxRate", "tax_rate" and "Tax_Rate" are one name.
std::string folded(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '_' || c == ' ') continue;
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return out == "productid" ? "id" : out;
}

std::string column_names() {
  std::string names;
  for (const auto& column : kColumns)
    names += (names.empty() ? "" : ", ") + std::string(column.name);
  return names;
}

using Header = std::vector<const Column*>;

const Column* column_named(size_t line, const std::string& name) {
  for (const auto& column : kColumns) {
    if (folded(name) == folded(column.name)) return &column;
  }
  std::string hint =
      name.find(';') == std::string::npos ? "" : " (save the file with commas, not semicolons)";
  throw CsvError(
      line, fmt::format("unknown column {}{}; there are: {}", quoted(name), hint, column_names()));
}

Header read_header(CsvReader& csv) {
  if (!csv.next())
    throw CsvError(1, "the file is empty; its first line names the columns: " + column_names());
  Header header;
  for (const auto& name : csv.fields()) {
    const Column* column = column_named(csv.line(), name);
    if (std::find(header.begin(), header.end(), column) != header.end()) {
      throw CsvError(csv.line(), fmt::format("the column '{}' is there twice", column->name));
    }
    header.push_back(column);
  }
  for (const auto& column : kColumns) {
    if (column.needed && std::find(header.begin(), header.end(), &column) == header.end()) {
      throw CsvError(csv.line(), fmt::format("the column '{}' is missing", column.name));
    }
  }
  return header;
}

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
  Header header_;
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
    header_ = read_header(csv);
    while (csv.next()) read_row(csv);
  } catch (const CsvError& bad) {
    fault(bad.line, bad.what());
  }
  report.rows = static_cast<int64_t>(rows_.size());
}

void Import::read_row(const CsvReader& csv) {
  if (csv.fields().size() != header_.size()) {
    return fault(csv.line(), fmt::format("{} fields, but the header names {}", csv.fields().size(),
                                         header_.size()));
  }
  Row row;
  row.line = csv.line();
  for (size_t i = 0; i < header_.size(); ++i) {
    try {
      header_[i]->read(row, csv.fields()[i]);
    } catch (const CsvError& bad) {
      return fault(row.line, fmt::format("{}: {}", header_[i]->name, bad.what()));
    }
  }
  std::string wrong = sync::fault_of(row.product);
  if (!wrong.empty()) return fault(row.line, wrong);
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
    for (const Column* column : header_) column->carry(merged, row.product);
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

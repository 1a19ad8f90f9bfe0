#include "sync/product_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "pos/money.h"
#include "pos/receipt.h"

namespace pos::sync {
namespace {

// ---- how a column's text becomes a member, and how the member is carried over ----
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
void text(ProductRow& row, const std::string& value) {
  row.product.*member = value;
}
template <int32_t Product::*member>
void small(ProductRow& row, const std::string& value) {
  if (value.empty()) return;
  int64_t n = number(value, kWhole);
  if (n < 0 || n > 1'000'000) throw CsvError(0, fmt::format("{} is out of range", quoted(value)));
  row.product.*member = static_cast<int32_t>(n);
}
template <bool Product::*member>
void flag(ProductRow& row, const std::string& value) {
  bool yes = value == "1" || value == "true",
       no = value.empty() || value == "0" || value == "false";
  if (!yes && !no) throw CsvError(0, fmt::format("{} is neither 1 nor 0", quoted(value)));
  row.product.*member = yes;
}
void unit(ProductRow& row, const std::string& value) {
  if (!value.empty()) row.product.unit = value;
}
void codes(ProductRow& row, const std::string& value) {
  for (size_t from = 0; from < value.size();) {
    size_t to = std::min(value.find(' ', from), value.size());
    if (to > from) row.product.codes.push_back(value.substr(from, to - from));
    from = to + 1;
  }
}
void on_hand(ProductRow& row, const std::string& value) {
  if (value.empty()) return;
  row.on_hand = number(value, kMilli);
  if (*row.on_hand > kMaxQuantityMilli || *row.on_hand < -kMaxQuantityMilli) {
    throw CsvError(0, fmt::format("{} is out of range; {}", quoted(value), kMilli));
  }
}
void price(ProductRow& row, const std::string& value) { row.product.price = number(value, kMinor); }
void tax_rate(ProductRow& row, const std::string& value) {
  row.product.taxRate = number(value, kPpm);
}

template <auto member>
void copy(Product& to, const Product& from) {
  to.*member = from.*member;
}
void copy_nothing(Product&, const Product&) {}

// "taxRate", "tax_rate" and "Tax_Rate" are one name.
std::string folded(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '_' || c == ' ') continue;
    out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return out == "productid" ? "id" : out;
}

}  // namespace

struct ProductColumns::Column {
  const char* name;  // as in the contract's header; productId-like spellings are taken too
  bool needed;
  void (*read)(ProductRow&, const std::string&);
  void (*carry)(Product& to, const Product& from);
};
constexpr ProductColumns::Column ProductColumns::kAll[] = {
    {"id", true, text<&Product::productId>, copy<&Product::productId>},
    {"name", true, text<&Product::name>, copy<&Product::name>},
    {"codes", false, codes, copy<&Product::codes>},
    {"unit", false, unit, copy<&Product::unit>},
    {"price", true, price, copy<&Product::price>},
    {"tax_rate", true, tax_rate, copy<&Product::taxRate>},
    {"category", false, text<&Product::category>, copy<&Product::category>},
    {"age_limit", false, small<&Product::ageLimit>, copy<&Product::ageLimit>},
    {"price_scale", false, small<&Product::priceScale>, copy<&Product::priceScale>},
    {"currency", false, text<&Product::currency>, copy<&Product::currency>},
    {"plu", false, text<&Product::plu>, copy<&Product::plu>},
    {"open_price", false, flag<&Product::openPrice>, copy<&Product::openPrice>},
    {"deposit", false, text<&Product::deposit>, copy<&Product::deposit>},
    {"colour", false, text<&Product::colour>, copy<&Product::colour>},
    {"tile", false, small<&Product::tile>, copy<&Product::tile>},
    {"picture", false, text<&Product::picture>, copy<&Product::picture>},
    {"effective_from", false, text<&Product::effectiveFrom>, copy<&Product::effectiveFrom>},
    {"deleted", false, flag<&Product::deleted>, copy<&Product::deleted>},
    {"on_hand", false, on_hand, copy_nothing},
};

std::string ProductColumns::names() {
  std::string all;
  for (const Column& column : kAll) all += (all.empty() ? "" : ", ") + std::string(column.name);
  return all;
}

const ProductColumns::Column* ProductColumns::named(size_t line, const std::string& name) {
  for (const Column& column : kAll) {
    if (folded(name) == folded(column.name)) return &column;
  }
  const std::string hint =
      name.find(';') == std::string::npos ? "" : " (save the file with commas, not semicolons)";
  throw CsvError(line,
                 fmt::format("unknown column {}{}; there are: {}", quoted(name), hint, names()));
}

ProductColumns ProductColumns::of(CsvReader& csv) {
  if (!csv.next())
    throw CsvError(1, "the file is empty; its first line names the columns: " + names());
  ProductColumns header;
  for (const auto& name : csv.fields()) {
    const Column* column = named(csv.line(), name);
    if (header.has(column->name)) {
      throw CsvError(csv.line(), fmt::format("the column '{}' is there twice", column->name));
    }
    header.columns_.push_back(column);
  }
  for (const Column& column : kAll) {
    if (column.needed && !header.has(column.name)) {
      throw CsvError(csv.line(), fmt::format("the column '{}' is missing", column.name));
    }
  }
  return header;
}

bool ProductColumns::has(const char* name) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](const Column* c) { return std::string_view(c->name) == name; });
}

ProductRow ProductColumns::row(const CsvReader& csv) const {
  if (csv.fields().size() != columns_.size()) {
    throw CsvError(csv.line(), fmt::format("{} fields, but the header names {}",
                                           csv.fields().size(), columns_.size()));
  }
  ProductRow row;
  for (size_t i = 0; i < columns_.size(); ++i) {
    try {
      columns_[i]->read(row, csv.fields()[i]);
    } catch (const CsvError& bad) {
      throw CsvError(csv.line(), fmt::format("{}: {}", columns_[i]->name, bad.what()));
    }
  }
  if (const std::string wrong = fault_of(row.product); !wrong.empty())
    throw CsvError(csv.line(), wrong);
  return row;
}

void ProductColumns::carry(Product& to, const Product& from) const {
  for (const Column* column : columns_) column->carry(to, from);
}

}  // namespace pos::sync

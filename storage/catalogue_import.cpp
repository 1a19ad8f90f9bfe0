#include "storage/catalogue_import.h"

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <sstream>
#include <tuple>

#include "pos/gtin.h"
#include "storage/product_rows.h"
#include "sync/product_csv.h"

namespace pos::storage {
namespace {

using sync::CsvError;
using sync::Product;

// To leave a transaction without keeping it.
struct NotKept {};

// What the table has of a product; the file's columns are laid over it.
Product product_of(Database& database, const StoredProduct& old) {
  Product p;
  Query q(database,
          "SELECT product_id, name, codes, unit, price, price_scale, tax_rate, category,"
          " age_limit, open_price, colour, tile, version, deleted, deposit FROM product"
          " WHERE no = ?");
  q << old.no;
  q.row();
  p.productId = q.text(0), p.name = q.text(1), p.unit = q.text(3), p.price = q.integer(4);
  std::istringstream codes(q.text(2));
  for (std::string code; codes >> code;) p.codes.push_back(code);
  p.priceScale = static_cast<int32_t>(q.integer(5)), p.taxRate = q.integer(6);
  p.category = q.text(7), p.ageLimit = static_cast<int32_t>(q.integer(8));
  p.openPrice = q.integer(9) != 0, p.colour = q.text(10);
  p.tile = static_cast<int32_t>(q.integer(11)), p.version = q.integer(12);
  p.deleted = q.integer(13) != 0, p.deposit = q.text(14);
  // The PLU is kept among the codes only: the one that is not printed on the product.
  const auto printed = lookup_codes(p);
  Query plu(database, "SELECT code FROM product_code WHERE product_no = ?");
  plu << old.no;
  while (plu.row()) {
    const std::string code = plu.text(0);
    if (std::find(printed.begin(), printed.end(), code) == printed.end()) p.plu = code;
  }
  return p;
}

bool same(const Product& a, const Product& b) {
  const auto members = [](const Product& p) {
    return std::tie(p.name, p.codes, p.plu, p.unit, p.price, p.priceScale, p.taxRate, p.category,
                    p.ageLimit, p.openPrice, p.colour, p.tile, p.deleted, p.deposit);
  };
  return members(a) == members(b);
}

// SQLite's, for as long as this lives.
class Memory {
 public:
  Memory(Database& database, int64_t kib) : database_(database) {
    database_.raw().exec("PRAGMA cache_size=-" + std::to_string(kib));
  }
  ~Memory() { database_.raw().tryExec("PRAGMA cache_size=-8000"); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

 private:
  Database& database_;
};

class Import {
 public:
  Import(Database& database, std::istream& in, const ImportOptions& options)
      : database_(database), file_(in), options_(options) {}

  ImportReport run() {
    const Database::Turn turn(database_, Database::Who::cashier);
    const Memory memory(database_, options_.memory_kib);
    try {
      database_.transact(Database::Durability::full, [this] {
        read();
        look_at_taken();
        if (report_.fault_count > 0 || options_.dry_run) throw NotKept{};
        // All words in one piece, so that a search reads one list a word.
        Query(database_, "INSERT INTO product_name (product_name) VALUES ('optimize')").run();
      });
      database_.checkpoint_all();
    } catch (const NotKept&) {
    }
    std::stable_sort(report_.faults.begin(), report_.faults.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return report_;
  }

 private:
  void fault(size_t line, const std::string& words) {
    if (report_.faults.size() < kMaxImportFaults) report_.faults.push_back({line, words});
    ++report_.fault_count;
  }

  void read() {
    try {
      file_.next();
      sync::CsvReader csv = file_.records();
      columns_ = sync::ProductColumns::of(csv);
      while (csv.next()) read_row(csv);
      while (file_.next()) {
        for (csv = file_.records(); csv.next();) read_row(csv);
      }
      report_.stock_ignored = columns_.has("on_hand");
    } catch (const CsvError& e) {
      fault(e.line, e.what());
    }
    if (options_.progress && report_.rows % kProgressRows != 0)
      options_.progress(report_.rows, file_.bytes());
  }

  void read_row(const sync::CsvReader& csv) {
    ++report_.rows;
    if (options_.progress && report_.rows % kProgressRows == 0)
      options_.progress(report_.rows, file_.bytes());
    try {
      take(csv.line(), columns_.row(csv).product);
    } catch (const CsvError& e) {
      fault(csv.line(), e.what());
    }
  }

  void take(size_t line, const Product& given) {
    const StoredProduct old = stored_product(database_, given.productId);
    if (const size_t before = line_of(old.no)) {
      throw CsvError(line, "id: product '" + given.productId + "' is in line " +
                               std::to_string(before) + " already");
    }
    for (const std::string& code : given.codes) {
      if (!parse_code(code)) throw CsvError(line, "codes: '" + code + "' has a wrong check digit");
    }
    Product product = given;
    bool changed = true;
    if (old.no != 0) {
      const Product there = product_of(database_, old);
      product = there;
      columns_.carry(product, given);
      changed = !same(product, there);
    }
    take_codes(line, old.no, product);
    const int64_t no = changed ? write_product(database_, old, product) : old.no;
    named(no, line);
    ++(old.no == 0 ? report_.created : changed ? report_.changed : report_.unchanged);
  }

  // A code may move between two products of the file, whichever comes first, but not away from one
  // that is not in it.
  void take_codes(size_t line, int64_t no, const Product& product) {
    if (product.deleted) return;
    for (const std::string& code : lookup_codes(product)) {
      Query q(database_, "SELECT product_no FROM product_code WHERE code = ?");
      q << code;
      if (!q.row() || q.integer(0) == no) continue;
      const int64_t owner = q.integer(0);
      if (const size_t before = line_of(owner)) {
        throw CsvError(line,
                       "codes: " + code + " is in line " + std::to_string(before) + " already");
      }
      taken_.push_back({line, owner, code});
    }
  }

  void look_at_taken() {
    for (const Taken& t : taken_) {
      if (line_of(t.from_no) != 0) continue;
      Query q(database_, "SELECT product_id FROM product WHERE no = ?");
      q << t.from_no;
      fault(t.line, "codes: " + t.code + " belongs to product '" + (q.row() ? q.text(0) : "?") +
                        "', which the file does not have");
    }
  }

  size_t line_of(int64_t no) const {
    return static_cast<size_t>(no) < lines_.size() ? lines_[static_cast<size_t>(no)] : 0;
  }
  void named(int64_t no, size_t line) {
    const auto at = static_cast<size_t>(no);
    if (at >= lines_.size()) lines_.resize(at + 1 + at / 2);
    lines_[at] = static_cast<uint32_t>(line);
  }

  struct Taken {
    size_t line;
    int64_t from_no;
    std::string code;
  };

  Database& database_;
  sync::CsvFile file_;
  const ImportOptions& options_;
  sync::ProductColumns columns_;
  ImportReport report_;
  std::vector<uint32_t> lines_;  // of the product with that number; 0: the file has not named it
  std::vector<Taken> taken_;
};

}  // namespace

ImportReport import_catalogue(Database& database, std::istream& in, const ImportOptions& options) {
  return Import(database, in, options).run();
}

}  // namespace pos::storage

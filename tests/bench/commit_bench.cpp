#include <fmt/format.h>

#include <chrono>
#include <random>

#include "pos/sale.h"
#include "storage/ledger.h"
#include "storage/projections.h"
#include "storage/provision.h"
#include "sync/seal.h"
#include "tests/bench/rows.h"
#include "tests/bench/years.h"

namespace pos::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kProducts = 100'000, kLines = 8, kWarmUp = 50;
constexpr int kStoredSales = 3'000'000, kGrownPairs = 10'000;
constexpr size_t kFrameBytes = 4096 + 24;
constexpr int64_t kNow = 1'763'806'530'123;

double microseconds(Clock::time_point from) {
  return std::chrono::duration<double, std::micro>(Clock::now() - from).count();
}

void fill_catalogue(storage::Database& database) {
  storage::Projections projections(database);
  std::vector<sync::Product> page;
  for (int i = 1; i <= kProducts; ++i) {
    sync::Product p;
    p.productId = fmt::format("p{:06}", i);
    p.name = fmt::format("Article number {}", i);
    p.codes = {fmt::format("C{:06}", i)};
    p.price = 100 + i % 900;
    p.taxRate = 200'000;
    p.version = i;
    page.push_back(std::move(p));
    if (page.size() == 100) projections.apply(page), page.clear();
  }
}

class Shop {
 public:
  explicit Shop(storage::Ledger& ledger) : ledger_(ledger) {}
  FactHeader header() {
    FactHeader h;
    h.at = {kNow + ++sold_};
    h.id = ledger_.new_transaction_id(h.at);
    h.business_date = "2025-11-22";
    h.shift = {"0193a1c2-0000-7000-8000-000000000000"};
    h.cashier = {"1"};
    return h;
  }
  CompletedSale sale() {
    const FactHeader h = header();
    Sale sale(h.id, {}, {}, 1);
    for (int i = 0; i < kLines; ++i) {
      const auto n = random_() % kProducts + 1;
      Item item;
      item.id = {fmt::format("p{:06}", n)};
      item.name = fmt::format("Article number {}", n);
      item.price = {static_cast<int64_t>(100 + n % 900)};
      item.tax_rate = {200'000};
      item.category = "food";
      sale.add(item, fmt::format("C{:06}", n), {static_cast<int64_t>(1000 * (1 + i % 3))});
    }
    const Money total = sale.total();
    if (!sale.tender(TenderKind::cash, total + Money{17}, "")) throw std::runtime_error("tender");
    return sale.complete(h, "EUR");
  }

 private:
  storage::Ledger& ledger_;
  std::mt19937_64 random_{42};
  int64_t sold_ = 0;
};

// A till's rooms over one file, with a shift open.
struct OpenTill {
  explicit OpenTill(const std::string& path) : database(path) {
    ledger.record(ShiftOpened{shop.header(), {10'000}});
  }
  storage::Database database;
  storage::PendingStock pending{database};
  storage::Ledger ledger{database, pending, sync::make_signing_key()};
  Shop shop{ledger};

  double sell() {  // microseconds to the durable answer
    const CompletedSale sale = shop.sale();
    const auto start = Clock::now();
    ledger.record(sale);
    return microseconds(start);
  }
  void after_the_answer() {  // as the till does
    const storage::Database::Turn turn(database, storage::Database::Who::cashier);
    database.checkpoint_if_due();
  }
};

struct Measured {
  std::vector<double> sale, bare;
  int64_t frames = 0;
  long syncs = 0;
};

Measured measure(OpenTill& till, BareFile& bare, int sales) {
  Measured m;
  for (int i = 0; i < sales + kWarmUp; ++i) {
    const int64_t frames_before = till.database.wal_frames();
    const long syncs_before = fdatasyncs();
    const double sale_us = till.sell();
    const int64_t frames = till.database.wal_frames() - frames_before;
    const long syncs = fdatasyncs() - syncs_before;
    const auto start = Clock::now();
    bare.write_durably(static_cast<size_t>(frames > 0 ? frames : 12) * kFrameBytes);
    const double bare_us = microseconds(start);
    till.after_the_answer();
    if (i < kWarmUp || frames <= 0) continue;  // the first sale after the WAL wrapped has no count
    m.sale.push_back(sale_us);
    m.bare.push_back(bare_us);
    m.frames += frames;
    m.syncs += syncs;
  }
  return m;
}

void provision(const std::string& path) {
  storage::provision(path, {"s1", "till1", "EUR", "UTC", {}, "", {}}, {kNow});
}

Row ratio(const char* name, double a, double b, double goal) {
  return Row{name, fmt::format("{:.2f} x ({:.0f} us / {:.0f} us)", a / b, a, b),
             fmt::format("<= {:.1f} x", goal), a / b <= goal};
}

}  // namespace

std::vector<Row> commit_rows(const std::string& folder, int sales) {
  const std::string path = folder + "/commit.db";
  provision(path);
  OpenTill till(path);
  fill_catalogue(till.database);
  BareFile bare(folder + "/bare.bin");
  const Measured m = measure(till, bare, sales);
  const Percentiles sale = percentiles(m.sale), base = percentiles(m.bare);
  const auto n = static_cast<double>(m.sale.size());
  const double frames = static_cast<double>(m.frames) / n, syncs = static_cast<double>(m.syncs) / n;
  return {
      ratio("sale commit p50 / bare durable write", sale.p50, base.p50, 1.6),
      ratio("sale commit p99 / bare durable write", sale.p99, base.p99, 2.0),
      {"WAL frames a sale", fmt::format("{:.1f}", frames), "<= 12", frames <= 12},
      {"fdatasync calls a sale", fmt::format("{:.3f}", syncs), "1", syncs < 1.05 && syncs > 0.95}};
}

namespace {

// Commits of a new till and of one with a past, in turns, so that both meet the same disk.
std::pair<Percentiles, Percentiles> fresh_and_grown(const std::string& folder, int64_t sales,
                                                    int64_t waiting) {
  provision(folder + "/new.db");
  provision(folder + "/grown.db");
  add_years(folder + "/grown.db", sales, waiting);
  OpenTill fresh(folder + "/new.db"), grown(folder + "/grown.db");
  std::vector<double> of_fresh, of_grown;
  for (int i = 0; i < kGrownPairs + kWarmUp; ++i) {
    OpenTill* const both[] = {&fresh, &grown};
    for (int k = 0; k < 2; ++k) {
      OpenTill* till = both[(i + k) % 2];
      const double us = till->sell();
      if (i >= kWarmUp) (till == &fresh ? of_fresh : of_grown).push_back(us);
      till->after_the_answer();
    }
  }
  return {percentiles(of_fresh), percentiles(of_grown)};
}

}  // namespace

std::vector<Row> grown_rows(const std::string& folder) {
  const auto [fresh, grown] = fresh_and_grown(folder, kStoredSales, 0);
  return {ratio("sale commit p99, 3,000,000 stored sales / none", grown.p99, fresh.p99, 1.3)};
}

std::vector<Row> unsent_rows(const std::string& folder) {
  const auto [fresh, grown] = fresh_and_grown(folder, 1'000'000, 1'000'000);
  std::vector<Row> rows = {
      ratio("sale commit p50, 1,000,000 unsent / none", grown.p50, fresh.p50, 1.1),
      ratio("sale commit p99, 1,000,000 unsent / none", grown.p99, fresh.p99, 1.1)};
  for (const char* file : {"/new.db", "/grown.db"}) storage::Database::remove(folder + file);
  for (Row& row : unsent_boot_rows(folder)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace pos::bench

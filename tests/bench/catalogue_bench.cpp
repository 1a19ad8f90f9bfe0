// Looking up and searching in a catalogue with names as shops have them, and taking it in.
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "storage/catalogue.h"
#include "storage/catalogue_import.h"
#include "storage/provision.h"
#include "tests/bench/names.h"
#include "tests/bench/rows.h"

namespace pos::bench {
namespace {

constexpr int kTypedNames = 2'000, kLookups = 100'000;

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// Seconds that it took.
double import(const std::string& folder, int64_t products) {
  const std::string file = folder + "/products.csv";
  {
    Names names;
    std::ofstream out(file);
    out << kProductHeader;
    for (int64_t i = 1; i <= products; ++i) out << product_line(i, names);
  }
  storage::provision(folder + "/till.db", {"s1", "till1", "EUR", "UTC", {}, "", {}}, {0});
  storage::Database database(folder + "/till.db");
  std::ifstream in(file);
  const auto start = std::chrono::steady_clock::now();
  const auto report = storage::import_catalogue(database, in, {});
  if (report.created != products) throw std::runtime_error("the import was refused");
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<double> search_times(storage::Catalogue& catalogue) {
  std::vector<double> times;
  Names names(7);  // the same words in other names
  for (int i = 0; i < kTypedNames; ++i) {
    for (const std::string& typed : Names::keystrokes(names.name())) {
      const double start = cpu_us();
      catalogue.search(typed, 20);
      times.push_back(cpu_us() - start);
    }
  }
  return times;
}

std::vector<double> lookup_times(storage::Catalogue& catalogue, int64_t products) {
  std::vector<double> times;
  for (int64_t i = 0; i < kLookups; ++i) {
    const std::string code = "0" + code_of(1 + i * 7919 % products);
    const double start = cpu_us();
    if (!catalogue.find(code)) throw std::runtime_error(code + " is not found");
    times.push_back(cpu_us() - start);
  }
  return times;
}

Row row(const std::string& name, const std::vector<double>& times, double goal_us) {
  const Percentiles p = percentiles(times);
  return {name, fmt::format("{:.0f} us (p50 {:.0f} us)", p.p99, p.p50),
          fmt::format("<= {:.0f} us", goal_us), p.p99 <= goal_us};
}

std::vector<Row> looking_rows(const std::string& folder, int64_t products,
                              const std::string& how_many, double search_goal_us) {
  storage::Database database(folder + "/till.db");
  storage::PendingStock pending(database);
  storage::Catalogue catalogue(database, pending);
  return {row("search p99 a keystroke, " + how_many, search_times(catalogue), search_goal_us),
          row("lookup p99, " + how_many, lookup_times(catalogue, products), 100)};
}

}  // namespace

std::vector<Row> search_rows(const std::string& folder) {
  import(folder, 100'000);
  return looking_rows(folder, 100'000, "100,000 products", 1000);
}

std::vector<Row> big_catalogue_rows(const std::string& folder) {
  const double seconds = import(folder, 1'000'000);
  std::vector<Row> rows = {
      {"import of 1,000,000 products", fmt::format("{:.0f} s", seconds), "<= 60 s", seconds <= 60}};
  for (Row& r : looking_rows(folder, 1'000'000, "1,000,000 products", 5000)) rows.push_back(r);
  return rows;
}

}  // namespace pos::bench

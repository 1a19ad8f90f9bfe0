// The replay: a real week of three stores. Dominick's Finer Foods sold orange juice in 83 stores of
// Chicago; Debian's r-cran-bayesm (GPL) carries what its scanners counted, by store, brand and week
// (1990 to 1993). The week's units are rung up one basket after the other on six tills whose lines
// are down for a third of the time, at the shelf prices of that store and week.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <iostream>
#include <numeric>

#include "tests/lab/basket.h"
#include "tests/lab/cashier.h"
#include "tests/lab/demo.h"
#include "tests/lab/plant.h"
#include "tests/lab/proof.h"
#include "tests/lab/rda.h"
#include "tests/lab/terminal.h"

namespace pos::lab {
namespace {

namespace fs = std::filesystem;

constexpr int kStores = 3, kTills = 2, kBrands = 11;
constexpr double kOunces = 64;  // logmove counts ounces, prices are per ounce
constexpr int64_t kMostPieces = 4;
constexpr int64_t kWeekMs = 20'000;  // a tills' share of the week is spread over so long
constexpr int kMostLines = 4;
constexpr const char* kNames[kBrands] = {
    "Tropicana Premium 64 oz", "Tropicana Premium 96 oz", "Florida's Natural 64 oz",
    "Tropicana 64 oz",         "Minute Maid 64 oz",       "Minute Maid 96 oz",
    "Citrus Hill 64 oz",       "Tree Fresh 64 oz",        "Florida Gold 64 oz",
    "Dominick's 64 oz",        "Dominick's 128 oz"};

struct Row {  // of the data: what one store sold of one brand in one week
  int store = 0, brand = 0, week = 0;
  int64_t units = 0, cents = 0;
  bool exact = false;  // units and cents are whole numbers in the data, not rounded by us
};

bool whole(double value) {
  return std::abs(value - std::round(value)) < 1e-6 * std::max(1.0, value);
}

std::vector<Row> all_rows(const std::string& rda) {
  const auto objects = read_rda(rda);
  const auto& table = objects.at("orangeJuice")->member("yx");
  const auto &store = table.member("store").numbers, &brand = table.member("brand").numbers,
             &week = table.member("week").numbers, &logmove = table.member("logmove").numbers;
  std::vector<const std::vector<double>*> prices;
  for (int b = 1; b <= kBrands; ++b)
    prices.push_back(&table.member("price" + std::to_string(b)).numbers);
  std::vector<Row> rows;
  for (size_t i = 0; i < store.size(); ++i) {
    const double units = std::exp(logmove[i]) / kOunces;
    const auto own = static_cast<size_t>(brand[i]) - 1;
    const double cents = kOunces * prices.at(own)->at(i) * 100;
    rows.push_back({static_cast<int>(store[i]), static_cast<int>(brand[i]),
                    static_cast<int>(week[i]), std::lround(units), std::lround(cents),
                    whole(units) && whole(cents)});
  }
  return rows;
}

int week_with_most_rows(const std::vector<Row>& rows) {
  std::map<int, int> count;
  for (const auto& row : rows) ++count[row.week];
  return std::max_element(count.begin(), count.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

// Three stores that sold all brands in that week, by the seed.
std::vector<int> three_stores(const std::vector<Row>& rows, int week, uint64_t seed) {
  std::map<int, int> count;
  for (const auto& row : rows) count[row.store] += row.week == week;
  std::vector<int> stores;
  for (const auto& [store, n] : count) {
    if (n == kBrands) stores.push_back(store);
  }
  if (stores.size() < kStores)
    throw std::runtime_error("fewer than three stores have all brands in week " +
                             std::to_string(week));
  Baskets dice({}, seed);
  for (size_t i = 0; i < kStores; ++i)
    std::swap(stores[i], stores[i + dice.random() % (stores.size() - i)]);
  stores.resize(kStores);
  return stores;
}

// Fetched with the machine's own apt, from its own mirror, and only because it was asked for.
std::string fetch(const fs::path& place, Terminal& terminal) {
  const auto data = place / "data";
  const auto rda = data / "x/usr/lib/R/site-library/bayesm/data/orangeJuice.rda";
  if (!fs::exists(rda)) {
    terminal.doing("apt-get download r-cran-bayesm (1.9 MB) …");
    fs::create_directories(data);
    run_well({.argv = {"sh", "-c",
                       "apt-get download -q -o APT::Sandbox::User=root r-cran-bayesm || "
                       "{ echo 'apt does not know r-cran-bayesm: apt-get update' >&2; exit 1; }"},
              .directory = data.string()},
             {}, seconds(120));
    run_well(
        {.argv = {"sh", "-c", "dpkg-deb -x r-cran-bayesm_*.deb x"}, .directory = data.string()});
  }
  return rda.string();
}

std::string product_id(int store, int brand) {
  return "oj-s" + std::to_string(store) + "-" + std::to_string(brand);
}

std::string ean(int store, int brand) {
  std::string digits =
      "95200020" + std::to_string(store) + (brand < 10 ? "00" : "0") + std::to_string(brand);
  int sum = 0;
  for (size_t i = 0; i < 12; ++i) sum += (digits[i] - '0') * (i % 2 ? 3 : 1);
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

// What is still to be sold of one store's week.
struct Shelf {
  Wanted item;
  int64_t left = 0;
};

class Replay {
 public:
  explicit Replay(const DemoOptions& options) : options_(options) {}

  int run() {
    choose();
    open();
    sell();
    if (!options_.broken.empty()) {
      plant_error(*lab_, lab_->till("s1", "till1"), options_.broken);
      terminal_.event("☠", Ink::bad, "an error is planted: " + options_.broken,
                      "the table has to find it");
    }
    return table();
  }

 private:
  void choose();
  void open();
  void sell();
  void wait_until_settled();
  void sell_one(Till&, std::vector<Shelf>&, Baskets&);
  void work(Till&, std::vector<Shelf>, uint64_t seed);
  void break_lines(const std::atomic<bool>& done);
  std::vector<Shelf> share(int store, int till) const;
  int table();

  DemoOptions options_;
  Terminal terminal_;
  DemoFiles files_;
  std::vector<Row> week_;  // 33 rows; store is 1, 2, 3
  std::unique_ptr<Lab> lab_;
  std::atomic<int64_t> pieces_{0};
};

void Replay::choose() {
  terminal_.title("Leaftill", "a real week of three stores, through six tills");
  const auto rows = all_rows(fetch(files_.pictures, terminal_));
  const int week = options_.week ? options_.week : week_with_most_rows(rows);
  const auto stores = three_stores(rows, week, options_.seed);
  for (const auto& row : rows) {
    const auto at = std::find(stores.begin(), stores.end(), row.store);
    if (row.week != week || at == stores.end()) continue;
    week_.push_back(row);
    week_.back().store = static_cast<int>(at - stores.begin()) + 1;
  }
  const auto inexact =
      std::count_if(week_.begin(), week_.end(), [](const Row& row) { return !row.exact; });
  terminal_.done(grouped(static_cast<int64_t>(rows.size())) + " rows of scanner data",
                 "Dominick's Finer Foods, by way of r-cran-bayesm");
  terminal_.done("week " + std::to_string(week) + ", seed " + std::to_string(options_.seed),
                 "stores " + std::to_string(stores[0]) + ", " + std::to_string(stores[1]) + ", " +
                     std::to_string(stores[2]) + " as s1, s2, s3; " + std::to_string(week_.size()) +
                     " rows, none dropped, " + std::to_string(inexact) +
                     " of them rounded to a whole carton or cent");
}

void Replay::open() {
  const auto began = std::chrono::steady_clock::now();
  terminal_.doing("starting a hub, three leafs and central, provisioning six tills …");
  const auto csv = files_.files / "orange-juice.csv";
  std::ofstream out(csv);
  out << "id,name,codes,unit,price,tax_rate,category,age_limit,on_hand\n";
  for (const auto& row : week_) {
    out << product_id(row.store, row.brand) << ",\"" << kNames[row.brand - 1] << "\","
        << ean(row.store, row.brand) << ",each," << row.cents << ",0,Juice,0,"
        << (row.units + row.units / 10) * 1000 << "\n";
  }
  out.close();
  lab_ = std::make_unique<Lab>(LabOptions{.directory = files_.files / "lab",
                                          .stores = kStores,
                                          .tills = kTills,
                                          .products = csv,
                                          .currency = "USD"});
  for (auto* till : lab_->all_tills()) {
    lab_->open(*till);
  }
  terminal_.done("three stores, six tills are open", seconds_since(began));
}

// The first till takes the bigger half of an odd number.
std::vector<Shelf> Replay::share(int store, int till) const {
  std::vector<Shelf> shelves;
  for (const auto& row : week_) {
    const int64_t part = till == 1 ? (row.units + 1) / 2 : row.units / 2;
    if (row.store == store && part > 0) {
      shelves.push_back(
          {{product_id(store, row.brand), ean(store, row.brand), 0, row.cents}, part});
    }
  }
  return shelves;
}

void Replay::sell_one(Till& till, std::vector<Shelf>& shelves, Baskets& dice) {
  std::vector<Wanted> basket;
  const auto lines = 1 + dice.random() % kMostLines;
  for (uint64_t i = 0; i < lines && !shelves.empty(); ++i) {
    auto& shelf = shelves[dice.random() % shelves.size()];
    const auto most = static_cast<uint64_t>(std::min(kMostPieces, shelf.left));
    const auto pieces = static_cast<int64_t>(1 + dice.random() % most);
    basket.push_back(shelf.item);
    basket.back().quantity = pieces * 1000;
    shelf.left -= pieces;
    pieces_ += pieces;
    std::erase_if(shelves, [](const Shelf& one) { return one.left == 0; });
  }
  till.sell(basket);
}

void Replay::work(Till& till, std::vector<Shelf> shelves, uint64_t seed) {
  Baskets dice({}, seed);
  const auto began = std::chrono::steady_clock::now();
  const auto left = [&] {
    int64_t pieces = 0;
    for (const auto& shelf : shelves) pieces += shelf.left;
    return pieces;
  };
  const int64_t all = left();
  while (!shelves.empty()) {
    sell_one(till, shelves, dice);
    std::this_thread::sleep_until(began + Millis(kWeekMs * (all - left()) / all));
  }
}

// Each line is down for a third of the time, one store after the other.
void Replay::break_lines(const std::atomic<bool>& done) {
  for (int second = 0; !done; ++second) {
    const auto links = lab_->all_links();
    for (size_t i = 0; i < links.size(); ++i) {
      if (static_cast<size_t>(second) % links.size() == i)
        links[i]->cut();
      else
        links[i]->heal();
    }
    until(
        seconds(1), [&] { return done.load(); }, Millis(10));
  }
  for (auto* link : lab_->all_links()) link->heal();
}

void Replay::sell() {
  const auto began = std::chrono::steady_clock::now();
  const int64_t all = std::accumulate(week_.begin(), week_.end(), int64_t{0},
                                      [](int64_t sum, const Row& row) { return sum + row.units; });
  std::vector<std::thread> hands;
  std::vector<std::exception_ptr> trouble(kStores * kTills);
  std::atomic<size_t> ready{0};
  std::atomic<bool> done{false};
  std::thread storm([&] { break_lines(done); });
  size_t n = 0;
  for (int s = 1; s <= kStores; ++s) {
    for (int t = 1; t <= kTills; ++t, ++n) {
      hands.emplace_back([this, s, t, n, &trouble, &ready] {
        try {
          work(lab_->till("s" + std::to_string(s), "till" + std::to_string(t)), share(s, t),
               options_.seed * 100 + n);
        } catch (...) {
          trouble[n] = std::current_exception();
        }
        ++ready;
      });
    }
  }
  until(
      std::chrono::hours(1),
      [&] {
        terminal_.doing("selling: " + grouped(pieces_) + " of " + grouped(all) + " cartons …");
        return ready == hands.size();
      },
      Millis(200));
  for (auto& hand : hands) hand.join();
  done = true;
  storm.join();
  for (const auto& one : trouble) {
    if (one) std::rethrow_exception(one);
  }
  int64_t sales = 0;
  for (auto* till : lab_->all_tills()) sales += static_cast<int64_t>(till->record().size());
  terminal_.done(grouped(pieces_) + " cartons in " + grouped(sales) + " sales",
                 seconds_since(began) + ", each line down for a third of it");
  wait_until_settled();
}

void Replay::wait_until_settled() {
  const auto began = std::chrono::steady_clock::now();
  terminal_.doing("waiting until every till says: all confirmed …");
  std::string why;
  if (until(
          seconds(120), [&] { return all_settled(*lab_, &why); }, Millis(100))) {
    terminal_.done("all confirmed by central", "after " + seconds_since(began));
  } else {
    terminal_.event("✘", Ink::bad, "not all confirmed after 120 s", why);
  }
}

int Replay::table() {
  terminal_.doing("asking central for every sale …");
  struct Sum {
    int64_t units = 0, cents = 0;
  };
  std::map<std::string, Sum> expected, found;
  for (auto* till : lab_->all_tills()) {
    for (const auto& sold : till->record()) {
      for (const auto& line : sold.lines) {
        expected[line.product].units += line.quantity / 1000;
        expected[line.product].cents += line.quantity / 1000 * line.price;
      }
    }
  }
  for (const auto& store : lab_->stores()) {
    for (const auto& held : lab_->api().sales(store.id)) {
      for (const auto& line : lab_->api().transaction(held.transaction_id).lines) {
        found[line.product].units += line.quantity / 1000;
        found[line.product].cents += line.total;
      }
    }
  }
  const auto proof = prove(*lab_);
  bool same = proof.holds();
  terminal_.blank();
  Table table({"store and brand", "week's units", "rung up", "at central", "rung up USD",
               "at central USD"});
  Sum data, rung, held;
  int store = 1;
  std::stable_sort(week_.begin(), week_.end(), [](const Row& a, const Row& b) {
    return std::pair(a.store, a.brand) < std::pair(b.store, b.brand);
  });
  for (const auto& row : week_) {
    if (row.store != store) table.rule();
    store = row.store;
    const Sum is = found[product_id(row.store, row.brand)],
              want = expected[product_id(row.store, row.brand)];
    // With a planted sale one more is rung up than the week had.
    const bool good = is.units == want.units && is.cents == want.cents &&
                      (want.units == row.units || options_.broken == "sale");
    same = same && good;
    table.row({"s" + std::to_string(row.store) + "  " + kNames[row.brand - 1], grouped(row.units),
               grouped(want.units), grouped(is.units), money(want.cents), money(is.cents)},
              good);
    data.units += row.units;
    rung.units += want.units;
    rung.cents += want.cents;
    held.units += is.units;
    held.cents += is.cents;
  }
  table.rule();
  table.row({"all", grouped(data.units), grouped(rung.units), grouped(held.units),
             money(rung.cents), money(held.cents)},
            same);
  table.print(terminal_);
  terminal_.blank();
  for (const auto& fault : proof.faults) terminal_.event("✘", Ink::bad, fault);
  if (same)
    terminal_.done("equal to the carton and the cent",
                   grouped(proof.held) + " sales, each exactly once");
  std::cout << std::endl;
  return same ? 0 : 1;
}

}  // namespace

int run_replay(const DemoOptions& options) { return Replay(options).run(); }

}  // namespace pos::lab

#include "tests/till/day_books.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace pos::till {

int64_t divided(int64_t n, int64_t by) { return (n < 0 ? n - by / 2 : n + by / 2) / by; }
int64_t to_five_cents(int64_t n) { return divided(n, 5) * 5; }

namespace {

using nlohmann::json;

int64_t floored(int64_t n, int64_t by) { return n / by - (n % by < 0); }

constexpr int64_t kCoffeeBundle = 3;  // the third is free

void reckon_totals(Entries& entries) {
  for (Entry& e : entries) {
    if (e.fixed) continue;
    e.total = e.full() - divided(std::max<int64_t>(e.full(), 0) * e.percent, 100) - e.off;
    const bool promoted = e.good.id == "coffee" && !e.priced && e.percent + e.off == 0;
    if (promoted && e.quantity > 0) e.total -= e.quantity / 1000 / kCoffeeBundle * e.price;
  }
}

// Inclusive, rounded once for each rate of the receipt; spread to the lines by largest remainder.
void reckon_tax(Entries& entries, int64_t rate) {
  std::vector<Entry*> at_rate;
  int64_t sum = 0, given = 0;
  const int64_t by = 1'000'000 + rate;
  for (Entry& e : entries) {
    if (e.fixed || e.good.rate != rate) continue;
    at_rate.push_back(&e);
    e.tax = floored(e.total * rate, by);
    sum += e.total;
    given += e.tax;
  }
  std::stable_sort(at_rate.begin(), at_rate.end(), [&](const Entry* a, const Entry* b) {
    return a->total * rate - a->tax * by > b->total * rate - b->tax * by;
  });
  const int64_t left = divided(sum * rate, by) - given;
  for (int64_t i = 0; i < left; ++i) at_rate[static_cast<size_t>(i)]->tax += 1;
}

}  // namespace

void reckon(Entries& entries) {
  reckon_totals(entries);
  std::map<int64_t, int> rates;
  for (const Entry& e : entries) rates[e.good.rate] = 1;
  for (const auto& [rate, one] : rates) reckon_tax(entries, rate);
}

int64_t sum_of(const Entries& entries) {
  int64_t sum = 0;
  for (const Entry& e : entries) sum += e.total;
  return sum;
}

int64_t Books::expected() const {
  const auto cash = tenders.find("cash");
  return opening + moved + (cash == tenders.end() ? 0 : cash->second);
}

void Books::next_shift(int64_t float_amount) {
  Books next;
  next.sold = sold;
  next.before = before + turnover;
  next.z_number = z_number + 1;
  next.opening = float_amount;
  *this = std::move(next);
}

Cells cells_of(const Books& b) {
  Cells cells;
  const auto put = [&](const std::string& name, int64_t n) { cells[name] = std::to_string(n); };
  for (const auto& [rate, sums] : b.gross_and_tax) {
    const std::string row = "tax " + std::to_string(rate);
    put(row + " gross", sums.first);
    put(row + " tax", sums.second);
    put(row + " net", sums.first - sums.second);
  }
  for (const auto& [key, sum] : b.tenders) put("tender " + key, sum);
  for (const auto& [key, sum] : b.categories) put("category " + key, sum);
  for (const auto& [key, sum] : b.cashiers) put("cashier " + key, sum);
  put("sales", b.sales);
  put("returns", b.returns);
  put("returned", b.returned);
  put("turnover", b.turnover);
  put("grandTotal", b.before + b.turnover);  // the till's first day
  put("rounding", b.rounding);
  put("cashMoved", b.moved);
  put("zNumber", b.z_number);
  put("float", b.opening);
  put("expected", b.expected());
  cells["firstReceipt"] = b.first;
  cells["lastReceipt"] = b.last;
  return cells;
}

Cells cells_of(const json& report) {
  Cells cells;
  for (const json& t : report["taxes"]) {
    const std::string row = "tax " + t["rate"].dump();
    for (const char* what : {"gross", "tax", "net"}) cells[row + " " + what] = t[what].dump();
  }
  for (const auto& [list, one] :
       {std::pair{"tenders", "tender "}, std::pair{"categories", "category "},
        std::pair{"cashiers", "cashier "}}) {
    for (const auto& [key, sum] : report[list].items()) cells[one + key] = sum.dump();
  }
  for (const char* one : {"sales", "returns", "returned", "turnover", "grandTotal", "float",
                          "expected", "rounding", "cashMoved", "zNumber"}) {
    cells[one] = report[one].dump();
  }
  for (const char* one : {"firstReceipt", "lastReceipt"}) cells[one] = report[one];
  return cells;
}

std::vector<std::string> differences(const Cells& books, const Cells& report) {
  std::vector<std::string> words;
  Cells all = books;
  all.insert(report.begin(), report.end());
  for (const auto& [name, any] : all) {
    const auto a = books.find(name), b = report.find(name);
    const std::string mine = a == books.end() ? "nothing" : a->second;
    const std::string its = b == report.end() ? "nothing" : b->second;
    if (mine != its) words.push_back(name + ": " + mine + " by the script, " + its + " reported");
  }
  return words;
}

}  // namespace pos::till

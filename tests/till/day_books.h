// The books that a day's script keeps by its own arithmetic, and what a report says beside them.
// Nothing of pos/ reckons here.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace pos::till {

// Halves away from zero.
int64_t divided(int64_t n, int64_t by);

struct Good {
  std::string id, code, category;
  int64_t price, rate;
  bool by_weight = false, deposit = false;
  int age = 0;
};

struct Entry {  // a line, as the script knows it
  Good good;
  int32_t id = 0, deposit_of = 0, original = 0;
  int64_t quantity = 0, price = 0;
  int64_t percent = 0, off = 0;  // of a discount
  bool priced = false;           // by a person
  int64_t total = 0, tax = 0;
  bool fixed = false;   // total and tax are those of a return
  int64_t reduced = 0;  // of a return: its share of the discount
  int64_t back = 0, back_total = 0, back_tax = 0, back_reduced = 0;
  int64_t full() const { return divided(price * quantity, 1000); }
};
using Entries = std::vector<Entry>;
inline const char* const kGiftId = "gift-card";  // no goods: no stock, and never back

// Gives each entry its total and tax: the third coffee is free, prices include tax.
void reckon(Entries&);
int64_t sum_of(const Entries&);

// The sum in cash, where the smallest coin is a five.
int64_t to_five_cents(int64_t n);

// Of one shift; what is of the whole day says so.
struct Books {
  std::map<int64_t, std::pair<int64_t, int64_t>> gross_and_tax;  // by rate
  std::map<std::string, int64_t> tenders, categories, cashiers;
  std::map<std::string, int64_t> sold;  // of the day: quantities
  int64_t sales = 0, returns = 0, returned = 0, turnover = 0, rounding = 0, opening = 0, moved = 0;
  int64_t before = 0;    // turnover of the day's shifts that are closed
  int64_t z_number = 1;  // of the next Z
  std::string first, last;
  int64_t expected() const;
  void next_shift(int64_t float_amount);
};

// A report, cell by cell.
using Cells = std::map<std::string, std::string>;
Cells cells_of(const Books&);
Cells cells_of(const nlohmann::json& report);
// Words for each cell in which they differ.
std::vector<std::string> differences(const Cells& books, const Cells& report);

}  // namespace pos::till

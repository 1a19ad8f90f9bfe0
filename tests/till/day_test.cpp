// A whole day at a till, by a script with a seed, through the headless face: sales of every kind,
// returns and exchanges, people who come and go, a new price, a program that ends in the middle.
// The script keeps its own books by its own arithmetic (nothing of pos/ reckons in this file) and
// holds them against the X and Z reports, cell by cell.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/till/shop_till.h"

namespace pos::till {
namespace {

// ---- the script's own arithmetic: whole numbers, halves away from zero ----
int64_t divided(int64_t n, int64_t by) { return (n < 0 ? n - by / 2 : n + by / 2) / by; }
int64_t to_five_cents(int64_t n) { return divided(n, 5) * 5; }
int64_t floored(int64_t n, int64_t by) { return n / by - (n % by < 0); }

struct Good {
  std::string id, code, category;
  int64_t price, rate;
  bool by_weight = false, deposit = false;
};

struct Entry {  // a line, as the script knows it
  Good good;
  int32_t id = 0, deposit_of = 0, original = 0;
  int64_t quantity = 0, price = 0;
  int64_t percent = 0, off = 0;  // of a discount
  bool priced = false;           // by a person
  int64_t total = 0, tax = 0;
  bool fixed = false;  // total and tax are those of a return
  int64_t back = 0, back_total = 0, back_tax = 0;
  int64_t full() const { return divided(price * quantity, 1000); }
};
using Entries = std::vector<Entry>;

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

// ---- the script's books ----
struct Books {
  std::map<int64_t, std::pair<int64_t, int64_t>> gross_and_tax;  // by rate
  std::map<std::string, int64_t> tenders, categories, cashiers, sold;
  int64_t sales = 0, returns = 0, returned = 0, turnover = 0, opening = 0;
  std::string first, last;
  int64_t expected() const {
    const auto cash = tenders.find("cash");
    return opening + (cash == tenders.end() ? 0 : cash->second);
  }
};

using Cells = std::map<std::string, std::string>;

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
  put("grandTotal", b.turnover);  // the till's first day
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
  for (const char* one :
       {"sales", "returns", "returned", "turnover", "grandTotal", "float", "expected"}) {
    cells[one] = report[one].dump();
  }
  for (const char* one : {"firstReceipt", "lastReceipt"}) cells[one] = report[one];
  return cells;
}

// Words for each cell in which they differ.
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

// ---- the day ----
const std::vector<Good> kGoods = {{"coffee", "4006381333931", "drinks", 199, 200'000},
                                  {"tea", "96385074", "drinks", 149, 200'000},
                                  {"milk", "9501101531000", "food", 129, 100'000},
                                  {"bread", "11", "bakery", 385, 100'000},
                                  {"ham", "12", "deli", 1990, 100'000, true},
                                  {"cheese", "13", "deli", 1255, 100'000, true},
                                  {"book", "14", "books", 1290, 50'000},
                                  {"stamp", "15", "post", 90, 0},
                                  {"cola", "16", "drinks", 150, 200'000, false, true}};
const Good kGift = {"gift-card", "", "gift-card", 0, 0};  // no goods: no stock, and never back
const Good kBottle = {"bottle", "17", "deposit", 25, 200'000};

std::vector<sync::Product> shelf() {
  std::vector<sync::Product> products;
  for (const Good& g : kGoods) {
    products.push_back(product(g.id.c_str(), g.code.c_str(), g.price, g.rate, g.category.c_str()));
    if (g.by_weight) products.back().unit = "kg";
    if (g.deposit) products.back().deposit = kBottle.id;
  }
  products.push_back(product("bottle", "17", kBottle.price, kBottle.rate, "deposit"));
  return products;
}

RegisterSettings rules() {
  RegisterSettings settings{{"s1"}, {"till1"}};
  settings.terms.rounding.step = 5;
  settings.terms.promotions = {buy_x_get_y("coffee3", "the third is free", {{"coffee"}}, 2, 1)};
  return settings;
}

struct Receipt {
  std::string number;
  Entries entries;
};

class Day {
 public:
  explicit Day(uint32_t seed) : random_(seed) {
    for (const Good& g : kGoods) till.count(g.id.c_str(), kStock);
    till.count("bottle", kStock);
    books.opening = 10'000;
    till.open_shop(books.opening);
  }

  // What may happen at a till, and how often. Whatever else a cashier can do (a sale held and
  // recalled, money put in or taken out, an opened drawer, training) gets a row here, and where it
  // moves money a place in Books.
  void next() {
    struct Doing {
      int weight;
      void (Day::*act)();
    };
    static constexpr Doing kDoings[] = {{80, &Day::sale},        {3, &Day::voided_sale},
                                        {10, &Day::goods_back},  {6, &Day::exchange},
                                        {2, &Day::back_without}, {4, &Day::other_cashier},
                                        {3, &Day::gift_card}};
    int all = 0;
    for (const Doing& d : kDoings) all += d.weight;
    auto pick = static_cast<int>(below(all));
    for (const Doing& d : kDoings) {
      if (pick >= 0 && pick < d.weight) (this->*d.act)();
      pick -= d.weight;
    }
  }

  void sale() {
    begin();
    ring_up(1 + below(6));
    settle();
  }
  void new_price_of_milk(int64_t price) {
    goods_[2].price = price;
    auto milk = product("milk", "9501101531000", price, 100'000, "food");
    milk.version = 500;
    till.shelve({milk});
  }
  void the_program_ends() {
    begin();
    ring_up(2);
    till.start();
    cashier_ = "1";
    till.well(R"({"do":"login","pin":"1234"})");
    settle();
  }
  std::vector<std::string> differences_now() {
    return differences(cells_of(books), cells_of(till.well(R"({"do":"x_report"})")["report"]));
  }

  static constexpr int64_t kStock = 100'000'000;
  ShopTill till{shelf(), rules()};
  Books books;

 private:
  int64_t below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool one_in(int64_t n) { return below(n) == 0; }

  void begin() {
    open_.clear();
    next_line_ = 1;
    from_ = nullptr;
  }

  // Products differ within a sale; the same one again right away is counted up.
  void ring_up(int64_t products) {
    std::vector<Good> goods = goods_;
    std::shuffle(goods.begin(), goods.end(), random_);
    for (int64_t i = 0; i < products; ++i) {
      scan(goods[static_cast<size_t>(i)]);
      if (!goods[static_cast<size_t>(i)].by_weight && one_in(4)) scan_again();
    }
    change_lines();
  }
  void scan(const Good& good) {
    Entry e;
    e.good = good;
    e.id = next_line_++;
    e.price = good.price;
    e.quantity = good.by_weight ? 50 + below(2000) : 1000 * (1 + below(4));
    till.well({{"do", "scan"}, {"code", good.code}, {"quantity", e.quantity}});
    open_.push_back(e);
    if (!good.deposit) return;
    e.good = kBottle;
    e.price = kBottle.price;
    e.deposit_of = e.id;
    e.id = next_line_++;
    open_.push_back(e);
  }
  void scan_again() {
    const Entry last = open_.back().deposit_of ? open_[open_.size() - 2] : open_.back();
    till.well({{"do", "scan"}, {"code", last.good.code}});
    set_quantity(last.id, last.quantity + 1000);
  }
  void set_quantity(int32_t line, int64_t quantity) {
    for (Entry& e : open_) {
      if (e.id == line || e.deposit_of == line) e.quantity = quantity;
    }
  }
  Entry* any_line() {
    Entry& e = open_[static_cast<size_t>(below(static_cast<int64_t>(open_.size())))];
    return e.deposit_of || e.fixed || e.quantity < 0 ? nullptr : &e;
  }

  void change_lines() {
    if (Entry* e = any_line(); e && one_in(8)) discount(*e);
    if (Entry* e = any_line(); e && one_in(20)) override_price(*e);
    if (Entry* e = any_line(); e && one_in(8) && !e->good.by_weight && !e->off) {
      const int64_t pieces = 1 + below(5);
      till.well({{"do", "quantity"}, {"line", e->id}, {"quantity", pieces * 1000}});
      set_quantity(e->id, pieces * 1000);
    }
    if (Entry* e = any_line(); e && one_in(10) && open_.size() > 2) {
      const int32_t line = e->id;
      till.well({{"do", "void_line"}, {"line", line}});
      std::erase_if(open_, [&](const Entry& x) { return x.id == line || x.deposit_of == line; });
    }
  }
  void discount(Entry& e) {
    json command = {{"do", "discount"}, {"line", e.id}, {"reason", "dented"}};
    if (one_in(3)) {
      e.off = e.full() / 20;
      command["amount"] = e.off;
    } else if (one_in(3)) {
      e.percent = 30;
      command["percent"] = 30;
      command["approve"] = "8642";
    } else {
      e.percent = 10;
      command["percent"] = "10.00";
    }
    till.well(command);
  }
  void override_price(Entry& e) {
    if (e.off) return;
    e.price = e.price * 9 / 10;
    e.priced = true;
    till.well({{"do", "price"},
               {"line", e.id},
               {"price", e.price},
               {"reason", "shelf"},
               {"approve", "8642"}});
  }

  // ---- paying ----
  void settle() {
    reckon(open_);
    int64_t due = sum_of(open_);
    const json shown = till.well(R"({"do":"sale"})")["sale"];
    EXPECT_EQ(shown["due"], due) << shown;
    paid_.clear();
    if (due > 200 && one_in(3)) due -= part("voucher", 1 + below(due - 100));
    if (due > 200 && one_in(4)) due -= part("gift", 1 + below(due - 100));
    if (due > 200 && one_in(5)) due -= part("cash", 1 + below(due - 100));
    finish(due);
  }
  int64_t part(const char* tender, int64_t amount) {
    const json answer =
        till.well({{"do", "pay"}, {"tender", tender}, {"amount", amount}, {"reference", "ref"}});
    EXPECT_FALSE(answer.contains("completed"));
    paid_[tender] += amount;
    return amount;
  }
  void finish(int64_t due) {
    if (one_in(3)) {
      paid_["card"] += due;
      return keep(till.well(R"({"do":"pay","tender":"card","lastFour":"4242"})"), 0, 0);
    }
    const int64_t owed = to_five_cents(due);
    paid_["cash"] += owed;
    json command = {{"do", "pay"}};
    const int64_t over = owed > 0 && one_in(2) ? below(5000) : 0;
    if (over) command["amount"] = owed + over;
    keep(till.well(command), owed - due, over);
  }
  void keep(const json& answer, int64_t rounding, int64_t change) {
    const json& done = answer["completed"];
    const int64_t total = sum_of(open_) + rounding;
    EXPECT_EQ(done["total"], total) << answer;
    EXPECT_EQ(done["rounding"], rounding) << answer;
    EXPECT_EQ(done["change"], change) << answer;
    books.turnover += total;
    books.cashiers[cashier_] += total;
    books.sales += 1;
    books.last = done["receipt"];
    if (books.first.empty()) books.first = books.last;
    for (const auto& [tender, amount] : paid_) books.tenders[tender] += amount;
    bool back = false;
    for (const Entry& e : open_) back = keep_line(e) || back;
    books.returns += back;
    give_back();
    receipts_.push_back({books.last, open_});
  }
  bool keep_line(const Entry& e) {
    books.gross_and_tax[e.good.rate].first += e.total;
    books.gross_and_tax[e.good.rate].second += e.tax;
    books.categories[e.good.category] += e.total;
    if (e.good.id != kGift.id) books.sold[e.good.id] += e.quantity;
    if (e.quantity < 0) books.returned += e.total;
    return e.quantity < 0;
  }

  // ---- what comes back ----
  void goods_back() {
    begin();
    if (take_back()) settle();
  }
  void exchange() {
    begin();
    if (!take_back()) return;
    ring_up(1 + below(3));
    settle();
  }
  bool take_back() {
    if (receipts_.empty()) return false;
    from_ = &receipts_[static_cast<size_t>(below(static_cast<int64_t>(receipts_.size())))];
    json command = {{"do", "return"}, {"receipt", from_->number}, {"reason", "did not like it"}};
    const bool whole = one_in(3);
    for (const Entry& e : from_->entries) {
      const int64_t left = e.quantity - e.back;
      if (e.good.id == kGift.id) continue;
      if (e.quantity < 0 || left == 0 || (!whole && one_in(2))) continue;
      const int64_t unit = e.good.by_weight ? 1 : 1000;
      const int64_t quantity = whole ? left : (1 + below(left / unit)) * unit;
      if (!whole) command["lines"].push_back({{"lineId", e.id}, {"quantity", quantity}});
      open_.push_back(part_of(e, quantity));
    }
    if (open_.empty()) return false;
    till.well(command);
    return true;
  }
  // Its share of what was paid, of all that is back then, less what was given before.
  Entry part_of(const Entry& sold, int64_t quantity) {
    Entry e = sold;
    e.id = next_line_++;
    e.original = sold.id;
    e.deposit_of = 0;
    e.fixed = true;
    e.quantity = -quantity;
    const int64_t total = divided(sold.total * (sold.back + quantity), sold.quantity);
    const int64_t tax = sold.total ? divided(sold.tax * total, sold.total) : 0;
    e.total = sold.back_total - total;
    e.tax = sold.back_tax - tax;
    return e;
  }
  void give_back() {
    for (const Entry& e : open_) {
      for (size_t i = 0; from_ && e.fixed && i < from_->entries.size(); ++i) {
        Entry& sold = from_->entries[i];
        if (sold.id != e.original) continue;
        sold.back -= e.quantity;
        sold.back_total -= e.total;
        sold.back_tax -= e.tax;
      }
    }
    from_ = nullptr;
  }
  void back_without() {
    begin();
    Entry e;
    e.good = goods_[static_cast<size_t>(below(4))];
    e.id = next_line_++;
    e.quantity = -1000 * (1 + below(2));
    e.price = e.good.price - below(10);
    till.well({{"do", "return"},
               {"code", e.good.code},
               {"quantity", -e.quantity},
               {"price", e.price},
               {"reason", "no receipt"},
               {"approve", "97531"}});
    open_.push_back(e);
    settle();
  }

  void gift_card() {
    begin();
    Entry e;
    e.good = kGift;
    e.id = next_line_++;
    e.quantity = 1000;
    e.price = 1000 * (1 + below(5));
    till.well(
        {{"do", "gift"}, {"code", "G-" + std::to_string(below(10'000))}, {"amount", e.price}});
    open_.push_back(e);
    settle();
  }
  void voided_sale() {
    begin();
    ring_up(2);
    till.well(R"({"do":"void_sale","reason":"no money"})");
  }
  void other_cashier() {
    const std::map<std::string, const char*> pins = {{"1", "1234"}, {"2", "8642"}, {"3", "97531"}};
    cashier_ = std::to_string(1 + below(3));
    till.well({{"do", "login"}, {"pin", pins.at(cashier_)}});
  }

  std::mt19937 random_;
  std::vector<Good> goods_ = kGoods;
  std::string cashier_ = "1";
  Entries open_;
  int32_t next_line_ = 1;
  std::map<std::string, int64_t> paid_;
  std::vector<Receipt> receipts_;
  Receipt* from_ = nullptr;  // whose goods are coming back; receipts_ does not grow meanwhile
};

std::string lines_of(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& w : words) text += w + "\n";
  return text;
}

void check_close(Day& day) {
  const Books& books = day.books;
  for (const auto& [product, quantity] : books.sold) {
    EXPECT_EQ(day.till.shown(product.c_str()), Day::kStock - quantity) << product;
  }
  const json z =
      day.till.well({{"do", "close_shift"}, {"counted", books.expected() + 7}})["report"];
  EXPECT_EQ(lines_of(differences(cells_of(books), cells_of(z))), "");
  EXPECT_EQ(z["variance"], 7);
  EXPECT_EQ(z["zNumber"], 1);
  EXPECT_EQ(lines_of(day.till.faults()), "");
}

// 500 receipts, with the X report looked at in between.
void run(Day& day) {
  for (int i = 0; day.books.sales < 500; ++i) {
    day.next();
    if (i == 150) day.new_price_of_milk(139);
    if (i == 300) day.the_program_ends();
    if (i % 100 == 99) {
      ASSERT_EQ(lines_of(day.differences_now()), "") << "after " << i;
    }
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(day.books.returns, 20);
  EXPECT_EQ(day.books.tenders.size(), 4u);
  EXPECT_GE(day.books.cashiers.size(), 2u);
  check_close(day);
}

TEST(WholeDay, ItsZReportIsWhatTheScriptReckoned) {
  const uint32_t days = std::getenv("LEAFTILL_LONG") ? 50 : 3;
  for (uint32_t seed = 1; seed <= days && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Day day(seed);
    run(day);
  }
}

// A check that cannot say no is none: each cell, a cent off, is the one that it names.
TEST(DayBooks, OneAmountThatIsOffIsNamed) {
  Day day(7);
  for (int i = 0; i < 40; ++i) day.next();
  const Cells report = cells_of(day.till.well(R"({"do":"x_report"})")["report"]);
  ASSERT_EQ(lines_of(differences(cells_of(day.books), report)), "");
  ASSERT_GT(report.size(), 20u);
  for (const auto& [name, value] : report) {
    Cells off = report;
    off[name] = name.ends_with("Receipt") ? value + "1" : std::to_string(std::stoll(value) + 1);
    const auto words = differences(cells_of(day.books), off);
    ASSERT_EQ(words.size(), 1u) << name;
    EXPECT_EQ(words[0].substr(0, words[0].find(':')), name);
    off.erase(name);
    EXPECT_EQ(differences(cells_of(day.books), off).size(), 1u) << name;
  }
}

// Nor does the script copy what the till says: a sale behind its back is seen.
TEST(DayBooks, ASaleThatTheScriptDoesNotKnowOfIsSeen) {
  Day day(8);
  for (int i = 0; i < 10; ++i) day.next();
  day.till.well(R"({"do":"scan","code":"15"})");
  day.till.well(R"({"do":"pay","tender":"card"})");
  EXPECT_GT(day.differences_now().size(), 6u);
}

}  // namespace
}  // namespace pos::till

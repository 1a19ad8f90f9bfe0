#include "tests/till/day.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/till/shop_till.h"

namespace pos::till {
namespace {

const std::vector<Good> kGoods = {{"coffee", "4006381333931", "drinks", 199, 200'000},
                                  {"tea", "96385074", "drinks", 149, 200'000},
                                  {"milk", "9501101531000", "food", 129, 100'000},
                                  {"bread", "11", "bakery", 385, 100'000},
                                  {"ham", "12", "deli", 1990, 100'000, true},
                                  {"cheese", "13", "deli", 1255, 100'000, true},
                                  {"book", "14", "books", 1290, 50'000},
                                  {"stamp", "15", "post", 90, 0},
                                  {"cola", "16", "drinks", 150, 200'000, false, true},
                                  {"wine", "18", "drinks", 899, 200'000, false, false, 18}};
const Good kGift = {kGiftId, "", kGiftId, 0, 0};
const Good kBottle = {"bottle", "17", "deposit", 25, 200'000};
constexpr size_t kMilk = 2, kOrdinary = 4;  // the first ones that everybody may buy by the piece

const std::map<std::string, const char*> kPins = {{"1", "1234"}, {"2", "8642"}, {"3", "97531"}};

json counts_of(int64_t sum) {
  json counts = json::object();
  for (const int64_t value : {5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1}) {
    if (sum >= value) counts[std::to_string(value)] = sum / value;
    sum %= value;
  }
  return counts;
}

}  // namespace

std::vector<sync::Product> day_shelf() {
  std::vector<sync::Product> products;
  for (const Good& g : kGoods) {
    products.push_back(product(g.id.c_str(), g.code.c_str(), g.price, g.rate, g.category.c_str()));
    if (g.by_weight) products.back().unit = "kg";
    if (g.deposit) products.back().deposit = kBottle.id;
    products.back().ageLimit = g.age;
  }
  products.push_back(product("bottle", "17", kBottle.price, kBottle.rate, "deposit"));
  return products;
}

RegisterSettings day_rules() {
  RegisterSettings settings{{"s1"}, {"till1"}};
  settings.terms.rounding.step = 5;
  settings.terms.promotions = {buy_x_get_y("coffee3", "the third is free", {{"coffee"}}, 2, 1)};
  return settings;
}

Day::Day(DayTill& till, uint32_t seed) : till_(till), random_(seed), goods_(kGoods) {
  books.opening = 10'000;
  login("1");
  well({{"do", "open_shift"}, {"float", books.opening}});
}

json Day::well(const json& command) {
  json answer = till_.answer(command);
  EXPECT_EQ(answer["ok"], true) << command << " -> " << answer;
  return answer;
}

json Day::well(const char* line) { return well(json::parse(line)); }

std::string Day::refusal(const json& command) {
  const json answer = till_.answer(command);
  EXPECT_EQ(answer["ok"], false) << command << " -> " << answer;
  return answer.value("refused", "");
}

void Day::login(const std::string& cashier) {
  cashier_ = cashier;
  const json answer = well({{"do", "login"}, {"pin", kPins.at(cashier)}});
  EXPECT_FALSE(answer.contains("wasThisOneHandedOut")) << answer;
}

// What may happen at a till, and how often. Whatever else a cashier can do gets a row here, and
// where it moves money a place in Books.
void Day::next() {
  struct Doing {
    int weight;
    void (Day::*act)();
    const char* name;
  };
  static constexpr Doing kDoings[] = {
      {80, &Day::sale, "sale"},
      {3, &Day::voided_sale, "voided"},
      {10, &Day::goods_back, "return"},
      {6, &Day::exchange, "exchange"},
      {2, &Day::back_without, "return without receipt"},
      {4, &Day::other_cashier, "other cashier"},
      {2, &Day::handed_over, "handed over"},
      {3, &Day::gift_card, "gift card"},
      {5, &Day::put_aside, "held"},
      {5, &Day::recalled, "recalled"},
      {2, &Day::practice, "practice"},
      {3, &Day::cash_moved, "cash"},
      {2, &Day::drawer_opened, "no sale"},
      {3, &Day::reprinted, "reprint"},
  };
  int all = 0;
  for (const Doing& d : kDoings) all += d.weight;
  auto pick = static_cast<int>(below(all));
  for (const Doing& d : kDoings) {
    if (pick >= 0 && pick < d.weight) {
      done[d.name] += 1;
      (this->*d.act)();
    }
    pick -= d.weight;
  }
}

void Day::sale() {
  begin();
  ring_up(1 + below(6));
  settle();
}

void Day::new_price_of_milk(int64_t price) {
  goods_[kMilk].price = price;
  const Good& g = goods_[kMilk];
  auto milk = product(g.id.c_str(), g.code.c_str(), price, g.rate, g.category.c_str());
  milk.version = 500;
  till_.shelve({milk});
  login(cashier_);
}

void Day::the_program_ends() {
  begin();
  ring_up(2);
  till_.ends();
  login("1");
  settle();
}

std::vector<std::string> Day::differences_now() {
  return differences(cells_of(books), cells_of(well(R"({"do":"x_report"})")["report"]));
}

// ---- ringing up ----

void Day::begin() {
  open_.clear();
  next_line_ = 1;
  age_ = 0;
  from_ = kNone;
}

// Products differ within a sale; the same one again right away is counted up.
void Day::ring_up(int64_t products) {
  std::vector<Good> goods = goods_;
  std::shuffle(goods.begin(), goods.end(), random_);
  std::erase_if(goods, [&](const Good& g) { return is_open(g); });
  for (size_t i = 0; i < goods.size() && i < static_cast<size_t>(products); ++i) {
    scan(goods[i]);
    if (!goods[i].by_weight && one_in(4)) scan_again();
  }
  change_lines();
}

bool Day::is_open(const Good& good) const {
  return std::any_of(open_.begin(), open_.end(),
                     [&](const Entry& e) { return e.good.id == good.id && e.quantity > 0; });
}

void Day::scan(const Good& good) {
  Entry e;
  e.good = good;
  e.id = next_line_++;
  e.price = good.price;
  e.quantity = good.by_weight ? 50 + below(2000) : 1000 * (1 + below(4));
  const json answer = well({{"do", "scan"}, {"code", good.code}, {"quantity", e.quantity}});
  EXPECT_EQ(answer.value("needs", ""), good.age > age_ ? "age" : "") << answer;
  if (good.age > age_) well(R"({"do":"answer","age":"yes"})");
  age_ = std::max(age_, good.age);
  open_.push_back(e);
  if (!good.deposit) return;
  e.good = kBottle;
  e.price = kBottle.price;
  e.deposit_of = e.id;
  e.id = next_line_++;
  open_.push_back(e);
}

void Day::scan_again() {
  const Entry last = open_.back().deposit_of ? open_[open_.size() - 2] : open_.back();
  well({{"do", "scan"}, {"code", last.good.code}});
  set_quantity(last.id, last.quantity + 1000);
}

void Day::set_quantity(int32_t line, int64_t quantity) {
  for (Entry& e : open_) {
    if (e.id == line || e.deposit_of == line) e.quantity = quantity;
  }
}

Entry* Day::any_line() {
  Entry& e = open_[static_cast<size_t>(below(static_cast<int64_t>(open_.size())))];
  const bool changes = !e.deposit_of && !e.fixed && e.quantity > 0 && e.good.id != kGiftId;
  return changes ? &e : nullptr;
}

void Day::change_lines() {
  if (Entry* e = any_line(); e && one_in(8)) discount(*e);
  if (Entry* e = any_line(); e && one_in(20)) override_price(*e);
  if (Entry* e = any_line(); e && one_in(8)) change_quantity(*e);
  if (Entry* e = any_line(); e && one_in(10) && open_.size() > 2) void_line(*e);
}

void Day::change_quantity(Entry& e) {
  if (e.good.by_weight || e.off) return;
  const int64_t pieces = 1 + below(5);
  well({{"do", "quantity"}, {"line", e.id}, {"quantity", pieces * 1000}});
  set_quantity(e.id, pieces * 1000);
}

void Day::void_line(const Entry& e) {
  const int32_t line = e.id;
  well({{"do", "void_line"}, {"line", line}});
  std::erase_if(open_, [&](const Entry& x) { return x.id == line || x.deposit_of == line; });
}

void Day::discount(Entry& e) {
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
  well(command);
}

void Day::override_price(Entry& e) {
  if (e.off) return;
  e.price = e.price * 9 / 10;
  e.priced = true;
  well({{"do", "price"},
        {"line", e.id},
        {"price", e.price},
        {"reason", "shelf"},
        {"approve", "8642"}});
}

// ---- paying ----

void Day::settle() {
  see_due();
  int64_t due = sum_of(open_);
  paid_.clear();
  if (due > 200 && one_in(3)) due -= part("voucher", 1 + below(due - 100));
  if (due > 200 && one_in(4)) due -= part_of_card(1 + below(due - 100));
  if (due > 200 && one_in(5)) due -= part("cash", 1 + below(due - 100));
  finish(due);
}

void Day::see_due() {
  reckon(open_);
  const json shown = well(R"({"do":"sale"})")["sale"];
  EXPECT_EQ(shown["due"], sum_of(open_)) << shown;
}

int64_t Day::part(const char* tender, int64_t amount) {
  const json answer =
      well({{"do", "pay"}, {"tender", tender}, {"amount", amount}, {"reference", "ref"}});
  EXPECT_FALSE(answer.contains("completed"));
  paid_[tender] += amount;
  return amount;
}

// As much of it as some card has.
int64_t Day::part_of_card(int64_t amount) {
  std::erase_if(cards_, [](const auto& card) { return card.second == 0; });
  if (cards_.empty()) return 0;
  const auto card = std::next(cards_.begin(), below(static_cast<int64_t>(cards_.size())));
  amount = std::min(amount, card->second);
  const json answer =
      well({{"do", "pay"}, {"tender", "gift"}, {"amount", amount}, {"reference", card->first}});
  EXPECT_FALSE(answer.contains("completed"));
  paid_["gift"] += amount;
  card->second -= amount;
  EXPECT_EQ(well({{"do", "gift_balance"}, {"code", card->first}})["card"]["known"], true);
  return amount;
}

void Day::finish(int64_t due) {
  if (one_in(3)) {
    paid_["card"] += due;
    return keep(well(R"({"do":"pay","tender":"card","lastFour":"4242"})"), 0, 0);
  }
  const int64_t owed = to_five_cents(due);
  paid_["cash"] += owed;
  json command = {{"do", "pay"}};
  const int64_t over = owed > 0 && one_in(2) ? below(5000) : 0;
  if (over) command["amount"] = owed + over;
  keep(well(command), owed - due, over);
}

void Day::keep(const json& answer, int64_t rounding, int64_t change) {
  if (!answer.contains("completed")) return;  // well() has said so
  const json& completed = answer["completed"];
  const int64_t total = sum_of(open_) + rounding;
  EXPECT_EQ(completed["total"], total) << answer;
  EXPECT_EQ(completed["rounding"], rounding) << answer;
  EXPECT_EQ(completed["change"], change) << answer;
  books.turnover += total;
  books.rounding += rounding;
  books.cashiers[cashier_] += total;
  books.sales += 1;
  books.last = completed["receipt"];
  if (books.first.empty()) books.first = books.last;
  for (const auto& [tender, amount] : paid_) books.tenders[tender] += amount;
  bool back = false;
  for (const Entry& e : open_) back = keep_line(e) || back;
  books.returns += back;
  give_back();
  receipts_.push_back({books.last, completed["transactionId"], total, open_});
}

bool Day::keep_line(const Entry& e) {
  books.gross_and_tax[e.good.rate].first += e.total;
  books.gross_and_tax[e.good.rate].second += e.tax;
  books.categories[e.good.category] += e.total;
  if (e.good.id != kGiftId) books.sold[e.good.id] += e.quantity;
  if (e.quantity < 0) books.returned += e.total;
  return e.quantity < 0;
}

// ---- what comes back ----

void Day::goods_back() {
  begin();
  if (take_back()) settle();
}

void Day::exchange() {
  begin();
  if (!take_back()) return;
  ring_up(1 + below(3));
  settle();
}

bool Day::take_back() {
  if (receipts_.empty()) return false;
  from_ = static_cast<size_t>(below(static_cast<int64_t>(receipts_.size())));
  const Receipt& from = receipts_[from_];
  json command = {{"do", "return"}, {"receipt", from.number}, {"reason", "did not like it"}};
  const bool whole = one_in(3);
  for (const Entry& e : from.entries) {
    const int64_t left = e.quantity - e.back;
    if (e.good.id == kGiftId) continue;
    if (e.quantity < 0 || left == 0 || (!whole && one_in(2))) continue;
    const int64_t unit = e.good.by_weight ? 1 : 1000;
    const int64_t quantity = whole ? left : (1 + below(left / unit)) * unit;
    if (!whole) command["lines"].push_back({{"lineId", e.id}, {"quantity", quantity}});
    open_.push_back(part_of(e, quantity));
    open_.back().id = next_line_++;
  }
  if (open_.empty()) return false;
  well(command);
  return true;
}

// Its share of what was paid, of all that is back then, less what was given before.
Entry Day::part_of(const Entry& sold, int64_t quantity) const {
  Entry e = sold;
  e.original = sold.id;
  e.deposit_of = 0;
  e.fixed = true;
  e.quantity = -quantity;
  const int64_t all = sold.back + quantity;
  const int64_t total = divided(sold.total * all, sold.quantity);
  const int64_t tax = sold.total ? divided(sold.tax * total, sold.total) : 0;
  e.total = sold.back_total - total;
  e.tax = sold.back_tax - tax;
  e.reduced = divided((sold.full() - sold.total) * all, sold.quantity) - sold.back_reduced;
  return e;
}

void Day::give_back() {
  for (const Entry& e : open_) {
    for (size_t i = 0; from_ != kNone && e.fixed && i < receipts_[from_].entries.size(); ++i) {
      Entry& sold = receipts_[from_].entries[i];
      if (sold.id != e.original) continue;
      sold.back -= e.quantity;
      sold.back_total -= e.total;
      sold.back_tax -= e.tax;
      sold.back_reduced += e.reduced;
    }
  }
  from_ = kNone;
}

void Day::back_without() {
  begin();
  Entry e;
  e.good = goods_[static_cast<size_t>(below(kOrdinary))];
  e.id = next_line_++;
  e.quantity = -1000 * (1 + below(2));
  e.price = e.good.price - below(10);
  well({{"do", "return"},
        {"code", e.good.code},
        {"quantity", -e.quantity},
        {"price", e.price},
        {"reason", "no receipt"},
        {"approve", "97531"}});
  open_.push_back(e);
  settle();
}

// ---- the counter ----

void Day::gift_card() {
  begin();
  Entry e;
  e.good = kGift;
  e.id = next_line_++;
  e.quantity = 1000;
  e.price = 1000 * (1 + below(5));
  const std::string card = "G-" + std::to_string(below(10'000));
  well({{"do", "gift"}, {"code", card}, {"amount", e.price}});
  open_.push_back(e);
  if (one_in(2)) ring_up(2);
  settle();
  cards_[card] += e.price;
  const json told = well({{"do", "gift_balance"}, {"code", card}})["card"];
  EXPECT_EQ(told["balance"], cards_[card]) << told;
}

void Day::voided_sale() {
  begin();
  ring_up(2);
  well(R"({"do":"void_sale","reason":"no money"})");
}

void Day::other_cashier() {
  if (one_in(2)) well(R"({"do":"logout"})");
  login(std::to_string(1 + below(3)));
}

// The sale belongs to whoever takes the money.
void Day::handed_over() {
  begin();
  ring_up(3);
  other_cashier();
  settle();
}

void Day::put_aside() {
  if (held_.size() >= 5) return;
  begin();
  if (!one_in(3) || !take_back()) begin();
  if (open_.empty() || one_in(2)) ring_up(1 + below(4));
  see_due();
  const json held = well(R"({"do":"hold","name":"the man with the dog"})")["held"];
  held_.push_back({held["id"], open_, next_line_, age_, from_});
}

void Day::recalled() {
  if (held_.empty()) return;
  const auto at = held_.begin() + below(static_cast<int64_t>(held_.size()));
  open_ = at->open;
  next_line_ = at->next_line;
  age_ = at->age;
  from_ = at->from;
  well({{"do", "recall"}, {"id", at->id}});
  held_.erase(at);
  if (one_in(2)) ring_up(1 + below(2));
  if (!overtaken()) return settle();
  done["overtaken"] += 1;
  see_due();
  EXPECT_EQ(refusal({{"do", "pay"}, {"tender", "card"}, {"reference", "r"}}), "returned_already");
  well(R"({"do":"void_sale","reason":"came back already"})");
}

// Other parts of the same lines came back while it was held, and what it would give is another sum.
bool Day::overtaken() const {
  for (const Entry& e : open_) {
    if (!e.fixed) continue;
    for (const Entry& sold : receipts_[from_].entries) {
      if (sold.id != e.original) continue;
      if (sold.back - e.quantity > sold.quantity) return true;
      const Entry now = part_of(sold, -e.quantity);
      if (now.total != e.total || now.tax != e.tax || now.reduced != e.reduced) return true;
    }
  }
  return false;
}

// It counts nowhere: the books do not hear of it.
void Day::practice() {
  begin();
  well(R"({"do":"training","on":1,"approve":"8642"})");
  ring_up(1 + below(4));
  see_due();
  const json done_so = well(R"({"do":"pay","amount":1000000})")["completed"];
  EXPECT_EQ(done_so["receipt"], "TRAINING");
  EXPECT_EQ(done_so["total"], to_five_cents(sum_of(open_)));
  begin();
  ring_up(1);
  well(R"({"do":"void_sale","reason":"practice"})");
  well(R"({"do":"training","on":0,"approve":"8642"})");
}

void Day::cash_moved() {
  int64_t in = 1 + below(20'000);
  if (one_in(2)) in = -std::min(in, books.expected());
  if (in == 0) return;
  if (in < 0) {
    EXPECT_EQ(refusal({{"do", "cash"},
                       {"in", -books.expected() - 1},
                       {"reason", "all of it"},
                       {"approve", "8642"}}),
              "bad_amount");
  }
  well({{"do", "cash"}, {"in", in}, {"reason", "the bank"}, {"approve", "8642"}});
  books.moved += in;
}

void Day::drawer_opened() { well(R"({"do":"no_sale","reason":"change","approve":"8642"})"); }

void Day::reprinted() {
  if (receipts_.empty()) return;
  const auto& of = receipts_[static_cast<size_t>(below(static_cast<int64_t>(receipts_.size())))];
  EXPECT_EQ(well({{"do", "reprint"}, {"receipt", of.number}})["copy"], ++copies_[of.number]);
}

// ---- the shift's end ----

void Day::close_shift() {
  const int64_t counted = std::max<int64_t>(books.expected(), 0) + below(3) * 7;
  json command = {{"do", "close_shift"}, {"counted", counted}};
  if (const json counts = counts_of(counted); !counts.empty()) command["counts"] = counts;
  const json answer = well(command);
  const json& z = answer["report"];
  EXPECT_EQ(z["counted"], counted);
  EXPECT_EQ(z["variance"], counted - books.expected());
  EXPECT_EQ(z.value("counts", json::object()), counts_of(counted));
  EXPECT_EQ(answer["held"].size(), held_.size());
  std::string words;
  for (const std::string& w : differences(cells_of(books), cells_of(z))) words += w + "\n";
  EXPECT_EQ(words, "");
  EXPECT_EQ(well({{"do", "z_report"}, {"number", books.z_number}, {"approve", "8642"}})["report"],
            z);
}

void Day::next_shift() {
  close_shift();
  books.next_shift(5'000);
  well({{"do", "open_shift"}, {"float", books.opening}});
}

}  // namespace pos::till

// A whole day at a till, by a script with a seed: sales of every kind, returns and exchanges, gift
// cards, sales put aside, practice, money in and out of the drawer, people who come and go, shifts,
// new prices, a program that ends in the middle. The script keeps its own books (day_books.h).
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <random>
#include <string>
#include <vector>

#include "pos/register.h"
#include "sync/wire.h"
#include "tests/till/day_books.h"

namespace pos::till {

using nlohmann::json;

// What the day is done at: a till in this process, or the real program.
class DayTill {
 public:
  virtual ~DayTill() = default;
  virtual json answer(const json& command) = 0;
  virtual void ends() = 0;                                     // in whatever way, and starts again
  virtual void shelve(const std::vector<sync::Product>&) = 0;  // it may end for that, too
};

// The goods of the day, and the shop's rules: cash is rounded to five cents, every third coffee is
// free.
std::vector<sync::Product> day_shelf();
RegisterSettings day_rules();

class Day {
 public:
  // The till has day_shelf() and day_rules(), cashiers 1 (1234), 2 (8642, supervisor) and 3 (97531,
  // manager), and was never sold at. Opens the first shift.
  Day(DayTill&, uint32_t seed);

  void next();  // one of the things that happen at a till
  void sale();
  void new_price_of_milk(int64_t price);
  void the_program_ends();  // in the middle of a sale
  // By notes and coins; what is held stays held. The Z report must be what the books say.
  void next_shift();
  void close_shift();
  std::vector<std::string> differences_now();  // with an X report

  json well(const json& command);
  json well(const char* line);
  std::string refusal(const json& command);

  struct Receipt {
    std::string number, id;
    int64_t total = 0;
    Entries entries;
  };
  const std::vector<Receipt>& receipts() const { return receipts_; }
  // How often what of it was done.
  std::map<std::string, int> done;
  Books books;

 private:
  struct Held {
    std::string id;
    Entries open;
    int32_t next_line;
    int age;
    size_t from;
  };
  static constexpr size_t kNone = ~size_t{0};

  int64_t below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool one_in(int64_t n) { return below(n) == 0; }
  void login(const std::string& cashier);

  void begin();
  void ring_up(int64_t products);
  bool is_open(const Good&) const;
  void scan(const Good&);
  void scan_again();
  void set_quantity(int32_t line, int64_t quantity);
  Entry* any_line();
  void change_lines();
  void change_quantity(Entry&);
  void void_line(const Entry&);
  void discount(Entry&);
  void override_price(Entry&);

  void settle();
  void see_due();
  int64_t part(const char* tender, int64_t amount);
  int64_t part_of_card(int64_t amount);
  void finish(int64_t due);
  void keep(const json& answer, int64_t rounding, int64_t change);
  bool keep_line(const Entry&);

  void goods_back();
  void exchange();
  bool take_back();
  Entry part_of(const Entry& sold, int64_t quantity) const;
  void give_back();
  void back_without();

  void gift_card();
  void voided_sale();
  void other_cashier();
  void handed_over();
  void put_aside();
  void recalled();
  bool overtaken() const;
  void practice();
  void cash_moved();
  void drawer_opened();
  void reprinted();

  DayTill& till_;
  std::mt19937 random_;
  std::vector<Good> goods_;
  std::string cashier_;
  Entries open_;
  int32_t next_line_ = 1;
  int age_ = 0;  // that the customer was seen to have
  std::map<std::string, int64_t> paid_;
  std::map<std::string, int64_t> cards_;  // what is on them
  std::vector<Receipt> receipts_;
  size_t from_ = kNone;  // whose goods are coming back
  std::vector<Held> held_;
  std::map<std::string, int64_t> copies_;  // by receipt
};

}  // namespace pos::till

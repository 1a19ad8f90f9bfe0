// A shop in memory behind the Register's ports, for tests of the window. Nothing here is a model of
// storage: it keeps what it is given and can be told to fail.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "pos/gtin.h"
#include "pos/register.h"

namespace pos::ui::test {

class Shelf : public Catalogue {
 public:
  std::vector<Item> items;
  std::map<std::string, ShownStock> stocks;  // by product id

  std::optional<Item> find(std::string_view code) override;
  std::optional<Item> by_id(const ProductId&) override;
  std::vector<Item> search(std::string_view text, int limit) override;
  std::vector<Item> tiles() override;
  std::optional<ShownStock> stock(const ProductId&) override;
};

class Book : public Ledger {
 public:
  std::vector<CompletedSale> sales;
  std::vector<Fact> facts;
  Draft draft;
  std::vector<HeldSale> put_aside;
  std::map<std::string, GiftCard> cards;
  std::optional<Shift> open;
  bool other_tills = false;  // of the store
  std::string elsewhere;     // the till whose receipts are asked for; empty: this one
  bool fails = false;        // the disk is broken
  bool fails_after = false;  // it is written, but the answer is lost
  int64_t settled_up_to = 0;

  TransactionId new_transaction_id(Instant) override;
  Recorded record(const Fact&) override;
  size_t size_of(const Fact&) override { return 100; }
  void save_draft(const Draft& d) override;
  Draft load_draft() override { return draft; }
  void hold(const TillNoted&, const HeldSale&) override;
  void recall(const TillNoted&, const HeldSale&) override;
  std::vector<HeldSale> held() override { return put_aside; }
  void set_training(const TillNoted&, bool on) override;
  std::optional<Shift> shift() override { return open; }
  ShiftClosed shift_totals() override;
  std::optional<ShiftClosed> z_report(int64_t) override { return {}; }
  Instant last_recorded() override;
  std::optional<CompletedSale> sale(std::string_view) override { return {}; }
  std::optional<Returnable> returnable(std::string_view receipt) override;
  bool has_neighbours() override { return other_tills; }
  GiftCard gift_card(std::string_view card) override { return cards[std::string(card)]; }
  std::optional<CompletedSale> last_sale() override;
  int64_t count_print(std::string_view, Print) override { return 1; }
  std::vector<JournalEntry> journal(int64_t after, int limit) override;

 private:
  int64_t ids_ = 0, z_ = 0;
};

class Badges : public Staff {
 public:
  std::map<std::string, Person> by_pins;
  Answer by_pin(std::string_view pin, Instant) override;
  std::optional<Person> by_id(const PersonId&) override { return {}; }
  std::vector<StaffEntry> list() override { return {}; }
  bool pin_taken(std::string_view, const PersonId&) override { return false; }
  StaffEntry put(const StaffEntry& entry, std::string_view) override { return entry; }
};

class Watch : public Clock {
 public:
  Instant time{1'795'557'720'000};  // 2026-11-24 22:02 UTC
  Instant now() override { return time; }
  int utc_offset_min(Instant) override { return 60; }
};

// Bread, milk and the rest, two people (1234, 8642), nobody logged in, no shift.
struct Shop {
  Shelf shelf;
  Book book;
  Badges badges;
  Watch watch;
  RegisterSettings settings{StoreId{"s1"}, TillId{"till1"}, "EUR"};
  Register reg{shelf, book, badges, watch, settings};
  Shop();
};

inline const char* const kMilk = "4006381333931";

}  // namespace pos::ui::test

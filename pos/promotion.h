// Promotions: three for five, buy two get one, a sandwich and a drink, the second at half price.
// Pure: pieces and rules in, savings out. The same basket always saves the same, in whatever order
// it was scanned, and of all ways to combine the promotions the customer gets the best one.
//
//   Promotion deal = n_for_price("3for5", "3 for 5.00", {{"p1"}, {"p2"}}, 3, {500});
//   auto saved = apply_promotions(pieces, {deal}, moment);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pos/ids.h"
#include "pos/money.h"

namespace pos {

// When a sale began, on the store's wall, and who buys. A promotion that ends meanwhile still
// holds.
struct Moment {
  std::string date;  // "2026-11-22"
  int weekday = 0;   // 0 = Monday
  int minute = 0;    // of the day
  std::vector<std::string> customer_groups;
  bool operator==(const Moment&) const = default;
};

struct Promotion {
  // A bundle takes `count` pieces of each part; the `off_count` cheapest of them lose `off`.
  struct Part {
    std::vector<ProductId> products;      // any of these,
    std::vector<std::string> categories;  // or anything of these
    int count = 1;
    int off_count = 0;
    Rate off;
    bool operator==(const Part&) const = default;
  };
  std::string id;    // on the wire with each line that it touched
  std::string name;  // for people
  std::vector<Part> parts;
  std::optional<Money> price;       // of the whole bundle, instead of what the parts take off
  int at_most = 0;                  // bundles in a sale; 0: any number
  std::string first_day, last_day;  // inclusive; empty: open
  unsigned weekdays = 0x7f;         // bit 0 = Monday
  int from_minute = 0, to_minute = 24 * 60;
  std::string customer_group;  // empty: everybody
  bool operator==(const Promotion&) const = default;
};

Promotion n_for_price(std::string id, std::string name, std::vector<ProductId> products, int n,
                      Money price);
// Of every x + y pieces the y cheapest are free.
Promotion buy_x_get_y(std::string id, std::string name, std::vector<ProductId> products, int x,
                      int y);
Promotion second_half_price(std::string id, std::string name, std::vector<ProductId> products);

bool active(const Promotion&, const Moment&);

// A line that may take part: whole pieces at one price.
struct Pieces {
  ProductId product;
  std::string category;
  Money price;  // of one
  int64_t count = 0;
};
struct Saving {
  std::string id, name;
  int64_t times = 0;  // bundles
  Money amount;
  bool operator==(const Saving&) const = default;
};
struct Saved {
  std::vector<Money> discounts;  // parallel to the lines, never over their price
  std::vector<std::vector<std::string>> promotions;  // ids for each line, ascending
  std::vector<Saving> savings;                       // ascending by id; they sum to the discounts
};
// The best combination is found exactly while a search of a bounded number of steps can; beyond it,
// it is the best of taking the promotions one after the other in every order.
Saved apply_promotions(const std::vector<Pieces>&, const std::vector<Promotion>&, const Moment&);

}  // namespace pos

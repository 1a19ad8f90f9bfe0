// A shop for one test: a lab in a directory of its own, tills that are open for business, and the
// proof at its end. The directory is removed when the test passed and kept when it failed.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "tests/lab/cashier.h"
#include "tests/lab/lab.h"
#include "tests/lab/proof.h"

namespace pos::e2e {

using lab::Millis;
using lab::seconds;

struct ShopPlan {
  int stores = 1, tills = 2;
  bool postgres = false;
};

// Two hellos in a row, 60 s apart at the most, have to show that something is missing.
inline constexpr auto kTwoHellos = seconds(180);

// Starts a server that was killed. A PostgreSQL whose master was refuses until its last backend has
// gone.
void revive(lab::Server&);

class Shop {
 public:
  explicit Shop(ShopPlan plan = {});
  ~Shop();

  lab::Lab& lab() { return *lab_; }
  lab::Till& till(int n = 1) { return lab_->till("s1", "till" + std::to_string(n)); }
  lab::Baskets baskets() { return {lab_->products(), seed_++}; }
  void open_all();  // every till runs, somebody is logged in, a shift is open
  // Sells `sales` baskets on a till, here and now.
  void sell(lab::Till&, int sales);
  // Waits until every till says that everything is confirmed; how long that took.
  testing::AssertionResult settles_within(Millis patience);
  testing::AssertionResult proves();
  // Every till has rows that wait, and a PubAck for each of them.
  bool all_sent();

 private:
  std::filesystem::path directory_;
  std::unique_ptr<lab::Lab> lab_;
  uint64_t seed_;
};

}  // namespace pos::e2e

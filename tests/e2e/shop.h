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

 private:
  std::filesystem::path directory_;
  std::unique_ptr<lab::Lab> lab_;
  uint64_t seed_;
};

}  // namespace pos::e2e

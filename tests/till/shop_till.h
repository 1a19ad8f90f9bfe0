// A headless till in this process over a real database: Ann (cashier, 1234), Sue (supervisor, 8642)
// and Max (manager, 97531), and the products that a test puts on its shelf.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/projections.h"
#include "storage/provision.h"
#include "storage/staff.h"
#include "storage/verify.h"
#include "sync/seal.h"
#include "tests/till/folder.h"
#include "till/headless.h"

namespace pos::till {

using nlohmann::json;

class TickingClock final : public Clock {
 public:
  Instant now() override { return {1'763'806'530'123 + ++ticks_}; }
  int utc_offset_min(Instant) override { return 60; }

 private:
  int64_t ticks_ = 0;
};

class ShopTill {
 public:
  explicit ShopTill(const std::vector<sync::Product>& products,
                    RegisterSettings rules = {{"s1"}, {"till1"}})
      : settings(std::move(rules)) {
    storage::provision(
        folder_ / "till.db",
        {"s1",
         "till1",
         "EUR",
         "UTC",
         {},
         "",
         {{{{"1"}, "Ann", Role::cashier}, sync::pin_hash("1234", pepper_, "s1"), 1},
          {{{"2"}, "Sue", Role::supervisor}, sync::pin_hash("8642", pepper_, "s1"), 1},
          {{{"3"}, "Max", Role::manager}, sync::pin_hash("97531", pepper_, "s1"), 1}}},
        {0});
    start();
    shelve(products);
  }
  // Also after the program ended in whatever way.
  void start() {
    headless_.reset(), register_.reset(), staff_.reset(), ledger_.reset(), catalogue_.reset(),
        pending_.reset();
    database.reset();
    database = std::make_unique<storage::Database>(folder_ / "till.db");
    pending_ = std::make_unique<storage::PendingStock>(*database);
    catalogue_ = std::make_unique<storage::Catalogue>(*database, *pending_);
    ledger_ = std::make_unique<storage::Ledger>(*database, *pending_, key_);
    staff_ = std::make_unique<storage::Staff>(*database, pepper_, "s1");
    register_ = std::make_unique<Register>(*catalogue_, *ledger_, *staff_, clock_, settings);
    Headless::Hooks hooks;
    hooks.status = [] { return sync::Status{}; };
    hooks.nudge = hooks.recover = [] {};
    hooks.receipt = [](const CompletedSale&) { return "paper"; };
    headless_ = std::make_unique<Headless>(*register_, hooks);
  }
  void shelve(const std::vector<sync::Product>& products) {
    storage::Projections(*database).apply(products);
  }

  void count(const char* product, int64_t on_hand) {
    storage::Projections(*database).apply(std::vector<sync::Stock>{{product, on_hand, 7, {}}});
  }

  json ask(const json& command) { return json::parse(headless_->answer(command.dump())); }
  json well(const json& command) {
    json answer = ask(command);
    EXPECT_EQ(answer["ok"], true) << command << " -> " << answer;
    return answer;
  }
  // From text, which reads better than braces in C++.
  json well(const char* line) { return well(json::parse(line)); }
  std::string refusal(const char* line) {
    const json answer = ask(json::parse(line));
    EXPECT_EQ(answer["ok"], false) << line;
    return answer.value("refused", "");
  }
  void open_shop(int64_t float_amount = 10'000) {
    well(R"({"do":"login","pin":"1234"})");
    well({{"do", "open_shift"}, {"float", float_amount}});
  }
  // The body of the last row of the journal.
  json last_row() {
    json last;
    for (int64_t seen = 0;;) {
      const json rows = well({{"do", "journal"}, {"after", seen}})["rows"];
      if (rows.empty()) return last;
      last = rows.back()["body"];
      seen = rows.back()["seq"];
    }
  }
  int64_t shown(const char* product) {
    return well({{"do", "stock"}, {"productId", product}})["stock"]["shown"];
  }
  std::vector<std::string> faults() { return storage::verify_journal(*database).faults; }
  // Any statement, as a tampering hand would.
  void tamper(const char* statement) {
    const storage::Database::Turn turn(*database, storage::Database::Who::cashier);
    storage::Query(*database, statement).run();
  }

  RegisterSettings settings;  // read by start()
  std::unique_ptr<storage::Database> database;

 private:
  Folder folder_;
  std::string pepper_ = std::string(32, 'p');
  sync::SigningKey key_ = sync::make_signing_key();
  TickingClock clock_;
  std::unique_ptr<storage::PendingStock> pending_;
  std::unique_ptr<storage::Catalogue> catalogue_;
  std::unique_ptr<storage::Ledger> ledger_;
  std::unique_ptr<storage::Staff> staff_;
  std::unique_ptr<Register> register_;
  std::unique_ptr<Headless> headless_;
};

inline sync::Product product(const char* id, const char* code, int64_t price, int64_t tax_rate,
                             const char* category) {
  sync::Product p;
  p.productId = p.name = id;
  if (*code) p.codes = {code};
  p.price = price;
  p.taxRate = tax_rate;
  p.category = category;
  p.version = 118;
  return p;
}

}  // namespace pos::till

// A headless till in this process over a real database: Ann (cashier, 1234), Sue (supervisor, 8642)
// and Max (manager, 97531), and the products that a test puts on its shelf.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/staff.h"
#include "sync/seal.h"
#include "sync/wire.h"
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
                    RegisterSettings rules = {{"s1"}, {"till1"}});
  void start();  // again, after the program ended in whatever way
  void shelve(const std::vector<sync::Product>& products);
  void count(const char* product, int64_t on_hand);

  // A command must do well; a text is one too, which reads better than braces in C++.
  json well(const json& command);
  json well(const char* line);
  std::string refusal(const char* line);
  json answer_to(const std::string& line);  // whatever it is
  void open_shop(int64_t float_amount = 10'000);
  json last_row();  // the body of the last row of the journal
  int64_t shown(const char* product);
  std::vector<std::string> faults();
  void tamper(const char* statement);  // any statement, as a tampering hand would

  RegisterSettings settings;  // read by start()
  bool hears = true;          // false: a sale's answer is lost

 private:
  json ask(const json& command);

  Folder folder_{Folder::memory()};
  std::string pepper_ = std::string(32, 'p');
  sync::SigningKey key_ = sync::make_signing_key();
  TickingClock clock_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::PendingStock> pending_;
  std::unique_ptr<storage::Catalogue> catalogue_;
  std::unique_ptr<storage::Ledger> ledger_;
  std::unique_ptr<storage::Staff> staff_;
  std::unique_ptr<Register> register_;
  std::unique_ptr<Headless> headless_;
};

sync::Product product(const char* id, const char* code, int64_t price, int64_t tax_rate,
                      const char* category);

}  // namespace pos::till

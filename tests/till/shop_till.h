// A headless till in this process over a real database: Ann (cashier, 1234), Sue (supervisor, 8642)
// and Max (manager, 97531), and the products that a test puts on its shelf.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sync/wire.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/headless.h"

namespace pos::till {

using nlohmann::json;

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
  Register& reg() { return parts_->reg; }
  void tamper(const char* statement);  // any statement, as a tampering hand would

  RegisterSettings settings;  // read by start()
  bool hears = true;          // false: a sale's answer is lost

 private:
  json ask(const json& command);

  Folder folder_{Folder::memory()};
  std::string pepper_ = std::string(32, 'p');
  sync::SigningKey key_ = sync::make_signing_key();
  TickingClock clock_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Headless> headless_;
};

sync::Product product(const char* id, const char* code, int64_t price, int64_t tax_rate,
                      const char* category);

}  // namespace pos::till

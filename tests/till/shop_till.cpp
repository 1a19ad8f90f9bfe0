#include "tests/till/shop_till.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "pos/report.h"
#include "storage/projections.h"
#include "storage/verify.h"

namespace pos::till {

static const ReceiptHead kHead{{"Corner Shop"}};

ShopTill::ShopTill(const std::vector<sync::Product>& products, RegisterSettings rules)
    : settings(std::move(rules)) {
  storage::provision(folder_ / "till.db",
                     {"s1", "till1", "EUR", "UTC", {}, "", three_people(pepper_)}, {0});
  start();
  shelve(products);
}

void ShopTill::start() {
  headless_.reset(), parts_.reset();
  parts_ = std::make_unique<Parts>(folder_ / "till.db", pepper_, key_, clock_, settings);
  Headless::Hooks hooks;
  hooks.status = [] { return sync::Status{}; };
  hooks.nudge = hooks.recover = [] {};
  hooks.receipt = [](const CompletedSale& s) { return receipt_text(s, kHead); };
  hooks.copy = [](const Reprint& r) { return receipt_text(r.sale, kHead, {.copy = r.copy}); };
  hooks.invoice = [](const Reprint& r, const Buyer& buyer) {
    return receipt_text(r.sale, kHead, {.copy = r.copy, .buyer = buyer});
  };
  hooks.report = [](const ShiftClosed& s, bool z) {
    return text_of(report_document(s, "EUR", kHead, {.z = z}));
  };
  headless_ = std::make_unique<Headless>(parts_->reg, hooks);
}

void ShopTill::shelve(const std::vector<sync::Product>& products) {
  storage::Projections(parts_->database).apply(products);
}

void ShopTill::count(const char* product, int64_t on_hand) {
  storage::Projections(parts_->database).apply(std::vector<sync::Stock>{{product, on_hand, 7, {}}});
}

json ShopTill::ask(const json& command) { return answer_to(command.dump()); }

json ShopTill::answer_to(const std::string& line) {
  json answer = json::parse(headless_->answer(line));
  if (hears && parts_->reg.unheard()) parts_->reg.handed_out();  // as the program does
  return answer;
}

json ShopTill::well(const json& command) {
  json answer = ask(command);
  EXPECT_EQ(answer["ok"], true) << command << " -> " << answer;
  return answer;
}

json ShopTill::well(const char* line) { return well(json::parse(line)); }

std::string ShopTill::refusal(const char* line) {
  const json answer = ask(json::parse(line));
  EXPECT_EQ(answer["ok"], false) << line;
  return answer.value("refused", "");
}

void ShopTill::open_shop(int64_t float_amount) {
  well(R"({"do":"login","pin":"1234"})");
  well({{"do", "open_shift"}, {"float", float_amount}});
}

json ShopTill::last_row() {
  json last;
  for (int64_t seen = 0;;) {
    const json rows = well({{"do", "journal"}, {"after", seen}})["rows"];
    if (rows.empty()) return last;
    last = rows.back()["body"];
    seen = rows.back()["seq"];
  }
}

int64_t ShopTill::shown(const char* product) {
  return well({{"do", "stock"}, {"productId", product}})["stock"]["shown"];
}

std::vector<std::string> ShopTill::faults() {
  return storage::verify_journal(parts_->database).faults;
}

void ShopTill::tamper(const char* statement) {
  const storage::Database::Turn turn(parts_->database, storage::Database::Who::cashier);
  storage::Query(parts_->database, statement).run();
}

sync::Product product(const char* id, const char* code, int64_t price, int64_t tax_rate,
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

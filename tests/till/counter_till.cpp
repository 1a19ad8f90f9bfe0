#include "tests/till/counter_till.h"

#include <nlohmann/json.hpp>

#include "pos/receipt.h"
#include "storage/projections.h"
#include "storage/provision.h"
#include "storage/verify.h"

namespace pos::till {

using nlohmann::json;

CounterTill::CounterTill() {
  storage::NewTill till{"s1", "till1", "EUR", "UTC", {"Corner Shop"}, "", {}};
  till.staff = three_people(pepper_);
  till.staff.push_back(person("4", "Bob", Role::cashier, "2468", pepper_));
  storage::provision(folder_ / "till.db", till, {0});
  start();
  std::vector<sync::Product> products(2);
  products[0].productId = "p1001", products[0].name = "Coffee";
  products[0].codes = {"4006381333931"}, products[0].category = "drinks";
  products[0].price = 199, products[0].taxRate = 200'000, products[0].version = 118;
  products[1] = products[0];
  products[1].productId = "p1002", products[1].name = "Ham", products[1].codes = {"96385074"};
  products[1].unit = "kg", products[1].price = 1990, products[1].taxRate = 100'000;
  products[1].category = "meat", products[1].version = 119;
  storage::Projections projections(parts_->database);
  projections.apply(products);
  projections.apply(std::vector<sync::Stock>{{"p1001", 10'000, 7, {}}});
}

void CounterTill::start() {
  stop();
  parts_ = std::make_unique<Parts>(folder_ / "till.db", pepper_, key_, clock_, settings_);
  Headless::Hooks hooks{[this] {
                          sync::Status status;
                          status.waiting =
                              storage::Outbox(parts_->database, parts_->pending).counts().waiting;
                          return status;
                        },
                        [] {},
                        [] {},
                        [](const CompletedSale& sale) {
                          return receipt_text(sale, {{"Shop"}, "", 42});
                        },
                        [](const Reprint& r) { return "COPY " + std::to_string(r.copy); },
                        [](const Reprint&, const Buyer& b) { return b.lines.at(0); },
                        [](const ShiftClosed&, bool z) { return z ? "Z" : "X"; },
                        [] { return std::vector<PrintJob>{}; }};
  hooks.open_drawer = [this] { ++drawer_kicks_; };
  headless_ = std::make_unique<Headless>(parts_->reg, std::move(hooks));
}

void CounterTill::stop() { headless_.reset(), parts_.reset(); }

void CounterTill::killed_after(const std::vector<std::string>& commands) {
  stop();
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    start();
    for (const std::string& line : commands) headless_->answer(line);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  clock_.ms += 1000;  // the other process had the time of its own
  start();
}

json CounterTill::ask(const std::string& line) { return json::parse(headless_->answer(line)); }

json CounterTill::well(const std::string& line) {
  json answer = ask(line);
  EXPECT_EQ(answer["ok"], true) << line << " -> " << answer;
  return answer;
}

std::string CounterTill::refusal(const std::string& line) {
  const json answer = ask(line);
  if (answer["ok"] == true) return "";
  EXPECT_GT(answer["message"].get<std::string>().size(), 10u) << answer;
  return answer["refused"];
}

void CounterTill::log_in(const std::string& pin) {
  well(R"({"do":"login","pin":")" + pin + R"("})");
}

void CounterTill::open_shop() {
  log_in(kCashierPin);
  well(R"({"do":"open_shift","float":10000})");
}

void CounterTill::sell() {
  well(kScanCoffee);
  well(R"({"do":"pay"})");
}

json CounterTill::rows() { return well(R"({"do":"journal"})")["rows"]; }

std::vector<std::string> CounterTill::codes() {
  std::vector<std::string> all;
  for (const JournalEntry& row : parts_->ledger.journal(0, 1000)) {
    const json body = json::parse(row.body);
    all.push_back(row.type == "till.noted" ? body["code"].get<std::string>() : row.type);
  }
  return all;
}

std::string CounterTill::faults() {
  std::string all;
  for (const std::string& fault : storage::verify_journal(parts_->database).faults)
    all += fault + "\n";
  return all;
}

}  // namespace pos::till

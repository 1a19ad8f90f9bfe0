// The scripted day at the real program: provisioned by `leaftillctl provision`, driven through its
// standard input, killed in the middle of a sale, and read by `leaftillctl verify` and `export` at
// the end. There is no network at all.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "storage/projections.h"
#include "sync/wire_office.h"
#include "tests/lab/process.h"
#include "tests/till/day.h"
#include "tests/till/folder.h"
#include "till/bundle.h"

namespace pos::till {
namespace {

const std::string kPrograms = std::string(LEAFTILL_BINARY_DIR) + "/till/";

json bundle() {
  const std::string pepper(32, 'p');
  json promotions = json::array();
  int64_t version = 200;
  for (const Promotion& p : day_rules().terms.promotions) {
    promotions.push_back(json::parse(sync::encode(sync::OfferedPromotion{p, ++version, false})));
  }
  const auto person = [&](const char* id, const char* name, const char* role, const char* pin) {
    return json{{"staffId", id},
                {"name", name},
                {"role", role},
                {"pinHash", sync::pin_hash(pin, pepper, "s1")},
                {"version", 1}};
  };
  return {{"version", 1},
          {"store", "s1"},
          {"till", "till1"},
          {"currency", "EUR"},
          {"timeZone", "Europe/Vienna"},
          {"cashRounding", {{"step", day_rules().terms.rounding.step}}},
          {"promotions", promotions},
          {"receiptHead", {"Corner Shop"}},
          {"leafUrl", "nats://127.0.0.1:9"},  // nobody listens there
          {"nkeySeed", sync::make_user_nkey().seed},
          {"enrolCode", "0123456789abcdef"},
          {"centralKeys", {sync::base64(sync::make_signing_key().public_key)}},
          {"pepper", sync::base64(pepper)},
          {"staff",
           {person("1", "Ann", "cashier", "1234"), person("2", "Sue", "supervisor", "8642"),
            person("3", "Max", "manager", "97531")}}};
}

// `leaftill --headless`, which ends by kill -9.
class RealTill final : public DayTill {
 public:
  RealTill() {
    const std::string file = folder_.write("bundle.json", bundle().dump());
    operate({"provision", "--bundle", file, "--dir", folder_ / "till"});
    put_on_shelf(day_shelf());
    start();
  }
  json answer(const json& command) override {
    const auto line =
        program_.write_line(command.dump()) ? program_.read_line(lab::seconds(20)) : std::nullopt;
    if (!line) throw std::runtime_error("no answer to " + command.dump() + "\n" + log());
    return json::parse(*line);
  }
  void ends() override {
    kill();
    start();
  }
  void shelve(const std::vector<sync::Product>& products) override {
    kill();
    put_on_shelf(products);
    start();
  }
  // What `leaftillctl` prints. It must do well.
  std::string operate(std::vector<std::string> words) {
    words.insert(words.begin(), kPrograms + "leaftillctl");
    if (words[1] != "provision") {
      words.insert(words.end(), {"--config", folder_ / "till/till.toml"});
    }
    return lab::run_well({.argv = words});
  }
  std::string log() const { return lab::tail(folder_ / "log"); }
  lab::Process& program() { return program_; }

 private:
  // That a sale's answer was heard is noted after the answer, so before the next one: without
  // this question a kill may leave the sale in doubt, as it should.
  void kill() {
    answer({{"do", "status"}});
    program_.kill();
  }
  void start() {
    program_ = lab::Process(
        {.argv = {kPrograms + "leaftill", "--headless", "--config", folder_ / "till/till.toml"},
         .log = folder_ / "log",
         .pipes = true});
  }
  // As it would have come down before the network went away.
  void put_on_shelf(const std::vector<sync::Product>& products) {
    storage::Database database(folder_ / "till/till.db");
    storage::Projections(database).apply(products);
  }
  Folder folder_;
  lab::Process program_;
};

// As central and any auditor reckon: for each rate and for the whole, lines, tenders and sums.
void expect_to_add_up(const json& sale) {
  std::map<int64_t, std::pair<int64_t, int64_t>> by_rate, said;  // gross and tax
  int64_t lines = 0, tendered = 0, tax = 0;
  for (const json& l : sale["lines"]) {
    auto& [gross, of_it] = by_rate[l["taxRate"]];
    gross += l["totalAmount"].get<int64_t>();
    of_it += l["taxAmount"].get<int64_t>();
    lines += l["totalAmount"].get<int64_t>();
  }
  for (const json& t : sale["taxes"]) {
    said[t["rate"]] = {t["gross"], t["tax"]};
    tax += t["tax"].get<int64_t>();
    EXPECT_EQ(t["net"].get<int64_t>() + t["tax"].get<int64_t>(), t["gross"]) << sale;
  }
  for (const json& t : sale["tenders"])
    tendered += t["amount"].get<int64_t>() - t["change"].get<int64_t>();
  EXPECT_EQ(by_rate, said) << sale;
  EXPECT_EQ(lines + sale["rounding"].get<int64_t>(), sale["totalAmount"]) << sale;
  EXPECT_EQ(tendered, sale["totalAmount"]) << sale;
  EXPECT_EQ(tax, sale["taxAmount"]) << sale;
}

// Receipt -> (transaction id, total), of the sales in an export.
std::map<std::string, std::pair<std::string, int64_t>> sales_in(const std::string& exported) {
  std::map<std::string, std::pair<std::string, int64_t>> sales;
  std::istringstream lines(exported);
  for (std::string line; std::getline(lines, line);) {
    const json row = json::parse(line);
    if (row["type"] != "product.sold") continue;
    sales[row["receipt"]] = {row["transactionId"], row["total"]};
    expect_to_add_up(json::parse(row["body"].get<std::string>()));
  }
  return sales;
}

void expect_all_of(const std::string& exported, const Day& day) {
  const auto sales = sales_in(exported);
  EXPECT_EQ(sales.size(), day.receipts().size());
  for (const Day::Receipt& r : day.receipts()) {
    const auto kept = sales.find(r.number);
    ASSERT_NE(kept, sales.end()) << r.number << " is not in the export";
    EXPECT_EQ(kept->second, std::pair(r.id, r.total)) << r.number;
  }
}

TEST(RealDay, FiveHundredSalesWithoutANetworkAndKilledInTheMiddleAreAllThere) {
  RealTill till;
  Day day(till, 11);
  for (int i = 0; day.receipts().size() < 500 && !HasFailure(); ++i) {
    day.next();
    if (i == 120) day.new_price_of_milk(139);
    if (i == 250) day.the_program_ends();
    if (i == 400) day.next_shift();
  }
  const json status = day.well(R"({"do":"status"})")["status"];
  EXPECT_EQ(status["link"], "offline");
  EXPECT_EQ(status["settled"], 0);
  EXPECT_GT(status["waiting"], 500);
  day.close_shift();
  expect_all_of(till.operate({"export"}), day);  // of the running till, over its socket
  till.answer({{"do", "quit"}});
  const auto ended = till.program().wait(lab::seconds(10));
  EXPECT_TRUE(ended && ended->well()) << till.log();
  EXPECT_THAT(till.operate({"verify"}), testing::HasSubstr("500 sales")) << till.log();
  expect_all_of(till.operate({"export"}), day);
}

}  // namespace
}  // namespace pos::till

// The plain events (contract section 6), read by a client that has never heard of Leaftill.
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/e2e/shop.h"
#include "tests/lab/npm.h"

namespace pos::e2e {
namespace {

using nlohmann::json;

// "3.98" from 398, as a number of the plain events is written.
double major(int64_t minor) { return static_cast<double>(minor) / 100.0; }

TEST(PlainClient, ReadsEachSoldLineOnceInMajorUnits) {
  const auto client = lab::npm_folder("tests/e2e/plain-client");
  if (!client) GTEST_SKIP() << "node, npm or npm's `nats` is not to be had here";
  Shop shop({.tills = 1});
  shop.open_all();
  shop.sell(shop.till(), 8);
  ASSERT_TRUE(shop.settles_within(seconds(30)));

  std::multiset<std::string> expected, found;
  auto word = [](const std::string& sale, const std::string& product, int64_t thousandths,
                 double price) {
    return sale + " " + product + " " + std::to_string(thousandths) + " " + std::to_string(price);
  };
  size_t events_to_come = 0;
  for (const auto& sold : shop.till().record()) {
    std::map<std::string, std::pair<int64_t, int64_t>> merged;
    std::string last;
    for (const auto& line : sold.lines) {
      // Scanned again at once it counts its line up, scanned again later it is another line.
      events_to_come += line.product != last;
      last = line.product;
      merged[line.product].first += line.quantity;
      merged[line.product].second = line.price;
    }
    for (const auto& [product, figures] : merged) {
      expected.insert(word(sold.transaction_id, product, figures.first, major(figures.second)));
    }
  }
  const auto said = lab::run({.argv = {"node", "client.mjs", std::to_string(events_to_come)},
                              .env = {{"NATS_URL", shop.lab().hub_url()},
                                      {"NATS_USER", shop.lab().hub_user()},
                                      {"NATS_PASSWORD", shop.lab().hub_password()}},
                              .directory = *client},
                             {}, seconds(40));
  ASSERT_EQ(said.code, 0) << said.err;
  std::map<std::string, std::pair<int64_t, double>> events;
  std::istringstream lines(said.out);
  for (std::string line; std::getline(lines, line);) {
    const auto event = json::parse(line);
    EXPECT_EQ(event.at("storeId"), "s1");
    EXPECT_EQ(event.at("tillId"), "till1");
    auto& sum = events[event.at("transactionId").get<std::string>() + " " +
                       event.at("productId").get<std::string>()];
    sum.first += std::lround(event.at("quantity").get<double>() * 1000);
    sum.second = event.at("price");
  }
  for (const auto& [key, figures] : events) {
    const auto space = key.find(' ');
    found.insert(word(key.substr(0, space), key.substr(space + 1), figures.first, figures.second));
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace pos::e2e

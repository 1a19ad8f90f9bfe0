// The plain events (contract section 6), read by a client that has never heard of Leaftill.
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The client with its one dependency, below the build tree; empty if node, npm or the package is
// not to be had.
fs::path installed_client() {
  const fs::path from = fs::path(LEAFTILL_SOURCE_DIR) / "tests/e2e/plain-client";
  const fs::path to = fs::path(LEAFTILL_BINARY_DIR) / "tests/e2e/plain-client";
  fs::create_directories(to);
  for (const char* file : {"client.mjs", "package.json", "package-lock.json"}) {
    fs::copy_file(from / file, to / file, fs::copy_options::overwrite_existing);
  }
  const lab::Command node{.argv = {"node", "--version"}};
  if (lab::run(node).code != 0) return {};
  if (fs::exists(to / "node_modules/nats/package.json")) return to;
  const auto npm = lab::run({.argv = {"npm", "ci", "--no-audit", "--no-fund", "--prefer-offline",
                                      "--cache", (to / "cache").string()},
                             .directory = to.string()},
                            {}, seconds(60));
  return npm.code == 0 ? to : fs::path();
}

// "3.98" from 398, as a number of the plain events is written.
double major(int64_t minor) { return static_cast<double>(minor) / 100.0; }

TEST(PlainClient, ReadsEachSoldLineOnceInMajorUnits) {
  const auto client = installed_client();
  if (client.empty()) GTEST_SKIP() << "node, npm or npm's `nats` is not to be had here";
  Shop shop({.tills = 1});
  shop.open_all();
  shop.sell(shop.till(), 8);
  ASSERT_TRUE(shop.settles_within(seconds(30)));

  std::multiset<std::string> expected, found;
  auto word = [](const std::string& sale, const std::string& product, int64_t thousandths,
                 double price) {
    return sale + " " + product + " " + std::to_string(thousandths) + " " + std::to_string(price);
  };
  for (const auto& sold : shop.till().record()) {
    std::map<std::string, std::pair<int64_t, int64_t>> merged;  // a second scan adds to its line
    for (const auto& line : sold.lines) {
      merged[line.product].first += line.quantity;
      merged[line.product].second = line.price;
    }
    for (const auto& [product, figures] : merged) {
      expected.insert(word(sold.transaction_id, product, figures.first, major(figures.second)));
    }
  }
  const auto said = lab::run({.argv = {"node", "client.mjs", std::to_string(expected.size())},
                              .env = {{"NATS_URL", shop.lab().hub_url()},
                                      {"NATS_USER", shop.lab().hub_user()},
                                      {"NATS_PASSWORD", shop.lab().hub_password()}},
                              .directory = client.string()},
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

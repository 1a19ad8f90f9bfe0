// A till's directory is copied and both go on; an old image of its disk is put back; nothing that
// was sold on either is lost or counted twice, and nobody has to do anything about it.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;

class CopiedTill : public testing::Test {
 protected:
  CopiedTill() : shop({.tills = 2}) {}

  // Stands still meanwhile: a copy of files in use would be no copy.
  lab::Till copy_of(lab::Till& till) {
    till.quit();
    const fs::path from = till.place().directory, to = from.string() + "-copy";
    fs::copy(from, to, fs::copy_options::recursive);
    lab::TillPlace place = till.place();
    place.directory = to;
    place.config = to / fs::path(place.config).filename();
    place.database = to / fs::path(place.database).filename();
    std::ifstream in(place.config);
    std::stringstream text;
    text << in.rdbuf();
    std::string config = text.str();
    for (size_t at; (at = config.find(from.string() + "/")) != std::string::npos;)
      config.replace(at, from.string().size() + 1, to.string() + "/");
    std::ofstream(place.config) << config;
    till.start();
    till.open_for_business("1234");
    return {place, shop.lab().program("leaftill").string()};
  }

  // Every answered sale of these tills is at central once, and nothing else of theirs is.
  std::string fault(const std::vector<lab::Till*>& tills) {
    std::map<std::string, lab::Sold> expected;
    std::map<std::string, int64_t> sold;
    for (auto* till : tills) {
      for (const auto& s : till->record()) {
        if (!expected.emplace(s.transaction_id, s).second) return "one id was given to two sales";
        for (const auto& line : s.lines) sold[line.product] += line.quantity;
      }
    }
    size_t found = 0;
    for (const auto& held : shop.lab().api().sales("s1")) {
      const auto at = expected.find(held.transaction_id);
      if (at == expected.end()) return held.receipt + " was sold by nobody";
      if (at->second.total != held.total) return held.receipt + " has another total";
      ++found;
    }
    if (found != expected.size())
      return std::to_string(expected.size()) + " sold, " + std::to_string(found) + " at central";
    const auto stock = shop.lab().api().stock("s1");
    for (const auto& p : shop.lab().all_products()) {
      if (stock.at(p.id) != p.on_hand - sold[p.id]) return "stock of " + p.id;
    }
    return {};
  }
  bool settled(lab::Till& till) { return till.status().waiting == 0; }

  Shop shop;
};

TEST_F(CopiedTill, AndItsOriginalGoOnAndNeitherLosesASale) {
  shop.open_all();
  shop.sell(shop.till(1), 5);
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  lab::Till copy = copy_of(shop.till(1));
  copy.start();
  copy.open_for_business("1234");
  for (int round = 0; round < 3; ++round) {
    shop.sell(shop.till(1), 4);
    shop.sell(copy, 3);
  }
  shop.sell(shop.till(2), 2);
  const std::vector<lab::Till*> all{&shop.till(1), &shop.till(2), &copy};
  EXPECT_TRUE(lab::until(
      seconds(180), [&] { return settled(shop.till(1)) && settled(copy) && fault(all).empty(); },
      Millis(500)))
      << fault(all) << "\n"
      << shop.till(1).ask(R"({"do":"status"})") << "\n"
      << copy.ask(R"({"do":"status"})");
  // From here on each has numbers of its own.
  std::set<std::string> receipts;
  for (int i = 0; i < 3; ++i) {
    shop.sell(shop.till(1), 1);
    shop.sell(copy, 1);
    EXPECT_TRUE(receipts.insert(shop.till(1).record().back().receipt).second);
    EXPECT_TRUE(receipts.insert(copy.record().back().receipt).second);
  }
  EXPECT_TRUE(lab::until(
      seconds(180), [&] { return fault(all).empty(); }, Millis(500)))
      << fault(all);
  copy.quit();
}

TEST_F(CopiedTill, ThatIsPutBackInPlaceOfTheLaterOneFindsOutByItself) {
  shop.open_all();
  lab::Till& till = shop.till(1);
  shop.sell(till, 5);
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  till.quit();
  const fs::path folder = till.place().directory, image = folder.string() + "-image";
  fs::copy(folder, image, fs::copy_options::recursive);
  till.start();
  till.open_for_business("1234");
  shop.sell(till, 7);
  ASSERT_TRUE(shop.settles_within(seconds(30)));
  till.quit();
  fs::remove_all(folder);
  fs::copy(image, folder, fs::copy_options::recursive);
  till.start();
  till.open_for_business("1234");
  EXPECT_TRUE(lab::until(seconds(30), [&] { return settled(till); }));
  shop.sell(till, 4);
  EXPECT_NE(till.record().back().receipt.find("-B000004"), std::string::npos)
      << till.record().back().receipt;
  EXPECT_TRUE(shop.settles_within(seconds(60)));
  EXPECT_TRUE(shop.proves());
}

}  // namespace
}  // namespace pos::e2e

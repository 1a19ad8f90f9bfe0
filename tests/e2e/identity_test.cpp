// Who a till is, at real servers: it loses its rights and gets them back, it changes its key, and
// whatever happens to it, what it sells is at central once.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/shop.h"
#include "tests/e2e/till_secrets.h"

namespace pos::e2e {
namespace {

using nlohmann::json;

class Identity : public testing::Test {
 protected:
  lab::Finished ctl(const lab::Till& till, std::vector<std::string> words) {
    words.insert(words.begin(), {"--config", till.place().config});
    return shop.lab().control(std::move(words));
  }
  // What the cashier is told.
  std::string words_to(lab::Till& till) {
    return json::parse(till.must(R"({"do":"status"})"))["status"].value("attention", "");
  }
  testing::AssertionResult says(lab::Till& till, const std::string& words) {
    if (lab::until(seconds(60), [&] { return words_to(till).find(words) != std::string::npos; }))
      return testing::AssertionSuccess();
    return testing::AssertionFailure() << "it says: " << words_to(till) << "\n" << till.last_log();
  }
  // With SQLite the operator's commands want central to rest.
  template <class Work>
  void while_central_rests(Work work) {
    if (!shop.lab().postgres()) shop.lab().central().stop();
    work();
    if (!shop.lab().postgres()) shop.lab().central().start();
  }
  std::string key_at_central(const std::string& till) {
    const json tills = json::parse(shop.lab().api().get("/api/v1/tills?store=s1"));
    for (const auto& one : tills.at("items")) {
      if (one.value("tillId", "") == till) return one.value("publicKey", "");
    }
    return {};
  }
  size_t sales_of(const std::string& till) { return shop.lab().api().sales("s1", till).size(); }

  Shop shop;
};

TEST_F(Identity, ARevokedTillSaysSoSellsOnAndLosesNothingWhenItComesBack) {
  shop.open_all();
  lab::Till& till = shop.till();
  shop.sell(till, 5);
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  ASSERT_EQ(shop.lab().api().call("POST", "/api/v1/tills/s1/till1/revoke").status, 200);
  shop.sell(till, 3);
  EXPECT_TRUE(says(till, "this till was revoked"));
  EXPECT_EQ(sales_of("till1"), 5u) << "what it sent afterwards waits";

  while_central_rests([&] { shop.lab().reload_leaf("s1"); });
  EXPECT_TRUE(says(till, "does not let this till in"));
  shop.sell(till, 4);
  shop.sell(shop.till(2), 4);  // its neighbour hears nothing of all that
  EXPECT_TRUE(lab::until(seconds(60), [&] { return shop.till(2).all_settled(); }))
      << shop.till(2).last_log();
  till.kill9();
  till.start();
  till.open_for_business("1234");
  EXPECT_TRUE(says(till, "this till was revoked")) << "also to who starts it tomorrow";
  shop.sell(till, 2);
  EXPECT_NE(ctl(till, {"rotate-key"}).code, 0) << "its key vouches for nothing";
  EXPECT_EQ(sales_of("till1"), 5u);

  const std::string bundle = till.place().directory + "/again.json";
  while_central_rests([&] {
    shop.lab().operate({"till", "add", "s1", "till1", "--leaf-url",
                        "nats://127.0.0.1:" + std::to_string(shop.lab().stores()[0].leaf_port),
                        "--out", bundle});
    shop.lab().reload_leaf("s1");
  });
  ASSERT_TRUE(till.quit());
  const auto refused =
      shop.lab().control({"provision", "--bundle", bundle, "--dir", till.place().directory});
  EXPECT_NE(refused.err.find("restore"), std::string::npos) << refused.err;
  const auto restored =
      ctl(till, {"restore", till.place().database, "--bundle", bundle, "--replace"});
  ASSERT_EQ(restored.code, 0) << restored.err;
  till.start();
  till.open_for_business("1234");
  shop.sell(till, 3);
  EXPECT_TRUE(shop.settles_within(seconds(120)));
  EXPECT_EQ(sales_of("till1"), 17u);
  EXPECT_TRUE(shop.proves());
  EXPECT_EQ(words_to(till), "");
}

TEST_F(Identity, AKeyChangesWhileTheTillSellsRestsOrIsOffline) {
  shop.open_all();
  lab::Till& till = shop.till();
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  const std::string first = secrets_of(till).signing.id;
  shop.sell(till, 3);
  const auto running = ctl(till, {"rotate-key"});
  ASSERT_EQ(running.code, 0) << running.err;
  EXPECT_NE(running.out.find(first), std::string::npos);
  EXPECT_NE(secrets_of(till).signing.id, first);
  shop.sell(till, 3);
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  EXPECT_EQ(key_at_central("till1"), sync::base64(secrets_of(till).signing.public_key));

  shop.lab().link("s1").cut();
  shop.sell(till, 3);
  ASSERT_EQ(ctl(till, {"rotate-key"}).code, 0);
  shop.sell(till, 3);
  ASSERT_TRUE(till.quit());
  ASSERT_EQ(ctl(till, {"rotate-key"}).code, 0) << "of a till that rests";
  till.start();
  till.open_for_business("1234");
  shop.sell(till, 3);
  shop.lab().link("s1").heal();
  EXPECT_TRUE(shop.settles_within(seconds(120)));
  EXPECT_TRUE(shop.proves());
  EXPECT_EQ(key_at_central("till1"), sync::base64(secrets_of(till).signing.public_key));
  EXPECT_EQ(ctl(till, {"verify"}).code, 0);
  EXPECT_TRUE(shop.lab().api().problems().empty());
}

TEST_F(Identity, AStoreWithItsTillsIsOneCommandAndATillIsProvisionedOutOfItsBundle) {
  const auto place = shop.lab().directory() / "s7";
  std::string said;
  while_central_rests([&] {
    said = shop.lab().operate({"store", "add", "s7", "--tills", "3", "--out", place.string(),
                               "--leaf-url", "nats://127.0.0.1:1"});
  });
  for (const char* file :
       {"s7-till1.bundle.json", "s7-till2.bundle.json", "s7-till3.bundle.json", "s7-manager.pin"}) {
    EXPECT_NE(said.find((place / file).string()), std::string::npos) << said;
    EXPECT_EQ(std::filesystem::status(place / file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << file;
  }
  EXPECT_NE(said.find("nats-config leaf s7"), std::string::npos) << said;
  const auto made =
      shop.lab().control({"provision", "--bundle", (place / "s7-till2.bundle.json").string(),
                          "--dir", (place / "till2").string()});
  ASSERT_EQ(made.code, 0) << made.err;
  lab::Till till({"s7", "till2", (place / "till2").string(), (place / "till2/till.toml").string(),
                  (place / "till2/till.db").string()},
                 shop.lab().program("leaftill").string());
  till.start();
  std::string pin = text_of_file((place / "s7-manager.pin").string());
  pin.pop_back();
  EXPECT_NO_THROW(till.must(R"({"do":"login","pin":")" + pin + R"("})"));
  EXPECT_EQ(said.find(pin), std::string::npos) << "it is in the file, not on the screen";
  while_central_rests([&] {
    EXPECT_ANY_THROW(shop.lab().operate({"store", "add", "s8", "--tills", "200"}));
    EXPECT_ANY_THROW(
        shop.lab().operate({"store", "add", "s7", "--tills", "1", "--out", place.string()}));
  });
}

}  // namespace
}  // namespace pos::e2e

// What the office decides reaches a till through hub and leaf, and holds when nothing does any
// more.
#include <nlohmann/json.hpp>

#include "pos/time.h"
#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

using nlohmann::json;

constexpr const char* kRoll = "9520000100070";  // p1001, 0.39

class Office : public testing::Test {
 protected:
  Office() {
    shop_.open_all();
    till_ = &shop_.till();
  }
  void put(const std::string& path, const json& body) {
    const auto answer = shop_.lab().api().call("PUT", "/api/v1/" + path, body.dump());
    ASSERT_TRUE(answer.ok()) << path << ": " << answer.body;
  }
  json ask(const json& command) { return json::parse(till_->must(command.dump())); }
  int64_t price() { return ask({{"do", "check"}, {"code", kRoll}})["item"]["price"]; }
  // The open sale of two rolls; it is voided again.
  json two_rolls() {
    const json sale = ask({{"do", "scan"}, {"code", kRoll}, {"quantity", 2000}})["sale"];
    ask({{"do", "void_sale"}, {"reason", "only looked"}});
    return sale;
  }
  bool soon(const std::function<bool()>& done) {
    return lab::until(seconds(20), done, Millis(100));
  }
  Shop shop_{{.tills = 1}};
  lab::Till* till_ = nullptr;
};

TEST_F(Office, PricesRulesAndPromotionsComeDownAndHoldOverARestartWithoutALine) {
  EXPECT_EQ(two_rolls()["total"], 78);
  put("stores/s1/prices/p1001", {{"price", 41}, {"currency", "EUR"}});
  put("promotions/rolls", {{"name", "2 rolls 0.51"},
                           {"parts", {{{"products", {"p1001"}}, {"count", 2}}}},
                           {"price", 51}});
  put("stores/s1/settings", {{"cashRounding", {{"step", 5}}}, {"tenders", {"cash"}}});
  EXPECT_TRUE(soon([&] { return price() == 41; }));
  EXPECT_TRUE(soon([&] {
    const json sale = two_rolls();
    return sale["total"] == 51 && sale.value("dueInCash", 0) == 50;
  }));

  shop_.lab().link("s1").cut();
  shop_.lab().leaf("s1").kill9();
  till_->kill9();
  till_->start();
  till_->open_for_business(lab::kCashierPin);
  EXPECT_EQ(price(), 41);
  EXPECT_EQ(two_rolls()["total"], 51);
  ask({{"do", "scan"}, {"code", kRoll}, {"quantity", 2000}});
  EXPECT_EQ(json::parse(till_->ask(R"({"do":"pay","tender":"card"})"))["refused"],
            "tender_not_taken");
  EXPECT_EQ(ask({{"do", "pay"}})["completed"]["rounding"], -1);
}

TEST_F(Office, APriceOfLaterBeginsAtItsTimeWithoutALine) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const int64_t begins = now.tv_sec * 1000LL + 12'000;
  put("stores/s1/prices/p1001", {{"price", 44}, {"effectiveFrom", to_iso({begins})}});
  put("stores/s1/settings", {{"cashRounding", {{"step", 5}}}});  // behind it: both have come
  EXPECT_TRUE(soon([&] { return two_rolls().value("dueInCash", 0) == 80; }));
  shop_.lab().link("s1").cut();
  EXPECT_EQ(price(), 39) << "this took too long, if the time has come already";
  EXPECT_TRUE(soon([&] { return price() == 44; }));
  clock_gettime(CLOCK_REALTIME, &now);
  EXPECT_GE(now.tv_sec * 1000LL + now.tv_nsec / 1'000'000, begins);
}

TEST_F(Office, WhatWasSaidWhileTheLineWasCutIsPulledAfterwards) {
  shop_.lab().link("s1").cut();
  for (int i = 1; i <= 5; ++i) {
    put("stores/s1/prices/p100" + std::to_string(i), {{"price", 100 + i}});
    put("stores/s1/prices/p100" + std::to_string(i),
        {{"price", 1}, {"effectiveFrom", "2099-01-01"}});  // which is what stays on the subject
  }
  shop_.lab().link("s1").heal();
  EXPECT_TRUE(lab::until(
      seconds(90), [&] { return price() == 101; }, Millis(200)));
}

}  // namespace
}  // namespace pos::e2e

#include "sync/wire_office.h"

#include <gtest/gtest.h>

namespace pos::sync {
namespace {

TEST(WireOffice, WhatIsNotSaidHasItsDefault) {
  const auto settings = decode_settings(R"({"version":3})");
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->store, StoreSettings{});
  const auto step = decode_settings(R"({"version":3,"cashRounding":{"step":5}})");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->store.rounding, CashRounding{5});
  const auto offer = decode_promotion(
      R"({"id":"o1","name":"2nd half price","version":1,"parts":[{"products":["p1"],"count":2,"offCount":1,"off":500000}]})");
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->promotion, second_half_price("o1", "2nd half price", {{"p1"}}));
}

// A rule of which one word is not known is another rule: better the one before it.
TEST(WireOffice, ARuleThatThisVersionDoesNotKnowIsRefusedWhole) {
  for (const char* text :
       {R"({"version":1,"taxMode":"reverse"})", R"({"version":1,"taxLevel":""})",
        R"({"version":1,"cashRounding":{"step":5,"mode":"bankers"}})",
        R"({"version":1,"cashRounding":{"step":0}})", R"({"version":1,"cashRounding":7})",
        R"({"version":1,"tenders":[]})", R"({"version":1,"tenders":["cash","crypto"]})",
        R"({"version":1,"discountLimits":{"cashier":1000001,"supervisor":1,"manager":1}})",
        R"({"version":1,"labelPatterns":"21:5:-:prize:3"})", R"({"version":-1})", R"({})",
        R"({"version":1.5})", R"({"version":"1"})"}) {
    EXPECT_FALSE(decode_settings(text)) << text;
  }
}

TEST(WireOffice, APromotionThatCannotBeIsRefused) {
  const auto offer = [](const std::string& more) {
    return decode_promotion(R"({"id":"o1","name":"n","version":1,)" + more + "}");
  };
  const std::string part = R"("parts":[{"products":["p1"],"count":2,"offCount":1,"off":500000}])";
  ASSERT_TRUE(offer(part));
  for (const std::string& more :
       {std::string(R"("parts":[])"), std::string(R"("parts":[{}])"),
        std::string(R"("parts":[{"products":["p1"]}])"),  // saves nothing
        std::string(R"("parts":[{"products":["p 1"],"offCount":1,"off":1}])"),
        std::string(R"("parts":[{"products":["p1"],"count":0,"offCount":0,"off":1}],"price":1)"),
        std::string(R"("parts":[{"products":["p1"],"count":101,"offCount":1,"off":1}])"),
        std::string(R"("parts":[{"products":["p1"],"count":1,"offCount":2,"off":1}])"),
        std::string(R"("parts":[{"products":["p1"],"count":1,"offCount":1,"off":1000001}])"),
        part + R"(,"price":-2)", part + R"(,"price":1000000000001)", part + R"(,"weekdays":0)",
        part + R"(,"weekdays":128)", part + R"(,"weekdays":-1)",
        part + R"(,"fromMinute":600,"toMinute":600)", part + R"(,"toMinute":1441)",
        part + R"(,"firstDay":"2026-02-30")", part + R"(,"customerGroup":"a b")",
        part + R"(,"atMost":-1)", part + R"(,"name":"twice")"}) {
    EXPECT_FALSE(offer(more)) << more;
  }
  EXPECT_TRUE(offer(R"("deleted":true)")) << "of a withdrawn one only the name counts";
  std::string many = R"("parts":[{"offCount":1,"off":1,"products":["p0")";
  for (int i = 1; i <= 500; ++i) many += ",\"p" + std::to_string(i) + "\"";
  EXPECT_FALSE(offer(many + "]}]"));
}

TEST(WireOffice, APriceThatCannotBeIsRefused) {
  const auto price = [](const std::string& more) {
    return decode_price(R"({"productId":"p1","price":1,"version":1)" + more + "}");
  };
  EXPECT_TRUE(price(R"(,"effectiveFrom":"2026-11-22","effectiveTo":"2026-11-22")"));
  EXPECT_TRUE(price(R"(,"effectiveFrom":"2026-11-22T08:00:00.000Z")"));
  for (const char* more : {R"(,"price":2)", R"(,"currency":"eur")", R"(,"effectiveFrom":"today")",
                           R"(,"effectiveFrom":"2026-11-22","effectiveTo":"2026-11-21")"}) {
    EXPECT_FALSE(price(more)) << more;
  }
  EXPECT_FALSE(decode_price(R"({"productId":"p1","price":-1,"version":1})"));
  EXPECT_FALSE(decode_price(R"({"productId":"p1","price":1e3,"version":1})"));
}

}  // namespace
}  // namespace pos::sync

// The operator's commands at a whole shop: what they say is what the test has just done to it.
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/shop.h"
#include "tests/lab/http.h"
#include "tests/lab/ports.h"

namespace pos::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Operations : public testing::Test {
 protected:
  lab::Finished ctl(std::vector<std::string> words) {
    words.insert(words.begin(), {"--config", shop_.till().place().config});
    return shop_.lab().control(std::move(words));
  }
  // The state of one check, and the exit code's word for all of them.
  std::string checked(const char* check, bool* well = nullptr) {
    const lab::Finished done = ctl({"doctor", "--json"});
    const json found = json::parse(done.out);
    EXPECT_EQ(done.code, found["well"].get<bool>() ? 0 : 1) << done.out << done.err;
    if (well) *well = found["well"];
    for (const auto& one : found["checks"]) {
      if (one["check"] == check) return one["state"];
    }
    return "none";
  }
  bool soon(const std::function<bool()>& done, Millis limit = seconds(30)) {
    return lab::until(limit, done, Millis(200));
  }
  Shop shop_{{.tills = 1}};
};

TEST_F(Operations, TheDoctorFindsEachThingThatIsTakenAwayAndThatItIsBack) {
  bool well = false;
  // It rests, and has never run: central does not know it yet, and the doctor says so.
  EXPECT_EQ(checked("leaf"), "ok");
  EXPECT_EQ(checked("hub", &well), "wrong") << ctl({"doctor"}).out;
  EXPECT_FALSE(well);

  shop_.open_all();
  shop_.sell(shop_.till(), 3);
  ASSERT_TRUE(shop_.settles_within(seconds(30)));
  EXPECT_TRUE(soon([&] { return checked("hub", &well) == "ok" && well; })) << ctl({"doctor"}).out;
  EXPECT_EQ(ctl({"status"}).code, 0);

  shop_.lab().leaf("s1").freeze();
  EXPECT_TRUE(soon([&] { return checked("leaf") == "wrong"; }));
  shop_.sell(shop_.till(), 1);
  EXPECT_EQ(ctl({"status"}).code, 3);
  shop_.lab().leaf("s1").thaw();
  EXPECT_TRUE(soon([&] { return checked("leaf") == "ok" && checked("hub") == "ok"; }));

  shop_.lab().hub().kill9();
  shop_.sell(shop_.till(),
             1);  // what is sent shows it at once; a till at rest within its next hello
  EXPECT_TRUE(soon([&] { return checked("hub") == "wrong"; }));
  EXPECT_EQ(checked("leaf"), "ok");
  shop_.lab().hub().start();
  EXPECT_TRUE(shop_.settles_within(seconds(60)));
  EXPECT_TRUE(soon([&] { return checked("hub", &well) == "ok" && well; })) << ctl({"doctor"}).out;
}

TEST_F(Operations, WhoWatchesTheStatusSeesEachChangeOnce) {
  shop_.open_all();
  ASSERT_TRUE(shop_.settles_within(seconds(30)));
  lab::Process watch({.argv = {shop_.lab().program("leaftillctl").string(), "--config",
                               shop_.till().place().config, "status", "--watch", "--json"},
                      .pipes = true});
  const auto line = [&] { return json::parse(watch.read_line(seconds(20)).value_or("null")); };
  const int64_t before = line()["settled"];
  shop_.lab().link("s1").cut();
  shop_.sell(shop_.till(), 2);
  json last;
  while ((last = line()).is_object() && last["waiting"] != 2) {
  }
  EXPECT_EQ(last["waiting"], 2);
  EXPECT_TRUE(last["oldestWaiting"].is_string());
  shop_.lab().link("s1").heal();
  json next;
  while ((next = line()).is_object() && next["waiting"] != 0) {
    EXPECT_NE(next, last) << "a line without a change";
    last = next;
  }
  EXPECT_EQ(next["settled"], before + 2);
  watch.signal(2);
  const auto ended = watch.wait(seconds(5));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 130);
}

TEST_F(Operations, TheTillsNumbersAreThoseOfTheTestsOwnRecord) {
  lab::Ports ports;
  const int port = ports.take();
  std::ofstream(shop_.till().place().config, std::ios::app)
      << "\n[metrics]\nlisten = \"127.0.0.1:" << port << "\"\n";
  shop_.open_all();
  shop_.sell(shop_.till(), 4);
  ASSERT_TRUE(shop_.settles_within(seconds(30)));
  const std::string origin = "http://127.0.0.1:" + std::to_string(port);
  const auto numbers = [&] { return lab::http("GET", origin, "/metrics").body; };
  EXPECT_TRUE(
      soon([&] { return numbers().find("leaftill_outbox_rows 0\n") != std::string::npos; }));
  EXPECT_THAT(numbers(), HasSubstr("leaftill_link{state=\"online\"} 1\n"));
  // A shift, and four sales.
  EXPECT_THAT(numbers(), HasSubstr("leaftill_rows_settled 5\n"));
  shop_.lab().link("s1").cut();
  shop_.sell(shop_.till(), 2);
  EXPECT_TRUE(
      soon([&] { return numbers().find("leaftill_outbox_rows 2\n") != std::string::npos; }));
  EXPECT_TRUE(soon([&] {
    return numbers().find("leaftill_link{state=\"leaf_only\"} 1\n") != std::string::npos;
  }));
}

TEST_F(Operations, TheFleetShowsWhatTheTillLastSaid) {
  shop_.open_all();
  shop_.sell(shop_.till(), 2);
  ASSERT_TRUE(shop_.settles_within(seconds(30)));
  const std::string receipt = shop_.till().record().back().receipt;
  const auto central = [&] {
    return lab::http("GET", json::parse(shop_.lab().json())["central"]["http"], "/metrics").body;
  };
  EXPECT_TRUE(soon([&] {
    return central().find("leaftill_till_waiting_rows{store=\"s1\",till=\"till1\"} 0\n") !=
           std::string::npos;
  }));
  EXPECT_THAT(central(), HasSubstr("leaftill_sales_behind 0\n"));
  shop_.lab().central().stop();
  const json fleet = json::parse(shop_.lab().operate({"fleet", "--json"}));
  ASSERT_EQ(fleet["tills"].size(), 1u);
  const json& till = fleet["tills"][0];
  EXPECT_EQ(till["lastReceipt"], receipt);
  EXPECT_EQ(till["appliedSeq"], 3);
  EXPECT_EQ(till["state"], "approved");
  EXPECT_EQ(till["attention"], json::array());
  EXPECT_THAT(shop_.lab().operate({"fleet"}), HasSubstr(receipt));
  EXPECT_THAT(shop_.lab().operate({"dead-letters", "list"}), HasSubstr("0 dead letters"));
  shop_.lab().central().start();
}

}  // namespace
}  // namespace pos::e2e

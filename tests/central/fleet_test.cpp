// The fleet in a table: who is heard, how far each till is, and what needs somebody.
#include "central/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FleetTest : public BooksTest {
 protected:
  void beat(const char* till, int64_t ago_ms, int64_t waiting, int64_t oldest_ago_ms,
            int64_t skew_ms) {
    const auto at = [&](int64_t ago) { return ago < 0 ? "" : to_iso({now_.unix_ms - ago}); };
    database_->session()->execute(
        "UPDATE till SET last_seen_at = $1, pending = $2, oldest_pending_at = $3, clock_skew_ms = "
        "$4, app = 'leaftill 0.1.0' WHERE store = 's1' AND till = $5",
        {at(ago_ms), waiting, at(oldest_ago_ms), skew_ms, till});
  }
  std::vector<FleetLine> lines() { return fleet_lines(*database_, now_); }
};

TEST_F(FleetTest, ATillThatIsWellNeedsNobody) {
  beat("till1", 8000, 0, -1, 300);
  const auto all = lines();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].link, "up");
  EXPECT_THAT(all[0].attention, IsEmpty());
  EXPECT_EQ(all[1].link, "never");
  EXPECT_THAT(fleet_table(all), HasSubstr("2 tills, 0 of them need attention"));
}

TEST_F(FleetTest, EachTroubleHasItsWords) {
  beat("till1", 3 * 3'600'000, 12, 4 * 3'600'000, -90'000);
  apply(till1_.sell({{"p9", 1000}}), till1_);  // a product that nobody knows
  const auto all = lines();
  EXPECT_EQ(all[0].link, "silent");
  EXPECT_THAT(all[0].attention, ElementsAre("not heard for 3 h", "12 rows wait since 4 h",
                                            "its clock is 90 s slow", HasSubstr("open problem")));
  EXPECT_THAT(fleet_table(all), HasSubstr("! 12 rows wait since 4 h"));
  EXPECT_THAT(fleet_table(all), HasSubstr("1 of them needs attention"));
  const auto shown = nlohmann::json::parse(fleet_json(all));
  EXPECT_EQ(shown["tills"][0]["pending"], 12);
  EXPECT_EQ(shown["tills"][0]["attention"].size(), 4u);
  EXPECT_EQ(shown["tills"][1]["lastSeen"], nullptr);
}

TEST_F(FleetTest, ARevokedTillIsLeftInPeace) {
  beat("till1", 9 * 3'600'000, 5, 9 * 3'600'000, 0);
  database_->session()->execute("UPDATE till SET state = 'revoked' WHERE till = 'till1'");
  EXPECT_THAT(lines()[0].attention, IsEmpty());
}

}  // namespace
}  // namespace pos::central

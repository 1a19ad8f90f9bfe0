#include "pos/time.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

TEST(Time, IsWrittenAndReadAsIso) {
  const Instant at{1'763'806'530'123};
  EXPECT_EQ(to_iso(at), "2025-11-22T10:15:30.123Z");
  EXPECT_EQ(parse_iso("2025-11-22T10:15:30.123Z"), at);
  EXPECT_EQ(to_iso({0}), "1970-01-01T00:00:00.000Z");
}

TEST(Time, NothingButTheOneFormIsRead) {
  for (const char* bad :
       {"", "2025-11-22", "2025-13-22T10:15:30.123Z", "2025-02-30T10:15:30.123Z",
        "2025-11-22T24:15:30.123Z", "2025-11-22T10:15:30.123", "2025-11-22 10:15:30.123Z",
        "2025-11-22T10:15:30.12xZ", "1969-11-22T10:15:30.123Z"}) {
    EXPECT_FALSE(parse_iso(bad)) << bad;
  }
  EXPECT_TRUE(valid_date("2028-02-29"));
  EXPECT_FALSE(valid_date("2027-02-29"));
}

TEST(Time, TheShopsDateIsTheOneOnItsWall) {
  const Instant late = *parse_iso("2025-11-22T23:30:00.000Z");
  EXPECT_EQ(local_date(late, 60), "2025-11-23");
  EXPECT_EQ(local_date(late, -300), "2025-11-22");
  EXPECT_EQ(local_text(late, 60), "2025-11-23 00:30");
  EXPECT_EQ(offset_text(-210), "-03:30");
  EXPECT_EQ(parse_offset("-03:30"), -210);
  EXPECT_FALSE(parse_offset("+1:00"));
}

}  // namespace
}  // namespace pos

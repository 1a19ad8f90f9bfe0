// What a till says of its sync, by the figures that it counts.
#include "sync/status.h"

#include <gtest/gtest.h>

namespace pos::sync {
namespace {

TEST(Pace, TellsHowLongALongBacklogTakesByWhatWasSettledLately) {
  Pace pace;
  EXPECT_EQ(pace.left_s(0, 100'000, 50), -1);
  EXPECT_EQ(pace.left_s(1000, 98'000, 2050), -1) << "not watched for long enough";
  EXPECT_EQ(pace.left_s(4000, 92'000, 8050), 46) << "2,000 rows a second";
  EXPECT_EQ(pace.left_s(5000, 92'000, 8050), 58) << "while no new figure comes it slows down";
}

TEST(Pace, SaysNothingWhereNothingMoves) {
  Pace pace;
  for (int s = 0; s < 300; ++s) EXPECT_EQ(pace.left_s(s * 1000, 100'000, 7), -1);
  EXPECT_EQ(pace.left_s(300'000, 99'000, 1007), 5940) << "in the last minute";
  EXPECT_EQ(pace.left_s(301'000, 98'000, 2007), 2989);
  EXPECT_EQ(pace.left_s(370'000, 98'000, 2007), -1) << "it stands still again";
}

TEST(Pace, BeginsAnewWithTheNextBacklogAndTheNextEpoch) {
  Pace pace;
  EXPECT_EQ(pace.left_s(0, 100'000, 0), -1);
  EXPECT_EQ(pace.left_s(10'000, 90'000, 10'000), 90);
  EXPECT_EQ(pace.left_s(11'000, 100'000, 0), -1) << "rows of a new epoch";
  EXPECT_EQ(pace.left_s(21'000, 90'000, 10'000), 90);
  EXPECT_EQ(pace.left_s(22'000, 499, 99'501), -1) << "too short to be told of";
  EXPECT_EQ(pace.left_s(23'000, 5000, 99'600), -1);
}

}  // namespace
}  // namespace pos::sync

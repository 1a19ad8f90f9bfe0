// The till's numbers on their port.
#include "till/metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/lab/http.h"

namespace pos::till {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

std::string origin(const MetricsPort& port) {
  return "http://127.0.0.1:" + std::to_string(port.port());
}

TEST(Metrics, EveryCommitFallsIntoItsBucketAndIntoAllAbove) {
  CommitTimes commits;
  for (const int64_t us : {400, 500, 501, 30'000, 5'000'000}) commits.add(microseconds(us));
  const std::string text = commits.text("x");
  EXPECT_THAT(text, HasSubstr("x_bucket{le=\"0.000500\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("x_bucket{le=\"0.001000\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("x_bucket{le=\"0.050000\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("x_bucket{le=\"1.000000\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("x_bucket{le=\"+Inf\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("x_sum 5.031401\n"));
  EXPECT_THAT(text, HasSubstr("x_count 5\n"));
}

TEST(Metrics, TheTextSaysHowTheTillStands) {
  TillNumbers n{"s1", "till1", "0.1.0", {}, 2, {1'763'806'600'000}};
  n.status.link = sync::Link::leaf_only;
  n.status.waiting = 3;
  n.status.settled = 42;
  n.status.needs_attention = 1;
  n.status.oldest_waiting = {1'763'806'598'750};
  n.status.clock_skew_ms = -1500;
  const std::string text = metrics_text(n, CommitTimes());
  for (const char* line :
       {"leaftill_outbox_rows 3\n", "leaftill_outbox_oldest_seconds 1.250\n",
        "leaftill_rows_settled 42\n", "leaftill_link{state=\"leaf_only\"} 1\n",
        "leaftill_link{state=\"online\"} 0\n", "leaftill_attention 1\n",
        "leaftill_clock_skew_seconds -1.500\n", "leaftill_print_jobs_waiting 2\n",
        "leaftill_till_info{store=\"s1\",till=\"till1\",version=\"0.1.0\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, AreGivenOnOnePathAndOnTheLoopbackAlone) {
  const MetricsPort port(
      {"127.0.0.1", 0}, [] { return std::string("x 1\n"); }, [](auto&) {});
  ASSERT_NE(port.port(), 0);
  EXPECT_EQ(lab::http("GET", origin(port), "/metrics").body, "x 1\n");
  EXPECT_EQ(lab::http("GET", origin(port), "/").status, 404);
  EXPECT_EQ(lab::http("POST", origin(port), "/metrics").status, 404);
  EXPECT_TRUE(parse_loopback("127.0.0.1:9464"));
  EXPECT_TRUE(parse_loopback("[::1]:9464"));
  for (const char* bad : {"", "0.0.0.0:9464", "192.168.1.5:9464", "localhost:9464", "127.0.0.1",
                          "127.0.0.1:x", "127.0.0.1:70000", "[::]:1"}) {
    EXPECT_FALSE(parse_loopback(bad)) << bad;
  }
}

TEST(Metrics, AClientThatSaysNothingIsSentAwayAfterASecond) {
  const MetricsPort port(
      {"127.0.0.1", 0}, [] { return std::string("x 1\n"); }, [](auto&) {});
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port.port());
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(silent, reinterpret_cast<const sockaddr*>(&a), sizeof a), 0);
  EXPECT_EQ(lab::http("GET", origin(port), "/metrics", {}, {}, lab::seconds(5)).status, 200);
  ::close(silent);
}

TEST(Metrics, APortThatIsTakenIsToldAndHarmsNothing) {
  const MetricsPort first(
      {"127.0.0.1", 0}, [] { return std::string(); }, [](auto&) {});
  std::string told;
  const MetricsPort second(
      {"127.0.0.1", first.port()}, [] { return std::string(); },
      [&](const std::string& words) { told = words; });
  EXPECT_EQ(second.port(), 0);
  EXPECT_THAT(told, HasSubstr("no metrics"));
}

}  // namespace
}  // namespace pos::till

// Feed, message by message: what the leaf says is made up here, and what the feed asks is kept.
#include "sync/feed.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pos::sync {
namespace {

class PaperBus final : public Bus {
 public:
  struct Asked {
    std::string subject, reply, body;
  };
  bool connected() override { return true; }
  std::string new_inbox() override { return "inbox" + std::to_string(++inboxes_); }
  std::string new_delivery(int) override { return "delivery" + std::to_string(++deliveries_); }
  bool publish(std::string_view subject, std::string_view reply, const Headers&,
               std::string_view body) override {
    asked.push_back({std::string(subject), std::string(reply), std::string(body)});
    return true;
  }
  std::vector<Asked> asked;

 private:
  int inboxes_ = 0, deliveries_ = 0;
};

constexpr int64_t kStored = 1763806530123000000;  // ns

class FeedTest : public ::testing::Test {
 protected:
  void answer(const std::string& body) {
    NatsMessage m;
    m.subject = bus.asked.back().reply;
    m.body = body;
    feed.take(m, {++now_, {}});
  }
  void deliver(const std::string& consumer, int64_t stream_seq, int64_t consumer_seq,
               int64_t time = kStored) {
    NatsMessage m;
    m.subject = "down.s1.stock.p" + std::to_string(stream_seq);
    m.reply = "$JS.ACK.LOG." + consumer + ".1." + std::to_string(stream_seq) + "." +
              std::to_string(consumer_seq) + "." + std::to_string(time) + ".0";
    feed.take(m, {++now_, {}});
  }
  void begins(const std::string& consumer) {
    answer(R"({"created":"1","state":{"last_seq":9}})");
    answer(R"({"name":")" + consumer + R"(","stream_name":"LOG","created":"1"})");
    answer(R"({"created":"1","state":{"last_seq":9}})");
  }
  bool begun_with(const std::string& part) const {
    for (size_t i = bus.asked.size(); i-- > 0;) {
      if (bus.asked[i].subject != "$JS.API.CONSUMER.CREATE.LOG") continue;
      return bus.asked[i].body.find(part) != std::string::npos;
    }
    return false;
  }
  const std::string& last_asked() { return bus.asked.back().subject; }

  PaperBus bus;
  std::vector<int64_t> got;
  Feed feed{bus,
            {"LOG", "{}"},
            [this](const NatsMessage&, const LogPlace& place) { got.push_back(place.seq); },
            1};

 private:
  int64_t now_ = 0;
};

TEST_F(FeedTest, OpensEachMessageOnceAndInOrder) {
  feed.connected({}, {});
  begins("C1");
  deliver("C1", 4, 1);
  deliver("C1", 7, 2);
  deliver("C1", 7, 2);
  EXPECT_EQ(got, (std::vector<int64_t>{4, 7}));
}

TEST_F(FeedTest, BeginsAfterTheLastInOrderWhereOneIsMissing) {
  feed.connected({}, {});
  begins("C1");
  deliver("C1", 4, 1);
  deliver("C1", 9, 3);
  EXPECT_EQ(last_asked(), "$JS.API.STREAM.INFO.LOG");
  answer(R"({"created":"1","state":{"last_seq":9}})");
  EXPECT_TRUE(begun_with(R"("opt_start_seq":5)"));
}

// A first delivery of the consumer before the last one came late, and looked like the first of the
// one that was just asked for: its count stayed, and the true first was taken for known.
TEST_F(FeedTest, LosesNothingToAConsumerBeforeTheLastOne) {
  feed.connected({}, {});
  begins("C1");
  deliver("C1", 9, 2);  // a gap
  begins("C2");
  deliver("C2", 4, 1);
  deliver("C2", 9, 3);  // another
  answer(R"({"created":"1","state":{"last_seq":9}})");
  deliver("C1", 4, 1);  // late
  answer(R"({"name":"C3","stream_name":"LOG","created":"1"})");
  deliver("C3", 5, 1);
  deliver("C3", 9, 2);
  EXPECT_EQ(got, (std::vector<int64_t>{4, 4, 5, 9}));
}

TEST_F(FeedTest, GoesOnWhereItWasInAStreamThatStillHasThatMessage) {
  feed.connected({"1", 4, kStored}, {});
  begins("C1");
  EXPECT_TRUE(begun_with(R"("opt_start_seq":4)"));
  deliver("C1", 4, 1);
  deliver("C1", 7, 2);
  EXPECT_EQ(got, std::vector<int64_t>{7});
}

// A leaf that went back to an older disk and took other messages since: its numbers say nothing.
TEST_F(FeedTest, ReadsAllAgainWhereTheMessageIsAnotherOne) {
  feed.connected({"1", 4, kStored}, {});
  begins("C1");
  deliver("C1", 4, 1, kStored + 1);
  EXPECT_EQ(last_asked(), "$JS.API.STREAM.INFO.LOG");
  begins("C2");
  EXPECT_TRUE(begun_with(R"("deliver_policy":"all")"));
  deliver("C2", 2, 1, kStored + 2);
  deliver("C2", 4, 2, kStored + 1);
  EXPECT_EQ(got, (std::vector<int64_t>{2, 4}));
}

TEST_F(FeedTest, ReadsAllAgainWhereTheMessageIsGone) {
  feed.connected({"1", 4, kStored}, {});
  begins("C1");
  deliver("C1", 7, 1);
  begins("C2");
  EXPECT_TRUE(begun_with(R"("deliver_policy":"all")"));
}

// It was made anew between the look at it and its consumer: "after message 4" is behind the end of
// the new one, and all that it holds would have been passed over, silently.
TEST_F(FeedTest, ReadsAllWhereTheStreamWasMadeAnewBeforeItsConsumer) {
  feed.connected({}, {});
  begins("C1");
  deliver("C1", 4, 1);
  deliver("C1", 9, 3);  // a gap
  answer(R"({"created":"1","state":{"last_seq":9}})");
  answer(R"({"name":"C2","stream_name":"LOG","created":"1"})");
  EXPECT_TRUE(begun_with(R"("opt_start_seq":5)"));
  EXPECT_EQ(last_asked(), "$JS.API.STREAM.INFO.LOG");
  answer(R"({"created":"2","state":{"last_seq":3}})");
  answer(R"({"created":"2","state":{"last_seq":3}})");
  EXPECT_TRUE(begun_with(R"("deliver_policy":"all")"));
  answer(R"({"name":"C3","stream_name":"LOG","created":"1"})");
  answer(R"({"created":"2","state":{"last_seq":3}})");
  EXPECT_TRUE(feed.live());
  deliver("C3", 1, 1);
  deliver("C3", 2, 2);
  EXPECT_EQ(got, (std::vector<int64_t>{4, 1, 2}));
}

}  // namespace
}  // namespace pos::sync

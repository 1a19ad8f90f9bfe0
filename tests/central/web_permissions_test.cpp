// What a till and a whole store gone bad may do at real servers on generated configurations: the
// matrix of 41 probes that was measured once by hand, and what the hub holds against a leaf whose
// owner has every right on it.
#include <gtest/gtest.h>

#include <set>

#include "tests/central/topology_fixture.h"

namespace pos::central {
namespace {

enum class By {
  stream,     // published, and a stream must say that it has it
  publish,    // published, for whoever listens
  request,    // somebody must answer
  subscribe,  // listened to
};
struct Probe {
  By by;
  const char* subject;
};

constexpr Probe kAllowed[] = {
    {By::stream, "product.sold.s1.till1"},
    {By::stream, "till.event.s1.till1"},
    {By::stream, "till.carried.s1.till1"},
    {By::stream, "store.s1.journal.till1"},
    {By::publish, "till.beat.s1.till1"},
    {By::request, "sync.hello.s1.till1"},
    {By::request, "$JS.API.STREAM.INFO.DOWNLOCAL"},
    {By::subscribe, "_INBOX.s1.till1.>"},
};
constexpr Probe kRefused[] = {
    {By::publish, "product.sold.s1.till2"},
    {By::publish, "product.sold.s2.till1"},
    {By::publish, "till.event.s1.till2"},
    {By::publish, "till.carried.s1.till2"},
    {By::publish, "store.s1.journal.till2"},
    {By::publish, "till.beat.s1.till2"},
    {By::publish, "sync.hello.s1.till2"},
    {By::publish, "sync.hello.s2.till1"},
    {By::publish, "down.s1.price.p1"},
    {By::publish, "all.product.p1"},
    {By::publish, "down.s1.ack.till1"},
    {By::publish, "$JS.API.INFO"},
    {By::publish, "$JS.API.STREAM.NAMES"},
    {By::publish, "$JS.API.STREAM.LIST"},
    {By::publish, "$JS.API.STREAM.PURGE.STORELOG"},
    {By::publish, "$JS.API.STREAM.DELETE.STORELOG"},
    {By::publish, "$JS.API.STREAM.UPDATE.STORELOG"},
    {By::publish, "$JS.API.STREAM.MSG.DELETE.STORELOG"},
    {By::publish, "$JS.API.STREAM.RESTORE.X"},
    {By::publish, "$JS.API.STREAM.SNAPSHOT.STORELOG"},
    {By::publish, "$JS.hub.API.STREAM.INFO.SALES"},
    {By::publish, "$JS.hub.API.STREAM.PURGE.SALES"},
    {By::publish, "$JS.hub.API.CONSUMER.MSG.NEXT.SALES.applier"},
    {By::publish, "$JS.s2.API.STREAM.INFO.STORELOG"},
    {By::publish, "$JS.ACK.SALES.applier.1.1.1.1.1"},
    {By::publish, "$SYS.REQ.SERVER.PING"},
    {By::publish, "_INBOX.s1.till2.x"},
    {By::subscribe, "_INBOX.s1.till2.>"},
    {By::subscribe, "_INBOX.>"},
    {By::subscribe, "product.sold.>"},
    {By::subscribe, "store.s1.journal.*"},
    {By::subscribe, "down.>"},
    {By::subscribe, ">"},
};
static_assert(std::size(kAllowed) == 8 && std::size(kRefused) == 33);

class Permissions : public Topology {
 protected:
  void start_chain() {
    start();
    hub_side_ = central({"sync.hello.>", "till.beat.>"});
    make_sales(*hub_side_);
    make_stream(*hub_side_, R"({"name":"DOWN","subjects":["down.>"]})");
    make_stream(*hub_side_, R"({"name":"DOWNALL","subjects":["all.>"]})");
    const auto consumer = hub_side_->request(
        "$JS.API.CONSUMER.DURABLE.CREATE.SALES.applier", {},
        R"({"stream_name":"SALES","config":{"durable_name":"applier","ack_policy":"explicit"}})",
        seconds(5));
    ASSERT_TRUE(consumer && consumer->body.find("\"error\"") == std::string::npos);
    bad_ = bad_store();
    make_stream(*bad_, R"({"name":"STORELOG","subjects":["store.s1.journal.*"]})");
    make_stream(*bad_, R"({"name":"CLAIMLOG","subjects":["store.s1.claim.*"]})");
    make_stream(*bad_, R"({"name":"DOWNLOCAL","max_msgs_per_subject":1})");
    ASSERT_TRUE(published(*bad_, "product.sold.s1.till9")) << "the leaf has found the hub";
  }

  // The server says so itself; a message that only vanished would not be refused.
  testing::AssertionResult refused(sync::NatsLink& till, const Probe& probe) {
    if (probe.by == By::subscribe) {
      auto ear = till1({probe.subject});
      return told(*ear, probe.subject);
    }
    till.publish(probe.subject, "", {}, "{}");
    till.flush(seconds(1));
    return told(till, probe.subject);
  }
  static testing::AssertionResult told(sync::NatsLink& link, const std::string& subject) {
    std::optional<std::string> words;
    if (!lab::until(seconds(5), [&] { return (words = link.take_violation()).has_value(); }))
      return testing::AssertionFailure() << subject << ": nobody objected";
    if (words->find("\"" + subject + "\"") == std::string::npos)
      return testing::AssertionFailure() << subject << ": instead, " << *words;
    return testing::AssertionSuccess();
  }

  bool allowed(sync::NatsLink& till, const Probe& probe) {
    const std::string subject = probe.subject;
    switch (probe.by) {
      case By::stream: {
        const auto ack = published_once(till, subject);
        return ack && ack->error_code == 0 && !ack->stream.empty();
      }
      case By::request:
        if (subject.starts_with("$JS.")) {
          const auto answer = till.request(subject, {}, "", seconds(5));
          return answer && answer->body.find("\"DOWNLOCAL\"") != std::string::npos;
        }
        return answered_by_central(till, subject);
      case By::publish:
        till.publish(subject, "", {}, "{}");
        till.flush(seconds(1));
        return heard_by_central(subject).has_value();
      case By::subscribe: {
        auto ear = till1({subject});
        return ear->flush(seconds(1)) && !ear->take_violation();
      }
    }
    return false;
  }
  std::optional<sync::NatsMessage> heard_by_central(const std::string& subject) {
    std::optional<sync::NatsMessage> heard;
    lab::until(seconds(10), [&] {
      return (heard = hub_side_->next(milliseconds(200))) && heard->subject == subject;
    });
    return heard;
  }
  bool answered_by_central(sync::NatsLink& till, const std::string& subject) {
    till.publish(subject, till.new_inbox(), {}, "?");
    till.flush(seconds(1));
    const auto asked = heard_by_central(subject);
    if (!asked) return false;
    hub_side_->publish(asked->reply, "", {}, "yes");
    hub_side_->flush(seconds(1));
    return lab::until(seconds(10), [&] {
      const auto answer = till.next(milliseconds(200));
      return answer && answer->body == "yes";
    });
  }
  int64_t messages_in(sync::NatsLink& link, const std::string& stream) {
    const auto info = link.request("$JS.API.STREAM.INFO." + stream, {}, "", seconds(5));
    if (!info) return -1;
    const size_t at = info->body.find("\"messages\":");
    return at == std::string::npos ? -1 : std::stoll(info->body.substr(at + 11));
  }

  std::unique_ptr<sync::NatsLink> hub_side_, bad_;
};

TEST_F(Permissions, OfFortyOneProbesOfATillEightAreAllowedAndThirtyThreeRefused) {
  start_chain();
  auto till = till1();
  for (const auto& probe : kAllowed) EXPECT_TRUE(allowed(*till, probe)) << probe.subject;
  EXPECT_FALSE(till->take_violation()) << "of what is allowed nothing was objected to";
  for (const auto& probe : kRefused) EXPECT_TRUE(refused(*till, probe));
  // From the other end: what came is what was allowed, and no more.
  EXPECT_EQ(messages_in(*hub_side_, "SALES"), 1 + 3);
  EXPECT_EQ(messages_in(*bad_, "STORELOG"), 1);
  EXPECT_EQ(messages_in(*hub_side_, "DOWN"), 0);
  EXPECT_EQ(messages_in(*hub_side_, "DOWNALL"), 0);
}

TEST_F(Permissions, NoInboxIsAnotherTills) {
  start_chain();
  sync::NatsConfig config;
  config.url = leaf_url_;
  config.nkey_seed = seed2_;
  config.inbox_prefix = "_INBOX.s1.till2";
  sync::NatsLink till2(config);
  ASSERT_TRUE(lab::until(seconds(10), [&] { return till2.connect({}); })) << till2.error();
  EXPECT_TRUE(till2.request("$JS.API.STREAM.INFO.DOWNLOCAL", {}, "", seconds(5))) << "its own";
  config.inbox_prefix = "_INBOX.s1.till1";
  sync::NatsLink curious(config);
  ASSERT_TRUE(lab::until(seconds(10), [&] { return curious.connect({}); })) << curious.error();
  EXPECT_TRUE(lab::until(seconds(5), [&] { return curious.take_violation().has_value(); }));
}

// An API's error is an answer too: of those that are listed with one, the hub says no by itself.
struct Misuse {
  const char* subject;
  const char* body;
  const char* error;  // "": it must reach nobody
};

TEST_F(Permissions, AStoreGoneBadReachesNothingOfAnotherStoreAndNoApiOfSales) {
  start_chain();
  constexpr Misuse kMisuses[] = {
      {"product.sold.s2.till1", "{}", ""},
      {"till.event.s2.till1", "{}", ""},
      {"till.carried.s2.till1", "{}", ""},
      {"till.beat.s2.till1", "{}", ""},
      {"sync.hello.s2.till1", "{}", ""},
      {"sync.pull.s2.till1", "{}", ""},
      {"sync.enrol.s2.till1", "{}", ""},
      {"down.s1.price.p1", "{}", ""},
      {"down.s2.price.p1", "{}", ""},
      {"down.s1.ack.till1", "{}", ""},
      {"all.product.p1", "{}", ""},
      {"$JS.hub.API.INFO", "", ""},
      {"$JS.hub.API.STREAM.NAMES", "", ""},
      {"$JS.hub.API.STREAM.INFO.SALES", "", ""},
      {"$JS.hub.API.STREAM.PURGE.SALES", "", ""},
      {"$JS.hub.API.STREAM.DELETE.SALES", "", ""},
      {"$JS.hub.API.STREAM.UPDATE.SALES", R"({"name":"SALES","subjects":["x"]})", ""},
      {"$JS.hub.API.STREAM.MSG.GET.SALES", R"({"seq":1})", ""},
      {"$JS.hub.API.STREAM.MSG.DELETE.SALES", R"({"seq":1})", ""},
      {"$JS.hub.API.STREAM.SNAPSHOT.SALES", R"({"deliver_subject":"_INBOX.s1.bad.x"})", ""},
      {"$JS.hub.API.CONSUMER.NAMES.SALES", "", ""},
      {"$JS.hub.API.CONSUMER.CREATE.SALES", R"({"stream_name":"SALES","config":{}})", ""},
      {"$JS.hub.API.CONSUMER.DURABLE.CREATE.SALES.mine",
       R"({"stream_name":"SALES","config":{"durable_name":"mine","ack_policy":"explicit"}})", ""},
      {"$JS.hub.API.CONSUMER.MSG.NEXT.SALES.applier", "1", ""},
      {"$JS.hub.API.CONSUMER.DELETE.SALES.applier", "", ""},
      {"$JS.ACK.SALES.applier.1.1.1.1.1", "+ACK", ""},
      {"$JS.hub.API.STREAM.PURGE.DOWN", "", ""},
      {"$JS.hub.API.STREAM.DELETE.DOWN", "", ""},
      {"$JS.hub.API.STREAM.MSG.GET.DOWN", R"({"last_by_subj":"down.s2.settings"})", ""},
      {"$JS.hub.API.CONSUMER.CREATE.DOWN.x.down.s2.>",
       R"({"stream_name":"DOWN","config":{"name":"x","filter_subject":"down.s2.>"}})", ""},
      {"$JS.hub.API.CONSUMER.CREATE.DOWN.x.down.s1.>",
       R"({"stream_name":"DOWN","config":{"name":"x","filter_subject":"down.s2.>"}})", "10131"},
      {"$JS.hub.API.CONSUMER.CREATE.DOWNALL", R"({"stream_name":"SALES","config":{}})", "10056"},
      {"$SYS.REQ.SERVER.PING", "", ""},
  };
  for (const auto& misuse : kMisuses) {
    const auto answer = bad_->request(misuse.subject, {}, misuse.body, seconds(1));
    if (*misuse.error) {
      ASSERT_TRUE(answer) << misuse.subject;
      EXPECT_NE(answer->body.find(std::string("\"err_code\":") + misuse.error), std::string::npos)
          << misuse.subject << ": " << answer->body;
    } else {
      EXPECT_FALSE(answer) << misuse.subject << ": " << answer->body;
    }
  }
  // From the other end: the one row by which the leaf was tried, and central's consumer.
  EXPECT_EQ(messages_in(*hub_side_, "SALES"), 1);
  EXPECT_EQ(messages_in(*hub_side_, "DOWN"), 0);
  const auto names = hub_side_->request("$JS.API.CONSUMER.NAMES.SALES", {}, "", seconds(5));
  ASSERT_TRUE(names);
  EXPECT_NE(names->body.find("[\"applier\"]"), std::string::npos) << names->body;
  EXPECT_FALSE(hub_side_->next(milliseconds(200))) << "no hello or beat in another store's name";
}

}  // namespace
}  // namespace pos::central

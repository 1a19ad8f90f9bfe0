// The generated configurations under real nats-servers: they are valid, and they are the law.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/central/topology_fixture.h"

namespace pos::central {
namespace {

TEST_F(Topology, BothConfigurationsAreValidAlsoForAStoreWithoutTills) {
  LeafPlan empty = registry_.leaf_plan("s2");
  empty.place = {"127.0.0.1", 1, 0, directory_.path() + "/a \"quoted\" place"};
  empty.hub_address = "127.0.0.1:2";
  empty.tls = files("store-s2");
  for (const std::string& text : {hub_text(), leaf_text(), leaf_configuration(empty)}) {
    auto checked = lab::run({.argv = {"nats-server", "-c", written("x.conf", text), "-t"}});
    EXPECT_EQ(checked.code, 0) << checked.err << text;
  }
}

TEST_F(Topology, ATillSpeaksInItsOwnNameAndInNoOther) {
  start();
  auto central = this->central();
  make_sales(*central);
  auto till = till1();
  for (const char* own :
       {"product.sold.s1.till1", "till.event.s1.till1", "till.carried.s1.till1"}) {
    auto ack = published(*till, own);
    ASSERT_TRUE(ack) << own;
    EXPECT_EQ(ack->stream, "SALES");
    EXPECT_EQ(ack->domain, "hub");
  }
  for (const char* other :
       {"product.sold.s1.till2", "product.sold.s2.till1", "till.event.s1.till2",
        "till.carried.s1.till2", "till.beat.s1.till2", "sync.hello.s1.till2", "sync.enrol.s1.till2",
        "sync.pull.s2.till1", "store.s1.journal.till2", "down.s1.stock.p1", "all.product.p1",
        "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.PURGE.STORELOG",
        "$JS.API.STREAM.DELETE.STORELOG", "$JS.hub.API.STREAM.DELETE.SALES",
        "$JS.hub.API.STREAM.PURGE.SALES", "$JS.hub.API.CONSUMER.CREATE.SALES",
        "$SYS.REQ.SERVER.PING"}) {
    EXPECT_TRUE(lab::until(seconds(10), [&] {
      if (!till->connected()) till->connect({});
      till->publish(other, "", {}, "{}");
      till->flush(milliseconds(500));
      till->next(milliseconds(100));
      return till->take_violation().has_value();
    })) << other;
  }
  auto info = central->request("$JS.API.STREAM.INFO.SALES", {}, "", seconds(5));
  ASSERT_TRUE(info);
  EXPECT_NE(info->body.find("\"messages\":3,"), std::string::npos) << info->body;
}

TEST_F(Topology, ATillReachesCentralAndCentralReachesTheTill) {
  start();
  auto central = this->central({"sync.hello.>", "sync.pull.>", "sync.enrol.>"});
  auto till = till1();
  for (const char* subject : {"sync.hello.s1.till1", "sync.pull.s1.till1", "sync.enrol.s1.till1"}) {
    const std::string inbox = till->new_inbox();
    std::optional<sync::NatsMessage> asked;
    EXPECT_TRUE(lab::until(seconds(20), [&] {
      till->publish(subject, inbox, {}, "?");
      till->flush(milliseconds(500));
      return (asked = central->next(milliseconds(200))) && asked->subject == subject;
    })) << subject;
    ASSERT_TRUE(asked);
    central->publish(asked->reply, "", {}, "yes");
    central->flush(seconds(1));
    std::optional<sync::NatsMessage> answer;
    EXPECT_TRUE(lab::until(seconds(10), [&] {
      return (answer = till->next(milliseconds(200))) && answer->body == "yes";
    })) << subject;
  }
}

TEST_F(Topology, AStoreGoneBadSpeaksForNoOtherStoreAndRulesNothingAtTheHub) {
  start();
  auto central = this->central();
  make_sales(*central);
  auto bad = bad_store();
  ASSERT_TRUE(published(*bad, "product.sold.s1.till1"))
      << "its own store it can speak for: signatures stop that";
  for (const char* other : {"product.sold.s2.till1", "till.event.s2.till1", "till.carried.s2.till1",
                            "$JS.hub.API.STREAM.DELETE.SALES", "$JS.hub.API.STREAM.PURGE.SALES",
                            "$JS.hub.API.STREAM.INFO.SALES", "$JS.hub.API.CONSUMER.CREATE.SALES"}) {
    auto answer = bad->request(other, {}, "{}", seconds(1));
    EXPECT_FALSE(answer && answer->status.empty()) << other << ": " << answer->body;
  }
  auto info = central->request("$JS.API.STREAM.INFO.SALES", {}, "", seconds(5));
  ASSERT_TRUE(info);
  EXPECT_NE(info->body.find("\"messages\":1,"), std::string::npos) << info->body;
}

TEST_F(Topology, NobodyComesInWithoutANameAndASecret) {
  start();
  for (const char* user : {"", kCentralUser, "lab", "sys", "store-s1", "CN=store-s1"}) {
    for (const char* password : {"", "wrong"}) {
      sync::NatsConfig config;
      config.url = "nats://127.0.0.1:" + std::to_string(hub_port_);
      config.user = user;
      config.password = password;
      sync::NatsLink link(config);
      EXPECT_FALSE(link.connect({})) << user << " " << password;
    }
  }
}

// The leaf that was started found nobody who takes its rows, and the hub said why.
class Identity : public Topology {
 protected:
  std::string hub_log() {
    std::ifstream in(directory_.path() + "/hub.log");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  testing::AssertionResult refused_with(const std::string& words) {
    if (!lab::until(seconds(20), [&] { return hub_log().find(words) != std::string::npos; }))
      return testing::AssertionFailure() << "the hub says nothing of it:\n" << hub_log();
    auto bad = bad_store();
    for (const char* subject : {"product.sold.s1.till1", "product.sold.s2.till1"}) {
      if (published_once(*bad, subject))
        return testing::AssertionFailure() << subject << " came to the hub";
    }
    return testing::AssertionSuccess();
  }
  void start_hub_with_sales() {
    start_hub();
    make_sales(*central());
  }
};

TEST_F(Identity, ACertificateOfAnotherAuthorityIsRefused) {
  certify(Authority::make(now_), store_subject("s1"));
  start_hub_with_sales();
  start_leaf(with_a_bad_user(leaf_text()));
  EXPECT_TRUE(refused_with("TLS leafnode handshake error"));
}

TEST_F(Identity, NoCertificateIsRefused) {
  std::string leaf = with_a_bad_user(leaf_text());
  const size_t from = leaf.find("cert_file"), to = leaf.find("ca_file", from);
  leaf.erase(from, to - from);
  start_hub_with_sales();
  start_leaf(leaf);
  EXPECT_TRUE(refused_with("TLS leafnode handshake error"));
}

TEST_F(Identity, NoTlsIsRefusedWhateverNameIsGiven) {
  std::string leaf = with_a_bad_user(leaf_text());
  const size_t from = leaf.find(",\n      tls {"), to = leaf.find('}', from);
  leaf.erase(from, to + 1 - from);
  leaf.replace(leaf.find("tls://"), 6, "nats://CN=store-s1@");
  start_hub_with_sales();
  start_leaf(leaf);
  EXPECT_TRUE(refused_with("TLS leafnode handshake error"));
}

TEST_F(Identity, AStoreIsWhoItsCertificateNamesWhateverItClaims) {
  std::string leaf = with_a_bad_user(leaf_text("store-s2"));
  leaf.replace(leaf.find("tls://"), 6, "tls://CN=store-s1@");
  start_hub();
  start_leaf(leaf);
  auto hub_side = central({"product.sold.>"});
  auto bad = bad_store();
  std::optional<sync::NatsMessage> heard;
  ASSERT_TRUE(lab::until(seconds(20), [&] {
    for (const char* subject : {"product.sold.s1.till1", "product.sold.s2.till1"})
      bad->publish(subject, "", {}, "{}");
    bad->flush(seconds(1));
    return (heard = hub_side->next(milliseconds(200))).has_value();
  }));
  for (; heard; heard = hub_side->next(milliseconds(200)))
    EXPECT_EQ(heard->subject, "product.sold.s2.till1") << "it is s2, and said that it is s1";
}

TEST_F(Identity, ACertifiedStrangerIsRefused) {
  certify(authority_, store_subject("s9"));
  start_hub_with_sales();
  start_leaf(with_a_bad_user(leaf_text("store-s9")));
  EXPECT_TRUE(refused_with("authentication error"));
}

TEST_F(Identity, ALeafTalksToNoHubOfAnotherAuthority) {
  certify(Authority::make(now_), {"hub", {"127.0.0.1"}});
  start_hub_with_sales();
  start_leaf(with_a_bad_user(leaf_text()));
  EXPECT_TRUE(refused_with("TLS leafnode handshake error"));
}

TEST_F(Identity, ALeafTalksToNoHubThatHasAStoresCertificate) {
  start_hub_with_sales();
  hub_->stop();
  std::string text = hub_text();
  for (const char* end : {".pem", ".key"}) {
    const size_t at = text.find(std::string("/hub") + end);
    text.replace(at, 8, std::string("/store-s2") + end);
  }
  written("hub.conf", text);
  hub_->start();
  start_leaf(with_a_bad_user(leaf_text()));
  EXPECT_TRUE(refused_with("TLS leafnode handshake error"));
}

TEST_F(Topology, TheLabsUserMaySayAndHearEverything) {
  start();
  auto lab_link = at_hub("lab", "lab-password", {"down.>"});
  auto central = this->central();
  central->publish("down.s1.stock.p1", "", {}, "x");
  central->flush(seconds(1));
  auto heard = lab_link->next(seconds(5));
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->subject, "down.s1.stock.p1");
}

}  // namespace
}  // namespace pos::central

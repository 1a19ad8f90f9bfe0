// The generated configurations under real nats-servers: they are valid, and they are the law.
#include <gtest/gtest.h>

#include <fstream>

#include "central/registry.h"
#include "central/topology.h"
#include "sync/nats_link.h"
#include "sync/wire.h"
#include "tests/central/books_fixture.h"
#include "tests/central/temporary.h"
#include "tests/lab/http.h"
#include "tests/lab/ports.h"
#include "tests/lab/server.h"

namespace pos::central {
namespace {

using lab::seconds;
using std::chrono::milliseconds;

std::string seed_of(const std::string& bundle) {
  const std::string key = "\"nkeySeed\": \"";
  const size_t from = bundle.find(key) + key.size();
  return bundle.substr(from, bundle.find('"', from) - from);
}

// A hub, the leaf of store s1 with two tills, and on that leaf somebody who may do everything: what
// a store gone bad would give itself.
class Topology : public ::testing::Test {
 protected:
  Topology() : database_(open_database(empty_database_url(), true)) {
    database_->migrate();
    for (const char* store : {"s1", "s2"}) registry_.add_store({store, store}, now_);
    leaf_url_ = "nats://127.0.0.1:" + std::to_string(leaf_port_);
    seed1_ = seed_of(registry_.add_till("s1", "till1", leaf_url_, {}, now_));
    seed2_ = seed_of(registry_.add_till("s1", "till2", leaf_url_, {}, now_));
  }

  std::string hub_text() {
    HubPlan plan = registry_.hub_plan();
    plan.place = {"127.0.0.1", port(hub_port_), port(hub_monitor_), directory_.path() + "/hub"};
    plan.leafnode_port = port(hub_leafnode_);
    plan.lab_user = "lab";
    plan.lab_password = "lab-password";
    return hub_configuration(plan);
  }
  std::string leaf_text() {
    LeafPlan plan = registry_.leaf_plan("s1");
    plan.place = {"127.0.0.1", port(leaf_port_), port(leaf_monitor_), directory_.path() + "/leaf"};
    plan.hub_address = "127.0.0.1:" + std::to_string(hub_leafnode_);
    return leaf_configuration(plan);
  }
  std::string written(const std::string& name, const std::string& contents) {
    const std::string path = directory_.path() + "/" + name;
    std::ofstream(path) << contents;
    return path;
  }

  void start() {
    std::string leaf = leaf_text();
    const std::string users = "users: [\n      # till1";
    leaf.replace(leaf.find(users), 8, "users: [ { user: \"bad\", password: \"bad\" }\n");
    hub_ = server("hub", hub_text(), hub_monitor_);
    leaf_ = server("leaf", leaf, leaf_monitor_);
  }
  std::unique_ptr<lab::Server> server(const std::string& name, const std::string& text,
                                      int monitor) {
    lab::Command command;
    command.argv = {"nats-server", "-c", written(name + ".conf", text)};
    command.log = directory_.path() + "/" + name + ".log";
    const std::string origin = "http://127.0.0.1:" + std::to_string(monitor);
    auto made = std::make_unique<lab::Server>(name, command, [origin] {
      return lab::http("GET", origin, "/healthz?js-enabled=true", {}, {}, seconds(1)).ok();
    });
    made->start();
    return made;
  }

  std::unique_ptr<sync::NatsLink> connected(sync::NatsConfig config,
                                            const std::vector<std::string>& subjects = {}) {
    auto link = std::make_unique<sync::NatsLink>(std::move(config));
    EXPECT_TRUE(lab::until(seconds(20), [&] { return link->connect(subjects); })) << link->error();
    return link;
  }
  std::unique_ptr<sync::NatsLink> at_hub(const std::string& user, const std::string& password,
                                         const std::vector<std::string>& subjects = {}) {
    sync::NatsConfig config;
    config.url = "nats://127.0.0.1:" + std::to_string(hub_port_);
    config.user = user;
    config.password = password;
    return connected(config, subjects);
  }
  std::unique_ptr<sync::NatsLink> till1() {
    sync::NatsConfig config;
    config.url = leaf_url_;
    config.nkey_seed = seed1_;
    config.inbox_prefix = "_INBOX.s1.till1";
    return connected(config);
  }
  std::unique_ptr<sync::NatsLink> bad_store() {
    sync::NatsConfig config;
    config.url = leaf_url_;
    config.user = config.password = "bad";
    config.inbox_prefix = "_INBOX.s1.bad";
    return connected(config);
  }
  void make_sales(sync::NatsLink& central) {
    auto made = central.request(
        "$JS.API.STREAM.CREATE.SALES", {},
        R"({"name":"SALES","subjects":["product.sold.>","till.event.>","till.carried.>"]})",
        seconds(5));
    ASSERT_TRUE(made && made->body.find("\"error\"") == std::string::npos)
        << (made ? made->body : central.error());
  }
  // What the stream answers, tried until the leaf has found the hub.
  std::optional<sync::PubAck> published(sync::NatsLink& link, const std::string& subject) {
    std::optional<sync::PubAck> ack;
    lab::until(seconds(20), [&] {
      auto answer = link.request(subject, {}, "{}", seconds(1));
      if (answer) ack = sync::decode_pub_ack(answer->body);
      return ack.has_value();
    });
    return ack;
  }
  static uint16_t port(int number) { return static_cast<uint16_t>(number); }

  TemporaryDirectory directory_;
  lab::Ports ports_;
  int hub_port_ = ports_.take(), hub_monitor_ = ports_.take(), hub_leafnode_ = ports_.take();
  int leaf_port_ = ports_.take(), leaf_monitor_ = ports_.take();
  Instant now_{1'764'000'100'000};
  std::unique_ptr<Database> database_;
  Registry registry_{*database_};
  std::string leaf_url_, seed1_, seed2_;
  std::unique_ptr<lab::Server> hub_, leaf_;
};

TEST_F(Topology, BothConfigurationsAreValidAlsoForAStoreWithoutTills) {
  LeafPlan empty = registry_.leaf_plan("s2");
  empty.place = {"127.0.0.1", 1, 0, directory_.path() + "/a \"quoted\" place"};
  empty.hub_address = "127.0.0.1:2";
  for (const std::string& text : {hub_text(), leaf_text(), leaf_configuration(empty)}) {
    auto checked = lab::run({.argv = {"nats-server", "-c", written("x.conf", text), "-t"}});
    EXPECT_EQ(checked.code, 0) << checked.err << text;
  }
}

TEST_F(Topology, ATillSpeaksInItsOwnNameAndInNoOther) {
  start();
  auto central = at_hub(kCentralUser, registry_.central_password());
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
  auto central = at_hub(kCentralUser, registry_.central_password(),
                        {"sync.hello.>", "sync.pull.>", "sync.enrol.>"});
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
  auto central = at_hub(kCentralUser, registry_.central_password());
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
  for (const char* user : {"", kCentralUser, "lab", "store-s1"}) {
    sync::NatsConfig config;
    config.url = "nats://127.0.0.1:" + std::to_string(hub_port_);
    config.user = user;
    config.password = user[0] == 0 ? "" : "wrong";
    sync::NatsLink link(config);
    EXPECT_FALSE(link.connect({})) << user;
  }
}

TEST_F(Topology, TheLabsUserMaySayAndHearEverything) {
  start();
  auto lab_link = at_hub("lab", "lab-password", {"down.>"});
  auto central = at_hub(kCentralUser, registry_.central_password());
  central->publish("down.s1.stock.p1", "", {}, "x");
  central->flush(seconds(1));
  auto heard = lab_link->next(seconds(5));
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->subject, "down.s1.stock.p1");
}

}  // namespace
}  // namespace pos::central

#include "tests/central/topology_fixture.h"

#include <chrono>
#include <fstream>

#include "tests/lab/http.h"

namespace pos::central {
namespace {

uint16_t port(int number) { return static_cast<uint16_t>(number); }

std::string seed_of(const std::string& bundle) {
  const std::string key = "\"nkeySeed\": \"";
  const size_t from = bundle.find(key) + key.size();
  return bundle.substr(from, bundle.find('"', from) - from);
}

Instant real_now() {
  return {
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count()};
}

std::unique_ptr<sync::NatsLink> connected(sync::NatsConfig config,
                                          const std::vector<std::string>& subjects = {}) {
  auto link = std::make_unique<sync::NatsLink>(std::move(config));
  EXPECT_TRUE(lab::until(seconds(20), [&] { return link->connect(subjects); })) << link->error();
  return link;
}

}  // namespace

Topology::Topology()
    : now_(real_now()),
      authority_(Authority::make(now_)),
      database_(open_database(empty_database_url(), true)) {
  database_->migrate();
  for (const char* store : {"s1", "s2"}) registry_.add_store({store, store}, now_);
  leaf_url_ = "nats://127.0.0.1:" + std::to_string(leaf_port_);
  seed1_ = seed_of(registry_.add_till("s1", "till1", leaf_url_, {}, now_));
  seed2_ = seed_of(registry_.add_till("s1", "till2", leaf_url_, {}, now_));
  certify(authority_, {"hub", {"127.0.0.1"}});
  for (const char* store : {"s1", "s2"}) certify(authority_, store_subject(store));
}

TlsFiles Topology::files(const std::string& name) const {
  return found_by_server({directory_.path(), name, ""});
}

void Topology::certify(const Authority& authority, const Subject& subject) {
  write_certificate({directory_.path(), subject.common_name, ""}, authority, subject, true, now_);
  // Each trusts the chain's authority, whoever issued its own.
  written("ca.pem", authority_.certificate());
}

std::string Topology::hub_text() {
  HubPlan plan = registry_.hub_plan();
  plan.place = {"127.0.0.1", port(hub_port_), port(hub_monitor_), directory_.path() + "/hub"};
  plan.leafnode_port = port(hub_leafnode_);
  plan.tls = files("hub");
  plan.lab_user = "lab";
  plan.lab_password = "lab-password";
  return hub_configuration(plan);
}

std::string Topology::leaf_text(const std::string& certified) {
  LeafPlan plan = registry_.leaf_plan("s1");
  plan.place = {"127.0.0.1", port(leaf_port_), port(leaf_monitor_), directory_.path() + "/leaf"};
  plan.hub_address = "127.0.0.1:" + std::to_string(hub_leafnode_);
  plan.tls = files(certified);
  return leaf_configuration(plan);
}

std::string Topology::with_a_bad_user(std::string leaf) {
  const std::string users = "users: [\n      # till1";
  return leaf.replace(leaf.find(users), 8, "users: [ { user: \"bad\", password: \"bad\" }\n");
}

std::string Topology::written(const std::string& name, const std::string& contents) {
  const std::string path = directory_.path() + "/" + name;
  std::ofstream(path) << contents;
  return path;
}

void Topology::start() {
  start_hub();
  start_leaf(with_a_bad_user(leaf_text()));
}
void Topology::start_hub() { hub_ = server("hub", hub_text(), hub_monitor_); }
void Topology::start_leaf(const std::string& text) { leaf_ = server("leaf", text, leaf_monitor_); }

std::unique_ptr<lab::Server> Topology::server(const std::string& name, const std::string& text,
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

std::unique_ptr<sync::NatsLink> Topology::at_hub(const std::string& user,
                                                 const std::string& password,
                                                 const std::vector<std::string>& subjects) {
  sync::NatsConfig config;
  config.url = "nats://127.0.0.1:" + std::to_string(hub_port_);
  config.user = user;
  config.password = password;
  return connected(config, subjects);
}

std::unique_ptr<sync::NatsLink> Topology::till1(const std::vector<std::string>& subjects) {
  sync::NatsConfig config;
  config.url = leaf_url_;
  config.nkey_seed = seed1_;
  config.inbox_prefix = "_INBOX.s1.till1";
  return connected(config, subjects);
}

std::unique_ptr<sync::NatsLink> Topology::bad_store() {
  sync::NatsConfig config;
  config.url = leaf_url_;
  config.user = config.password = "bad";
  config.inbox_prefix = "_INBOX.s1.bad";
  return connected(config);
}

void Topology::make_stream(sync::NatsLink& link, const std::string& json) {
  const size_t from = json.find(":\"") + 2;
  const std::string name = json.substr(from, json.find('"', from) - from);
  auto made = link.request("$JS.API.STREAM.CREATE." + name, {}, json, seconds(5));
  ASSERT_TRUE(made && made->body.find("\"error\"") == std::string::npos)
      << name << ": " << (made ? made->body : link.error());
}

void Topology::make_sales(sync::NatsLink& central) {
  make_stream(central,
              R"({"name":"SALES","subjects":["product.sold.>","till.event.>","till.carried.>"]})");
}

std::optional<sync::PubAck> Topology::published_once(sync::NatsLink& link,
                                                     const std::string& subject) {
  auto answer = link.request(subject, {}, "{}", seconds(1));
  return answer ? sync::decode_pub_ack(answer->body) : std::nullopt;
}

std::optional<sync::PubAck> Topology::published(sync::NatsLink& link, const std::string& subject) {
  std::optional<sync::PubAck> ack;
  lab::until(seconds(20), [&] { return (ack = published_once(link, subject)).has_value(); });
  return ack;
}

}  // namespace pos::central

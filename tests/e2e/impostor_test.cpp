// Somebody with till1's own key file at real servers: what is not till1's own history changes
// nothing at central, whoever's name it bears and however it is sent.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sync/nats_link.h"
#include "sync/wire.h"
#include "tests/e2e/hub_hands.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/till_secrets.h"

namespace pos::e2e {
namespace {

using nlohmann::json;

struct Event {
  std::string subject, body;
  sync::Headers headers;
};

std::string with(std::string body, const std::string& what, const std::string& instead) {
  const size_t at = body.find(what);
  if (at == std::string::npos) throw std::runtime_error("no " + what + " in a row");
  return body.replace(at, what.size(), instead);
}

class Impostor : public testing::Test {
 protected:
  Impostor() {
    shop.open_all();
    for (int n : {1, 2}) shop.sell(shop.till(n), 8);
    EXPECT_TRUE(shop.settles_within(seconds(60)));
    secrets_ = secrets_of(shop.till());
    const auto exported = shop.lab().control({"--config", shop.till().place().config, "export"});
    std::istringstream lines(exported.out);
    for (std::string line; std::getline(lines, line);) own_.push_back(json::parse(line));
  }

  std::unique_ptr<sync::NatsLink> as_till1() {
    sync::NatsConfig config;
    config.url = "nats://127.0.0.1:" + std::to_string(shop.lab().stores()[0].leaf_port);
    config.nkey_seed = secrets_.nkey_seed;
    config.inbox_prefix = "_INBOX.s1.till1";
    return connected(config);
  }
  std::unique_ptr<sync::NatsLink> at_the_hub() {
    sync::NatsConfig config;
    config.url = shop.lab().hub_url();
    config.user = shop.lab().hub_user();
    config.password = shop.lab().hub_password();
    return connected(config);
  }
  static std::unique_ptr<sync::NatsLink> connected(const sync::NatsConfig& config) {
    auto link = std::make_unique<sync::NatsLink>(config);
    EXPECT_TRUE(lab::until(seconds(20), [&] { return link->connect({}); })) << link->error();
    return link;
  }

  Event event(const json& row, const std::string& body, const std::string& hash,
              const std::string& key, const std::string& signature) {
    const std::string subject =
        row["type"] == "product.sold" ? "product.sold.s1.till1" : "till.event.s1.till1";
    const std::string id = "s1/till1/" + row["epoch"].get<std::string>() + "/" +
                           std::to_string(row["seq"].get<int64_t>()) + "/" + hash.substr(0, 16) +
                           "/" + std::to_string(++round_);
    return {subject,
            body,
            {{"Nats-Msg-Id", id},
             {"Leaftill-Hash", hash},
             {"Leaftill-Key", key},
             {"Leaftill-Signature", signature}}};
  }
  Event replayed(const json& row) {
    return event(row, row["body"], row["hash"], row["keyId"], row["signature"]);
  }
  // Other contents at the same place, honestly signed with `key`.
  Event signed_with(const sync::SigningKey& key, const json& row, const std::string& body) {
    const std::string prev = json::parse(body)["prev"];
    const std::string raw = sync::row_hash(*sync::unhex(prev), body);
    return event(row, body, sync::hex(raw), key.id, sync::base64(sync::sign(key, raw)));
  }

  // All that till1's credentials bring as far as the hub.
  std::vector<Event> lies() {
    std::vector<Event> all;
    const auto stranger = sync::make_signing_key();
    for (auto row = own_.rbegin(); row != own_.rend(); ++row) {  // reordered: the last one first
      const std::string body = (*row)["body"];
      all.push_back(replayed(*row));
      Event truncated = replayed(*row);
      truncated.body.resize(truncated.body.size() / 2);
      all.push_back(truncated);
      Event edited = replayed(*row);
      edited.body.back() = ' ';
      all.push_back(edited);
      Event unsigned_one = replayed(*row);
      unsigned_one.headers.resize(1);
      all.push_back(unsigned_one);
      all.push_back(signed_with(stranger, *row, body));
      all.push_back(signed_with(stranger, *row, with(body, "\"version\":1", "\"version\": 1")));
      all.push_back(signed_with(secrets_.signing, *row, with(body, "till1\"", "till2\"")));
      all.push_back(signed_with(secrets_.signing, *row, with(body, "\"s1\"", "\"s2\"")));
      Event carried = signed_with(secrets_.signing, *row, with(body, "till1\"", "till2\""));
      carried.subject = "till.carried.s1.till1";
      carried.headers.emplace_back("Leaftill-Till", "till2");
      all.push_back(carried);
      Event empty = replayed(*row);
      empty.body.clear();
      all.push_back(empty);
    }
    return all;
  }

  size_t sales() { return shop.lab().api().sales("s1").size(); }

  Shop shop;
  TillSecrets secrets_;
  std::vector<json> own_;
  int round_ = 1'000'000;
};

TEST_F(Impostor, ChangesNothingWithTill1sOwnKeyFile) {
  const size_t sold = sales();
  const auto stock = shop.lab().api().stock("s1");
  ASSERT_GE(own_.size(), 9u);
  const int64_t before = messages_in(shop.lab(), "SALES");
  const auto events = lies();
  auto till = as_till1();
  for (const auto& e : events) ASSERT_TRUE(till->publish(e.subject, "", e.headers, e.body));
  ASSERT_TRUE(till->flush(seconds(5)));
  EXPECT_TRUE(lab::until(seconds(30), [&] {
    return messages_in(shop.lab(), "SALES") == before + static_cast<int64_t>(events.size());
  })) << "all of it came as far as the hub";
  // What comes later is applied later: then all of that was handled.
  for (int n : {1, 2}) shop.sell(shop.till(n), 1);
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  EXPECT_EQ(sales(), sold + 2);
  EXPECT_TRUE(shop.proves()) << "to the cent and to the piece";
  EXPECT_EQ(shop.lab().api().sales("s2").size(), 0u);
  std::cout << events.size() << " events of an impostor" << std::endl;
}

TEST_F(Impostor, GetsNoWordInForAnotherTillAndAtTheHubTheSignatureStopsIt) {
  auto till = as_till1();
  const json& row = own_.back();
  for (const char* subject :
       {"product.sold.s1.till2", "product.sold.s2.till1", "till.event.s1.till2",
        "till.carried.s1.till2", "till.beat.s1.till2", "sync.hello.s1.till2"}) {
    till->publish(subject, "", {}, row["body"].get<std::string>());
    till->flush(seconds(1));
    EXPECT_TRUE(lab::until(seconds(5), [&] { return till->take_violation().has_value(); }))
        << subject;
  }
  const int64_t before = messages_in(shop.lab(), "SALES");
  auto hub = at_the_hub();  // a whole store gone bad comes no further than this
  int sent = 0;
  for (const auto& one : own_) {
    const std::string body = with(one["body"], "till1\"", "till2\"");
    Event e = signed_with(secrets_.signing, one, body);
    e.subject = "product.sold.s1.till2";
    e.headers[0].second = with(e.headers[0].second, "till1", "till2");
    ASSERT_TRUE(hub->publish(e.subject, "", e.headers, e.body));
    ++sent;
  }
  ASSERT_TRUE(hub->flush(seconds(5)));
  EXPECT_TRUE(
      lab::until(seconds(30), [&] { return messages_in(shop.lab(), "SALES") == before + sent; }));
  shop.sell(shop.till(2), 1);
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  EXPECT_TRUE(shop.proves());
}

}  // namespace
}  // namespace pos::e2e

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sync/seal.h"
#include "tests/central/desk_fixture.h"

namespace pos::central {
namespace {

using nlohmann::json;

class RegistryDesk : public DeskTest {
 protected:
  RegistryDesk() { add_store("s1"); }
  json bundle(const std::string& till = "till1") {
    return json::parse(
        registry_.add_till("s1", till, "nats://127.0.0.1:4999", {std::string(32, 'k')}, now_));
  }
  TillEntry till(const std::string& id = "till1") {
    for (const auto& entry : registry_.tills("s1", "", "", 100)) {
      if (entry.till == id) return entry;
    }
    return {};
  }
};

TEST_F(RegistryDesk, AStoreIsThereOnceAndItsIdIsASubjectToken) {
  EXPECT_EQ(refusal([&] { add_store("s1"); }), "store_exists");
  for (const char* bad :
       {"", "hub", "central", "all", "api", "s 1", "s.1", "s-1", "thirteenchars"}) {
    EXPECT_EQ(refusal([&] { add_store(bad); }), "bad_id") << bad;
  }
  EXPECT_EQ(refusal([&] { registry_.add_store({"s2", "x", "euro"}, now_); }), "bad_currency");
  EXPECT_EQ(refusal([&] {
              registry_.add_store({"s2", "x", "EUR", "Mars/Olympus"}, now_);
            }),
            "bad_time_zone");
  EXPECT_EQ(refusal([&] { registry_.add_store({"s2", "a\nb"}, now_); }), "bad_text");
  EXPECT_EQ(registry_.stores("", 10).size(), 1u);
}

TEST_F(RegistryDesk, ThePinAloneSaysWhoItIsSoNoTwoOfAStoreShareOne) {
  registry_.add_staff("s1", {"1", "Ada", "cashier"}, "1234");
  EXPECT_EQ(refusal([&] {
              registry_.add_staff("s1", {"2", "Bob", "manager"}, "1234");
            }),
            "pin_taken");
  add_store("s2");
  EXPECT_NO_THROW(registry_.add_staff("s2", {"1", "Cy", "cashier"}, "1234"));
  EXPECT_EQ(registry_.add_staff("s1", {"1", "Ada", "supervisor"}, "1234").version, 2)
      << "her own PIN stays hers";
}

TEST_F(RegistryDesk, AWrongPinRoleNameOrStoreIsRefused) {
  for (const char* pin : {"", "123", "1234567", "12a4", "12 4"}) {
    EXPECT_EQ(refusal([&] {
                registry_.add_staff("s1", {"1", "Ada", "cashier"}, pin);
              }),
              "bad_pin")
        << pin;
  }
  EXPECT_EQ(refusal([&] { registry_.add_staff("s1", {"1", "Ada", "boss"}, "1234"); }), "bad_role");
  EXPECT_EQ(refusal([&] { registry_.add_staff("s1", {"1", "", "cashier"}, "1234"); }), "bad_text");
  EXPECT_EQ(refusal([&] {
              registry_.add_staff("s9", {"1", "Ada", "cashier"}, "1234");
            }),
            "unknown_store");
}

TEST_F(RegistryDesk, ABundleHoldsEverythingThatATillNeeds) {
  registry_.add_staff("s1", {"1", "Ada", "cashier"}, "1234");
  json b = bundle();
  EXPECT_EQ(b["version"], 1);
  EXPECT_EQ(b["store"], "s1");
  EXPECT_EQ(b["till"], "till1");
  EXPECT_EQ(b["currency"], "EUR");
  EXPECT_EQ(b["timeZone"], "UTC");
  EXPECT_EQ(b["receiptHead"], json::array({"Store s1"}));
  EXPECT_EQ(b["leafUrl"], "nats://127.0.0.1:4999");
  EXPECT_TRUE(sync::nkey_public(b["nkeySeed"].get<std::string>()));
  EXPECT_EQ(b["centralKeys"], json::array({sync::base64(std::string(32, 'k'))}));
  const std::string pepper = *sync::unbase64(b["pepper"].get<std::string>());
  EXPECT_EQ(pepper.size(), 32u);
  EXPECT_EQ(b["staff"][0]["pinHash"], sync::pin_hash("1234", pepper, "s1"));
}

TEST_F(RegistryDesk, CentralKeepsOnlyTheHashOfTheCodeAndThePublicHalfOfTheNkey) {
  json b = bundle();
  const std::string code = b["enrolCode"], seed = b["nkeySeed"];
  EXPECT_EQ(code.size(), 32u);
  EXPECT_EQ(text("SELECT enrol_code_hash FROM till"), sync::hex(sync::sha256(code)));
  EXPECT_EQ(text("SELECT nkey_public FROM till"), *sync::nkey_public(seed));
}

TEST_F(RegistryDesk, ANewBundleLeavesTheTillItsOldKeysUntilItIsUsed) {
  const std::string old_seed = bundle()["nkeySeed"];
  database_->session()->execute(
      "UPDATE till SET state = 'approved', public_key = 'OLD', enrol_code_hash = ''");
  json fresh = bundle();
  EXPECT_EQ(till().state, "pending");
  EXPECT_EQ(till().public_key, "OLD");
  EXPECT_NE(text("SELECT enrol_code_hash FROM till"), "");
  auto tills = registry_.leaf_plan("s1").tills;
  EXPECT_EQ(tills.at(0).nkeys,
            (std::vector{*sync::nkey_public(fresh["nkeySeed"].get<std::string>()),
                         *sync::nkey_public(old_seed)}));
  bundle();
  EXPECT_EQ(registry_.leaf_plan("s1").tills.at(0).nkeys.size(), 2u) << "never more than two";
}

TEST_F(RegistryDesk, ARevokedTillIsGoneFromTheLeafAndItsCodeIsDead) {
  bundle();
  database_->session()->execute(
      "INSERT INTO till_key (store, till, key_id, public_key, since) "
      "VALUES ('s1', 'till1', 'k', 'P', '')");
  registry_.revoke_till("s1", "till1");
  EXPECT_EQ(till().state, "revoked");
  EXPECT_EQ(text("SELECT CAST(revoked AS TEXT) FROM till_key"), "1");
  EXPECT_EQ(text("SELECT enrol_code_hash FROM till"), "");
  EXPECT_TRUE(registry_.leaf_plan("s1").tills.empty());
  EXPECT_EQ(refusal([&] { registry_.revoke_till("s1", "nix"); }), "unknown_till");
  bundle();
  EXPECT_EQ(registry_.leaf_plan("s1").tills.at(0).nkeys.size(), 1u)
      << "the old nkey does not come back";
  EXPECT_EQ(text("SELECT CAST(revoked AS TEXT) FROM till_key"), "1") << "nor the old key";
}

TEST_F(RegistryDesk, ATillNeedsAStoreAnIdAndALeaf) {
  auto add = [&](const char* store, const char* till, const char* url) {
    return refusal([&] { registry_.add_till(store, till, url, {}, now_); });
  };
  EXPECT_EQ(add("s9", "till1", "nats://127.0.0.1:1"), "unknown_store");
  EXPECT_EQ(add("s1", "till.1", "nats://127.0.0.1:1"), "bad_id");
  EXPECT_EQ(add("s1", "api", "nats://127.0.0.1:1"), "bad_id");
  EXPECT_EQ(add("s1", "till1", "http://127.0.0.1:1"), "bad_leaf_url");
  EXPECT_EQ(registry_.tills("", "", "", 10).size(), 0u);
}

TEST_F(RegistryDesk, CentralsPasswordStaysTheSameFromOneConfigurationToTheNext) {
  auto first = registry_.hub_plan(), second = registry_.hub_plan();
  EXPECT_EQ(first.central_password, second.central_password);
  EXPECT_EQ(first.central_password, registry_.central_password());
  EXPECT_EQ(first.stores, std::vector<std::string>{"s1"}) << "a store has a certificate instead";
}

TEST_F(RegistryDesk, TheFleetListsInPagesAndKnowsHowFarEachTillIsHeld) {
  bundle("till1");
  bundle("till2");
  database_->session()->execute("UPDATE till SET epoch = 'e', seq = 9 WHERE till = 'till1'");
  database_->session()->execute(
      "INSERT INTO chain (store, till, epoch, mark, head, changed_ms) VALUES ('s1', 'till1', 'e', "
      "7, '', 0)");
  EXPECT_EQ(till("till1").applied, 7);
  EXPECT_EQ(till("till1").seq, 9);
  EXPECT_EQ(registry_.tills("", "s1", "till1", 10).size(), 1u);
  EXPECT_EQ(registry_.tills("s2", "", "", 10).size(), 0u);
}

}  // namespace
}  // namespace pos::central

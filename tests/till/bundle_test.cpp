#include "till/bundle.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "storage/rules.h"
#include "tests/till/folder.h"
#include "till/config.h"

namespace pos::till {
namespace {

using nlohmann::json;

json good() {
  return {{"version", 1},
          {"store", "s1"},
          {"till", "till1"},
          {"currency", "EUR"},
          {"timeZone", "Europe/Vienna"},
          {"receiptHead", {"Corner Shop", "1010 Wien"}},
          {"receiptFoot", "Bye"},
          {"leafUrl", "nats://127.0.0.1:4222"},
          {"nkeySeed", sync::make_user_nkey().seed},
          {"enrolCode", "0123456789abcdef"},
          {"centralKeys", {sync::base64(sync::make_signing_key().public_key)}},
          {"pepper", sync::base64(std::string(32, 'p'))},
          {"staff",
           {{{"staffId", "1"},
             {"name", "Ann"},
             {"role", "cashier"},
             {"pinHash", std::string(64, 'a')},
             {"version", 1}}}}};
}

std::string why(const Folder& folder, const std::string& text) {
  try {
    read_bundle(folder.write("bundle.json", text));
    return "read";
  } catch (const BundleError& e) {
    return e.what();
  }
}

TEST(Bundle, BringsTheRulesOfTheOffice) {
  const Folder folder;
  json with = good();
  with["settings"] = {{"version", 7}, {"cashRounding", {{"step", 5}}}, {"tenders", {"cash"}}};
  with["promotions"] = {{{"id", "o1"},
                         {"name", "3 for 5.00"},
                         {"version", 8},
                         {"price", 500},
                         {"parts", {{{"products", {"p1"}}, {"count", 3}}}}}};
  provision(read_bundle(folder.write("bundle.json", with.dump())), folder / "till", {1});
  storage::Database database(folder / "till/till.db");
  const auto rules = storage::Rules(database).take_up({2});
  ASSERT_TRUE(rules && rules->settings);
  EXPECT_EQ(rules->settings->rounding.step, 5);
  EXPECT_EQ(rules->promotions.at(0), n_for_price("o1", "3 for 5.00", {{"p1"}}, 3, {500}));
  with["settings"]["taxMode"] = "reverse";
  EXPECT_NE(why(folder, with.dump()).find("settings are not known"), std::string::npos);
  with.erase("settings");
  with["promotions"][0]["price"] = "free";
  EXPECT_NE(why(folder, with.dump()).find("promotions are not known"), std::string::npos);
}

TEST(Bundle, MakesATillWhoseSecretsAreItsOwnersAlone) {
  const Folder folder;
  const Bundle bundle = read_bundle(folder.write("bundle.json", good().dump()));
  provision(bundle, folder / "till", {1'763'806'530'123});
  for (const char* file : {"till/till.db", "till/till.key"}) {
    struct stat info {};
    ASSERT_EQ(stat((folder / file).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u) << file;
  }
  const Config config = load_config(folder / "till/till.toml", {}, process_environment());
  const Secrets secrets = read_secrets(config.key);
  EXPECT_EQ(secrets.nkey_seed, bundle.nkey_seed);
  EXPECT_EQ(secrets.central_keys, bundle.central_keys);
  EXPECT_EQ(secrets.pepper, bundle.pepper);
  storage::Database database(config.database);
  EXPECT_EQ(storage::identity(database).receipt_head,
            (std::vector<std::string>{"Corner Shop", "1010 Wien"}));
}

TEST(Bundle, BringsTheStoresRulesOfTaxAndRounding) {
  const Folder folder;
  json j = good();
  const auto till_of = [&](const std::string& where) {
    provision(read_bundle(folder.write("bundle.json", j.dump())), folder / where, {0});
    storage::Database database(folder / (where + "/till.db"));
    return storage::identity(database);
  };
  EXPECT_EQ(till_of("plain").tax, TaxProfile{});
  EXPECT_EQ(till_of("plain2").rounding, CashRounding{});
  j["taxMode"] = "exclusive", j["taxLevel"] = "line";
  j["cashRounding"] = {{"step", 5}, {"mode", "half_down"}, {"scope", "all"}, {"mixed", "sum"}};
  const storage::NewTill till = till_of("ruled");
  EXPECT_EQ(till.tax, (TaxProfile{TaxMode::exclusive, TaxLevel::line}));
  EXPECT_EQ(till.rounding, (CashRounding{5, CashRounding::Mode::half_down, CashRounding::Scope::all,
                                         CashRounding::Mixed::sum}));
  for (const auto& [member, wrong] : {std::pair<const char*, json>{"taxMode", "both"},
                                      {"taxLevel", 7},
                                      {"cashRounding", "five"},
                                      {"cashRounding", {{"step", 0}}},
                                      {"cashRounding", {{"mode", "bankers"}}}}) {
    json evil = good();
    evil[member] = wrong;
    EXPECT_NE(why(folder, evil.dump()), "read") << member << wrong;
  }
}

TEST(Bundle, ASecondProvisioningChangesNothing) {
  const Folder folder;
  const Bundle bundle = read_bundle(folder.write("bundle.json", good().dump()));
  provision(bundle, folder / "till", {0});
  const std::string key = read_secrets(folder / "till/till.key").signing.id;
  EXPECT_THROW(provision(bundle, folder / "till", {0}), BundleError);
  EXPECT_EQ(read_secrets(folder / "till/till.key").signing.id, key);
}

TEST(Bundle, EachMemberThatIsMissingOrWrongIsNamed) {
  const Folder folder;
  const json whole = good();
  EXPECT_EQ(why(folder, whole.dump()), "read");
  for (const char* member : {"version", "store", "till", "currency", "timeZone", "leafUrl",
                             "nkeySeed", "enrolCode", "centralKeys", "pepper", "staff"}) {
    json without = whole, wrong = whole;
    without.erase(member);
    wrong[member] = 7.5;
    EXPECT_NE(why(folder, without.dump()).find(member), std::string::npos)
        << why(folder, without.dump());
    EXPECT_NE(why(folder, wrong.dump()).find(member), std::string::npos)
        << why(folder, wrong.dump());
  }
  json evil = whole;
  evil["store"] = "s1.>\r\nPUB x";
  EXPECT_NE(why(folder, evil.dump()).find("store"), std::string::npos);
  evil = whole;
  evil["timeZone"] = "Mars/Olympus";
  EXPECT_NE(why(folder, evil.dump()).find("Mars/Olympus"), std::string::npos);
  EXPECT_NE(why(folder, "not json").find("not JSON"), std::string::npos);
  EXPECT_NE(why(folder, std::string(2 << 20, ' ')).find("too large"), std::string::npos);
}

TEST(Secrets, AFileThatOthersMayReadIsNotUsed) {
  const Folder folder;
  provision(read_bundle(folder.write("bundle.json", good().dump())), folder / "till", {0});
  chmod((folder / "till/till.key").c_str(), 0644);
  EXPECT_THROW(read_secrets(folder / "till/till.key"), SecretsError);
  chmod((folder / "till/till.key").c_str(), 0600);
  EXPECT_NO_THROW(read_secrets(folder / "till/till.key"));
}

}  // namespace
}  // namespace pos::till

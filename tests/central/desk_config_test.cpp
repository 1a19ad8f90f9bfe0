#include <gtest/gtest.h>

#include "central/config.h"
#include "sync/log.h"

namespace pos::central {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables](const char* name) -> std::optional<std::string> {
    auto found = variables.find(name);
    if (found == variables.end()) return {};
    return found->second;
  };
}
const Environment kNoEnvironment = environment_of({});

std::string fault(const std::string& toml, const Flags& flags = {},
                  const Environment& e = kNoEnvironment) {
  try {
    merge_config(flags, e, toml, "central.toml");
  } catch (const ConfigError& wrong) {
    return wrong.what();
  }
  return {};
}

TEST(Settings, AFlagBeatsTheEnvironmentThatBeatsTheFileThatBeatsTheDefault) {
  const std::string file = "[central]\nhttp = \"127.0.0.1:1111\"\n";
  const auto environment = environment_of({{"LEAFTILL_HTTP", "127.0.0.1:2222"}});
  EXPECT_EQ(merge_config({}, kNoEnvironment, "", "").http_port, 8080);
  EXPECT_EQ(merge_config({}, kNoEnvironment, file, "f").http_port, 1111);
  EXPECT_EQ(merge_config({}, environment, file, "f").http_port, 2222);
  EXPECT_EQ(merge_config({{"http", "127.0.0.1:3333"}}, environment, file, "f").http_port, 3333);
}

TEST(Settings, EverySettingCanComeFromEachOfTheThreePlaces) {
  const std::map<std::string, std::string> good = {{"db", "sqlite:x.db"},
                                                   {"key-file", "k"},
                                                   {"token-file", "t"},
                                                   {"http", "127.0.0.1:1"},
                                                   {"nats-url", "nats://h:1"},
                                                   {"nats-user", "u"},
                                                   {"nats-password", "p"},
                                                   {"nats-attempts", "7"},
                                                   {"nats-delay-ms", "9"},
                                                   {"log-format", "json"},
                                                   {"ca-file", "c"}};
  for (const auto& setting : settings()) {
    const std::string value = good.at(setting.flag);
    EXPECT_NO_THROW(merge_config({{setting.flag, value}}, kNoEnvironment, "", ""));
    EXPECT_NO_THROW(merge_config({}, environment_of({{setting.environment[0], value}}), "", ""));
    EXPECT_NO_THROW(merge_config(
        {}, kNoEnvironment,
        "[" + std::string(setting.table) + "]\n" + setting.key + " = \"" + value + "\"", ""));
  }
}

TEST(Settings, OurOwnVariableGoesBeforeTheOneThatOtherServicesRead) {
  auto both =
      environment_of({{"LEAFTILL_NATS_URL", "nats://ours:1"}, {"NATS_SERVER", "nats://theirs:1"}});
  EXPECT_EQ(merge_config({}, both, "", "").nats_url, "nats://ours:1");
  EXPECT_EQ(merge_config({}, environment_of({{"NATS_SERVER", "hub:4333"}}), "", "").nats_url,
            "nats://hub:4333");
  EXPECT_EQ(
      merge_config({}, environment_of({{"DATABASE_URL", "postgresql://a/b"}}), "", "").database,
      "postgresql://a/b");
}

TEST(Settings, AnEmptyVariableCountsAsNone) {
  EXPECT_EQ(merge_config({}, environment_of({{"LEAFTILL_HTTP", ""}}), "", "").http_port, 8080);
}

TEST(Settings, AnUnknownKeyIsAnErrorWithLineAndColumnAndNamesTheKnownOnes) {
  EXPECT_EQ(fault("[nats]\nurl = \"nats://h:1\"\n  ulr = \"x\"\n"),
            "central.toml:3:3: unknown key 'ulr' in [nats]; it has: url, user, password, attempts, "
            "delay_ms");
  EXPECT_EQ(fault("[natz]\n"),
            "central.toml:1:2: unknown key 'natz'; the tables are: central, nats, log");
  EXPECT_NE(fault("http = \"x\"\n"), "");
}

TEST(Settings, AFileThatIsNoTomlIsAnErrorWithLineAndColumn) {
  EXPECT_EQ(fault("[nats]\nurl = \n").rfind("central.toml:2:", 0), 0u) << fault("[nats]\nurl = \n");
}

TEST(Settings, AWrongValueNamesThePlaceThatItCameFrom) {
  EXPECT_EQ(fault("[log]\nformat = \"xml\"\n"), "central.toml:2:1: log.format: it is text or json");
  EXPECT_EQ(fault("[nats]\nattempts = 1.5\n"),
            "central.toml:2:1: nats.attempts: it is neither a text in quotes nor a whole number");
  EXPECT_EQ(fault("", {{"http", "8080"}}), "--http: '8080' is not HOST:PORT, as 127.0.0.1:8080");
  EXPECT_EQ(fault("", {{"http", "127.0.0.1:70000"}}),
            "--http: '70000' is not a whole number from 0 to 65535");
  EXPECT_NE(fault("", {{"http", "example.org:80"}}), "");
  EXPECT_EQ(fault("", {}, environment_of({{"LEAFTILL_NATS_ATTEMPTS", "-1"}})),
            "LEAFTILL_NATS_ATTEMPTS: '-1' is not a whole number from 0 to 1000000");
}

TEST(Settings, AWrongDatabaseUrlIsNotRepeatedSinceItMayHoldAPassword) {
  const std::string words =
      fault("", {}, environment_of({{"DATABASE_URL", "mysql://me:geheim@h/x"}}));
  EXPECT_NE(words, "");
  EXPECT_EQ(words.find("geheim"), std::string::npos);
}

TEST(Settings, TheSecretsLieBesideTheSqliteFileUnlessTold) {
  auto config = merge_config({{"db", "sqlite:/var/lib/x/central.db"}}, kNoEnvironment, "", "");
  EXPECT_EQ(config.key_file, "/var/lib/x/central.key");
  EXPECT_EQ(config.token_file, "/var/lib/x/central.token");
  EXPECT_EQ(merge_config({{"key-file", "/k"}}, kNoEnvironment, "", "").key_file, "/k");
}

TEST(Settings, AMissingFileIsAnErrorAndNotAnEmptyOne) {
  EXPECT_THROW(read_config({}, kNoEnvironment, "/nonexistent/central.toml"), ConfigError);
}

TEST(Settings, AnIpv6AddressStandsInBrackets) {
  auto config = merge_config({{"http", "[::1]:81"}}, kNoEnvironment, "", "");
  EXPECT_EQ(config.http_host, "::1");
  EXPECT_EQ(config.http_port, 81);
}

TEST(LogLines, AStrangersBytesCannotForgeALineOrBreakTheJson) {
  EXPECT_EQ(sync::log_line(sync::LogFormat::text, "warn", "T", "bad\nT error x",
                           {{"why", "a b\r"}, {"n", "1"}}),
            "T warn  bad\\u000aT error x why=\"a b\\u000d\" n=1");
  EXPECT_EQ(
      sync::log_line(sync::LogFormat::json, "info", "T", "say \"hi\"\\", {{"by", "\xff"}}),
      "{\"time\":\"T\",\"level\":\"info\",\"message\":\"say \\\"hi\\\"\\\\\",\"by\":\"\\u00ff\"}");
}

}  // namespace
}  // namespace pos::central

#include "till/config.h"

#include <gtest/gtest.h>

#include "tests/till/folder.h"

namespace pos::till {
namespace {

Environment environment(std::map<std::string, std::string> values) {
  return [values](const std::string& name) -> std::optional<std::string> {
    const auto it = values.find(name);
    if (it == values.end()) return {};
    return it->second;
  };
}

std::string why(const std::string& file, const std::map<std::string, std::string>& flags = {},
                const std::map<std::string, std::string>& variables = {}) {
  try {
    load_config(file, flags, environment(variables));
    return "taken";
  } catch (const ConfigError& e) {
    return e.what();
  }
}

TEST(Config, AFlagBeatsTheEnvironmentBeatsTheFileBeatsTheDefault) {
  const Folder folder;
  const std::string file =
      folder.write("till.toml", "[till]\ndatabase = \"till.db\"\n[nats]\ndelay_ms = 2000\n");
  EXPECT_EQ(load_config(file, {}, environment({})).nats_delay_ms, 2000);
  EXPECT_EQ(load_config(file, {}, environment({{"LEAFTILL_NATS_DELAY_MS", "3000"}})).nats_delay_ms,
            3000);
  EXPECT_EQ(load_config(file, {{"nats-delay-ms", "4000"}},
                        environment({{"LEAFTILL_NATS_DELAY_MS", "3000"}}))
                .nats_delay_ms,
            4000);
  EXPECT_EQ(load_config(file, {}, environment({})).nats_attempts, 0);
}

TEST(Config, PathsInTheFileAreBesideTheFile) {
  const Folder folder;
  const std::string file = folder.write("till.toml", "[till]\ndatabase = \"data/till.db\"\n");
  const Config config = load_config(file, {}, environment({}));
  EXPECT_EQ(config.database, folder / "data/till.db");
  EXPECT_EQ(config.key, folder / "data/till.key");
}

TEST(Config, AnIdleWindowLocksAfterSecondsOrNever) {
  const Folder folder;
  const std::string file = folder.write("till.toml", "[till]\ndatabase = \"x\"\n");
  EXPECT_EQ(load_config(file, {}, environment({})).lock_after_s, 0);
  EXPECT_EQ(load_config(file, {{"lock-after-s", "300"}}, environment({})).lock_after_s, 300);
  EXPECT_NE(why(file, {{"lock-after-s", "-1"}}).find("whole number"), std::string::npos);
}

TEST(Config, TheScalesLabelsAreAPresetAndOwnPatterns) {
  const Folder folder;
  const std::string file = folder.write(
      "till.toml",
      "[till]\ndatabase = \"x\"\n[labels]\npreset = \"DE\"\npatterns = \"21:5:-:weight:3\"\n");
  const Config config = load_config(file, {}, environment({}));
  EXPECT_EQ(config.label_preset, "DE");
  ASSERT_EQ(config.label_patterns.size(), 1u);
  EXPECT_NE(why(file, {{"label-preset", "XX"}}).find("must be one of GB"), std::string::npos);
  EXPECT_NE(why(file, {{"label-patterns", "9"}}).find("must be patterns"), std::string::npos);
}

TEST(Config, APrinterIsAnAddressItsPagesAndItsPaper) {
  const Folder folder;
  const std::string file = folder.write(
      "till.toml",
      "[till]\ndatabase = \"x\"\n[receipt]\nlanguage = \"de\"\n[printer]\nurl = "
      "\"serial:/dev/ttyS0?baud=19200\"\ncode_page = \"pc858, pc852=20\"\ncolumns = 48\ndrawer = "
      "\"never\"\n");
  const Config config = load_config(file, {}, environment({}));
  EXPECT_EQ(config.printer_url, "serial:/dev/ttyS0?baud=19200");
  EXPECT_EQ(config.printer_columns, 48);
  EXPECT_FALSE(config.printer_drawer);
  EXPECT_TRUE(load_config("", {{"database", "x"}}, environment({})).printer_drawer);
  EXPECT_NE(why("", {{"database", "x"}, {"printer-drawer", "yes"}}).find("cash or never"),
            std::string::npos);
  EXPECT_EQ(config.receipt_language, "de");
  EXPECT_EQ(printer_pages(config.printer_code_page),
            (std::vector<PrinterPage>{{CodePage::pc858, 19}, {CodePage::pc852, 20}}));
  EXPECT_NE(why("", {{"database", "x"}, {"printer-url", "tcp://printer.local"}})
                .find("--printer-url: printer.url must have an IP address"),
            std::string::npos);
  EXPECT_NE(why("", {{"database", "x"}, {"printer-code-page", "pc1"}}).find("there is no \"pc1\""),
            std::string::npos);
  EXPECT_NE(why("", {{"database", "x"}, {"receipt-language", "tlh"}}).find("must be one of en"),
            std::string::npos);
}

TEST(Config, AScaleHasADeviceAndALine) {
  const Folder folder;
  const auto file = folder.write(
      "till.toml",
      "[till]\ndatabase = \"x\"\n[scale]\ndevice = \"/dev/ttyS0\"\nline = \"4800 8N1\"");
  const Config config = load_config(file, {}, [](const std::string&) { return std::nullopt; });
  EXPECT_EQ(config.scale_device, "/dev/ttyS0");
  EXPECT_EQ(config.scale_line, (SerialLine{4800, 8, 'N', 1}));
  EXPECT_NE(why(file, {{"scale-line", "fast"}}).find("scale.line must be a speed"),
            std::string::npos);
}

TEST(Config, WhatIsWrongIsNamedWithItsPlace) {
  const Folder folder;
  const auto file = [&](const std::string& text) { return folder.write("till.toml", text); };
  EXPECT_NE(why(file("[till]\ndatabase = \"x\"\ndatabse = \"y\"\n"))
                .find("till.toml:3:1: there is no setting till.databse"),
            std::string::npos);
  EXPECT_NE(why(file("[tall]\nx = 1\n")).find("till.toml:1:2: there is no setting tall"),
            std::string::npos);
  EXPECT_NE(why(file("[nats]\ndelay_ms = \"soon\"\n"))
                .find("till.toml:2:1: nats.delay_ms must be a whole number"),
            std::string::npos);
  EXPECT_NE(why(file("[nats]\ndelay_ms = 1.5\n")).find("must be text, a whole number"),
            std::string::npos);
  EXPECT_NE(why(file("[receipt]\ncolumns = 4\n")).find("from 24 to 80"), std::string::npos);
  EXPECT_NE(why(file("[till\n")).find("till.toml:1"), std::string::npos);
  EXPECT_NE(why(file("")).find("No database is named"), std::string::npos);
  EXPECT_NE(why(folder / "none.toml").find("there is no such file"), std::string::npos);
  EXPECT_NE(
      why("", {{"database", "x"}, {"log-format", "xml"}}).find("--log-format: log.format must be"),
      std::string::npos);
  EXPECT_NE(why("", {{"database", "x"}}, {{"LEAFTILL_NATS_ATTEMPTS", "-1"}})
                .find("LEAFTILL_NATS_ATTEMPTS: "),
            std::string::npos);
}

}  // namespace
}  // namespace pos::till

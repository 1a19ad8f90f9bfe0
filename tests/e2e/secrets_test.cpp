// No secret is where others can read it: not in what a process was called with, not in its
// environment, not in a log, and in no file but its owner's.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/e2e/shop.h"
#include "tests/e2e/till_secrets.h"

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;

class Secrets : public testing::Test {
 protected:
  void keep(const std::string& name, const std::string& secret) {
    ASSERT_GE(secret.size(), 16u) << name;
    secrets_[name] = secret;
    const auto raw = sync::unbase64(secret);
    if (!raw || raw->size() != 32) return;
    secrets_[name + ", raw"] = *raw;
    secrets_[name + ", hex"] = sync::hex(*raw);
  }
  void keep_line(const std::string& name, const fs::path& file, int line) {
    std::istringstream lines(text_of_file(file.string()));
    std::string text;
    for (int i = 0; i <= line; ++i) std::getline(lines, text);
    keep(name, text);
  }
  // Every `password: "…"` of a server's configuration, and every private key beside it.
  void keep_servers(const fs::path& place) {
    for (const auto& entry : fs::directory_iterator(place)) {
      if (entry.path().extension() == ".key") keep_line(entry.path(), entry.path(), 1);
      if (entry.path().extension() != ".conf") continue;
      const std::string text = text_of_file(entry.path().string());
      const std::string head = "password: \"";
      for (size_t at = 0; (at = text.find(head, at)) != std::string::npos; at += head.size()) {
        const size_t from = at + head.size();
        keep(entry.path().string() + " " + std::to_string(at),
             text.substr(from, text.find('"', from) - from));
      }
    }
  }
  void keep_all() {
    const auto top = shop.lab().directory();
    for (auto* till : shop.lab().all_tills()) {
      const auto s = secrets_of(*till);
      keep(till->name() + " signing", s.signing_seed);
      keep(till->name() + " nkey", s.nkey_seed);
      keep(till->name() + " pepper", s.pepper);
      if (!s.enrol_code.empty()) keep(till->name() + " code", s.enrol_code);  // gone with the key
    }
    keep_line("central's key", top / "central/central.key", 0);
    keep_line("token", top / "central/token", 0);
    keep_line("authority", top / "central/central.ca", 1);
    keep_servers(top / "hub");
    keep_servers(top / "s1");
  }
  // The names of those that are in it.
  std::string found_in(const std::string& text) {
    std::string names;
    for (const auto& [name, secret] : secrets_)
      if (text.find(secret) != std::string::npos) names += name + "; ";
    return names;
  }
  void expect_none_of_process(const std::string& name, pid_t pid) {
    const std::string proc = "/proc/" + std::to_string(pid);
    for (const char* what : {"/cmdline", "/environ"}) {
      const std::string text = text_of_file(proc + what);
      EXPECT_FALSE(text.empty()) << name << what;
      EXPECT_EQ(found_in(text), "") << name << what;
    }
  }

  Shop shop{ShopPlan{.stores = 1, .tills = 2}};
  std::map<std::string, std::string> secrets_;
};

TEST_F(Secrets, AreInNoArgumentEnvironmentOrLogAndInNoFileThatOthersRead) {
  shop.open_all();
  for (int n : {1, 2}) shop.sell(shop.till(n), 3);
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  shop.lab().leaf("s1").kill9();  // what a program says of a failed connect is a log too
  shop.sell(shop.till(), 1);
  shop.lab().leaf("s1").start();
  ASSERT_EQ(shop.lab().control({"--config", shop.till().place().config, "rotate-key"}).code, 0);
  ASSERT_TRUE(shop.settles_within(seconds(60)));
  shop.till(2).must(R"({"do":"status"})");
  keep_all();
  ASSERT_GE(secrets_.size(), 20u);
  ASSERT_NE(found_in(text_of_file(shop.till().place().directory + "/till.key")), "")
      << "the search finds what is there";

  expect_none_of_process("hub", shop.lab().hub().pid());
  expect_none_of_process("leaf", shop.lab().leaf("s1").pid());
  expect_none_of_process("central", shop.lab().central().pid());
  for (auto* till : shop.lab().all_tills())
    expect_none_of_process(till->name(), till->process().pid());

  int logs = 0, secret_files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(shop.lab().directory())) {
    if (!entry.is_regular_file()) continue;
    const std::string path = entry.path().string();
    const std::string found = found_in(text_of_file(path));
    if (entry.path().extension() == ".log") {
      ++logs;
      EXPECT_EQ(found, "") << path;
    }
    if (path.find("/till.db") != std::string::npos) {
      EXPECT_EQ(found, "") << path << ": a backup would carry it";
    }
    if (found.empty()) continue;
    ++secret_files;
    EXPECT_EQ(entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none)
        << path << " holds " << found;
  }
  EXPECT_GE(logs, 5);
  EXPECT_GE(secret_files, 8);
}

}  // namespace
}  // namespace pos::e2e

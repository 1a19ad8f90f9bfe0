// `./run lab`, as an integrator uses it: from outside, by its lab.json (contract section 8).
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kLab = LEAFTILL_BINARY_DIR "/tests/lab/leaftill-lab";

struct LabProgram : testing::Test {
  fs::path top = [] {
    auto name = (fs::temp_directory_path() / "leaftill-labs-XXXXXX").string();
    return fs::path(mkdtemp(name.data()));
  }();
  ~LabProgram() override {
    if (!HasFailure()) fs::remove_all(top);
  }

  fs::path place(const std::string& name) const { return top / name; }
  std::string log(const std::string& name) const { return (top / (name + ".log")).string(); }
  lab::Process start(const std::string& name) const {
    return lab::Process(
        {.argv = {kLab, place(name).string(), "--stores", "2", "--tills", "2"}, .log = log(name)});
  }
  json described(const std::string& name) const {
    const auto file = place(name) / "lab.json";
    EXPECT_TRUE(lab::until(seconds(60), [&] { return fs::exists(file); })) << lab::tail(log(name));
    std::ifstream in(file);
    return json::parse(in);
  }
  static std::vector<pid_t> pids(const json& lab) {
    std::vector<pid_t> all{lab.at("hub").at("pid"), lab.at("central").at("pid")};
    for (const auto& store : lab.at("stores")) all.push_back(store.at("leaf").at("pid"));
    return all;
  }
  static bool alive(pid_t pid) { return ::kill(pid, 0) == 0; }
  static bool healthy(const json& lab) {
    return lab::http("GET", lab.at("hub").at("monitor"), "/healthz").ok();
  }
};

TEST_F(LabProgram, DescribesItselfAndEndsAllThatItStarted) {
  auto program = start("one");
  const auto lab = described("one");
  EXPECT_TRUE(healthy(lab));
  EXPECT_EQ(lab.at("pins"),
            json({{"cashier", "1234"}, {"supervisor", "8642"}, {"manager", "97531"}}));
  ASSERT_EQ(lab.at("stores").size(), 2u);
  for (const auto& store : lab.at("stores")) {
    EXPECT_TRUE(fs::exists(store.at("leaf").at("config").get<std::string>()));
    ASSERT_EQ(store.at("tills").size(), 2u);
    for (const auto& till : store.at("tills")) {
      EXPECT_TRUE(fs::exists(till.at("config").get<std::string>()));
      EXPECT_TRUE(fs::exists(till.at("database").get<std::string>()));
    }
  }
  const auto& central = lab.at("central");
  EXPECT_EQ(
      lab::http("GET", central.at("http"), "/api/v1/products?limit=5", central.at("token")).status,
      200);
  EXPECT_EQ(lab::http("GET", central.at("http"), "/api/v1/products?limit=5").status, 401);
  EXPECT_TRUE(program.stop());
  EXPECT_TRUE(program.wait(seconds(0))->well());
  for (const auto pid : pids(lab))
    EXPECT_TRUE(lab::until(seconds(5), [&] { return !alive(pid); })) << pid;
}

TEST_F(LabProgram, SharesNothingWithAnotherThatRunsBesideIt) {
  auto one = start("one"), two = start("two");
  const auto first = described("one"), second = described("two");
  EXPECT_TRUE(healthy(first));
  EXPECT_TRUE(healthy(second));
  std::set<std::string> places;
  for (const auto& lab : {first, second}) {
    places.insert(lab.at("hub").at("url").get<std::string>());
    places.insert(lab.at("central").at("http").get<std::string>());
    for (const auto& store : lab.at("stores"))
      places.insert(store.at("leaf").at("url").get<std::string>());
  }
  EXPECT_EQ(places.size(), 8u);
}

TEST_F(LabProgram, LetsAServerBeKilledAndStartedAgainFromOutside) {
  auto program = start("one");
  const auto lab = described("one");
  ASSERT_EQ(::kill(lab.at("hub").at("pid").get<pid_t>(), SIGKILL), 0);
  EXPECT_TRUE(lab::until(seconds(10), [&] { return !healthy(lab); }));
  lab::Process again({.argv = lab.at("hub").at("argv"), .log = log("hub")});
  EXPECT_TRUE(lab::until(seconds(20), [&] { return healthy(lab); })) << lab::tail(log("hub"));
}

TEST_F(LabProgram, BreaksAndHealsItsLinksWhenTold) {
  auto program = start("one");
  const auto lab = described("one");
  const auto leafs = [&] {
    const auto answer = lab::http("GET", lab.at("hub").at("monitor"), "/leafz");
    return answer.ok() ? json::parse(answer.body).value("leafnodes", 0) : -1;
  };
  auto tell = [&](const std::string& verb, const std::string& store) {
    return lab::run({.argv = {kLab, "--control", place("one").string(), verb, store}}).code;
  };
  EXPECT_TRUE(lab::until(seconds(20), [&] { return leafs() == 2; }));
  EXPECT_EQ(tell("cut", "s1"), 0);
  EXPECT_TRUE(lab::until(seconds(20), [&] { return leafs() == 1; }));
  EXPECT_EQ(tell("heal", "all"), 0);
  EXPECT_TRUE(lab::until(seconds(20), [&] { return leafs() == 2; }));
  EXPECT_EQ(tell("cut", "nowhere"), 1);
}

}  // namespace
}  // namespace pos::e2e

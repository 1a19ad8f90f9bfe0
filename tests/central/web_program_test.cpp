// The program itself: its exit codes, its words, its files, its end.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/central/books_fixture.h"
#include "tests/central/temporary.h"
#include "tests/lab/http.h"
#include "tests/lab/process.h"

namespace pos::central {
namespace {

using lab::seconds;

class Program : public ::testing::Test {
 protected:
  // No variable of the person who runs the tests may change their outcome.
  lab::Command command(std::vector<std::string> words) {
    lab::Command c;
    c.argv = {LEAFTILL_BINARY_DIR "/central/leaftill-central",
              "--db",
              database_,
              "--key-file",
              place("k"),
              "--token-file",
              place("token")};
    c.argv.insert(c.argv.end(), words.begin(), words.end());
    for (const char* name : {"DATABASE_URL", "NATS_SERVER", "LEAFTILL_HTTP", "LEAFTILL_CONFIG"}) {
      c.env.emplace_back(name, "");
    }
    return c;
  }
  lab::Finished run(std::vector<std::string> words, std::string_view input = {}) {
    return lab::run(command(std::move(words)), input);
  }
  std::string place(const std::string& name) const { return directory_.path() + "/" + name; }
  std::string written(const std::string& name, const std::string& contents) {
    std::ofstream(place(name)) << contents;
    return place(name);
  }
  static unsigned mode(const std::string& path) {
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 0777 : 0;
  }
  // Starts serving without any hub, and returns where it listens once it does.
  std::string serve(lab::Process& process) {
    auto c = command({"--http", "127.0.0.1:0", "--nats-url", "nats://127.0.0.1:9"});
    c.log = place("log");
    process = lab::Process(c);
    std::string origin;
    const std::string words = "http listening on ";
    EXPECT_TRUE(lab::until(seconds(20), [&] {
      std::ifstream in(place("log"));
      for (std::string line; std::getline(in, line);) {
        size_t at = line.find(words);
        if (at != std::string::npos) origin = line.substr(at + words.size());
      }
      return !origin.empty() && lab::http("GET", origin, "/healthz").ok();
    })) << lab::tail(place("log"));
    return origin;
  }
  std::string token() const {
    std::ifstream in(place("token"));
    std::string line;
    std::getline(in, line);
    return line;
  }

  TemporaryDirectory directory_;
  std::string database_ = empty_database_url();
};

TEST_F(Program, AnOperatorSetsUpAChain) {
  EXPECT_EQ(run({"store", "add", "s1", "--name", "One"}).code, 0);
  EXPECT_EQ(run({"staff", "add", "s1", "1", "Ada", "cashier"}, "1234\n").code, 0);
  auto added = run({"till", "add", "s1", "till1", "--leaf-url", "nats://127.0.0.1:4999", "--out",
                    place("bundle")});
  EXPECT_EQ(added.code, 0) << added.err;
  EXPECT_EQ(mode(place("bundle")), 0600u);
  EXPECT_EQ(mode(place("k")), 0600u);
  auto again = run({"till", "add", "s1", "till1", "--leaf-url", "nats://127.0.0.1:4999", "--out",
                    place("bundle")});
  EXPECT_EQ(again.code, 1) << "a bundle is not written over";
  const std::string csv = written("p.csv", "id,name,price,tax_rate\np1,Bread,100,0\n");
  EXPECT_NE(run({"products", "import", csv, "--dry-run"}).out.find("1 new"), std::string::npos);
  EXPECT_EQ(run({"products", "import", csv}).code, 0);
  auto bad =
      run({"products", "import", written("bad.csv", "id,name,price,tax_rate\np2,Milk,1.5,0\n")});
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.err.find("line 2: price"), std::string::npos) << bad.err;
  EXPECT_NE(run({"fleet"}).out.find("till1"), std::string::npos);
  EXPECT_NE(run({"nats-config", "leaf", "s1"}).out.find("product.sold.s1.till1"),
            std::string::npos);
  EXPECT_EQ(run({"till", "revoke", "s1", "till1"}).code, 0);
  EXPECT_EQ(run({"nats-config", "leaf", "s1"}).out.find("product.sold.s1.till1"),
            std::string::npos);
}

TEST_F(Program, APinIsNeverPrinted) {
  run({"store", "add", "s1"});
  auto done = run({"staff", "add", "s1", "1", "Ada", "cashier"}, "907856\n");
  EXPECT_EQ((done.out + done.err).find("907856"), std::string::npos);
}

TEST_F(Program, WrongUsageIsTwoAndFailureIsOneAndBothSayWhatToDo) {
  EXPECT_EQ(run({"--bogus"}).code, 2);
  EXPECT_EQ(run({"store", "add"}).code, 2);
  EXPECT_EQ(run({"store", "add", "a b"}).code, 2);
  EXPECT_EQ(run({"--log-format", "xml", "fleet"}).code, 2);
  EXPECT_EQ(run({"--config", place("missing.toml"), "fleet"}).code, 2);
  auto unknown = run({"--config", written("c.toml", "[central]\nhtpp = \"x\"\n"), "fleet"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_NE(unknown.err.find("c.toml:2:1: unknown key 'htpp'"), std::string::npos) << unknown.err;
  run({"migrate"});
  auto none = run({"till", "add", "s9", "t", "--leaf-url", "nats://h:1", "--out", place("b")});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("store add"), std::string::npos) << none.err;
  EXPECT_FALSE(std::filesystem::exists(place("b")));
  EXPECT_EQ(run({"products", "import", place("missing.csv")}).code, 1);
  for (const char* later : {"check", "backup", "restore"}) EXPECT_EQ(run({later}).code, 2);
}

TEST_F(Program, TheVersionNamesTheLibrariesThatMatter) {
  auto v = run({"--version"});
  EXPECT_EQ(v.code, 0);
  for (const char* word : {"leaftill-central ", "SQLite ", "NATS client ", "libpq "}) {
    EXPECT_NE(v.out.find(word), std::string::npos) << v.out;
  }
  EXPECT_EQ(run({"--help"}).code, 0);
}

TEST_F(Program, AMistypedDatabaseIsAnErrorAndNoNewDatabase) {
  if (on_postgres()) GTEST_SKIP() << "SQLite's files";
  auto failed = run({"fleet"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_FALSE(std::filesystem::exists(database_.substr(7)));
}

TEST_F(Program, WhileCentralRunsTheOperatorIsToldToAskItOverHttp) {
  if (on_postgres()) GTEST_SKIP() << "PostgreSQL takes both at once";
  lab::Process central;
  serve(central);
  auto refused = run({"fleet"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("HTTP"), std::string::npos) << refused.err;
}

TEST_F(Program, ItServesWithoutAHubMakesItsTokenAndEndsWithinFiveSeconds) {
  lab::Process central;
  const std::string origin = serve(central);
  EXPECT_EQ(mode(place("token")), 0600u);
  if (!on_postgres()) {
    EXPECT_EQ(mode(database_.substr(7)), 0600u);
  }
  EXPECT_EQ(lab::http("GET", origin, "/readyz").status, 503);
  EXPECT_EQ(lab::http("POST", origin, "/api/v1/stores", token(), R"({"storeId":"s1"})").status,
            201);
  EXPECT_EQ(lab::http("GET", origin, "/api/v1/stores", "wrong").status, 401);
  central.signal(SIGTERM);
  auto ended = central.wait(seconds(6));
  ASSERT_TRUE(ended) << "still running";
  EXPECT_EQ(ended->code, 0) << lab::tail(place("log"));
  EXPECT_NE(run({"store", "list"}).out.find("s1"), std::string::npos);
}

TEST_F(Program, InterruptedIsAHundredAndThirty) {
  lab::Process central;
  serve(central);
  central.signal(SIGINT);
  auto ended = central.wait(seconds(6));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 130);
}

TEST_F(Program, WithAttemptsItGivesUpAndSaysSo) {
  auto done =
      run({"--http", "127.0.0.1:0", "--nats-url", "nats://127.0.0.1:9", "--nats-attempts", "2"});
  EXPECT_EQ(done.code, 1);
  EXPECT_NE(done.err.find("gave up"), std::string::npos) << done.err;
}

TEST_F(Program, APortInUseIsAnErrorInWords) {
  lab::Process central;
  const std::string origin = serve(central);
  auto c = command({"--http", origin.substr(7)});
  c.argv[2] = on_postgres() ? database_ : "sqlite:" + place("other.db");
  auto done = lab::run(c);
  EXPECT_EQ(done.code, 1);
  EXPECT_NE(done.err.find("cannot listen on"), std::string::npos) << done.err;
}

TEST_F(Program, ADamagedKeyFileIsNeverReplaced) {
  run({"store", "add", "s1"});
  written("k", "nonsense\n");
  EXPECT_EQ(run({"till", "add", "s1", "t", "--leaf-url", "nats://h:1", "--out", place("b")}).code,
            1);
  std::ifstream in(place("k"));
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "nonsense");
}

}  // namespace
}  // namespace pos::central

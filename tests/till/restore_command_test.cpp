#include "till/restore_command.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/backup.h"
#include "storage/verify.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"
#include "till/till.h"

namespace pos::till {
namespace {

constexpr Instant kLater{1'763'900'000'000};

class Restore : public ::testing::Test {
 protected:
  Restore() {
    provision(bundle("till1"), folder_ / "till", {0});
    config_ = load_config(folder_ / "till/till.toml", {}, process_environment());
    old_key_ = read_secrets(config_.key).signing.id;
    work();
    storage::Database database(config_.database);
    storage::backup(database, folder_ / "backup.db");
  }
  Bundle bundle(const std::string& till) {
    Bundle b = lonely_bundle();
    b.till.till = till;
    b.enrol_code = "a new code";
    return b;
  }
  std::string bundle_file(const std::string& till) {
    const Bundle b = bundle(till);
    nkey_ = b.nkey_seed;
    const auto key = [](const std::string& raw) { return "\"" + sync::base64(raw) + "\""; };
    return folder_.write(
        "bundle.json",
        R"({"version":1,"store":"s1","till":")" + till +
            R"(","currency":"EUR","timeZone":"UTC","leafUrl":"nats://127.0.0.1:1","nkeySeed":")" +
            b.nkey_seed + R"(","enrolCode":"a new code","centralKeys":[)" + key(b.central_keys[0]) +
            R"(],"pepper":)" + key(b.pepper) +
            R"(,"staff":[{"staffId":"1","name":"Ann","role":"cashier","pinHash":")" +
            std::string(64, 'a') + R"("}]})");
  }
  // Through the till itself: its key file and its database must fit.
  void work() {
    Till till(config_);
    EXPECT_TRUE(till.reg().login("1234"));
    if (till.reg().shift()) {
      EXPECT_TRUE(till.reg().close_shift(Money{0}));
    } else {
      EXPECT_TRUE(till.reg().open_shift({0}));
    }
  }
  bool whole() {
    storage::Database database(config_.database);
    return storage::verify_journal(database).ok();
  }
  std::string why(const RestoreOptions& options) {
    try {
      restore_till(config_, options, kLater);
      return "restored";
    } catch (const std::exception& e) {
      EXPECT_FALSE(std::filesystem::exists(config_.database + ".restoring"));
      return e.what();
    }
  }
  RestoreOptions with_key(bool replace) { return {folder_ / "backup.db", "", true, replace}; }

  Folder folder_;
  Config config_;
  std::string old_key_, nkey_;
};

TEST_F(Restore, NeverWritesOverADatabaseThatIsThere) {
  EXPECT_NE(why(with_key(false)).find("with --replace"), std::string::npos);
  EXPECT_EQ(why(with_key(true)), "restored");
  EXPECT_TRUE(std::filesystem::exists(config_.database + ".before-20251123T121320Z"));
  work();
  EXPECT_TRUE(whole());
}

TEST_F(Restore, KeepsTheKeyThatIsThereWhenTold) {
  std::filesystem::remove(config_.database);
  EXPECT_EQ(why(with_key(false)), "restored");
  EXPECT_EQ(read_secrets(config_.key).signing.id, old_key_);
  work();
  EXPECT_TRUE(whole());
}

TEST_F(Restore, WithABundleHasANewKeyAndKeepsTheOldOneAside) {
  EXPECT_EQ(why({folder_ / "backup.db", bundle_file("till1"), false, true}), "restored");
  const Secrets secrets = read_secrets(config_.key);
  EXPECT_NE(secrets.signing.id, old_key_);
  EXPECT_EQ(secrets.nkey_seed, nkey_);
  EXPECT_EQ(secrets.enrol_code, "a new code");
  EXPECT_EQ(read_secrets(config_.key + ".before-20251123T121320Z").signing.id, old_key_);
  work();
  EXPECT_TRUE(whole()) << "rows of both keys";
}

TEST_F(Restore, TakesNoBundleOfAnotherTillAndNoneWithoutAKey) {
  EXPECT_NE(why({folder_ / "backup.db", bundle_file("till2"), false, true})
                .find("the backup is of till till1"),
            std::string::npos);
  EXPECT_NE(why({folder_ / "backup.db", "", false, true}).find("--bundle"), std::string::npos);
  EXPECT_EQ(read_secrets(config_.key).signing.id, old_key_);
  EXPECT_TRUE(whole());
}

TEST_F(Restore, OfADatabaseThatIsDamagedKeepsItUnderThatName) {
  std::filesystem::remove(config_.database + "-wal");
  std::ofstream(config_.database) << std::string(8192, 'x');
  EXPECT_NE(why(with_key(false)).find("is damaged"), std::string::npos);
  EXPECT_EQ(why(with_key(true)), "restored");
  EXPECT_TRUE(std::filesystem::exists(config_.database + ".damaged-20251123T121320Z"));
  work();
}

}  // namespace
}  // namespace pos::till

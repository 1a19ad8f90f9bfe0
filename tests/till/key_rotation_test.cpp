// Another key for a till, at the real program: killed at every step it ends with one key that
// works, and a journal that verifies.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "storage/kept_rows.h"
#include "storage/verify.h"
#include "sync/key_change.h"
#include "sync/wire.h"
#include "tests/lab/process.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"
#include "till/secrets.h"
#include "till/till.h"

namespace pos::till {
namespace {

namespace fs = std::filesystem;
using lab::seconds;

class KeyRotation : public ::testing::Test {
 protected:
  KeyRotation() {
    provision(lonely_bundle(), folder_ / "till", {0});
    config_ = load_config(folder_ / "till/till.toml", {}, process_environment());
    old_key_ = read_secrets(config_.key).signing.id;
  }
  void note(const std::string& name, const std::string& value) {
    storage::Database database(config_.database);
    storage::PendingStock pending(database);
    storage::Outbox(database, pending).set_note(name, value);
  }
  lab::Command rotate(const std::string& hold = {}) {
    lab::Command command{.argv = {std::string(LEAFTILL_BINARY_DIR) + "/till/leaftillctl",
                                  "--config", folder_ / "till/till.toml", "rotate-key"}};
    command.log = folder_ / "ctl.log";
    if (!hold.empty()) command.env = {{"LEAFTILL_HOLD", hold}};
    return command;
  }
  lab::Finished rotated() {
    lab::Command command = rotate();
    command.log.clear();
    return lab::run(command);
  }
  void kill_at(const std::string& place) {
    lab::Process process(rotate(place));
    EXPECT_TRUE(lab::until(seconds(20), [&] {
      return lab::tail(folder_ / "ctl.log").find("held at " + place) != std::string::npos;
    })) << lab::tail(folder_ / "ctl.log");
    process.kill();
  }
  // Through the till itself: its key file and its database must fit. Returns the key of the row.
  std::string work() {
    {
      Till till(config_);
      EXPECT_TRUE(till.reg().login("1234"));
      if (till.reg().shift()) {
        EXPECT_TRUE(till.reg().close_shift(Money{0}));
      } else {
        EXPECT_TRUE(till.reg().open_shift({0}));
      }
    }
    return rows().back().key_id;
  }
  std::vector<storage::KeptRow> rows() {
    storage::Database database(config_.database);
    return storage::kept_rows(database, 0, 1000, 10'000'000);
  }
  testing::AssertionResult whole() {
    storage::Database database(config_.database);
    const auto report = storage::verify_journal(database);
    if (report.ok()) return testing::AssertionSuccess();
    return testing::AssertionFailure() << report.faults.front();
  }
  std::string key_in_file() { return read_secrets(config_.key).signing.id; }
  bool next_is_there() { return fs::exists(config_.key + ".next"); }

  Folder folder_;
  Config config_;
  std::string old_key_;
};

TEST_F(KeyRotation, TheOldKeysLastRowNamesTheNewOne) {
  work();
  note("enrolled", "approved");
  const auto said = rotated();
  ASSERT_EQ(said.code, 0) << said.err;
  const std::string new_key = key_in_file();
  EXPECT_NE(new_key, old_key_);
  EXPECT_NE(said.out.find(new_key), std::string::npos);
  const auto last = rows().back();
  EXPECT_EQ(last.key_id, old_key_);
  const auto row = sync::decode_row(last.body);
  ASSERT_TRUE(row);
  const auto named = sync::new_key_in(std::get<TillNoted>(row->fact));
  ASSERT_TRUE(named);
  EXPECT_EQ(sync::key_id(*named), new_key);
  EXPECT_EQ(work(), new_key);
  EXPECT_TRUE(whole());
  struct stat about {};
  ASSERT_EQ(::stat(config_.key.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600u);
  EXPECT_FALSE(next_is_there());
}

TEST_F(KeyRotation, WhatElseIsInTheKeyFileStays) {
  note("enrolled", "approved");
  const Secrets before = read_secrets(config_.key);
  ASSERT_EQ(rotated().code, 0);
  const Secrets after = read_secrets(config_.key);
  EXPECT_EQ(after.nkey_seed, before.nkey_seed);
  EXPECT_EQ(after.pepper, before.pepper);
  EXPECT_EQ(after.central_keys, before.central_keys);
}

TEST_F(KeyRotation, KilledAnywhereItEndsWithOneKeyThatWorks) {
  work();
  note("enrolled", "approved");
  std::set<std::string> seen{old_key_};
  for (const char* place : {"key_written", "key_in_transaction", "key_changed", "key_in_place"}) {
    const std::string before = key_in_file();
    const size_t kept = rows().size();
    kill_at(place);
    const std::string works = work();
    const bool changed =
        std::string(place) == "key_changed" || place == std::string("key_in_place");
    EXPECT_EQ(works != before, changed) << place;
    EXPECT_EQ(key_in_file(), works) << place;
    EXPECT_EQ(rows().size(), kept + 1 + (changed ? 1 : 0)) << place;
    EXPECT_FALSE(next_is_there()) << place;
    EXPECT_TRUE(whole()) << place;
    if (changed) {
      EXPECT_TRUE(seen.insert(works).second) << place;
    }
  }
  ASSERT_EQ(rotated().code, 0) << "and after all that once more";
  EXPECT_EQ(work(), key_in_file());
  EXPECT_TRUE(whole());
}

TEST_F(KeyRotation, ANextKeyFileThatWasCutOffOrIsNobodysIsForgotten) {
  folder_.write("till/till.key.next", "signing_seed = \"abc");
  fs::permissions(config_.key + ".next", fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(work(), old_key_);
  EXPECT_FALSE(next_is_there());
  Secrets stranger = read_secrets(config_.key);
  stranger.signing = sync::make_signing_key();
  write_next_secrets(config_.key, stranger);
  EXPECT_EQ(work(), old_key_);
  EXPECT_FALSE(next_is_there());
}

TEST_F(KeyRotation, AKeyThatCentralNeverKnewOrRevokedVouchesForNoOther) {
  const auto unknown = rotated();
  EXPECT_NE(unknown.code, 0);
  EXPECT_NE(unknown.err.find("Central does not know"), std::string::npos) << unknown.err;
  note("enrolled", "approved");
  note("revoked", "central takes nothing of this till");
  EXPECT_NE(rotated().err.find("new bundle"), std::string::npos);
  EXPECT_EQ(key_in_file(), old_key_);
  EXPECT_FALSE(next_is_there());
}

}  // namespace
}  // namespace pos::till

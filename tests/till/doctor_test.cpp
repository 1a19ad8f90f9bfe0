// The doctor over a till's real files, one thing broken at a time. What it says about leaf, hub and
// central is looked at with real servers in tests/e2e/operations_test.cpp.
#include "till/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "storage/outbox.h"
#include "sync/sync_core.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"

namespace pos::till {
namespace {

using State = Finding::State;
using testing::HasSubstr;

constexpr Instant kNow{1'763'900'000'000};

class Doctor : public testing::Test {
 protected:
  Doctor() {
    provision(lonely_bundle(), folder_ / "till", {1});
    config_ = load_config(folder_ / "till/till.toml", {}, [](auto&) { return std::nullopt; });
  }
  // By check.
  std::map<std::string, Finding> examined(const AskTill& ask = nobody()) {
    std::map<std::string, Finding> all;
    for (const Finding& f : examine(config_, ask, kNow)) all[f.check] = f;
    return all;
  }
  static AskTill nobody() {
    return [](const std::string&) { return std::nullopt; };
  }
  static AskTill running(const std::string& status) {
    return [status](const std::string& request) -> std::optional<std::string> {
      return request == "status" ? status : R"({"store":"s1","till":"till1","schema":7})";
    };
  }
  void expect(State state, const char* check, const char* words, const AskTill& ask = nobody()) {
    const Finding f = examined(ask)[check];
    EXPECT_EQ(to_word(f.state), std::string(to_word(state))) << check << ": " << f.words;
    EXPECT_THAT(f.words, HasSubstr(words));
  }

  Folder folder_;
  Config config_;
};

TEST_F(Doctor, ANewTillsFilesAreWellAndItsLeafIsNot) {
  expect(State::well, "key", "only its owner");
  expect(State::well, "files", "");
  expect(State::well, "database", "schema");
  expect(State::well, "disk", "are free");
  expect(State::well, "printer", "none");
  expect(State::well, "scale", "none");
  expect(State::wrong, "leaf", "nats-server running");
  expect(State::unknown, "hub", "before the lines above");
  expect(State::unknown, "clock", "nobody");
  EXPECT_EQ(doctor(config_, nobody(), kNow, true), 1);
}

TEST_F(Doctor, AKeyThatOthersMayReadIsWrong) {
  ::chmod(config_.key.c_str(), 0644);
  expect(State::wrong, "key", "chmod 600");
  std::filesystem::remove(config_.key);
  expect(State::wrong, "key", "No such file");
}

TEST_F(Doctor, ADatabaseThatOthersMayReadIsWrong) {
  ::chmod(config_.database.c_str(), 0640);
  expect(State::wrong, "files", "chmod 600");
}

TEST_F(Doctor, ADatabaseThatIsNoneIsWrongAndTheRestIsLookedAt) {
  std::ofstream(config_.database) << "not a database";
  expect(State::wrong, "database", "");
  expect(State::well, "key", "");
}

TEST_F(Doctor, AnEditedRowIsFound) {
  {
    storage::Database database(config_.database);
    storage::PendingStock pending(database);
    storage::Ledger ledger(database, pending, read_secrets(config_.key).signing);
    TillNoted noted;
    noted.header.at = kNow;
    noted.header.id = ledger.new_transaction_id(kNow);
    noted.header.business_date = "2025-11-23";
    noted.code = "started";
    ledger.record(noted);
  }
  expect(State::well, "database", "1 rows are whole");
  {
    storage::Database database(config_.database);
    const storage::Database::Turn turn(database, storage::Database::Who::cashier);
    storage::Query(database, "UPDATE journal SET body = replace(body, 'started', 'stopped')").run();
  }
  expect(State::wrong, "database", "NOT whole");
}

TEST_F(Doctor, TheClockIsHeldAgainstCentralsLastAnswer) {
  const auto note = [&](const std::string& text) {
    storage::Database database(config_.database);
    storage::PendingStock pending(database);
    storage::Outbox(database, pending).set_note(sync::kCentralClock, text);
  };
  note(to_iso({kNow.unix_ms - 60'000}) + " 150");
  expect(State::well, "clock", "as central's");
  expect(State::well, "central", "last heard");
  note(to_iso({kNow.unix_ms - 60'000}) + " -7200000");
  expect(State::wrong, "clock", "2 h ahead of central's");
  note(to_iso({kNow.unix_ms - 3 * 86'400'000LL}) + " 150");
  expect(State::wrong, "central", "3 days ago");
}

TEST_F(Doctor, ATillThatRunsIsAskedAndNotDisturbed) {
  storage::Database held(config_.database);  // as the running till holds it
  const std::string heard = "\"centralHeard\":\"" + to_iso({kNow.unix_ms - 5000}) + "\"";
  const auto online =
      running(R"({"link":"online","settled":42,"clockSkewMs":90000,)" + heard + "}");
  expect(State::well, "database", "till1 of store s1 runs on it", online);
  expect(State::well, "hub", "online", online);
  expect(State::well, "central", "last heard", online);
  expect(State::wrong, "clock", "90 s behind", online);
  expect(State::well, "sync", "42 rows are confirmed", online);
  expect(State::wrong, "hub", "sells on", running(R"({"link":"leaf_only"})"));
  expect(State::wrong, "hub", "out of reach", running(R"({"link":"offline"})"));
  expect(State::wrong, "sync", "two of it",
         running(R"({"link":"online","needs_attention":1,"attention":"there are two of it"})"));
}

TEST_F(Doctor, APrinterAndAScaleThatAreNotThereAreWrong) {
  config_.printer_url = "tcp://127.0.0.1:1";
  config_.scale_device = folder_ / "no-scale";
  expect(State::wrong, "printer", "Is it on");
  expect(State::wrong, "scale", "cable");
  config_.printer_url = "file:" + folder_.write("paper", "");
  expect(State::well, "printer", "answers");
  expect(State::wrong, "printer", "paper in it",
         running(R"({"link":"online","printer":{"jobs":[{"state":"failed"}]}})"));
}

}  // namespace
}  // namespace pos::till

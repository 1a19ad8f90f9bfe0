#include "till/operator.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "storage/ledger.h"
#include "storage/provision.h"
#include "storage/verify.h"
#include "tests/till/folder.h"

namespace pos::till {
namespace {

using nlohmann::json;

class Operator : public ::testing::Test {
 protected:
  Operator() {
    storage::provision(folder_ / "till.db", {"s1", "till1", "EUR", "UTC", {}, "", {}}, {0});
    database_ = std::make_unique<storage::Database>(folder_ / "till.db");
    pending_ = std::make_unique<storage::PendingStock>(*database_);
    ledger_ = std::make_unique<storage::Ledger>(*database_, *pending_, key_);
  }
  void note(int count) {
    for (int i = 0; i < count; ++i) {
      TillNoted noted;
      noted.header.at = {1'763'806'530'123};
      noted.header.id = ledger_->new_transaction_id(noted.header.at);
      noted.header.business_date = "2025-11-22";
      noted.code = "started";
      noted.text = "says \"hello\", twice";
      ledger_->record(noted);
    }
  }
  json ask(const std::string& request) { return json::parse(answer_operator(*database_, request)); }
  std::vector<std::string> exported(const std::string& format) {
    std::vector<std::string> lines;
    for (int64_t after = 0;;) {
      const json part = ask("export " + format + " " + std::to_string(after));
      for (const auto& line : part.at("lines")) lines.push_back(line);
      after = part.at("next");
      if (after == 0) return lines;
    }
  }

  Folder folder_;
  sync::SigningKey key_ = sync::make_signing_key();
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::PendingStock> pending_;
  std::unique_ptr<storage::Ledger> ledger_;
};

TEST_F(Operator, TheExportHasEveryRowAndItsSignedBytesToTheByte) {
  note(250);  // more than one answer holds
  const auto lines = exported("jsonl");
  ASSERT_EQ(lines.size(), 250u);
  std::string prev = sync::kZeroHash;
  for (const std::string& line : lines) {
    const json row = json::parse(line);
    const std::string hash = sync::row_hash(*sync::unhex(prev), row["body"].get<std::string>());
    ASSERT_EQ(row["hash"], sync::hex(hash));
    ASSERT_TRUE(
        sync::verify(key_.public_key, hash, *sync::unbase64(row["signature"].get<std::string>())));
    prev = row["hash"];
  }
}

TEST_F(Operator, TheCsvHasAHeadAndQuotesWhatIsQuoted) {
  note(2);
  const auto lines = exported("csv");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], csv_head());
  EXPECT_EQ(lines[1].find("\n"), std::string::npos);
  EXPECT_NE(lines[1].find("\"\"text\"\":\"\"says \\\"\"hello\\\"\", twice\"\""), std::string::npos)
      << lines[1];
}

TEST_F(Operator, AReceiptIsAnsweredWithWhatStandsAroundItAndAnotherTillsIsNot) {
  CompletedSale sale;
  sale.header.at = {1'763'806'530'123};
  sale.header.id = ledger_->new_transaction_id(sale.header.at);
  sale.header.business_date = "2025-11-22";
  sale.currency = "EUR";
  ShiftOpened opened;
  opened.header.id = ledger_->new_transaction_id({1});
  ledger_->record(opened);
  const std::string number = ledger_->record(sale).receipt;
  const json answer = ask("receipt " + number);
  EXPECT_EQ(storage::sale_in(answer.at("body"))->receipt, number);
  EXPECT_EQ(answer.at("till"), "till1");
  for (const char* other : {"s1-till1-A000002", "s1-till2-A000001", "x", ""}) {
    EXPECT_TRUE(ask(std::string("receipt ") + other).contains("error")) << other;
  }
}

TEST_F(Operator, ABackupIsWholeAndPrivateAndHoldsNoKey) {
  note(3);
  const std::string copy = folder_ / "copy.db";
  EXPECT_EQ(ask("backup " + copy)["file"], copy);
  struct stat info {};
  ASSERT_EQ(stat(copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::ifstream bytes(copy, std::ios::binary);
  const std::string all(std::istreambuf_iterator<char>(bytes), {});
  EXPECT_EQ(all.find(sync::seed_of(key_)), std::string::npos);
  EXPECT_EQ(all.find(key_.secret), std::string::npos);
  storage::Database opened(copy);
  const auto report = storage::verify_journal(opened);
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.rows, 3);
}

TEST_F(Operator, ABackupIsNeverWrittenOverAFile) {
  const std::string copy = folder_.write("copy.db", "mine");
  EXPECT_NE(ask("backup " + copy)["error"].get<std::string>().find("exists already"),
            std::string::npos);
  EXPECT_TRUE(ask("backup /nowhere/at/all.db").contains("error"));
}

TEST_F(Operator, ABackupIsWholeWhileTheTillSells) {
  note(1000);
  std::atomic<bool> done{false};
  std::thread selling([&] {
    while (!done) note(1);
  });
  for (int i = 0; i < 5; ++i) {
    const std::string copy = folder_ / ("copy" + std::to_string(i));
    EXPECT_EQ(ask("backup " + copy)["file"], copy);
    storage::Database opened(copy);
    const auto report = storage::verify_journal(opened);
    EXPECT_TRUE(report.ok()) << report.faults.front();
    EXPECT_GE(report.rows, 1000);
  }
  done = true;
  selling.join();
}

TEST_F(Operator, VerifyNeverCallsAFailureWhole) {
  EXPECT_EQ(ask("verify")["faults"].size(), 0u);
  EXPECT_TRUE(ask("frobnicate").contains("error"));
}

}  // namespace
}  // namespace pos::till

#include "storage/catalogue_import.h"

#include <sys/wait.h>

#include <csignal>
#include <sstream>

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class TillImport : public TillDatabase {
 protected:
  ImportReport import(const std::string& csv, bool dry_run = false) {
    std::istringstream in(csv);
    return import_catalogue(*database_, in, {dry_run, {}});
  }
  // What is said of a file whose third line is `line`; nothing of it is kept.
  std::string fault(const std::string& line) {
    const auto report = import(kHead + "p0,Fine,,each,1,0\n" + line + "\n");
    EXPECT_FALSE(catalogue_->by_id({"p0"})) << "all or nothing: " << line;
    if (report.faults.empty()) return {};
    EXPECT_EQ(report.faults[0].line, 3u) << line;
    return report.faults[0].words;
  }
  const std::string kHead = "id,name,codes,unit,price,tax_rate\n";
};

TEST_F(TillImport, IsFoundByCodeAndByWordsAtOnce) {
  const auto report = import(kHead + "p1,\"Café, crème\",4006381333931 77,kg,199,200000\n");
  EXPECT_EQ(report.fault_count, 0);
  EXPECT_EQ(report.created, 1);
  const auto item = catalogue_->find("04006381333931");
  ASSERT_TRUE(item);
  EXPECT_EQ(item->id.value, "p1");
  EXPECT_EQ(item->unit, "kg");
  EXPECT_EQ(item->price, Money{199});
  EXPECT_TRUE(catalogue_->find("77"));
  ASSERT_EQ(catalogue_->search("CAFE cr", 5).size(), 1u);
  EXPECT_EQ(catalogue_->search("cafe tea", 5).size(), 0u);
}

TEST_F(TillImport, LeavesWhatTheFileHasNoColumnFor) {
  import("id,name,price,tax_rate,plu,age_limit,colour\np1,Beer,150,200000,42,18,#ffaa00\n");
  const auto report = import("id,name,price,tax_rate\np1,Beer,170,200000\n");
  EXPECT_EQ(report.changed, 1);
  const auto item = catalogue_->find("42");
  ASSERT_TRUE(item);
  EXPECT_EQ(item->price, Money{170});
  EXPECT_EQ(item->age_limit, 18);
  EXPECT_EQ(item->colour, "#ffaa00");
  EXPECT_EQ(import("id,name,price,tax_rate\np1,Beer,170,200000\n").unchanged, 1);
}

TEST_F(TillImport, NeverWinsOverWhatCentralSaysNext) {
  sync::Product product;
  product.productId = "p1", product.name = "Milk", product.currency = "EUR", product.price = 99;
  product.version = 7;
  projections_->apply({product});
  import(kHead + "p1,Milk,,each,120,0\np2,Bread,,each,300,0\n");
  EXPECT_EQ(catalogue_->by_id({"p1"})->price, Money{120});
  projections_->apply({product});  // the same word again: it was heard already
  EXPECT_EQ(catalogue_->by_id({"p1"})->price, Money{120});
  product.version = 8, product.price = 105;
  projections_->apply({product});
  EXPECT_EQ(catalogue_->by_id({"p1"})->price, Money{105});
  product.productId = "p2", product.name = "Rye bread", product.version = 1;
  projections_->apply({product});
  EXPECT_EQ(catalogue_->by_id({"p2"})->name, "Rye bread");
  EXPECT_TRUE(catalogue_->search("bread", 5).size() == 1);
}

TEST_F(TillImport, NamesTheLineAndTheColumnOfEachFaultAndKeepsNothing) {
  EXPECT_EQ(fault("p1,Tea,,each,1.99,0"),
            "price: '1.99' is not a whole number (money is in minor units: 199 for 1.99)");
  EXPECT_NE(fault("p1,Tea,4006381333932,each,1,0").find("codes: '4006381333932'"),
            std::string::npos);
  EXPECT_EQ(fault("p0,Tea,,each,1,0"), "id: product 'p0' is in line 2 already");
  EXPECT_EQ(fault("p1,Tea,,each,1"), "5 fields, but the header names 6");
  EXPECT_NE(fault("p 1,Tea,,each,1,0"), "");
  EXPECT_NE(fault("p1,\"Tea,,each,1,0"), "");
  EXPECT_EQ(import("id,name\n").faults.at(0).words, "the column 'price' is missing");
  EXPECT_NE(import("").faults.at(0).words.find("the file is empty"), std::string::npos);
}

TEST_F(TillImport, ShowsTwentyFaultsAndCountsTheRest) {
  std::string csv = kHead;
  for (int i = 0; i < 250; ++i) csv += "p" + std::to_string(i) + ",,,each,1,0\n";
  const auto report = import(csv);
  EXPECT_EQ(report.fault_count, 250);
  EXPECT_EQ(report.faults.size(), kMaxImportFaults);
  EXPECT_EQ(report.rows, 250);
}

TEST_F(TillImport, MovesACodeWithinTheFileButNotOutOfAProductThatItDoesNotName) {
  import(kHead + "p1,Red,111,each,1,0\np2,Blue,222,each,1,0\n");
  EXPECT_EQ(import(kHead + "p1,Red,222,each,1,0\np2,Blue,111,each,1,0\n").fault_count, 0);
  EXPECT_EQ(catalogue_->find("222")->id.value, "p1");
  EXPECT_EQ(catalogue_->find("111")->id.value, "p2");
  const auto taken = import(kHead + "p3,Green,111,each,1,0\n");
  ASSERT_EQ(taken.faults.size(), 1u);
  EXPECT_EQ(taken.faults[0].words,
            "codes: 111 belongs to product 'p2', which the file does not have");
  const auto twice = import(kHead + "p3,Green,9,each,1,0\np4,Grey,9,each,1,0\n");
  ASSERT_EQ(twice.faults.size(), 1u);
  EXPECT_EQ(twice.faults[0].words, "codes: 9 is in line 2 already");
  EXPECT_EQ(catalogue_->find("111")->id.value, "p2");
}

TEST_F(TillImport, OfADryRunIsTheSameAndKeepsNothing) {
  const auto report = import(kHead + "p1,Tea,,each,1,0\n", true);
  EXPECT_EQ(report.created, 1);
  EXPECT_FALSE(catalogue_->by_id({"p1"}));
  EXPECT_EQ(import(kHead + "p1,Tea,,each,x,0\n", true).fault_count, 1);
}

TEST_F(TillImport, TellsHowFarItIs) {
  std::string csv = kHead;
  for (int i = 0; i < 2500; ++i) csv += "p" + std::to_string(i) + ",Tea,,each,1,0\n";
  std::istringstream in(csv);
  std::vector<int64_t> rows;
  int64_t all = 0;
  import_catalogue(*database_, in, {false, [&](int64_t done, int64_t bytes) {
                                      rows.push_back(done);
                                      all = bytes;
                                    }});
  EXPECT_EQ(rows, (std::vector<int64_t>{1000, 2000, 2500}));
  EXPECT_EQ(all, static_cast<int64_t>(csv.size()));
}

TEST_F(TillImport, OfATillThatIsKilledLeavesTheOldCatalogue) {
  import(kHead + "old,Tea,111,each,1,0\n");
  close();
  std::string csv = kHead + "old,Coffee,222,each,1,0\n";
  for (int i = 0; i < 30'000; ++i) csv += "p" + std::to_string(i) + ",Some tea,,each,1,0\n";
  int half_way[2];
  ASSERT_EQ(::pipe(half_way), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Database database(path_);
    std::istringstream in(csv);
    import_catalogue(database, in,
                     {false,
                      [&](int64_t rows, int64_t) {
                        if (rows < 25'000) return;
                        [[maybe_unused]] const auto n = ::write(half_way[1], "x", 1);
                        for (;;) ::pause();
                      },
                      512});
    ::_exit(1);
  }
  ::close(half_way[1]);  // so that the end of a child that failed is heard
  char c = 0;
  ASSERT_EQ(::read(half_way[0], &c, 1), 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(half_way[0]);
  EXPECT_GT(std::filesystem::file_size(path_ + "-wal"), 1'000'000u) << "it was at work";
  open();
  EXPECT_EQ(catalogue_->by_id({"old"})->name, "Tea");
  EXPECT_TRUE(catalogue_->find("111"));
  EXPECT_EQ(catalogue_->search("tea", 100).size(), 1u);
  EXPECT_EQ(import(csv).created, 30'000);
  EXPECT_EQ(catalogue_->find("222")->name, "Coffee");
}

}  // namespace
}  // namespace pos::storage

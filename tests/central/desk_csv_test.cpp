#include <gtest/gtest.h>

#include "tests/central/desk_fixture.h"

namespace pos::central {
namespace {

class ProductImport : public DeskTest {
 protected:
  const std::string head = "id,name,codes,unit,price,tax_rate,category,age_limit,on_hand\n";
  // What is said of a file whose second line is `line`.
  std::string fault(const std::string& line) {
    auto report = import(head + "ok,Fine,,each,1,0,,,\n" + line);
    EXPECT_EQ(number("SELECT count(*) FROM product"), 0) << "all or nothing: " << line;
    if (report.faults.empty()) return {};
    EXPECT_EQ(report.faults[0].line, 3u) << line;
    return report.faults[0].words;
  }
};

TEST_F(ProductImport, AddsWhatTheFileSays) {
  auto report =
      import(head + "p1,\"Café, \"\"crème\"\"\",4006381333931 77,kg,199,200000,food,18,\n");
  EXPECT_EQ(report.fault_count, 0);
  EXPECT_EQ(report.created, 1);
  auto p = catalogue_.product("p1")->product;
  EXPECT_EQ(p.name, "Café, \"crème\"");
  EXPECT_EQ(p.codes, (std::vector<std::string>{"4006381333931", "77"}));
  EXPECT_EQ(p.unit, "kg");
  EXPECT_EQ(p.price, 199);
  EXPECT_EQ(p.taxRate, 200000);
  EXPECT_EQ(p.category, "food");
  EXPECT_EQ(p.ageLimit, 18);
  EXPECT_EQ(marks("all.product.p1"), 1);
}

TEST_F(ProductImport, ColumnsComeInAnyOrderAndInTheSpellingOfTheInterface) {
  auto report = import("taxRate,openPrice,productId,price,name,tile\n100000,1,p1,5,Bread,3\n");
  ASSERT_EQ(report.fault_count, 0) << report.faults[0].words;
  auto p = catalogue_.product("p1")->product;
  EXPECT_TRUE(p.openPrice);
  EXPECT_EQ(p.tile, 3);
}

TEST_F(ProductImport, AColumnThatIsMissingLeavesTheValueThatIsThere) {
  import(head + "p1,Bread,77,each,100,200000,food,,\n");
  auto report = import("id,name,price,tax_rate\np1,Bread,120,200000\n");
  EXPECT_EQ(report.changed, 1);
  auto p = catalogue_.product("p1")->product;
  EXPECT_EQ(p.price, 120);
  EXPECT_EQ(p.category, "food");
  EXPECT_EQ(p.codes, std::vector<std::string>{"77"});
}

TEST_F(ProductImport, TheSameFileAgainChangesNothing) {
  add_store("s1");
  import(head + "p1,Bread,77,each,100,200000,food,,5000\n");
  const int64_t version = catalogue_.product("p1")->product.version;
  auto report = import(head + "p1,Bread,77,each,100,200000,food,,5000\n");
  EXPECT_EQ(report.unchanged, 1);
  EXPECT_EQ(report.opening_stocks, 0);
  EXPECT_EQ(catalogue_.product("p1")->product.version, version);
  EXPECT_EQ(catalogue_.stock("s1", "p1").on_hand, 5000);
}

TEST_F(ProductImport, OpeningStockGoesToEveryStoreOnceAndOnTopOfWhatWasSoldAlready) {
  add_store("s1");
  add_store("s2");
  database_->session()->execute(
      "INSERT INTO stock (store, product_id, on_hand, version) VALUES ('s1', 'p1', -2000, 1)");
  auto report = import(head + "p1,Bread,,each,100,200000,,,10000\np2,Milk,,each,100,200000,,,\n");
  EXPECT_EQ(report.opening_stocks, 2);
  EXPECT_EQ(catalogue_.stock("s1", "p1").on_hand, 8000);
  EXPECT_EQ(catalogue_.stock("s2", "p1").on_hand, 10000);
  EXPECT_EQ(catalogue_.stock("s1", "p2").version, 0);
  EXPECT_EQ(marks("down.s1.stock.p1"), 1);
  add_store("s3");
  import(head + "p1,Bread,,each,100,200000,,,10000\n");
  EXPECT_EQ(catalogue_.stock("s1", "p1").on_hand, 8000);
  EXPECT_EQ(catalogue_.stock("s3", "p1").on_hand, 10000);
}

TEST_F(ProductImport, ADryRunSaysWhatWouldHappenAndDoesNothing) {
  auto report = import(head + "p1,Bread,,each,100,200000,,,\n", true);
  EXPECT_EQ(report.created, 1);
  EXPECT_FALSE(catalogue_.product("p1"));
  EXPECT_EQ(number("SELECT count(*) FROM event_outbox"), 0);
}

TEST_F(ProductImport, EachKindOfWrongLineIsNamedAndNothingIsTaken) {
  EXPECT_EQ(fault("p1,Bread,,each,1.99,200000,,,\n"),
            "price: '1.99' is not a whole number (money is in minor units: 199 for 1.99)");
  EXPECT_NE(fault("p1,Bread,,each,,200000,,,\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,-5,200000,,,\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,99999999999999999999,200000,,,\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,5,20 %,,,\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,5,2000000,,,\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,5,200000,,eighteen,\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,5,200000,,,1.5\n"), "");
  EXPECT_NE(fault("p1,,,each,5,200000,,,\n"), "");
  EXPECT_NE(fault("p 1,Bread,,each,5,200000,,,\n"), "");
  EXPECT_NE(fault("p1,Br\xff"
                  "ead,,each,5,200000,,,\n"),
            "");
  EXPECT_NE(fault("p1,Bread,,each,5\n"), "");
  EXPECT_NE(fault("p1,Bread,,each,5,200000,,,,,\n"), "");
  EXPECT_NE(fault("p1,\"Bread,,each,5,200000,,,\n"), "");
  EXPECT_EQ(fault("p1,Bread,4006381333932,each,5,200000,,,\n"),
            "the code '4006381333932' has a wrong check digit or a space in it");
  EXPECT_EQ(fault("ok,Again,,each,5,200000,,,\n"), "product 'ok' is in line 2 already");
}

TEST_F(ProductImport, ACodeOfTwoProductsIsAnErrorThatNamesBoth) {
  const std::string two = head + "a,A,4006381333931,each,1,0,,,\nb,B,04006381333931,each,1,0,,,\n";
  auto report = import(two);
  ASSERT_EQ(report.fault_count, 1);
  EXPECT_EQ(report.faults[0].words,
            "the code 04006381333931 of product 'b' belongs to product 'a' of line 2 already");
  import(head + "a,A,77,each,1,0,,,\n");
  report = import(head + "b,B,77,each,1,0,,,\n");
  ASSERT_EQ(report.fault_count, 1);
  EXPECT_EQ(report.faults[0].words, "the code 77 of product 'b' belongs to product 'a' already");
}

TEST_F(ProductImport, TwoProductsOfAFileMaySwapTheirCodes) {
  import(head + "a,A,77,each,1,0,,,\nb,B,88,each,1,0,,,\n");
  auto report = import(head + "a,A,88,each,1,0,,,\nb,B,77,each,1,0,,,\n");
  EXPECT_EQ(report.fault_count, 0);
  EXPECT_EQ(text("SELECT product_id FROM product_code WHERE code = '77'"), "b");
}

TEST_F(ProductImport, AWrongHeaderIsNamedAndSemicolonsAreRecognised) {
  EXPECT_NE(import("").fault_count, 0);
  EXPECT_EQ(import("id,name,price\n").faults.at(0).words, "the column 'tax_rate' is missing");
  EXPECT_EQ(import("id,name,price,tax_rate,id\n").faults.at(0).words,
            "the column 'id' is there twice");
  EXPECT_NE(import("id;name;price;tax_rate\n").faults.at(0).words.find("commas, not semicolons"),
            std::string::npos);
  EXPECT_NE(import("id,name,price,tax_rate,prize\n").faults.at(0).words.find("'prize'"),
            std::string::npos);
}

TEST_F(ProductImport, ManyWrongLinesAreCountedAndTheFirstHundredNamed) {
  std::string csv = head;
  for (int i = 0; i < 250; ++i) csv += "p" + std::to_string(i) + ",,,each,1,0,,,\n";
  auto report = import(csv);
  EXPECT_EQ(report.fault_count, 250);
  EXPECT_EQ(report.faults.size(), kMaxCsvFaults);
}

TEST_F(ProductImport, EveryChangeTakesOneNumberOfTheCatalogueAndTellsOtherServices) {
  std::string csv = head;
  for (int i = 0; i < 5000; ++i) csv += "p" + std::to_string(i) + ",N,,each,1,0,,,\n";
  EXPECT_EQ(import(csv).created, 5000);
  EXPECT_EQ(number("SELECT CAST(value AS BIGINT) FROM meta WHERE name = 'catalogue_version'"),
            5000);
  EXPECT_EQ(number("SELECT count(DISTINCT version) FROM product"), 5000);
  EXPECT_EQ(number("SELECT count(*) FROM event_outbox WHERE subject = 'product.created'"), 5000);
}

}  // namespace
}  // namespace pos::central

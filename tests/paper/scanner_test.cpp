// A scanner that other people wrote reads what a customer brings back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/lab/process.h"
#include "tests/paper/golden.h"
#include "tests/paper/receipts.h"
#include "tests/paper/roll_picture.h"
#include "tests/till/folder.h"
#include "till/font.h"

namespace pos::paper {
namespace {

using testing::UnorderedElementsAre;

bool zbar_is_here() { return lab::run({.argv = {"zbarimg", "--version"}}).code == 0; }

// Type and content of each code on the printed roll: "CODE-128:s1-till1-A000042".
std::vector<std::string> scanned(const ReceiptDocument& document) {
  till::Font font;
  const auto profile = with({"pc858"});
  const Roll roll = read_escpos(encode(document, profile, font), profile.pages);
  const till::Folder folder;
  const std::string png = folder / "paper.png";
  std::ofstream(png, std::ios::binary) << till::png_of(picture_of(roll, document.columns, font));
  const auto said = lab::run({.argv = {"zbarimg", "--quiet", "--nodbus", png}});
  std::vector<std::string> codes;
  std::istringstream lines(said.out);
  for (std::string line; std::getline(lines, line);) codes.push_back(line);
  return codes;
}

#define NEEDS_ZBAR \
  if (!zbar_is_here()) GTEST_SKIP() << "zbarimg (zbar-tools) is not to be had here"

TEST(Scanner, ReadsTheNumberOfAReceiptOnEveryPaper) {
  NEEDS_ZBAR;
  for (const char* number : {"s1-till1-A000042", "s1-t2-A1234567", "s1-t2-AB000001"}) {
    CompletedSale sale = sold("Coffee");
    sale.receipt = number;
    for (const int columns : {32, 42, 48}) {
      const auto document = receipt_document(sale, {{"Corner Shop"}, "Bye", columns});
      EXPECT_THAT(scanned(document), UnorderedElementsAre("CODE-128:" + sale.receipt)) << columns;
    }
  }
}

TEST(Scanner, ReadsAQrWhereTheBarsWouldBeTooThin) {
  NEEDS_ZBAR;
  CompletedSale sale = sold("Coffee");
  sale.receipt = "longstore_01-longtill_001-AAB000001";
  const auto document = receipt_document(sale, {{"Corner Shop"}, "Bye", 32});
  EXPECT_THAT(scanned(document), UnorderedElementsAre("QR-Code:" + sale.receipt));
}

TEST(Scanner, ReadsAnEan13) {
  NEEDS_ZBAR;
  Paper paper(42);
  paper.ean13("9501101531000");
  EXPECT_THAT(scanned(paper.take()), UnorderedElementsAre("EAN-13:9501101531000"));
}

}  // namespace
}  // namespace pos::paper

#include "pos/receipt.h"

#include <gtest/gtest.h>

#include <sstream>

namespace pos {
namespace {

CompletedSale sold(const std::string& name) {
  Item item;
  item.id = {"p"};
  item.name = name;
  item.price = {199};
  item.tax_rate = {200'000};
  Sale sale({"t"}, {}, {}, 1);
  sale.add(item, "1", {2000});
  EXPECT_TRUE(sale.tender(TenderKind::cash, {500}, ""));
  CompletedSale done = sale.complete(
      {{}, "2025-11-22", *parse_iso("2025-11-22T10:15:30.123Z"), 60, {}, {"7"}, {}}, "EUR");
  done.receipt = "s1-till1-A000042";
  return done;
}

TEST(Receipt, SaysWhatWasSoldAndPaid) {
  const std::string text = receipt_text(sold("Café crème"), {{"Corner Shop"}, "Thank you", 32});
  EXPECT_EQ(text,
            "          Corner Shop\n"
            "--------------------------------\n"
            "Café crème                  3.98\n"
            "  2 x 1.99                      \n"
            "--------------------------------\n"
            "TOTAL EUR                   3.98\n"
            "Cash                        5.00\n"
            "Change                      1.02\n"
            "--------------------------------\n"
            "Tax 20%  net 3.32           0.66\n"
            "--------------------------------\n"
            "s1-till1-A000042                \n"
            "2025-11-22 11:15                \n"
            "Served by 7                     \n"
            "           Thank you\n");
}

TEST(Receipt, NoNameDrivesThePrinterOrTurnsTheText) {
  const std::string text =
      receipt_text(sold("\x1bp\x01\x10\xc2\x9b\u202eevil \xff name"), {{}, "", 32});
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(text.find("\u202e"), std::string::npos);
  EXPECT_TRUE(valid_utf8(text));
}

TEST(Receipt, NoLineIsWiderThanThePaper) {
  for (const int columns : {32, 42, 48}) {
    std::istringstream lines(receipt_text(
        sold("A very long name of an article, in Ελληνικά and кириллица, that does not fit"),
        {{"A shop with an uncommonly long name that is cut at the edge"}, "", columns}));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(width(line), static_cast<size_t>(columns)) << line;
  }
}

TEST(Utf8, OnlyWhatTheStandardAllows) {
  EXPECT_TRUE(valid_utf8("żółć €😀"));
  for (const char* bad :
       {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
    EXPECT_FALSE(valid_utf8(bad));
  }
  EXPECT_EQ(printable("żółć", 3), "ż");
}

}  // namespace
}  // namespace pos

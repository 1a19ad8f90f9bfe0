#include "pos/gtin.h"

#include <gtest/gtest.h>

#include "pos/ids.h"

namespace pos {
namespace {

std::string normal(const char* scanned) {
  const auto code = parse_code(scanned);
  return code ? code->text : "refused";
}

// GS1's own examples, and a UPC-A that every reader knows.
TEST(Gtin, GoodCheckDigitsBecomeFourteenDigits) {
  EXPECT_EQ(normal("9501101531000"), "09501101531000");
  EXPECT_EQ(normal("6291041500213"), "06291041500213");
  EXPECT_EQ(normal("4006381333931"), "04006381333931");
  EXPECT_EQ(normal("036000241457"), "00036000241457");
  EXPECT_EQ(normal("96385074"), "00000096385074");
  EXPECT_EQ(normal("10036000241454"), "10036000241454");
}

TEST(Gtin, AUpcAndTheEanOfTheSameItemAreOneCode) {
  EXPECT_EQ(normal("036000241457"), normal("0036000241457"));
}

TEST(Gtin, AWrongDigitIsRefusedWhereverItIs) {
  for (size_t i = 0; i < 13; ++i) {
    std::string code = "4006381333931";
    code[i] = static_cast<char>('0' + (code[i] - '0' + 1) % 10);
    EXPECT_EQ(normal(code.c_str()), "refused") << code;
  }
}

TEST(Gtin, WhatIsNotAGtinStaysAsItIs) {
  EXPECT_EQ(normal("4011"), "4011");  // a PLU
  EXPECT_EQ(normal("SKU-77"), "SKU-77");
  EXPECT_EQ(normal(""), "refused");
  EXPECT_EQ(normal("\x1d"), "refused");
  EXPECT_EQ(normal(std::string(81, 'a').c_str()), "refused");
}

TEST(Gtin, AnAimPrefixAndControlCharactersAreStripped) {
  EXPECT_EQ(normal("]E04006381333931\r"), "04006381333931");
  EXPECT_EQ(normal("\x02 4006381333931 \x03"), "04006381333931");
}

TEST(Ids, OnlyCheckedTokensBecomeSubjects) {
  EXPECT_TRUE(valid_node_id("s1"));
  EXPECT_TRUE(valid_node_id("Store_14"));
  for (const char* bad : {"", "hub", "central", "all", "api", "a-b", "a.b", "a b", "a\r\nPUB x",
                          "*", ">", "1234567890123"}) {
    EXPECT_FALSE(valid_node_id(bad)) << bad;
  }
  EXPECT_TRUE(valid_id("p-1001_x"));
  EXPECT_FALSE(valid_id("p.1001"));
  EXPECT_FALSE(valid_id(std::string(33, 'a')));
}

// RFC 9562, appendix A.6.
TEST(Ids, AUuidOfVersionSevenIsTheStandardsExample) {
  const std::array<uint8_t, 10> random = {0x0c, 0xc3, 0x18, 0xc4, 0xdc,
                                          0x0c, 0x0c, 0x07, 0x39, 0x8f};
  EXPECT_EQ(uuid_v7(0x017F22E279B0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  EXPECT_TRUE(valid_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  EXPECT_FALSE(valid_uuid("017F22E2-79b0-7cc3-98c4-dc0c0c07398f"));
  EXPECT_FALSE(valid_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398"));
}

}  // namespace
}  // namespace pos

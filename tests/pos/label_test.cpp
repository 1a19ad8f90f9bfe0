// The vectors are those of the GS1 member organisations' documents and of other programs' tests.
#include "pos/label.h"

#include <gtest/gtest.h>

#include "pos/gs1.h"
#include "pos/gtin.h"

namespace pos {
namespace {

using Kind = LabelPattern::Kind;

struct Vector {
  const char* country;
  const char* code;
  Kind kind;
  int64_t value;
  int decimals;
};

TEST(Label, EachCountrysLabelSaysWhatItSays) {
  for (const Vector& v : std::vector<Vector>{{"GB", "2011122912346", Kind::price, 1234, 2},
                                             {"DK", "2135040039753", Kind::price, 3975, 2},
                                             {"DK", "2623570001505", Kind::weight, 150, 3},
                                             {"FI", "2388060112344", Kind::weight, 1234, 3},
                                             {"SE", "2088060112343", Kind::price, 1234, 2},
                                             {"SE", "2188060112340", Kind::price, 1234, 1},
                                             {"SE", "2288060112347", Kind::price, 1234, 0},
                                             {"DE", "2211114002394", Kind::price, 239, 2},
                                             {"DE", "2511119000129", Kind::count, 12, 0},
                                             {"DE", "2811111068708", Kind::weight, 6870, 3},
                                             {"NO", "2302148210869", Kind::weight, 1086, 3},
                                             {"NO", "2368091402263", Kind::weight, 226, 3}}) {
    const auto code = parse_code(v.code);
    ASSERT_TRUE(code) << v.code;
    const LabelRead read = read_label(code->text, label_preset(v.country));
    ASSERT_TRUE(read.label) << v.country << " " << v.code;
    EXPECT_EQ(read.label->kind, v.kind) << v.code;
    EXPECT_EQ(read.label->value, v.value) << v.code;
    EXPECT_EQ(read.label->decimals, v.decimals) << v.code;
  }
}

TEST(Label, AWrongVerifierIsAMisreadNotAnotherPrice) {
  EXPECT_TRUE(read_label(parse_code("2011122812349")->text, label_preset("GB")).fault);
  EXPECT_TRUE(read_label(parse_code("2511118000120")->text, label_preset("DE")).fault);
}

TEST(Label, TheItemIsTheCodeWithItsVariableDigitsZeroed) {
  const std::vector<LabelPattern> odoo = {{"21", 5, false, Kind::weight, 3}};
  const LabelRead read = read_label(parse_code("2112345015002")->text, odoo);
  ASSERT_TRUE(read.label);
  EXPECT_EQ(read.label->item_key, "02112345000000");
  EXPECT_EQ(read.label->quantity(), Quantity{1500});
  EXPECT_FALSE(read_label(parse_code("4006381333931")->text, odoo).label);
}

TEST(Label, AnyOtherTextOfThatLengthIsNoLabel) {
  EXPECT_FALSE(read_label("022\x01\xf3\xae"
                          "1\xf0"
                          "9\xda"
                          "11\xda\xe8",
                          label_preset("DE"))
                   .label);
}

TEST(UpcE, IsProvedByTheDigitOfTheExpandedCode) {
  EXPECT_EQ(expand_upc_e("04252614"), "042100005264");
  EXPECT_EQ(expand_upc_e("14252611"), "142100005261");
  EXPECT_EQ(expand_upc_e("01234565"), "012345000065");
  EXPECT_FALSE(expand_upc_e("04252615"));
  EXPECT_FALSE(expand_upc_e("24252614"));
}

TEST(Gs1, AnElementStringIsReadFieldByField) {
  const auto read = parse_gs1(
      "]d2010950110153100017271231103ABC12\x1d"
      "3103000195"
      "3922"
      "0599");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->gtin, "09501101531000");
  EXPECT_EQ(read->expiry, "2027-12-31");
  EXPECT_EQ(read->lot, "3ABC12");
  EXPECT_EQ(read->weight, Quantity{195});
  ASSERT_TRUE(read->price);
  EXPECT_EQ(read->price->value, 599);
  EXPECT_EQ(read->price->decimals, 2);
}

TEST(Gs1, TheOtherSpellingsSayTheSame) {
  for (const char* text :
       {"(01)09501101531000(17)280200(10)LOT-1",
        "https://id.gs1.org/01/09501101531000/10/LOT-1?17=280200",
        "]Q3https://example.com/shop/01/09501101531000/10/LOT-1?x=1&17=280200"}) {
    const auto read = parse_gs1(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->gtin, "09501101531000");
    EXPECT_EQ(read->lot, "LOT-1");
    EXPECT_EQ(read->expiry, "2028-02-29");  // day 00: the month's last
  }
}

TEST(Gs1, WhatIsWrongIsNotHalfRead) {
  for (const char* text :
       {"]d20109501101531001", "]d201095011015310", "]d210ABC", "(01)09501101531000(17)271331",
        "https://example.com/about", "]d2990", "4006381333931", "", "]d2", "(01)", "(01",
        "]d20109501101531000310900x195"}) {
    EXPECT_FALSE(parse_gs1(text)) << text;
  }
}

}  // namespace
}  // namespace pos

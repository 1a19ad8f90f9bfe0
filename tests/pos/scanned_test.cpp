#include "pos/scanned.h"

#include <gtest/gtest.h>

#include "pos/sale.h"

namespace pos {
namespace {

ScanRules rules(const char* preset, int digits = 2) {
  return {label_preset(preset), digits, "2026-11-22"};
}

bool knows(const Scanned& scanned, const std::string& key) {
  for (const auto& meaning : scanned.meanings) {
    if (meaning.key == key) return true;
  }
  return false;
}

TEST(Scanned, AnOrdinaryCodeIsLookedUpByFourteenDigitsAndShownAsItWasScanned) {
  const auto ean = read_scanned("]E04006381333931\r", rules("DE"));
  ASSERT_TRUE(ean);
  EXPECT_EQ(ean->code, "4006381333931");
  ASSERT_EQ(ean->meanings.size(), 1u);
  EXPECT_EQ(ean->meanings[0].key, "04006381333931");
  const auto plu = read_scanned("4011", rules(""));
  ASSERT_TRUE(plu);
  EXPECT_EQ(plu->meanings[0].key, "4011");
}

TEST(Scanned, UpcEIsTheUpcAThatItStandsFor) {
  const auto e = read_scanned("04252614", rules(""));
  ASSERT_TRUE(e);
  EXPECT_EQ(e->code, "04252614");
  EXPECT_EQ(e->meanings[0].key, "00042100005264");
  EXPECT_EQ(read_scanned("04252615", rules("")).refusal().code, RefusalCode::bad_code);
  EXPECT_EQ(read_scanned("96385074", rules(""))->meanings[0].key, "00000096385074");
}

TEST(Scanned, ALabelMeansItsItemAndWhatIsPrintedOnIt) {
  const auto price = read_scanned("2211114002394", rules("DE"));
  ASSERT_TRUE(price);
  EXPECT_TRUE(knows(*price, "02211110000000"));
  EXPECT_EQ(price->meanings.back().price, Money{239});
  const auto weight = read_scanned("2811111068708", rules("DE"));
  EXPECT_EQ(weight->meanings.back().quantity, Quantity{6870});
  EXPECT_EQ(read_scanned("2188060112340", rules("SE"))->meanings.back().price, Money{12'340});
  EXPECT_EQ(read_scanned("2011122912346", rules("GB", 0))->meanings.back().price, Money{12});
  EXPECT_EQ(read_scanned("2011122912346", rules("GB", 3))->meanings.back().price, Money{12'340});
}

TEST(Scanned, AWrongVerifierIsAMisreadUnlessTheWholeCodeIsKnown) {
  const auto read = read_scanned("2011122812349", rules("GB"));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->misread);
  EXPECT_EQ(read->meanings.size(), 1u);
}

TEST(Scanned, ALotIsRefusedFromTheDayAfterItsDateAndStaysWithItsLine) {
  const auto fresh = read_scanned("(01)09501101531000(17)261122(10)LOT-1", rules(""));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(fresh->code, "(01)09501101531000(10)LOT-1");
  EXPECT_EQ(fresh->meanings[0].key, "09501101531000");
  EXPECT_EQ(read_scanned("(01)09501101531000(17)261121", rules("")).refusal().code,
            RefusalCode::expired);
  EXPECT_EQ(
      read_scanned("https://id.gs1.org/01/09501101531000?17=250101", rules("")).refusal().code,
      RefusalCode::expired);
  EXPECT_EQ(read_scanned("https://id.gs1.org/01/09501101531000", rules(""))->code,
            "09501101531000");
}

TEST(Scanned, AGs1CodeThatIsHalfRightIsNotRead) {
  for (const char* text : {"]d20109501101531001", "(01)1", "https://example.com/about", "", "\r"}) {
    EXPECT_EQ(read_scanned(text, rules("")).refusal().code, RefusalCode::bad_code) << text;
  }
}

TEST(LabelPatterns, AreReadFromTheConfigurationOrRefusedWhole) {
  const auto two = parse_label_patterns("21:5:-:weight:3  20:5:v:price:2");
  ASSERT_TRUE(two);
  EXPECT_EQ((*two)[0], (LabelPattern{"21", 5, false, LabelPattern::Kind::weight, 3}));
  EXPECT_EQ((*two)[1], (LabelPattern{"20", 5, true, LabelPattern::Kind::price, 2}));
  EXPECT_TRUE(parse_label_patterns("")->empty());
  for (const char* text : {"21:5:-:weight", "40:5:-:price:2", "20:5:x:price:2", "20:2:v:price:2",
                           "20:5:v:prize:2", "20:5:v:price:9", ":5:v:price:2", "20::v:price:2"}) {
    EXPECT_FALSE(parse_label_patterns(text)) << text;
  }
}

TEST(Sale, ALabelsPriceIsWhatTheCustomerPays) {
  Item ham;
  ham.id = {"ham"};
  ham.unit = "kg";
  ham.price = {1990};
  Sale sale({"t"}, {}, {}, 1);
  const Line& line = sale.add_marked(ham, "2011122912346", {1235});
  EXPECT_EQ(line.quantity, Quantity{621});  // 12.358 at 19.90 a kilogram
  EXPECT_EQ(line.total, Money{1235});
  EXPECT_EQ(sale.set_quantity(1, {1000}).refusal().code, RefusalCode::bad_quantity);
  ham.unit = "each";
  EXPECT_EQ(sale.add_marked(ham, "2011122912346", {1234}).item.price, Money{1234});
  EXPECT_EQ(sale.total(), Money{1235 + 1234});
}

}  // namespace
}  // namespace pos

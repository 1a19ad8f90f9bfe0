#include "pos/draft.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

Draft sample() {
  Item milk;
  milk.id = {"milk"};
  milk.name = "Milk, 3:5 \"fresh\"\n,";
  milk.price = {129};
  milk.tax_rate = {100'000};
  Sale sale({"0193a1c2-0000-7000-8000-000000000000"}, {}, {}, 1);
  sale.add(milk, "1234", {2000});
  EXPECT_TRUE(sale.tender(TenderKind::cash, {100}, "ref"));
  return {{"7"}, sale};
}

TEST(Draft, ComesBackAsItWas) {
  const Draft draft = sample();
  const auto back = decode_draft(encode(draft));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->cashier, draft.cashier);
  EXPECT_EQ(back->sale.id(), draft.sale.id());
  EXPECT_EQ(back->sale.lines(), draft.sale.lines());
  EXPECT_EQ(back->sale.tenders(), draft.sale.tenders());
  EXPECT_EQ(back->sale.next_line(), draft.sale.next_line());
}

TEST(Draft, KeepsWhatAPersonDecided) {
  Draft draft = sample();
  Sale sale({"0193a1c2-0000-7000-8000-000000000000"}, {}, {}, 1);
  sale.conditions() = {
      {"2026-11-24", 1, 720, {"club"}}, {{50'000}, {}, "staff"}, 18, {"9"}, {}, "c-77"};
  Item ham;
  ham.id = {"ham"};
  ham.unit = "kg";
  ham.price = {1990};
  Item box = ham;
  box.unit = "each";
  sale.add_marked(ham, "2211114002394", {239});
  sale.add(box, "1", kOnePiece, &ham);
  ASSERT_TRUE(sale.discount(2, {{}, {100}, "torn"}));
  draft.sale = sale;
  const auto back = decode_draft(encode(draft));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sale.lines(), sale.lines());
  EXPECT_EQ(back->sale.conditions(), sale.conditions());
}

TEST(Draft, TheOneOfTheVersionBeforeIsTakenUp) {
  const auto back = decode_draft(
      "leaftill-draft-1\n1:7,1:t,1:2,1:1,1:1,4:milk,4:Milk,4:each,3:129,1:0,1:5,6:100000,0:,1:0,"
      "4:1234,4:2000,1:0,3:258,1:0,0:,");
  EXPECT_FALSE(back);  // its tenders are missing
  const auto whole = decode_draft(
      "leaftill-draft-1\n1:7,1:t,1:2,1:1,1:1,4:milk,4:Milk,4:each,3:129,1:0,1:5,6:100000,0:,1:0,"
      "4:1234,4:2000,1:0,3:258,1:0,1:0,");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->sale.total(), Money{258});
}

TEST(Draft, KeepsWhatCameBack) {
  Draft draft = sample();
  Sale sale({"0193a1c2-0000-7000-8000-000000000000"}, {}, {}, 1);
  Line sold = sample().sale.lines()[0];
  sold.id = 4;
  sale.take_back({{"t0"}, "s1-till1-A000001"}, sold, {{1000}, {129}, {12}, {3}}, "sour");
  sale.take_back(sold.item, "1234", kOnePiece, "sour too");
  draft.sale = sale;
  const auto back = decode_draft(encode(draft));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sale.lines(), sale.lines());
  EXPECT_EQ(back->sale.conditions(), sale.conditions());
}

// As version 2 wrote it, with a discount of five per cent and a checked age.
TEST(Draft, TheOneOfVersionTwoIsTakenUp) {
  const auto back = decode_draft(
      "leaftill-draft-2\n1:7,1:t,1:2,1:1,1:1,4:milk,4:Milk,4:each,3:129,1:0,1:5,6:100000,0:,1:0,"
      "4:1234,4:2000,2:13,3:245,1:0,1:0,1:0,1:0,5:stale,1:0,5:50000,1:0,5:stale,1:0,"
      "1:0,10:2026-11-24,1:1,3:720,1:0,1:0,1:0,0:,2:18,1:9,");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sale.total(), Money{245});
  EXPECT_EQ(back->sale.lines()[0].own.percent.ppm, 50'000);
  EXPECT_EQ(back->sale.conditions().age_checked, 18);
  EXPECT_EQ(back->sale.conditions().original, Original{});
}

TEST(Draft, ATornOneIsSeen) {
  const std::string whole = encode(sample());
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(decode_draft(whole.substr(0, n))) << n;
  EXPECT_FALSE(decode_draft(whole + "1:x,"));
  EXPECT_FALSE(decode_draft("leaftill-draft-9\n0:,"));
  EXPECT_FALSE(decode_draft("leaftill-draft-1\n99999999999999999999:,"));
}

}  // namespace
}  // namespace pos

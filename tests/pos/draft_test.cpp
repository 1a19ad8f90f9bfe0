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

TEST(Draft, ATornOneIsSeen) {
  const std::string whole = encode(sample());
  for (size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(decode_draft(whole.substr(0, n))) << n;
  EXPECT_FALSE(decode_draft(whole + "1:x,"));
  EXPECT_FALSE(decode_draft("leaftill-draft-9\n0:,"));
  EXPECT_FALSE(decode_draft("leaftill-draft-1\n99999999999999999999:,"));
}

}  // namespace
}  // namespace pos

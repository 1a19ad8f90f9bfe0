// Discounts, other prices, deposits and tenders on the open sale.
#include <gtest/gtest.h>

#include "pos/card_number.h"
#include "pos/sale.h"
#include "pos/share.h"

namespace pos {
namespace {

Item item(const char* id, int64_t price) {
  Item i;
  i.id = {id};
  i.name = id;
  i.price = {price};
  i.tax_rate = {200'000};
  return i;
}

Sale open_sale() { return Sale({"t"}, {}, {}, 1); }

TEST(Share, PartsMakeTheWholeAndNobodyGetsMoreThanHasWeight) {
  EXPECT_EQ(share_out({100}, {{1}, {1}, {1}}), (std::vector<Money>{{34}, {33}, {33}}));
  EXPECT_EQ(share_out({5}, {{0}, {3}, {2}}), (std::vector<Money>{{0}, {3}, {2}}));
  EXPECT_EQ(share_out({0}, std::vector<Money>(2)), std::vector<Money>(2));
}

TEST(Discount, OfALineIsRoundedOnce) {
  Sale sale = open_sale();
  sale.add(item("a", 333), "1", {3000});
  ASSERT_TRUE(sale.discount(1, {{72'500}, {}, "damaged"}));  // 7.25 %
  EXPECT_EQ(sale.lines()[0].discount, Money{72});            // of 9.99: 0.724…
  EXPECT_EQ(sale.lines()[0].reason, "damaged");
  ASSERT_TRUE(sale.set_quantity(1, {1000}));
  EXPECT_EQ(sale.lines()[0].discount, Money{24});  // it follows the quantity
  ASSERT_TRUE(sale.discount(1, {}));
  EXPECT_EQ(sale.total(), Money{333});
  EXPECT_EQ(sale.lines()[0].reason, "");
}

TEST(Discount, OfTheWholeSaleIsSharedToTheCent) {
  Sale sale = open_sale();
  sale.add(item("a", 100), "1", kOnePiece);
  sale.add(item("b", 100), "2", kOnePiece);
  sale.add(item("c", 100), "3", kOnePiece);
  ASSERT_TRUE(sale.discount(0, {{}, {100}, "staff"}));
  EXPECT_EQ(sale.lines()[0].discount, Money{34});
  EXPECT_EQ(sale.lines()[2].discount, Money{33});
  EXPECT_EQ(sale.total(), Money{200});
  sale.add(item("d", 300), "4", kOnePiece);  // the discount lasts
  EXPECT_EQ(sale.total(), Money{500});
}

TEST(Discount, IsNeverMoreThanThePrice) {
  Sale sale = open_sale();
  sale.add(item("a", 100), "1", kOnePiece);
  EXPECT_FALSE(sale.discount(1, {{1'000'001}, {}, "x"}));
  EXPECT_FALSE(sale.discount(1, {{-1}, {}, "x"}));
  EXPECT_FALSE(sale.discount(1, {{}, {101}, "x"}));
  EXPECT_FALSE(sale.discount(0, {{}, {101}, "x"}));
  EXPECT_FALSE(sale.discount(7, {{}, {1}, "x"}));
  ASSERT_TRUE(sale.discount(1, {{1'000'000}, {}, "x"}));
  ASSERT_TRUE(sale.discount(0, {{}, {50}, "x"}));
  EXPECT_EQ(sale.total(), Money{0});
  ASSERT_TRUE(sale.tender(TenderKind::cash, {0}, ""));
  EXPECT_EQ(sale.complete({}, "EUR").total, Money{0});
}

TEST(Discount, AnotherPriceIsAPriceOfItsOwn) {
  Sale sale = open_sale();
  sale.add(item("a", 100), "1", {2000});
  ASSERT_TRUE(sale.set_price(1, {80}, "torn"));
  EXPECT_EQ(sale.total(), Money{160});
  EXPECT_EQ(sale.lines()[0].reason, "torn");
  sale.add(item("a", 100), "1", kOnePiece);  // the next one has the old price
  EXPECT_EQ(sale.lines().size(), 2u);
  EXPECT_EQ(sale.total(), Money{260});
}

TEST(Promotions, LeaveAloneWhatAPersonReduced) {
  Terms terms;
  terms.promotions = {n_for_price("deal", "2 for 1.50", {{"a"}}, 2, {150})};
  Sale sale = open_sale();
  sale.under(terms);
  sale.add(item("a", 100), "1", {2000});
  EXPECT_EQ(sale.total(), Money{150});
  EXPECT_EQ(sale.savings().size(), 1u);
  EXPECT_EQ(sale.lines()[0].promotions, std::vector<std::string>{"deal"});
  ASSERT_TRUE(sale.discount(1, {{100'000}, {}, "damaged"}));
  EXPECT_EQ(sale.total(), Money{180});
  EXPECT_TRUE(sale.lines()[0].promotions.empty());
}

TEST(Deposit, ComesAndGoesWithItsItem) {
  Sale sale = open_sale();
  const Item bottle = item("bottle", 25);
  sale.add(item("cola", 150), "1", kOnePiece, &bottle);
  sale.add(item("cola", 150), "1", kOnePiece, &bottle);
  ASSERT_EQ(sale.lines().size(), 2u);
  EXPECT_EQ(sale.lines()[1].quantity, Quantity{2000});
  EXPECT_EQ(sale.total(), Money{350});
  ASSERT_TRUE(sale.set_quantity(1, {5000}));
  EXPECT_EQ(sale.total(), Money{875});
  EXPECT_EQ(sale.void_line(2).refusal().code, RefusalCode::linked_line);
  EXPECT_EQ(sale.set_quantity(2, {1000}).refusal().code, RefusalCode::linked_line);
  ASSERT_TRUE(sale.discount(0, {{1'000'000}, {}, "present"}));
  EXPECT_EQ(sale.total(), Money{125});  // nobody gives a deposit away
  ASSERT_TRUE(sale.void_line(1));
  EXPECT_TRUE(sale.lines().empty());
}

TEST(ExclusiveTax, TheLinesPriceIsNetAndItsTotalIsWhatTheCustomerPays) {
  const Terms terms{{TaxMode::exclusive, TaxLevel::receipt}, {}, {}};
  Sale sale = open_sale();
  sale.under(terms);
  sale.add(item("a", 100), "1", kOnePiece);
  ASSERT_TRUE(sale.discount(1, {{}, {10}, "x"}));
  EXPECT_EQ(sale.lines()[0].total, Money{108});
  EXPECT_EQ(sale.total(), Money{108});
  EXPECT_EQ(sale.tax(), Money{18});
}

TEST(Tender, ManyOfThemMakeTheSum) {
  Sale sale = open_sale();
  sale.add(item("a", 1000), "1", kOnePiece);
  ASSERT_TRUE(sale.tender(TenderKind::voucher, {300}, "V-1"));
  ASSERT_TRUE(sale.tender(TenderKind::gift, {200}, "G-1"));
  EXPECT_FALSE(sale.tender(TenderKind::voucher, {600}, "V-2"));
  ASSERT_TRUE(sale.tender(TenderKind::card, {400}, "4242-ok"));
  ASSERT_TRUE(sale.tender(TenderKind::cash, {500}, ""));
  const CompletedSale done = sale.complete({}, "EUR");
  EXPECT_EQ(done.change(), Money{400});
  EXPECT_LE(done.change(), done.tenders.back().amount);
}

TEST(CardNumber, IsFoundHoweverItIsWritten) {
  for (const char* text : {"4111111111111111", "card 4111 1111 1111 1111 ok", "5500-0000-0000-0004",
                           "ref:340000000000009"}) {
    EXPECT_TRUE(has_card_number(text)) << text;
  }
  for (const char* text : {"4111111111111112", "1234", "", "1234-tok", "411111111111",
                           "0193a1c2-0000-7000-8000-00000000000f", "receipt s1-till1-A000042"}) {
    EXPECT_FALSE(has_card_number(text)) << text;
  }
}

}  // namespace
}  // namespace pos

#include "pos/sale.h"

#include <gtest/gtest.h>

namespace pos {
namespace {

Item item(const char* id, int64_t price, const char* unit = "each") {
  Item i;
  i.id = {id};
  i.name = id;
  i.unit = unit;
  i.price = {price};
  i.tax_rate = {200'000};
  return i;
}

Sale open_sale() { return Sale({"t"}, {}, {}, 1); }

TEST(Sale, TheSamePieceTwiceIsOneLine) {
  Sale sale = open_sale();
  sale.add(item("milk", 129), "1", kOnePiece);
  sale.add(item("milk", 129), "1", {2000});
  ASSERT_EQ(sale.lines().size(), 1u);
  EXPECT_EQ(sale.lines()[0].quantity, Quantity{3000});
  EXPECT_EQ(sale.total(), Money{387});
}

TEST(Sale, AChangedPriceStartsItsOwnLineAndLeavesTheOldOne) {
  Sale sale = open_sale();
  sale.add(item("milk", 129), "1", kOnePiece);
  sale.add(item("milk", 139), "1", kOnePiece);
  ASSERT_EQ(sale.lines().size(), 2u);
  EXPECT_EQ(sale.total(), Money{268});
}

TEST(Sale, WeighedGoodsAreALineEach) {
  Sale sale = open_sale();
  sale.add(item("ham", 1990, "kg"), "1", {250});
  sale.add(item("ham", 1990, "kg"), "1", {250});
  EXPECT_EQ(sale.lines().size(), 2u);
}

TEST(Sale, ALineNumberIsNeverGivenTwice) {
  Sale sale = open_sale();
  sale.add(item("a", 100), "1", kOnePiece);
  sale.add(item("b", 100), "2", kOnePiece);
  ASSERT_TRUE(sale.void_line(2));
  sale.add(item("c", 100), "3", kOnePiece);
  EXPECT_EQ(sale.lines().back().id, 3);
  EXPECT_FALSE(sale.void_line(2));
}

TEST(Sale, CashGivesChangeAndTheSumsHold) {
  Sale sale = open_sale();
  sale.add(item("coffee", 199), "1", {2000});
  ASSERT_TRUE(sale.tender(TenderKind::cash, {500}, ""));
  ASSERT_TRUE(sale.paid());
  const CompletedSale done = sale.complete({}, "EUR");
  EXPECT_EQ(done.total, Money{398});
  EXPECT_EQ(done.change(), Money{102});
  EXPECT_EQ(done.tax, Money{66});
  EXPECT_EQ(done.header.id.value, "t");
}

TEST(Sale, APartLeavesTheRestDue) {
  Sale sale = open_sale();
  sale.add(item("coffee", 398), "1", kOnePiece);
  ASSERT_TRUE(sale.tender(TenderKind::cash, {300}, ""));
  EXPECT_FALSE(sale.paid());
  EXPECT_EQ(sale.due(), Money{98});
  EXPECT_FALSE(sale.tender(TenderKind::card, {200}, ""));  // only cash gives change
  ASSERT_TRUE(sale.tender(TenderKind::card, {98}, "auth"));
  EXPECT_TRUE(sale.paid());
}

TEST(Sale, NothingAndLessAreNotAmounts) {
  Sale sale = open_sale();
  sale.add(item("coffee", 398), "1", kOnePiece);
  EXPECT_FALSE(sale.tender(TenderKind::cash, {0}, ""));
  EXPECT_FALSE(sale.tender(TenderKind::cash, {-5}, ""));
  EXPECT_FALSE(sale.set_quantity(1, {0}));
  EXPECT_FALSE(sale.set_quantity(1, {1500}));  // half a piece
  EXPECT_FALSE(sale.set_quantity(9, {1000}));
}

}  // namespace
}  // namespace pos

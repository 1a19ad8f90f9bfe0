#include "pos/returns.h"

#include <gtest/gtest.h>

#include "pos/sale.h"

namespace pos {
namespace {

// What a line gives back when it comes back in these quantities, one after the other.
std::vector<Part> parts_of(const Part& sold, const std::vector<int64_t>& quantities) {
  std::vector<Part> parts;
  Part back;
  for (const int64_t milli : quantities) {
    parts.push_back(next_part(sold, back, {milli}));
    back += parts.back();
  }
  return parts;
}

TEST(Returns, PartsOfALineMakeTheWholeToTheCent) {
  struct Case {
    Part sold;
    std::vector<int64_t> quantities;
    std::vector<int64_t> totals, taxes;
  };
  const Case cases[] = {
      // the contract's two coffees, one after the other
      {{{2000}, {398}, {66}, {}}, {1000, 1000}, {199, 199}, {33, 33}},
      {{{2000}, {398}, {66}, {}}, {2000}, {398}, {66}},
      // three for 1.00
      {{{3000}, {100}, {17}, {}}, {1000, 1000, 1000}, {33, 34, 33}, {6, 5, 6}},
      {{{3000}, {100}, {17}, {}}, {2000, 1000}, {67, 33}, {11, 6}},
      // 250 g of something at 19.90 a kilogram, by weight
      {{{250}, {498}, {45}, {}}, {100, 149, 1}, {199, 297, 2}, {18, 27, 0}},
      // less a cent than there are pieces
      {{{3000}, {1}, {0}, {}}, {1000, 1000, 1000}, {0, 1, 0}, {0, 0, 0}},
      // free of charge
      {{{2000}, {0}, {0}, {398}}, {1000, 1000}, {0, 0}, {0, 0}},
  };
  for (const Case& c : cases) {
    const auto parts = parts_of(c.sold, c.quantities);
    Part all;
    for (size_t i = 0; i < parts.size(); ++i) {
      EXPECT_EQ(parts[i].total.minor, c.totals[i]) << c.sold.total.minor << " part " << i;
      EXPECT_EQ(parts[i].tax.minor, c.taxes[i]) << c.sold.tax.minor << " part " << i;
      all += parts[i];
    }
    EXPECT_EQ(all, c.sold);
  }
}

TEST(Returns, TheLargestLineDoesNotOverflow) {
  const Part sold{{kMaxQuantityMilli}, {kMaxSaleMinor}, {kMaxSaleMinor / 2}, {kMaxSaleMinor}};
  const auto parts = parts_of(sold, {1, kMaxQuantityMilli - 1});
  EXPECT_EQ(parts[0].total + parts[1].total, sold.total);
}

Item bought_item(const char* id, int64_t price) {
  Item i;
  i.id = {id};
  i.name = id;
  i.price = {price};
  i.tax_rate = {200'000};
  return i;
}

Line sold_line(int32_t id, int64_t price, int64_t pieces) {
  Line line;
  line.id = id;
  line.item = bought_item("coffee", price);
  line.quantity = {pieces * 1000};
  return line;
}

const Original kOriginal{{"t0"}, "s1-till1-A000001"};

TEST(Returns, AReturnedLineIsNotReckonedByTodaysTerms) {
  Terms terms;
  terms.tax = {TaxMode::exclusive, TaxLevel::line};
  terms.promotions = {buy_x_get_y("d", "2+1", {{"coffee"}}, 2, 1)};
  Sale sale({"t"}, {}, {}, 1);
  sale.under(terms);
  sale.take_back(kOriginal, sold_line(1, 199, 3), {{3000}, {398}, {66}, {199}}, "cold");
  ASSERT_TRUE(sale.discount(0, {{500'000}, {}, "all"}));
  EXPECT_EQ(sale.total(), Money{-398});
  EXPECT_EQ(sale.tax(), Money{-66});
  EXPECT_EQ(sale.lines()[0].reason, "cold");
  ASSERT_TRUE(sale.tender(TenderKind::cash, {-398}, ""));
  const CompletedSale done = sale.complete({}, "EUR");
  EXPECT_EQ(done.kind, "return");
  EXPECT_EQ(done.original, kOriginal.id);
  EXPECT_EQ(done.original_receipt, kOriginal.receipt);
  EXPECT_EQ(done.lines[0].quantity, Quantity{-3000});
  EXPECT_EQ(done.lines[0].discount, Money{-199});
  EXPECT_EQ(done.lines[0].original_line, 1);
  const TaxTotal all{{200'000}, {-332}, {-66}, {-398}};
  EXPECT_EQ(done.taxes, std::vector{all});
}

TEST(Returns, WhatCameBackIsNotChangedOnlyTakenOffAgain) {
  Sale sale({"t"}, {}, {}, 1);
  sale.take_back(kOriginal, sold_line(1, 199, 1), {{1000}, {199}, {33}, {}}, "cold");
  sale.take_back(bought_item("tea", 100), "1", kOnePiece, "torn");
  for (const int32_t line : {1, 2}) {
    EXPECT_EQ(sale.set_quantity(line, {2000}).refusal().code, RefusalCode::returned_line);
    EXPECT_EQ(sale.set_price(line, {1}, "x").refusal().code, RefusalCode::returned_line);
    EXPECT_EQ(sale.discount(line, {{100'000}, {}, "x"}).refusal().code, RefusalCode::returned_line);
  }
  ASSERT_TRUE(sale.void_line(1));
  EXPECT_EQ(sale.conditions().original, Original{});  // another receipt's goods may come now
  EXPECT_EQ(sale.total(), Money{-100});
}

TEST(Returns, AScannedPieceIsNeverCountedOntoOneThatCameBack) {
  Sale sale({"t"}, {}, {}, 1);
  sale.take_back(bought_item("tea", 100), "1", kOnePiece, "torn");
  sale.add(bought_item("tea", 100), "1", kOnePiece);
  ASSERT_EQ(sale.lines().size(), 2u);
  EXPECT_EQ(sale.total(), Money{});
  ASSERT_TRUE(sale.tender(TenderKind::cash, {}, ""));  // an even exchange
  EXPECT_TRUE(sale.paid());
}

TEST(Returns, MoreOfTheSameLineIsOneLine) {
  Sale sale({"t"}, {}, {}, 1);
  sale.take_back(kOriginal, sold_line(1, 199, 3), {{1000}, {199}, {33}, {}}, "cold");
  sale.take_back(kOriginal, sold_line(1, 199, 3), {{2000}, {398}, {66}, {}}, "cold");
  ASSERT_EQ(sale.lines().size(), 1u);
  EXPECT_EQ(sale.total(), Money{-398});
}

TEST(Returns, ALabelsPriceComesBackAsItWasPrinted) {
  Item ham = bought_item("ham", 1990);
  ham.unit = "kg";
  Sale sale({"t"}, {}, {}, 1);
  const Line line = sale.take_back_marked(ham, "2211114002394", {239}, "off");
  EXPECT_EQ(line.total, Money{-239});
  EXPECT_EQ(line.quantity, Quantity{-120});
}

}  // namespace
}  // namespace pos

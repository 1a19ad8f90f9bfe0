// Goods that came back twice: tills that could not ask each other, and central that notices.
#include "central/reconciler.h"

#include <gtest/gtest.h>

#include "central/effect.h"
#include "pos/returns.h"
#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

class ReturnedTwice : public BooksTest {
 protected:
  // So many thousandths of the first line come back at that till, whatever came back before.
  CompletedSale return_of(const CompletedSale& sold, int64_t quantity, PaperTill& till) {
    CompletedSale sale = till.sale({{}});
    Sale open(sale.header.id, {}, {}, 1);
    const Line& line = sold.lines[0];
    open.take_back(
        {sold.header.id, sold.receipt}, line,
        next_part({line.quantity, line.total, sold.line_taxes[0], line.discount}, {}, {quantity}),
        "cold");
    EXPECT_TRUE(open.tender(TenderKind::cash, open.due(), ""));
    CompletedSale back = open.complete(sale.header, "EUR");
    back.receipt = sale.receipt;
    return back;
  }
};

TEST_F(ReturnedTwice, IsAProblemForPeopleAndBothAreFacts) {
  const CompletedSale sold = till1_.sale({{"p1", 3000, 100}});
  apply(till1_.seal(sold), till1_);
  apply(till1_.seal(return_of(sold, 2000, till1_)), till1_);
  EXPECT_EQ(problems("returned_twice"), 0);
  apply(till2_.seal(return_of(sold, 1000, till2_)), till2_);
  EXPECT_EQ(problems("returned_twice"), 0) << "that was all of it";
  apply(till2_.seal(return_of(sold, 1000, till2_)), till2_);
  EXPECT_EQ(problems("returned_twice"), 1);
  EXPECT_EQ(text("SELECT text FROM problem WHERE kind = 'returned_twice'"),
            "of receipt " + sold.receipt +
                ", line 1, 3 were sold and 4 came back, at tills till1 and till2: look at both "
                "returns, and count the goods and the money");
  EXPECT_EQ(on_hand("p1"), 1'001'000);
  apply(till2_.seal(return_of(sold, 1000, till2_)), till2_);
  EXPECT_EQ(number("SELECT count(*) FROM problem WHERE kind = 'returned_twice'"), 1)
      << "of one line, one problem";
}

TEST_F(ReturnedTwice, IsNoticedWhicheverOfTheRowsComesLast) {
  const CompletedSale sold = till1_.sale({{"p1", 1000, 100}});
  const auto row = till1_.seal(sold);
  apply(till2_.seal(return_of(sold, 1000, till2_)), till2_);
  apply(till2_.seal(return_of(sold, 1000, till2_)), till2_);
  EXPECT_EQ(problems("returned_twice"), 0) << "how much was sold is not known yet";
  apply(row, till1_);
  EXPECT_EQ(problems("returned_twice"), 1);
}

TEST_F(ReturnedTwice, ARowThatComesAgainIsNoSecondReturn) {
  const CompletedSale sold = till1_.sale({{"p1", 1000, 100}});
  const auto first = till1_.seal(sold);
  const Fact back = return_of(sold, 1000, till2_);
  const auto row = till2_.seal(back);
  apply({arrival_of(first, till1_), arrival_of(row, till2_), arrival_of(row, till2_)});
  apply({arrival_of(row, till2_, "till1")});
  apply({till2_.new_epoch(), till2_.rechain(back)}, till2_);
  EXPECT_EQ(problems("returned_twice"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM returned_line"), 1);
}

TEST_F(ReturnedTwice, ALineThatWasNeverSoldCannotComeBackOnce) {
  const CompletedSale sold = till1_.sale({{"p1", 1000, 100}});
  apply(till1_.seal(sold), till1_);
  CompletedSale back = return_of(sold, 1000, till2_);
  back.lines[0].original_line = 7;
  apply(till2_.seal(back), till2_);
  EXPECT_EQ(problems("returned_twice"), 1);
}

}  // namespace
}  // namespace pos::central

#include "central/reconciler.h"

#include <gtest/gtest.h>

#include "central/answers.h"
#include "central/catalogue_writes.h"
#include "central/effect.h"
#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

using Reconciler = BooksTest;

TEST_F(Reconciler, ASaleMovesTheMarkTakesStockAndMarksTheAnswer) {
  const auto row = till1_.sell({{"p1", 2000, 199}, {"p2", 250, 400}});
  const auto done = apply(row, till1_);
  EXPECT_EQ(done.effects, 1);
  EXPECT_EQ(done.verdicts, std::vector{Verdict::handled});
  EXPECT_EQ(mark(till1_), 1);
  EXPECT_EQ(text("SELECT head FROM chain"), row.hash);
  EXPECT_EQ(on_hand("p1"), 998'000);
  EXPECT_EQ(on_hand("p2"), 999'750);
  EXPECT_TRUE(marked("down.s1.ack.till1"));
  EXPECT_TRUE(marked("down.s1.stock.p1"));
  EXPECT_EQ(text("SELECT body FROM journal_row"), row.body);
  EXPECT_EQ(text("SELECT last_receipt FROM till WHERE till = 'till1'"), "s1-till1-A000001");
  EXPECT_EQ(number("SELECT count(*) FROM problem"), 0);
}

TEST_F(Reconciler, AReturnGivesStockBack) {
  apply(till1_.sell({{"p1", 2000}}), till1_);
  apply(till1_.sell({{"p1", -1000}}), till1_);
  EXPECT_EQ(on_hand("p1"), 999'000);
  EXPECT_EQ(text("SELECT kind FROM journal_row WHERE seq = 2"), "return");
}

// One of p1 comes back and two of p2 go out, in the till's own words.
CompletedSale exchange_of(const CompletedSale& first, CompletedSale sale) {
  Sale open(sale.header.id, {}, {}, 1);
  const Line& sold = first.lines[0];
  open.take_back(
      {first.header.id, first.receipt}, sold,
      next_part({sold.quantity, sold.total, first.line_taxes[0], sold.discount}, {}, kOnePiece),
      "too small");
  Item other = sold.item;
  other.id = {"p2"};
  open.add(other, "1", {2000});
  EXPECT_TRUE(open.tender(TenderKind::card, open.due(), "auth"));
  CompletedSale exchange = open.complete(sale.header, "EUR");
  exchange.receipt = sale.receipt;
  return exchange;
}

TEST_F(Reconciler, AnExchangePutsBackAndTakesOutOnceHoweverItComes) {
  const CompletedSale first = till1_.sale({{"p1", 2000, 199}});
  const Fact exchange = exchange_of(first, till1_.sale({{}}));
  apply(till1_.seal(first), till1_);
  const auto row = till1_.seal(exchange);
  apply({row, row}, till1_);
  apply({arrival_of(row, till1_, "till2")});
  apply({till1_.new_epoch(), till1_.rechain(exchange)}, till1_);
  EXPECT_EQ(on_hand("p1"), 999'000);
  EXPECT_EQ(on_hand("p2"), 998'000);
  EXPECT_EQ(number("SELECT count(*) FROM problem WHERE kind <> 'forked'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM event_outbox"), 2);
  EXPECT_EQ(text("SELECT kind FROM journal_row WHERE seq = 2"), "return");
}

TEST_F(Reconciler, AGiftCardIsNoGoods) {
  apply(till1_.seal(GiftIssued{till1_.sale({{}}).header, "G-1", "s1-till1-A000002", {2500}}),
        till1_);
  apply(till1_.sell({{"gift-card", 1000, 2500}}), till1_);
  EXPECT_EQ(number("SELECT count(*) FROM problem"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM quarantine"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM stock WHERE product_id = 'gift-card'"), 0);
}

// It comes before the sale that it names, for whatever reason: both are facts.
TEST_F(Reconciler, AReturnNeedsNoSaleToBeHeldBeforeIt) {
  PaperTill clone = till1_.cloned();
  const CompletedSale first = till1_.sale({{"p1", 2000, 199}});
  apply(clone.seal(exchange_of(first, clone.sale({{}}))), clone);
  EXPECT_EQ(on_hand("p1"), 1'001'000);
  EXPECT_EQ(number("SELECT count(*) FROM problem"), 0);
}

TEST_F(Reconciler, EveryRowTakesEffectOnceHoweverOftenItComes) {
  const std::vector rows = {till1_.note(), till1_.sell(), till1_.sell()};
  for (int i = 0; i < 3; ++i) {
    forget_marks();
    const auto done = apply(rows, till1_);
    EXPECT_EQ(done.effects, i == 0 ? 3 : 0);
    EXPECT_TRUE(marked("down.s1.ack.till1")) << "a known row is acknowledged again";
    EXPECT_EQ(done.verdicts, std::vector(3, Verdict::handled));
  }
  EXPECT_EQ(on_hand("p1"), 998'000);
  EXPECT_EQ(number("SELECT count(*) FROM event_outbox"), 2);
}

TEST_F(Reconciler, TheSameRowTwiceInOneBatchTakesEffectOnce) {
  const auto row = till1_.sell();
  EXPECT_EQ(
      apply({arrival_of(row, till1_), arrival_of(row, till1_, "till2"), arrival_of(row, till1_)})
          .effects,
      1);
  EXPECT_EQ(on_hand("p1"), 999'000);
  EXPECT_EQ(number("SELECT count(*) FROM problem"), 0);
}

TEST_F(Reconciler, RowsInTheWrongOrderWithinABatchStillFit) {
  const auto a = till1_.sell(), b = till1_.sell(), c = till1_.sell();
  const auto done = apply({c, a, b}, till1_);
  EXPECT_EQ(done.verdicts, std::vector(3, Verdict::handled));
  EXPECT_EQ(mark(till1_), 3);
}

TEST_F(Reconciler, ARowAfterAGapIsHandedBackAndFitsLater) {
  const auto a = till1_.sell(), b = till1_.sell();
  EXPECT_EQ(apply(b, till1_).verdicts[0], Verdict::later);
  EXPECT_EQ(rows(), 0);
  EXPECT_FALSE(marked("down.s1.ack.till1"));
  EXPECT_EQ(apply(a, till1_).verdicts[0], Verdict::handled);
  EXPECT_EQ(apply(b, till1_).verdicts[0], Verdict::handled);
  EXPECT_EQ(mark(till1_), 2);
}

TEST_F(Reconciler, AtTheLastRedeliveryARowAfterAGapTakesEffectBesideTheChain) {
  till1_.sell();  // never comes
  const auto b = till1_.sell();
  EXPECT_EQ(apply({arrival_of(b, till1_, "", true)}).verdicts[0], Verdict::handled);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(on_hand("p1"), 999'000);
  EXPECT_EQ(mark(till1_), 0);
  EXPECT_FALSE(marked("down.s1.ack.till1"));
}

TEST_F(Reconciler, ARowWithAnotherHashBelowTheMarkIsAForkAndTakesEffectBeside) {
  PaperTill clone = till1_.cloned();
  apply({till1_.sell(), till1_.sell()}, till1_);
  const auto other = clone.sell({{"p2", 1000}});
  forget_marks();
  EXPECT_EQ(apply(other, clone).effects, 1);
  EXPECT_EQ(on_hand("p2"), 999'000) << "the clone's sale is a fact too";
  EXPECT_EQ(mark(till1_), 2);
  EXPECT_EQ(number("SELECT seq FROM down_mark WHERE subject = 'down.s1.fork.till1' AND detail = $1",
                   {till1_.epoch}),
            1);
  EXPECT_FALSE(marked("down.s1.ack.till1"));
  EXPECT_EQ(problems("forked"), 1);
}

TEST_F(Reconciler, ARowAfterTheMarkWithAnotherPrevIsAForkAtTheMark) {
  PaperTill clone = till1_.cloned();
  apply(till1_.sell(), till1_);
  clone.sell();
  const auto other = clone.sell({{"p2", 1000}});  // seq 2 on another seq 1
  EXPECT_EQ(apply(other, clone).effects, 1);
  EXPECT_EQ(mark(till1_), 1);
  EXPECT_EQ(number("SELECT seq FROM down_mark WHERE subject = 'down.s1.fork.till1'"), 1);
}

TEST_F(Reconciler, ARechainedCopyMovesOnlyTheMark) {
  PaperTill clone = till1_.cloned();
  const Fact lost = clone.sale({{"p2", 1000}});
  apply(till1_.sell(), till1_);
  apply(clone.seal(lost), clone);  // forks, takes effect beside
  const auto first = clone.new_epoch();
  const auto copy = clone.rechain(lost);
  EXPECT_EQ(apply({first, copy}, clone).effects, 1) << "only the note is new";
  EXPECT_EQ(mark(clone), 2);
  EXPECT_EQ(on_hand("p2"), 999'000);
  EXPECT_EQ(problems("conflict"), 0) << "the same contents under another place are no conflict";
}

TEST_F(Reconciler, ACarriedRowThatFitsMovesTheMark) {
  const auto row = till1_.sell();
  EXPECT_EQ(apply({arrival_of(row, till1_, "till2")}).effects, 1);
  EXPECT_EQ(mark(till1_), 1);
  EXPECT_EQ(text("SELECT carrier FROM journal_row"), "till2");
}

TEST_F(Reconciler, ACarriedRowThatDoesNotFitTakesEffectAtOnceAndForksNobody) {
  till1_.sell();
  const auto gap = till1_.sell();
  EXPECT_EQ(apply({arrival_of(gap, till1_, "till2")}).verdicts[0], Verdict::handled);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(mark(till1_), 0);
  EXPECT_FALSE(marked("down.s1.fork.till1"));
}

TEST_F(Reconciler, AKnownIdWithOtherContentsIsAConflictAndBothAreKept) {
  CompletedSale first = till1_.sale({{"p1", 1000}}), other = till1_.sale({{"p1", 5000}});
  other.header.id = first.header.id;
  apply(till1_.seal(first), till1_);
  const auto second = till1_.seal(other);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(apply(second, till1_).effects, 0);
  EXPECT_EQ(problems("conflict"), 1);
  EXPECT_EQ(quarantined("conflict"), 1);
  EXPECT_EQ(on_hand("p1"), 999'000);
  EXPECT_EQ(mark(till1_), 2) << "the chain goes on";
}

TEST_F(Reconciler, TwoContentsUnderOneIdInOneBatchAreAConflictToo) {
  CompletedSale first = till1_.sale({{"p1", 1000}}), other = till1_.sale({{"p1", 5000}});
  other.header.id = first.header.id;
  EXPECT_EQ(apply({till1_.seal(first), till1_.seal(other)}, till1_).effects, 1);
  EXPECT_EQ(problems("conflict"), 1);
  EXPECT_EQ(on_hand("p1"), 999'000);
}

TEST_F(Reconciler, OneTillCannotUseUpTheIdsOfAnother) {
  CompletedSale theirs = till2_.sale({{"p1", 1000}}), stolen = till1_.sale({{"p2", 1000}});
  stolen.header.id = theirs.header.id;
  apply(till1_.seal(stolen), till1_);
  EXPECT_EQ(apply(till2_.seal(theirs), till2_).effects, 1);
  EXPECT_EQ(problems("conflict"), 0);
  EXPECT_EQ(on_hand("p1"), 999'000);
}

TEST_F(Reconciler, ARowFromTheFutureIsQuarantinedOnceAndTheChainGoesOn) {
  const std::string id = till1_.new_id();
  const auto future = till1_.seal_body(till1_.future_body(id), id);
  const auto sale = till1_.sell();
  EXPECT_EQ(apply({future, sale}, till1_).verdicts, std::vector(2, Verdict::handled));
  apply(future, till1_);
  EXPECT_EQ(mark(till1_), 2);
  EXPECT_EQ(quarantined("not_understood"), 1);
  EXPECT_EQ(text("SELECT hash FROM quarantine"), future.hash);
  EXPECT_EQ(sync::unbase64(text("SELECT body FROM quarantine")), future.body);
  EXPECT_EQ(problems("quarantined"), 1);
}

TEST_F(Reconciler, ABodyThatCannotBeReadCountsWhereTheChainProvesIt) {
  const auto first = till1_.sell();
  const auto poison = till1_.unreadable();
  const auto sale = till1_.sell();
  apply({first, poison, sale}, till1_);
  EXPECT_EQ(mark(till1_), 3);
  EXPECT_EQ(rows(), 2);
  EXPECT_EQ(quarantined("not_understood"), 1);
  EXPECT_EQ(apply(poison, till1_).verdicts[0], Verdict::handled) << "and again";
}

TEST_F(Reconciler, ABodyThatCannotBeReadAndDoesNotFitMovesNothing) {
  apply(till1_.sell(), till1_);
  auto poison = arrival_of(till1_.unreadable(), till1_);
  poison.body += "x";  // the hash and signature are right, the bytes are not
  apply({poison});
  EXPECT_EQ(mark(till1_), 1);
  EXPECT_EQ(quarantined("unproven"), 1);
}

TEST_F(Reconciler, AWrongHashMovesNothingAndIsAnsweredByNothing) {
  auto bad = arrival_of(till1_.sell(), till1_);
  bad.body.replace(bad.body.find("p1"), 2, "p2");
  const auto done = apply({bad});
  EXPECT_EQ(done.verdicts[0], Verdict::handled);
  EXPECT_EQ(quarantined("bad_hash"), 1);
  EXPECT_EQ(mark(till1_), 0);
  EXPECT_EQ(number("SELECT count(*) FROM down_mark"), 0);
}

TEST_F(Reconciler, AWrongSignatureMovesNothingAndTheTrueRowStillCounts) {
  const auto row = till1_.sell();
  auto bad = arrival_of(row, till1_);
  bad.signature = sync::base64(std::string(64, 'x'));
  apply({bad});
  EXPECT_EQ(quarantined("bad_signature"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM down_mark"), 0);
  EXPECT_EQ(apply(row, till1_).effects, 1);
  EXPECT_EQ(mark(till1_), 1);
}

TEST_F(Reconciler, AFakeRowAtTheEndOfARunDoesNotSpoilTheRun) {
  const std::vector rows = {till1_.sell(), till1_.sell()};
  PaperTill thief("s1", "till1", 99);
  thief.epoch = till1_.epoch;
  thief.head = till1_.head;
  thief.seq = till1_.seq;
  auto fake = arrival_of(thief.sell(), thief);
  fake.key_id = till1_.key.id;
  EXPECT_EQ(apply({arrival_of(rows[0], till1_), arrival_of(rows[1], till1_), fake}).effects, 2);
  EXPECT_EQ(mark(till1_), 2);
  EXPECT_EQ(quarantined("bad_signature"), 1);
}

TEST_F(Reconciler, ATillCannotSignForAnother) {
  PaperTill thief("s1", "till1", 2);  // says till1, signs with the key of till2
  ASSERT_EQ(thief.key.id, till2_.key.id);
  apply(thief.sell(), thief);
  EXPECT_EQ(quarantined("wrong_owner"), 1);
  EXPECT_EQ(rows(), 0);
}

TEST_F(Reconciler, ARowOnTheSubjectOfAnotherTillIsQuarantined) {
  auto a = arrival_of(till1_.sell(), till1_);
  a.subject = "product.sold.s1.till2";
  apply({a});
  EXPECT_EQ(quarantined("wrong_owner"), 1);
  a.subject = "product.sold.s2.till1";
  apply({a});
  EXPECT_EQ(quarantined("wrong_owner"), 2);
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(mark(till1_), 0);
}

TEST_F(Reconciler, HostileHeadersAndSubjectsAreKeptInQuarantineAndHarmNothing) {
  const auto good = arrival_of(till1_.sell(), till1_);
  std::vector<Arrival> all(8, good);
  all[0].subject = "product.sold.s1";
  all[1].subject = "product.sold.s1.till1.more";
  all[2].subject = std::string("product.sold.s\xff.till1");
  all[3].hash = "no";
  all[4].signature = "";
  all[5].subject = "till.carried.s1.till2";
  all[5].till = std::string("\xff\0x", 3);
  all[6].body = std::string(70'000, 'x');
  EXPECT_EQ(apply(all).effects, 1) << "the eighth is the true one";
  EXPECT_EQ(quarantined("bad_subject"), 4);
  EXPECT_EQ(quarantined("bad_headers"), 2);
  EXPECT_EQ(quarantined("too_large"), 1);
}

TEST_F(Reconciler, RowsOfAnUnknownKeyWaitAndAreAppliedWhenTheTillIsApproved) {
  PaperTill fresh("s1", "till9", 9);
  const auto a = fresh.sell(), b = fresh.sell();
  EXPECT_EQ(apply({b, a}, fresh).verdicts, std::vector(2, Verdict::waits));
  apply({a, b}, fresh);  // again: still two
  EXPECT_EQ(number("SELECT count(*) FROM waiting"), 2);
  EXPECT_EQ(problems("unknown_key"), 1);
  auto session = database_->session();
  EXPECT_EQ(reconcile_waiting(*session, now_), 0) << "nobody approved it";
  session.reset();
  approve(fresh);
  session = database_->session();
  EXPECT_EQ(reconcile_waiting(*session, now_), 2);
  EXPECT_EQ(reconcile_waiting(*session, now_), 0);
  session.reset();
  EXPECT_EQ(mark(fresh), 2);
  EXPECT_EQ(rows(), 2);
}

TEST_F(Reconciler, RowsOfARevokedTillWait) {
  database_->session()->execute("UPDATE till SET state = 'revoked' WHERE till = 'till1'");
  EXPECT_EQ(apply(till1_.sell(), till1_).verdicts[0], Verdict::waits);
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM waiting"), 1);
}

TEST_F(Reconciler, ARevokedKeyStaysRevokedWhenItsTillIsRegisteredAgain) {
  auto session = database_->session();
  session->execute("UPDATE till_key SET revoked = 1 WHERE till = 'till1'");
  session->execute("UPDATE till SET state = 'pending' WHERE till = 'till1'");
  session.reset();
  EXPECT_EQ(apply(till1_.sell(), till1_).verdicts[0], Verdict::waits);
  session = database_->session();
  EXPECT_EQ(reconcile_waiting(*session, now_), 0);
}

TEST_F(Reconciler, StockGoesBelowZeroAndOpensOneProblem) {
  stock("p1", 1500);
  for (int i = 0; i < 3; ++i) apply(till1_.sell(), till1_);
  EXPECT_EQ(on_hand("p1"), -1500);
  EXPECT_EQ(problems("oversold"), 1);
  EXPECT_EQ(rows(), 3) << "no sale is dropped";
  database_->session()->execute("UPDATE problem SET resolved_at = 'now'");
  stock("p1", 500);
  apply(till1_.sell(), till1_);
  EXPECT_EQ(problems("oversold"), 1) << "it comes back";
}

TEST_F(Reconciler, AnUnknownProductIsSoldAllTheSame) {
  apply(till1_.sell({{"nobody-knows", 1000}}), till1_);
  EXPECT_EQ(problems("unknown_product"), 1);
  EXPECT_EQ(problems("oversold"), 0) << "one problem is enough";
  EXPECT_EQ(on_hand("nobody-knows"), -1000);
}

TEST_F(Reconciler, AWrongSumIsFlaggedAndCounts) {
  CompletedSale sale = till1_.sale({{"p1", 1000, 100}});
  sale.total.minor += 1;
  apply(till1_.seal(sale), till1_);
  EXPECT_EQ(problems("wrong_sum"), 1);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(number("SELECT total FROM journal_row"), 101) << "as the till said it";
}

TEST_F(Reconciler, TaxOnTopDiscountsAndCashRoundingAreNoWrongSum) {
  Terms terms{{TaxMode::exclusive, TaxLevel::line}, {5}, {}};
  CompletedSale sale = till1_.sale({{"p1", 1000, 100}});
  Sale open(sale.header.id, {}, {}, 1);
  open.under(terms);
  open.add(sale.lines[0].item, "4006381333931", kOnePiece);
  ASSERT_TRUE(open.discount(1, {{}, {9}, "torn"}));
  ASSERT_TRUE(open.tender(TenderKind::cash, open.due(TenderKind::cash), ""));
  CompletedSale ruled = open.complete(sale.header, "EUR");
  ruled.receipt = sale.receipt;
  EXPECT_EQ(ruled.total, Money{110});  // 0.91 and 0.18, rounded to 1.10
  apply(till1_.seal(ruled), till1_);
  EXPECT_EQ(problems("wrong_sum"), 0);
  EXPECT_EQ(number("SELECT total FROM journal_row"), 110);
}

TEST_F(Reconciler, AReceiptNumberThatComesTwiceIsFlagged) {
  CompletedSale a = till1_.sale({{}}), b = till1_.sale({{}});
  b.receipt = a.receipt;
  apply(till1_.seal(a), till1_);
  EXPECT_EQ(problems("duplicate_receipt"), 0);
  apply(till1_.seal(b), till1_);
  EXPECT_EQ(problems("duplicate_receipt"), 1);
  EXPECT_EQ(rows(), 2);
}

TEST_F(Reconciler, ARowThatTheDatabaseRefusesDoesNotFailItsBatch) {
  stock("p2", INT64_MIN + 500);
  const auto before = till1_.sell();
  const auto bad = till1_.sell({{"p2", 1000}});  // no room below
  const auto after = till1_.sell();
  const auto theirs = till2_.sell();
  auto done = apply({arrival_of(before, till1_), arrival_of(bad, till1_), arrival_of(after, till1_),
                     arrival_of(theirs, till2_)});
  EXPECT_EQ(done.verdicts, std::vector(4, Verdict::handled));
  EXPECT_EQ(done.effects, 3);
  EXPECT_EQ(mark(till1_), 3) << "the chain goes on";
  EXPECT_EQ(quarantined("refused"), 1);
  EXPECT_EQ(on_hand("p2"), INT64_MIN + 500);
  EXPECT_EQ(on_hand("p1"), 997'000);
}

TEST_F(Reconciler, WhatIsNotCommittedNeverHappened) {
  const auto row = till1_.sell();
  {
    auto session = database_->session();
    EXPECT_THROW(
        reconcile(*session, {arrival_of(row, till1_)}, now_,
                  [](Session&, const Reconciled&) { throw SqlError("the power went", true); }),
        SqlError);
  }
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(mark(till1_), 0);
  EXPECT_EQ(on_hand("p1"), 1'000'000);
  EXPECT_EQ(apply(row, till1_).effects, 1);
}

TEST_F(Reconciler, ThePlaceInTheStreamIsKeptInTheSameTransaction) {
  auto session = database_->session();
  reconcile(*session, {arrival_of(till1_.sell(), till1_)}, now_,
            [](Session& s, const Reconciled&) { set_meta(s, "sales_position", "17"); });
  EXPECT_EQ(meta_number(*session, "sales_position"), 17);
}

TEST_F(Reconciler, EventsCarryMajorUnitsPrintedFromIntegers) {
  const CompletedSale sale = till1_.sale({{"p1", 2000, 199}, {"p2", -250, 5}});
  EXPECT_EQ(
      sold_events("s1", "till1", sale),
      R"({"transactionId":")" + sale.header.id.value +
          R"(","productId":"p1","quantity":2,"price":1.99,"totalAmount":3.98,"storeId":"s1","tillId":"till1","lineId":1})"
          "\n"
          R"({"transactionId":")" +
          sale.header.id.value +
          R"(","productId":"p2","quantity":-0.25,"price":0.05,"totalAmount":-0.01,"storeId":"s1","tillId":"till1","lineId":2})");
  EXPECT_EQ(major_units(INT64_MIN, 2), "-92233720368547758.08");
  EXPECT_EQ(major_units(1799, 3), "1.799");
  EXPECT_EQ(major_units(500, 0), "500");
}

TEST_F(Reconciler, ALaterReceiptIsOfALongerOrLaterSeriesOrAHigherNumber) {
  const auto later = [](const char* a, const char* b) {
    return later_receipt("s1", "till1", a, b);
  };
  EXPECT_TRUE(later("s1-till1-A000002", "s1-till1-A000001"));
  EXPECT_TRUE(later("s1-till1-A1000000", "s1-till1-A999999"));
  EXPECT_TRUE(later("s1-till1-B000001", "s1-till1-A000009"));
  EXPECT_TRUE(later("s1-till1-AA000001", "s1-till1-Z000009"));
  EXPECT_TRUE(later("s1-till1-A000001", ""));
  EXPECT_FALSE(later("s1-till1-A000001", "s1-till1-A000001"));
  EXPECT_FALSE(later("s2-till1-A000002", "s1-till1-A000001"));
  EXPECT_FALSE(later("s1-till1-A", ""));
  EXPECT_FALSE(later("s1-till1-A9999999999999999999", ""));
}

// The till told of seven receipts in its beats; its disk died with the last three. It goes on in
// the next series, and a neighbour that heard the three brings them one by one.
TEST_F(Reconciler, ReceiptsThatWereHandedOutAndNeverCameAreNamedUntilTheyCome) {
  std::vector<sync::SealedRow> rows;
  for (int i = 0; i < 4; ++i) rows.push_back(till1_.sell());
  apply(rows, till1_);
  PaperTill dead = till1_.cloned();
  rows.clear();
  for (int i = 0; i < 3; ++i) rows.push_back(dead.sell());
  sync::Beat beat;
  beat.epoch = till1_.epoch;
  beat.lastReceipt = "s1-till1-A000007";
  {
    auto session = database_->session();
    keep_beats(*session, {{{"s1", "till1"}, beat, now_}});
    beat.lastReceipt = "s1-till1-A000004";  // of the new disk
    keep_beats(*session, {{{"s1", "till1"}, beat, now_}});
  }
  TillNoted noted;
  noted.header = till1_.sale({{}}).header;
  noted.code = "restored";
  noted.forked_from = {till1_.epoch, till1_.seq, till1_.head};
  noted.next_receipt = "s1-till1-B000001";
  till1_.epoch = "00000000000000bb";
  till1_.head = sync::kZeroHash;
  till1_.seq = 0;
  apply(till1_.seal(noted), till1_);
  EXPECT_EQ(problems("receipts_missing"), 1);
  EXPECT_EQ(text("SELECT about FROM problem WHERE kind = 'receipts_missing'"),
            "s1-till1-A000005 s1-till1-A000007");
  const auto open = [&] {
    return number(
        "SELECT count(*) FROM problem WHERE kind = 'receipts_missing' AND "
        "resolved_at = ''");
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(open(), 1) << i;
    apply(std::vector{arrival_of(rows[i], dead, "till2")});
  }
  EXPECT_EQ(open(), 0);
}

// A till keeps what it has of a product until a later version comes.
TEST_F(Reconciler, ACentralThatWasRestoredGivesEveryProductALaterVersionThanItEverDid) {
  {
    auto session = database_->session();
    session->begin();
    session->execute("UPDATE product SET version = 7 WHERE id = 'p1'");
    session->execute("UPDATE product SET version = 9 WHERE id = 'p2'");
    set_meta(*session, "catalogue_version", "12");
    set_meta(*session, "product_version", "9");
    renumber_catalogue(*session, now_);
    EXPECT_EQ(next_version(*session), now_.unix_ms + 13);
    session->commit();
  }
  EXPECT_EQ(number("SELECT version FROM product WHERE id = 'p1'"), now_.unix_ms + 7);
  EXPECT_EQ(number("SELECT version FROM product WHERE id = 'p2'"), now_.unix_ms + 9);
  EXPECT_EQ(text("SELECT value FROM meta WHERE name = 'product_version'"),
            std::to_string(now_.unix_ms + 9));
}

}  // namespace
}  // namespace pos::central

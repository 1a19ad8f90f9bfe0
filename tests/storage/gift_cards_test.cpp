// What is on a gift card: central's figure, and the rows that it does not count.
#include "storage/gift_cards.h"

#include "storage/neighbours.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class GiftCards : public TillDatabase {
 protected:
  GiftCards() { open_shift(); }

  pos::GiftCard card(const std::string& number = "G-1") { return ledger_->gift_card(number); }
  int64_t balance(const std::string& number = "G-1") { return card(number).balance.minor; }

  CompletedSale load(int64_t amount, const std::string& number = "G-1") {
    const FactHeader h = header();
    Sale sale(h.id, {}, {}, 1);
    sale.add_gift_card(number, {amount});
    EXPECT_TRUE(sale.tender(TenderKind::cash, sale.total(), ""));
    return sale.complete(h, "EUR");
  }
  CompletedSale spend(int64_t price, const std::string& number = "G-1") {
    CompletedSale sale = sale_of("milk", 1, price);
    sale.tenders = {{TenderKind::gift, {price}, {}, number}};
    return sale;
  }
  void central_says(int64_t balance, int64_t version, const Recorded& up_to = {},
                    const std::string& currency = "EUR") {
    sync::GiftCard g;
    g.card = "G-1", g.currency = currency, g.balance = balance, g.version = version;
    if (up_to.seq > 0) g.covers["till1"][up_to.epoch] = up_to.seq;
    projections_->apply(std::vector{g});
  }
  void settle(const Recorded& row) {
    outbox_->settle(row.epoch, row.seq, *outbox_->hash_at(row.epoch, row.seq), header().at);
  }
  // A row of till2, which stands at `seq` of its chain.
  sync::NeighbourRow of_neighbour(Fact fact, int64_t seq) {
    sync::NeighbourRow n;
    n.till = "till2";
    n.row.type = sync::type_of(fact);
    n.row.transaction_id = header_of(fact).id.value;
    n.row.epoch = "00000000000000aa";
    n.row.seq = seq;
    n.row.body = sync::encode({"s1", "till2", n.row.epoch, seq, sync::kZeroHash}, fact);
    const std::string hash = sync::row_hash(std::string(32, '\0'), n.row.body);
    n.row.hash = sync::hex(hash);
    n.row.key_id = key_.id;
    n.row.signature = sync::base64(sync::sign(key_, hash));
    return n;
  }
  void hear(const sync::NeighbourRow& row) {
    Neighbours(*database_).keep({row}, {"now", row.row.seq}, {1'763'806'530'123});
  }
};

TEST_F(GiftCards, NobodyHasToldOfAreNotKnown) {
  EXPECT_FALSE(card().known);
  ledger_->record(load(1000, "G-2"));
  EXPECT_FALSE(card().known);
  EXPECT_TRUE(card("G-2").known);
  EXPECT_EQ(balance("G-2"), 1000);
}

TEST_F(GiftCards, AreWhatTheOwnRowsSayUntilCentralHasAFigure) {
  const Recorded loaded = ledger_->record(load(1000));
  const CompletedSale sale = spend(300);
  const Recorded spent = ledger_->record(sale);
  EXPECT_EQ(balance(), 700);
  EXPECT_EQ(card().loaded, Money{1000});
  EXPECT_EQ(card().taken, (std::vector<Taken>{{sale.header.id.value, "till1", {{0, 300}}}}));
  settle(spent);
  EXPECT_EQ(balance(), 700) << "there is no figure that could have them";
  central_says(1000, 1, loaded);
  EXPECT_EQ(balance(), 1000) << "settled: central's figure is on its way";
  central_says(700, 2, spent);
  EXPECT_EQ(balance(), 700);
  EXPECT_TRUE(card().taken.empty());
}

TEST_F(GiftCards, CountNoRowTwiceThatTheFigureCovers) {
  ledger_->record(load(1000));
  const Recorded spent = ledger_->record(spend(300));
  central_says(700, 5, spent);
  EXPECT_EQ(balance(), 700) << "covered, though it waits in the outbox";
  ledger_->record(spend(100));
  EXPECT_EQ(balance(), 600);
  central_says(1, 4, spent);
  EXPECT_EQ(balance(), 600) << "an older figure does not pass";
  central_says(1, 6, spent, "CHF");
  EXPECT_EQ(balance(), 600) << "other money is not this card's";
  reopen();
  EXPECT_EQ(balance(), 600);
}

TEST_F(GiftCards, CountARowAgainThatGoesBackIntoTheOutbox) {
  const Recorded loaded = ledger_->record(load(1000));
  central_says(1000, 1, loaded);
  const Recorded spent = ledger_->record(spend(300));
  settle(spent);
  EXPECT_EQ(balance(), 1000);
  outbox_->requeue_after(spent.epoch, loaded.seq);
  EXPECT_EQ(balance(), 700);
}

TEST_F(GiftCards, KeepTheirRowsInANewEpoch) {
  ledger_->record(load(1000));
  const Recorded spent = ledger_->record(spend(300));
  central_says(700, 1, spent);
  outbox_->begin_epoch({spent.epoch, 0, "forked", "", false, ""}, header().at);
  EXPECT_EQ(balance(), 1400) << "central's figure says nothing of the new places yet";
  const int64_t last = outbox_->epochs().back().seq;
  central_says(700, 2, {{}, {}, outbox_->current_epoch(), last});
  EXPECT_EQ(balance(), 700);
}

TEST_F(GiftCards, CountTheNeighboursRows) {
  const FactHeader sale = header();
  hear(of_neighbour(GiftIssued{header(), "G-1", "s1-till2-A000001", {1000}}, 1));
  hear(of_neighbour(GiftRedeemed{header(), "G-1", "s1-till2-A000002", {250}, sale.id}, 2));
  EXPECT_EQ(balance(), 750);
  EXPECT_EQ(card().taken, (std::vector<Taken>{{sale.id.value, "till2", {{0, 250}}}}));
  central_says(1000, 1);
  Neighbours(*database_).held({1});
  EXPECT_EQ(balance(), 750) << "the first is held, the second is open";
  sync::GiftCard g;
  g.card = "G-1", g.currency = "EUR", g.balance = 750, g.version = 2;
  g.covers["till2"]["00000000000000aa"] = 2;
  g.sales = {sale.id.value};
  projections_->apply(std::vector{g});
  EXPECT_EQ(balance(), 750);
  EXPECT_EQ(card().taken, (std::vector<Taken>{{sale.id.value, "", {}}}))
      << "whatever was claimed for it counts no second time";
}

TEST_F(GiftCards, HaveNothingToDoWithBytesOfStrangers) {
  sync::NeighbourRow row = of_neighbour(GiftIssued{header(), "G-1", "", {1000}}, 1);
  row.row.body = "{\"card\":\"G-1\"";
  hear(row);
  sync::NeighbourRow other = of_neighbour(GiftIssued{header(), "G-1", "", {1000}}, 2);
  other.row.body = R"({"card":"G-1","type":"gift.issued","amount":5})";
  hear(other);
  EXPECT_FALSE(card().known);
}

}  // namespace
}  // namespace pos::storage

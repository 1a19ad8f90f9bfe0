#include "storage/neighbours.h"

#include "sync/wire.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

class NeighbourRows : public TillDatabase {
 protected:
  NeighbourRows() { open_neighbours(); }
  void open_neighbours(int64_t always = 0) {
    neighbours_ = std::make_unique<Neighbours>(*database_, always);
    shop_ = std::make_unique<Catalogue>(*database_, *pending_, nullptr, neighbours_.get());
  }
  sync::NeighbourRow row_of(const CompletedSale& sale, const std::string& epoch, int64_t seq,
                            const std::string& till = "till2") {
    sync::NeighbourRow n;
    n.till = till;
    n.row.type = "product.sold";
    n.row.transaction_id = sale.header.id.value;
    n.row.epoch = epoch;
    n.row.seq = seq;
    n.row.body = sync::encode({"s1", till, epoch, seq, sync::kZeroHash}, sale,
                              receipt_text("s1", till, 1, seq));
    const std::string hash = sync::row_hash(*sync::unhex(sync::kZeroHash), n.row.body);
    n.row.hash = sync::hex(hash);
    n.row.key_id = key_.id;
    n.row.signature = sync::base64(sync::sign(key_, hash));
    return n;
  }
  void keep(const sync::NeighbourRow& n) {
    neighbours_->keep({n}, {"log", ++read_, 1763806530123000000}, {1'763'806'600'000});
  }
  Quantity shown() { return shop_->stock({"milk"})->shown; }
  void figure(int64_t on_hand, int64_t version,
              std::map<std::string, std::map<std::string, int64_t>> covers = {}) {
    projections_->apply(std::vector<sync::Stock>{{"milk", on_hand, version, std::move(covers)}});
  }

  const std::string epoch_ = "00000000000000aa", later_ = "00000000000000bb";
  std::unique_ptr<Neighbours> neighbours_;
  std::unique_ptr<Catalogue> shop_;
  int64_t read_ = 0;
};

TEST_F(NeighbourRows, ASaleOfANeighbourIsSubtractedUntilCentralCoversOrNamesIt) {
  figure(10'000, 5);
  const CompletedSale two = sale_of("milk", 2), three = sale_of("milk", 3);
  EXPECT_EQ(shown(), Quantity{10'000});
  keep(row_of(two, epoch_, 1));
  EXPECT_EQ(shown(), Quantity{8'000});
  keep(row_of(two, epoch_, 1));  // again
  keep(row_of(three, epoch_, 2));
  EXPECT_EQ(shown(), Quantity{5'000});
  figure(8'000, 6, {{"till2", {{epoch_, 1}}}});
  EXPECT_EQ(shown(), Quantity{5'000});
  const auto open = neighbours_->open(0, 10);
  ASSERT_EQ(open.size(), 2u);
  neighbours_->held({open[1].no});
  EXPECT_EQ(shown(), Quantity{8'000}) << "central has it: the next figure will, too";
  figure(5'000, 7, {{"till2", {{epoch_, 2}}}});
  EXPECT_EQ(shown(), Quantity{5'000});
  neighbours_->open_all();
  EXPECT_EQ(neighbours_->open(0, 10).size(), 2u);
  EXPECT_EQ(shown(), Quantity{5'000}) << "it is covered still";
  figure(10'000, 8);  // of a central that went back
  EXPECT_EQ(shown(), Quantity{5'000});
}

TEST_F(NeighbourRows, ARowThatIsRechainedIsTheSameSaleAtItsLastPlace) {
  figure(10'000, 5, {{"till2", {{epoch_, 9}}}});
  const CompletedSale sale = sale_of("milk", 2);
  keep(row_of(sale, epoch_, 4));
  EXPECT_EQ(shown(), Quantity{10'000}) << "what stands there at central is another row, perhaps";
  keep(row_of(sale, later_, 2));
  EXPECT_EQ(shown(), Quantity{8'000});
  EXPECT_EQ(neighbours_->open(0, 10).size(), 1u);
  figure(8'000, 6, {{"till2", {{epoch_, 9}, {later_, 2}}}});
  EXPECT_EQ(shown(), Quantity{8'000});
}

TEST_F(NeighbourRows, OwnRowsThatComeBackAreNotKeptAndACopysAre) {
  open_shift();
  sell("milk", 1);
  const auto own = outbox_->rows(0, 10)[1];
  sync::NeighbourRow back;
  back.till = "till1";
  back.row = own;
  keep(back);
  outbox_->begin_epoch({outbox_->current_epoch(), 0, "forked", "", false, ""}, {1'763'806'600'000});
  keep(back);  // its old place
  EXPECT_TRUE(neighbours_->open(0, 10).empty());
  keep(row_of(sale_of("milk", 1), epoch_, 1, "till1"));
  EXPECT_EQ(neighbours_->open(0, 10).size(), 1u);
}

TEST_F(NeighbourRows, WhatIsCarriedComesInTheOrderOfTheChainsAndOnlyOfSilentTills) {
  for (const int64_t seq : {3, 1, 2}) keep(row_of(sale_of("milk", 1), later_, seq));
  keep(row_of(sale_of("milk", 1), epoch_, 7));
  keep(row_of(sale_of("milk", 1), epoch_, 1, "till3"));
  std::vector<int64_t> nos;
  for (const auto& n : neighbours_->open(0, 10)) nos.push_back(n.no);
  const Instant asked{1'763'806'700'000};
  const auto after = [&](int64_t ms) { return Instant{asked.unix_ms + ms}; };
  EXPECT_TRUE(neighbours_->to_carry({"till2", "till3"}, 180'000, after(500'000), 10).empty());
  neighbours_->missed(nos, asked);
  EXPECT_TRUE(neighbours_->to_carry({"till2"}, 180'000, after(179'000), 10).empty());
  const auto rows = neighbours_->to_carry({"till2"}, 180'000, after(180'000), 10);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].row.epoch, epoch_);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(rows[i].row.seq, static_cast<int64_t>(i));
  EXPECT_TRUE(sync::verify(key_.public_key, *sync::unhex(rows[1].row.hash),
                           *sync::unbase64(rows[1].row.signature)));
  EXPECT_EQ(neighbours_->open_tills(), (std::vector<std::string>{"till2", "till3"}));
  neighbours_->held(nos);
  EXPECT_TRUE(neighbours_->to_carry({"till2"}, 180'000, after(180'000), 10).empty());
}

TEST_F(NeighbourRows, RowsAndTheirPlaceOutliveARestartAndAgeOut) {
  figure(10'000, 5);
  keep(row_of(sale_of("milk", 2), epoch_, 1));
  keep(row_of(sale_of("milk", 2), epoch_, 2));
  neighbours_.reset(), shop_.reset();
  reopen();
  open_neighbours();
  EXPECT_EQ(neighbours_->place(), (sync::LogPlace{"log", 2, 1763806530123000000}));
  EXPECT_EQ(shown(), Quantity{6'000});
  EXPECT_EQ(neighbours_->sale("s1-till2-A000002")->lines[0].item.id.value, "milk");
  EXPECT_FALSE(neighbours_->sale("s1-till2-A000003"));
  neighbours_->held({1});
  const auto days = [](int64_t n) { return Instant{1'763'806'600'000 + n * 86'400'000}; };
  EXPECT_FALSE(neighbours_->forget_old(days(13)));
  EXPECT_TRUE(neighbours_->forget_old(days(15)));
  EXPECT_FALSE(neighbours_->forget_old(days(15))) << "what central never named is kept longer";
  EXPECT_EQ(neighbours_->open(0, 10).size(), 1u);
  EXPECT_TRUE(neighbours_->forget_old(days(61)));
  EXPECT_EQ(shown(), Quantity{10'000});
}

TEST_F(NeighbourRows, AWrongClockLetsNothingNewGo) {
  neighbours_.reset(), shop_.reset();
  open_neighbours(2);
  for (int seq = 1; seq <= 3; ++seq) keep(row_of(sale_of("milk", 2), epoch_, seq));
  const Instant ten_years_on{1'763'806'600'000 + 3650LL * 86'400'000};
  EXPECT_TRUE(neighbours_->forget_old(ten_years_on));
  EXPECT_FALSE(neighbours_->forget_old(ten_years_on));
  const auto open = neighbours_->open(0, 10);
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[0].row.seq, 2);
}

}  // namespace
}  // namespace pos::storage

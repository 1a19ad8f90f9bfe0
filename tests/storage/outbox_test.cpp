#include "storage/outbox.h"

#include "storage/verify.h"
#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

TEST_F(TillDatabase, ARowLeavesOnlyForTheHashThatCentralHolds) {
  open_shift();
  for (int i = 0; i < 4; ++i) sell();
  const std::string epoch = outbox_->current_epoch();
  const std::string hash3 = *outbox_->hash_at(epoch, 3);
  EXPECT_FALSE(outbox_->settle(epoch, 3, *outbox_->hash_at(epoch, 2), {}));
  EXPECT_FALSE(outbox_->settle("0000000000000000", 3, hash3, {}));
  EXPECT_FALSE(outbox_->settle(epoch, 9, hash3, {}));
  EXPECT_EQ(outbox_->counts().waiting, 5);
  EXPECT_EQ(outbox_->settle(epoch, 3, hash3, {}), 3);
  EXPECT_EQ(outbox_->counts().waiting, 2);
  EXPECT_EQ(outbox_->counts().settled, 3);
  EXPECT_EQ(outbox_->settle(epoch, 3, hash3, {}), 0);  // again: nothing more
  ASSERT_EQ(outbox_->waiting(0, 10).size(), 2u);
  EXPECT_EQ(outbox_->waiting(0, 10)[0].seq, 4);
}

TEST_F(TillDatabase, AcknowledgedRowsComeBackFromTheJournal) {
  open_shift();
  for (int i = 0; i < 250; ++i) sell();  // more than one slice
  const std::string epoch = outbox_->current_epoch();
  EXPECT_EQ(outbox_->settle(epoch, 251, *outbox_->hash_at(epoch, 251), {}), 251);
  EXPECT_EQ(outbox_->counts().waiting, 0);
  EXPECT_EQ(outbox_->requeue_after(epoch, 20), 231);
  EXPECT_EQ(outbox_->counts().waiting, 231);
  EXPECT_EQ(outbox_->counts().settled, 20);
  EXPECT_EQ(outbox_->requeue_after(epoch, 20), 0);
  EXPECT_TRUE(verify_journal(*database_).ok());  // the outbox is the rows above the mark
}

TEST_F(TillDatabase, ShownStockIsCentralsLessWhatItDoesNotKnow) {
  projections_->apply(std::vector<sync::Stock>{{"milk", 10'000, 5, {}}});
  open_shift();
  sell("milk", 2);
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{8000});
  const std::string epoch = outbox_->current_epoch();
  // A figure that already counts the sale: it is not subtracted twice.
  projections_->apply(std::vector<sync::Stock>{{"milk", 8'000, 6, {{"till1", {{epoch, 2}}}}}});
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{8000});
  sell("milk", 3);
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{5000});
  // Settled by an ack that overtook the figure.
  ASSERT_TRUE(outbox_->settle(epoch, 3, *outbox_->hash_at(epoch, 3), {}));
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{8000});
  projections_->apply(std::vector<sync::Stock>{{"milk", 5'000, 7, {{"till1", {{epoch, 3}}}}}});
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{5000});
  outbox_->requeue_after(epoch, 1);  // central forgot: its next figure will be higher
  projections_->apply(std::vector<sync::Stock>{{"milk", 10'000, 8, {{"till1", {{epoch, 1}}}}}});
  EXPECT_EQ(catalogue_->stock({"milk"})->shown, Quantity{5000});
}

TEST_F(TillDatabase, EveryEpochIsNamedAndNotesOutliveARestart) {
  EXPECT_EQ(outbox_->epochs().size(), 1u);
  EXPECT_EQ(outbox_->epochs()[0].seq, 0);
  open_shift();
  EXPECT_EQ(outbox_->epochs()[0].seq, 1);
  outbox_->set_note("generation", "abc");
  reopen();
  EXPECT_EQ(outbox_->note("generation"), "abc");
  EXPECT_EQ(outbox_->note("nothing"), "");
}

}  // namespace
}  // namespace pos::storage

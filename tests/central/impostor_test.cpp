// Whatever somebody makes of what till1 has and sends, nothing at central moves but what till1
// itself would have moved. LEAFTILL_LONG=1: a million events instead of 20,000.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "tests/central/books_fixture.h"
#include "tests/long_run.h"

namespace pos::central {
namespace {

const int kEvents = long_run() ? 1'000'000 : 20'000;
constexpr int kBatch = 500;

// Everything that a sale can move.
struct Books {
  int64_t rows = 0, marks = 0, chains = 0, on_hand = 0, keys = 0, events = 0, sold = 0;
  std::string receipts, heads;
  bool operator==(const Books&) const = default;
};

class Impostor : public BooksTest {
 protected:
  Books books() {
    Books b;
    b.rows = rows();
    b.marks = number("SELECT CAST(coalesce(sum(mark), 0) AS BIGINT) FROM chain");
    b.chains = number("SELECT count(*) FROM chain");
    b.on_hand = number("SELECT CAST(sum(on_hand) AS BIGINT) FROM stock");
    b.keys = number("SELECT count(*) FROM till_key");
    b.events = number("SELECT count(*) FROM event_outbox");
    b.sold = number("SELECT CAST(coalesce(sum(total), 0) AS BIGINT) FROM journal_row");
    for (const char* till : {"till1", "till2"}) {
      b.receipts += text("SELECT last_receipt FROM till WHERE till = $1", {till}) + " ";
      b.heads += text("SELECT head FROM chain WHERE till = $1", {till}) + " ";
    }
    return b;
  }

  size_t dice(size_t sides) { return random_() % sides; }

  // till1's own key signs it; the rest is a lie.
  Arrival in_anothers_name() {
    PaperTill other(dice(2) ? "s1" : "s2", "till2", random_());
    other.key = till1_.key;
    auto row = dice(4) ? other.sell() : other.note("cash");
    Arrival a = arrival_of(row, other);
    if (dice(2)) a.subject = "product.sold.s1.till1";  // where its leaf lets it speak
    if (dice(4) == 0) {
      a.subject = "till.carried.s1.till1";
      a.till = "till2";
    }
    return a;
  }
  Arrival unsigned_or_mis_signed() {
    PaperTill liar = dice(2) ? till1_ : till2_;
    Arrival a = arrival_of(liar.sell(), liar);
    switch (dice(6)) {
      case 0:
        a.signature.clear();
        break;
      case 1:
        a.signature[dice(40)] ^= 1;
        break;
      case 2:
        a.signature = sync::base64(std::string(64, '\0'));
        break;
      case 3:
        a.hash = sync::hex(sync::random_bytes(32));
        break;
      case 4:
        a.key_id = till2_.key.id == a.key_id ? till1_.key.id : till2_.key.id;
        break;
      default:
        a.key_id.clear();
    }
    return a;
  }
  Arrival edited() {
    Arrival a = own();
    const size_t at = dice(a.body.size());
    switch (dice(4)) {
      case 0:
        a.body.resize(at);
        break;  // truncated
      case 1:
        a.body[at] = static_cast<char>(a.body[at] ^ (1 + dice(255)));
        break;
      case 2:
        a.body += " ";
        break;
      default:
        a.body.insert(at, "0");
    }
    return a;
  }
  // Sent once more, under another message id, perhaps as a neighbour's errand.
  Arrival replayed() {
    Arrival a = own();
    a.message_id += std::to_string(random_());
    if (dice(3) == 0) {
      a.till = "till1";
      a.subject = "till.carried.s1.till2";
    }
    return a;
  }
  // A true row under a name or in a place that is not its own.
  Arrival misplaced() {
    Arrival a = own();
    switch (dice(3)) {
      case 0:
        a.subject = dice(2) ? "product.sold.s1.till2" : "till.event.s2.till1";
        break;
      case 1:
        a.subject = "product.sold.s1." + std::string(dice(20), 'x') + "*";
        break;
      default:
        std::swap(a.hash, a.key_id);
    }
    return a;
  }
  Arrival own() { return own_[dice(own_.size())]; }

  Arrival next() {
    switch (dice(5)) {
      case 0:
        return in_anothers_name();
      case 1:
        return unsigned_or_mis_signed();
      case 2:
        return edited();
      case 3:
        return replayed();
      default:
        return misplaced();
    }
  }

  std::vector<Arrival> own_;
  std::mt19937_64 random_;
};

TEST_F(Impostor, MovesNothingWhateverItMakesOfWhatTill1Has) {
  const uint64_t seed = std::random_device{}();
  std::cout << "seed " << seed << std::endl;
  random_.seed(seed);
  for (int i = 0; i < 40; ++i) {
    auto row = i % 5 ? till1_.sell({{"p1", 1000 + 250 * i}}) : till1_.note("drawer");
    own_.push_back(arrival_of(row, till1_));
  }
  ASSERT_EQ(apply(own_).effects, 40);
  apply(till2_.sell(), till2_);
  const Books before = books();
  for (int sent = 0; sent < kEvents; sent += kBatch) {
    std::vector<Arrival> batch;
    for (int i = 0; i < kBatch; ++i) batch.push_back(next());
    EXPECT_EQ(apply(batch).effects, 0);
    if (sent % (kBatch * 20) == 0) {
      ASSERT_EQ(books(), before) << sent;
    }
  }
  EXPECT_EQ(books(), before);
  EXPECT_LE(number("SELECT count(*) FROM quarantine"), 10'000) << "strangers fill no disk";
  EXPECT_LE(number("SELECT count(*) FROM problem"), 40) << "and no person's list";
  // And who was copied all along sells on.
  EXPECT_EQ(apply(till1_.sell(), till1_).effects, 1);
  EXPECT_EQ(apply(till2_.sell(), till2_).effects, 1);
}

}  // namespace
}  // namespace pos::central

// Random histories of a store against the driver's own record: what was sold must be in the books
// once, whatever was lost, doubled, reordered, carried, cloned, forged or cut off in between.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "tests/central/books_fixture.h"

namespace pos::central {
namespace {

struct Box {  // a till's disk; a clone is another box
  PaperTill till;
  std::vector<Fact> facts;
};

struct Made {  // of the rows that their till really made
  std::string epoch, prev;
  int64_t seq = 0;
};

class History {
 public:
  History(Database& database, uint64_t seed, Instant now)
      : database_(database), random_(seed), now_(now), store_("h" + std::to_string(seed)) {
    for (int i = 0; i < 2; ++i)
      boxes_.push_back(
          {PaperTill(store_, "till" + std::to_string(i + 1), seed * 10 + static_cast<uint64_t>(i)),
           {}});
    for (const auto& box : boxes_) approve(box.till);
  }

  void run() {
    for (int i = 0; i < 40; ++i) step();
    heal();
  }
  void check();

 private:
  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  size_t below(size_t n) { return n ? random_() % n : 0; }
  Box& any_box() { return boxes_[below(boxes_.size())]; }

  void approve(const PaperTill&);
  void step();
  void sell(Box&);
  void append(Box&, const Fact&);
  void put(const sync::SealedRow&, const PaperTill&);
  void record(const sync::SealedRow&);
  void rechain(Box&);
  void forge(const sync::SealedRow&, const PaperTill&);
  void deliver(size_t most, bool last_try);
  void heal();
  std::set<std::pair<std::string, std::string>> ids() const;

  Database& database_;
  std::mt19937_64 random_;
  Instant now_;
  const std::string store_;
  std::vector<Box> boxes_;
  std::vector<Arrival> air_, all_;
  std::map<std::string, Made> made_;                             // by hash
  std::map<std::pair<std::string, std::string>, int64_t> sold_;  // (till, id) -> thousandths of p1
  std::set<std::pair<std::string, std::string>> notes_, conflicts_;
  int64_t forged_ = 0;
};

void History::approve(const PaperTill& t) {
  auto session = database_.session();
  session->execute("INSERT INTO till (store, till, state) VALUES ($1, $2, 'approved')",
                   {t.store, t.till});
  session->execute(
      "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ($1, $2, $3, $4, '')",
      {t.store, t.till, t.key.id, t.public_key()});
}

void History::record(const sync::SealedRow& row) {
  const auto envelope = sync::decode_envelope(row.body);
  made_[row.hash] = {row.epoch, envelope ? envelope->place.prev : "", row.seq};
}

void History::put(const sync::SealedRow& row, const PaperTill& t) {
  record(row);
  const Arrival own = arrival_of(row, t);
  all_.push_back(own);
  if (chance(85)) air_.push_back(own);  // else lost until the end
  if (chance(15)) air_.push_back(own);
  if (chance(10)) air_.push_back(arrival_of(row, t, t.till == "till1" ? "till2" : "till1"));
  if (chance(5)) forge(row, t);
}

void History::forge(const sync::SealedRow& row, const PaperTill& t) {
  Arrival a = arrival_of(row, t);
  switch (below(4)) {
    case 0:
      a.body[a.body.size() / 2] ^= 1;
      break;
    case 1:
      a.signature[3] = a.signature[3] == 'A' ? 'B' : 'A';
      break;
    case 2:
      a.subject = "product.sold." + store_ + ".till3";
      break;
    default:
      a.hash[0] = a.hash[0] == '0' ? '1' : '0';
  }
  ++forged_;
  air_.push_back(std::move(a));
}

void History::append(Box& box, const Fact& fact) {
  box.facts.push_back(fact);
  put(box.till.seal(fact), box.till);
}

void History::sell(Box& box) {
  const auto quantity = static_cast<int64_t>(1 + below(5)) * 1000;
  const CompletedSale sale = box.till.sale({{"p1", quantity}});
  sold_[{box.till.till, sale.header.id.value}] = quantity;
  append(box, sale);
  if (!chance(4)) return;
  CompletedSale other = sale;  // the same id, other contents
  other.header.cashier = {"99"};
  conflicts_.insert({box.till.till, sale.header.id.value});
  append(box, other);
}

// From some row on, everything again under a new epoch, as a till does after a fork.
void History::rechain(Box& box) {
  const auto note = box.till.new_epoch();
  notes_.insert({box.till.till, note.transaction_id});
  put(note, box.till);
  for (size_t i = below(box.facts.size()); i < box.facts.size(); ++i)
    put(box.till.rechain(box.facts[i]), box.till);
}

void History::step() {
  const size_t what = below(100);
  Box& box = any_box();
  if (what < 50) return sell(box);
  if (what < 54 && boxes_.size() < 5) {
    Box clone{box.till.cloned(), box.facts};
    boxes_.push_back(std::move(clone));
    return;
  }
  if (what < 58) return rechain(box);
  if (what < 61) {
    const std::string id = box.till.new_id();
    return put(box.till.seal_body(box.till.future_body(id), id), box.till);
  }
  if (what < 63) return put(box.till.unreadable(), box.till);
  deliver(1 + below(12), false);
}

void History::deliver(size_t most, bool last_try) {
  std::vector<Arrival> batch;
  while (batch.size() < most && !air_.empty()) {
    const size_t at = last_try ? 0 : below(air_.size());
    batch.push_back(std::move(air_[at]));
    air_.erase(air_.begin() + static_cast<std::ptrdiff_t>(at));
    batch.back().last_try = last_try || chance(5);
  }
  now_.unix_ms += 1000;
  auto session = database_.session();
  if (chance(10)) {  // the machine fails before the commit: nothing happened, all of it comes again
    EXPECT_THROW(reconcile(*session, batch, now_,
                           [](Session&, const Reconciled&) { throw SqlError("cut", true); }),
                 SqlError);
    air_.insert(air_.end(), batch.begin(), batch.end());
    return;
  }
  const auto done = reconcile(*session, batch, now_);
  const bool unacknowledged = chance(10);  // it fails after the commit: all of it comes again
  for (size_t i = 0; i < batch.size(); ++i)
    if (unacknowledged || done.verdicts[i] == Verdict::later) air_.push_back(batch[i]);
}

// Every till sends all it keeps, in order; what still follows a gap is at its last redelivery.
void History::heal() {
  air_ = all_;
  for (int round = 0; round < 50 && !air_.empty(); ++round) deliver(air_.size(), true);
  EXPECT_TRUE(air_.empty());
}

std::set<std::pair<std::string, std::string>> History::ids() const {
  auto ids = notes_;
  for (const auto& [id, quantity] : sold_) ids.insert(id);
  return ids;
}

void History::check() {
  auto session = database_.session();
  std::set<std::pair<std::string, std::string>> held;
  for (const auto& row :
       session->query("SELECT till, transaction_id FROM journal_row WHERE store = $1", {store_}))
    held.insert({row.text(0), row.text(1)});
  EXPECT_EQ(held, ids());

  int64_t expected = 0;
  for (const auto& [id, quantity] : sold_) expected -= quantity;
  const auto stock = session->query("SELECT on_hand FROM stock WHERE store = $1", {store_});
  EXPECT_EQ(stock.empty() ? 0 : stock[0].integer(0), expected);

  std::set<std::pair<std::string, std::string>> conflicts;
  for (const auto& row : session->query(
           "SELECT till, transaction_id FROM problem WHERE store = $1 AND kind = 'conflict'",
           {store_}))
    conflicts.insert({row.text(0), row.text(1)});
  EXPECT_EQ(conflicts, conflicts_);

  // Every chain is one that a till really made, without a gap, from its first row to its head.
  for (const auto& chain :
       session->query("SELECT till, epoch, mark, head FROM chain WHERE store = $1", {store_})) {
    std::string prev = sync::kZeroHash;
    int64_t seq = 0;
    for (const auto& row :
         session->query("SELECT seq, hash FROM chain_row WHERE store = $1 AND till = $2 "
                        "AND epoch = $3 ORDER BY seq",
                        {store_, chain.text(0), chain.text(1)})) {
      const auto made = made_.find(row.text(1));
      ASSERT_NE(made, made_.end()) << "a row that nobody made";
      EXPECT_EQ(row.integer(0), ++seq);
      EXPECT_EQ(made->second.seq, seq);
      EXPECT_EQ(made->second.epoch, chain.text(1));
      if (!made->second.prev.empty()) {
        EXPECT_EQ(made->second.prev, prev);
      }
      prev = row.text(1);
    }
    EXPECT_EQ(chain.integer(2), seq);
    EXPECT_EQ(chain.text(3), prev);
  }
  // What a till holds now is held here, or it was told of a fork. (A body that cannot be read forks
  // nobody: its place is known from a header only. Hello tells that till.)
  for (const auto& box : boxes_) {
    if (box.till.seq == 0 || made_.at(box.till.head).prev.empty()) continue;
    const auto tip = session->query(
        "SELECT hash FROM chain_row WHERE store = $1 AND till = $2 AND epoch = $3 AND seq = $4",
        {store_, box.till.till, box.till.epoch, box.till.seq});
    const bool is_held = !tip.empty() && tip[0].text(0) == box.till.head;
    const auto fork = session->query("SELECT 1 FROM down_mark WHERE subject = $1 AND detail = $2",
                                     {"down." + store_ + ".fork." + box.till.till, box.till.epoch});
    EXPECT_TRUE(is_held || !fork.empty());
  }
}

using Histories = BooksTest;

TEST_F(Histories, EverySaleIsInTheBooksOnceWhateverTheSeed) {
  const char* one = getenv("LEAFTILL_SEED");
  const uint64_t first = one ? strtoull(one, nullptr, 10) : 1;
  const uint64_t last = one ? first : on_postgres() ? 300 : 2000;
  for (uint64_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("LEAFTILL_SEED=" + std::to_string(seed));
    History history(*database_, seed, now_);
    history.run();
    history.check();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace pos::central

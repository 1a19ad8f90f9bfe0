// A till on paper: it makes signed rows as the real one does, and remembers what it made, so that a
// test can say what must have come of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "central/letter.h"
#include "pos/journal.h"
#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::central {

struct SoldLine {
  std::string product = "p1";
  int64_t quantity = 1000;
  int64_t price = 100;
};

class PaperTill {
 public:
  explicit PaperTill(std::string store = "s1", std::string till = "till1", uint64_t seed = 1);

  sync::SealedRow sell(const std::vector<SoldLine>& lines = {{}});
  sync::SealedRow note(const std::string& code = "started");
  sync::SealedRow seal(const Fact&);  // appended to the present chain
  sync::SealedRow seal_body(const std::string& body, const std::string& transaction_id);
  // A body of the present place that no central understands: of a type from the future, or no JSON.
  std::string future_body(const std::string& transaction_id) const;
  sync::SealedRow unreadable();

  CompletedSale sale(const std::vector<SoldLine>& lines);
  std::string new_id();

  // A new epoch: what comes next stands there, after a note of the fork, as the contract wants it.
  sync::SealedRow new_epoch();
  // The last row of the present key, which names the next one; that one signs from then on.
  sync::SealedRow change_key();
  // A new epoch that says which row it leaves, as a till does that was restored.
  sync::SealedRow restored(const sync::SigningKey& with);
  // The same fact under the present chain.
  sync::SealedRow rechain(const Fact& fact) { return seal(fact); }

  // The same disk in another box: it goes on with the same history, and sells other things.
  PaperTill cloned() {
    PaperTill clone = *this;
    clone.random_ ^= random();
    return clone;
  }

  std::string public_key() const { return sync::base64(key.public_key); }

  const std::string store, till;
  sync::SigningKey key;
  std::string epoch, head = sync::kZeroHash;
  int64_t seq = 0, receipts = 0;

 private:
  sync::Place next_place() const { return {store, till, epoch, seq + 1, head}; }
  std::string random_epoch();
  uint64_t random_;
  uint64_t random();
};

// As it comes out of SALES. `carrier`: brought by that neighbour.
Arrival arrival_of(const sync::SealedRow&, const PaperTill&, const std::string& carrier = "",
                   bool last_try = false);

}  // namespace pos::central

// The doors of the trade: what Register needs of the world, in its own words. storage/ implements
// the first three over SQLite; a test may put anything behind them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/claims.h"
#include "pos/draft.h"
#include "pos/gift_card.h"
#include "pos/held.h"
#include "pos/item.h"
#include "pos/journal.h"
#include "pos/people.h"
#include "pos/rules.h"
#include "pos/shift.h"
#include "pos/time.h"

namespace pos {

class Catalogue {
 public:
  virtual ~Catalogue() = default;
  // By a normalised code (gtin.h), or by PLU. nullopt: not known, or withdrawn.
  virtual std::optional<Item> find(std::string_view code) = 0;
  virtual std::optional<Item> by_id(const ProductId&) = 0;
  // Every word is a prefix of some word of the name, or the text starts a code. Best first.
  virtual std::vector<Item> search(std::string_view text, int limit) = 0;
  // The items with a place among the tiles, in its order.
  virtual std::vector<Item> tiles() = 0;
  virtual std::optional<ShownStock> stock(const ProductId&) = 0;
};

struct Recorded {
  TransactionId id;
  std::string receipt;  // of a sale; empty otherwise
  std::string epoch;    // 16 hex digits
  int64_t seq = 0;
};

// A row of the journal as people read it.
struct JournalEntry {
  std::string epoch;
  int64_t seq = 0;
  std::string type, receipt;
  TransactionId id;
  std::string body;      // the signed bytes
  bool settled = false;  // central holds it
};

// A sale that goods may come back of: its lines (of this till's with their categories), and what
// came back of each in the store, as far as this till knows, parallel to the lines.
struct Returnable {
  CompletedSale sale;
  std::vector<Part> back;
  std::string till;          // of a neighbour's; empty: it is this till's
  std::vector<Taken> taken;  // `back` again, by whoever took it
};
// A claim that was asked for a sale that is not recorded yet: what it does not need is given back.
struct OpenClaim {
  std::string of, by;
  Portions wanted;  // as it was asked last
  bool operator==(const OpenClaim&) const = default;
};
enum class Print { receipt, invoice };
// On the disk, for what a sale still has to write.
enum class Room {
  enough,
  open_sale,  // for the sale that is on the counter, and none after it
  none,
};

class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual Room room() { return Room::enough; }
  virtual TransactionId new_transaction_id(Instant now) = 0;

  // Appends the fact: one transaction, one fdatasync, durable when it returns. For a sale also its
  // gift cards' rows, lines, tenders, stock deltas, what it took back of which sale, outbox row and
  // receipt number; the draft is cleared with it (not with a note, moved cash or an opened drawer:
  // the sale stays open). It does not record a return of more than was sold: that is looked at once
  // more here. Throws storage::Error if the machine fails: then the outcome is unknown until
  // reopened.
  virtual Recorded record(const Fact& fact) = 0;
  // Bytes of the fact's body on the wire, without being recorded.
  virtual size_t size_of(const Fact& fact) = 0;

  virtual void save_draft(const Draft&) = 0;
  virtual Draft load_draft() = 0;

  // The note, the counter and what lies beside it, in one durable transaction each. hold() empties
  // the counter; recall() puts the sale of that id on it, which is held no longer.
  virtual void hold(const TillNoted&, const HeldSale&) = 0;
  virtual void recall(const TillNoted&, const HeldSale&) = 0;
  virtual std::vector<HeldSale> held() = 0;  // here, oldest first; then the neighbours'
  // Whether another till of the store was ever heard of.
  virtual bool has_neighbours() { return false; }
  virtual void set_training(const TillNoted&, bool on) = 0;

  virtual std::optional<Shift> shift() = 0;
  // What the open shift has taken so far; header and counted are the caller's to fill in.
  virtual ShiftClosed shift_totals() = 0;
  virtual std::optional<ShiftClosed> z_report(int64_t number) = 0;
  virtual Instant last_recorded() = 0;  // of the last row; 0 before the first
  virtual std::optional<CompletedSale> sale(std::string_view receipt) = 0;
  virtual std::optional<Returnable> returnable(std::string_view receipt) = 0;
  // Claims outlive a power cut: noted before they are asked, and forgotten in the commit of their
  // sale. A second note of the same claim takes the place of the first.
  virtual void note_claim(const OpenClaim&) {}
  virtual void forget_claim(const OpenClaim&) {}
  virtual std::vector<OpenClaim> open_claims() { return {}; }
  // Of a card that nobody has told of: not known, and nothing on it.
  virtual GiftCard gift_card(std::string_view) { return {}; }
  virtual std::optional<CompletedSale> last_sale() = 0;
  // Counts one more of them, and answers how many there are now.
  virtual int64_t count_print(std::string_view receipt, Print) = 0;
  virtual std::vector<JournalEntry> journal(int64_t after, int limit) = 0;
};

class Staff {
 public:
  virtual ~Staff() = default;
  // Counts the attempt on disk before it looks. `wait_ms` > 0: locked out for so long.
  struct Answer {
    std::optional<Person> person;
    int64_t wait_ms = 0;
    int64_t locks_ms = 0;  // > 0: this wrong PIN was one too many, and locks for so long
  };
  virtual Answer by_pin(std::string_view pin, Instant now) = 0;
  virtual std::optional<Person> by_id(const PersonId&) = 0;
  virtual std::vector<StaffEntry> list() = 0;  // by id, also who is locked
  // Whether anybody but that person has this PIN, also if locked.
  virtual bool pin_taken(std::string_view pin, const PersonId& but) = 0;
  // Adds or changes a person, durably. No pin: it stays as it is. Returns the entry with its new
  // version, one above the old: of central's and this, the higher one wins.
  virtual StaffEntry put(const StaffEntry&, std::string_view pin) = 0;
};

// What the office has set, as it comes down (pos/rules.h).
class Rules {
 public:
  virtual ~Rules() = default;
  // For a sale that begins now. nullopt: they are those that the last call gave. What it gives is
  // noted on disk, so that at() finds it after a restart.
  virtual std::optional<StoreRules> take_up(Instant now) = 0;
  // Those that were taken up last when a sale began; with none yet, what stands now.
  virtual StoreRules at(Instant began) = 0;
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  virtual int utc_offset_min(Instant) = 0;  // of the store's time zone
};

}  // namespace pos

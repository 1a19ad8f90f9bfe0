// Ledger: the till's journal over SQLite. record() is the heart: one transaction, one fdatasync.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pos/ports.h"
#include "storage/ballast.h"
#include "storage/database.h"
#include "storage/pending_stock.h"
#include "sync/seal.h"

namespace pos::storage {

// A CompletedSale (or any fact) out of its kept bytes; nullopt if they cannot be read.
std::optional<CompletedSale> sale_in(const std::string& body);

class Ledger final : public pos::Ledger {
 public:
  // Remembers the key's public half in the database, so that verify can check old rows for ever.
  // Without a ballast a full disk is met by the write itself. `told` is asked in the commit of a
  // hold: may others hear of it from now on? Without it: they may.
  Ledger(Database& database, PendingStock& pending, sync::SigningKey key,
         Ballast* ballast = nullptr, std::function<bool()> told = {});

  Room room() override { return ballast_ ? ballast_->room() : Room::enough; }
  TransactionId new_transaction_id(Instant now) override;
  Recorded record(const Fact& fact) override;
  size_t size_of(const Fact& fact) override;
  void save_draft(const Draft&) override;
  Draft load_draft() override;
  void hold(const TillNoted&, const HeldSale&) override;
  void recall(const TillNoted&, const HeldSale&) override;
  std::vector<HeldSale> held() override;
  bool has_neighbours() override;
  // Any thread, before the first row goes out over a new connection: they may hear of all of them.
  void tell_held();
  void set_training(const TillNoted&, bool on) override;
  std::optional<Shift> shift() override;
  ShiftClosed shift_totals() override;
  std::optional<ShiftClosed> z_report(int64_t number) override;
  Instant last_recorded() override;
  std::optional<CompletedSale> sale(std::string_view receipt) override;
  std::optional<Returnable> returnable(std::string_view receipt) override;
  void note_claim(const OpenClaim&) override;
  void forget_claim(const OpenClaim&) override;
  std::vector<OpenClaim> open_claims() override;
  GiftCard gift_card(std::string_view card) override;
  std::optional<CompletedSale> last_sale() override;
  int64_t count_print(std::string_view receipt, Print) override;
  std::vector<JournalEntry> journal(int64_t after, int limit) override;

  // Begins a new epoch with `noted` as its first row, which gets the place that it leaves, and the
  // receipt series after this one's and `series_above`. The open sale is dropped.
  Recorded begin_epoch(TillNoted noted, int64_t series_above);
  // Likewise from row `from` on: the rows behind it follow `noted`, with the same contents, and
  // wait for central once more. The open sale stays. Without `series_above` receipts go on as they
  // were.
  void rechain(TillNoted noted, int64_t from, std::optional<int64_t> series_above);
  int64_t series();
  // Appends `noted` (sync/key_change.h) as the last row that the present key signs.
  Recorded change_key(const TillNoted& noted, sync::SigningKey next);
  // Appends `noted`, and lets the journal begin behind the row that its `pruned` names.
  Recorded close_journal(const TillNoted& noted);

 private:
  struct Head;
  Head head();
  Recorded already_recorded(const Head&, const TransactionId&);
  std::optional<Recorded> recorded_before_epoch(const Head&, const TransactionId&);
  PendingStock::Change leave(Head&, TillNoted, int64_t from, std::optional<int64_t> series_above);
  void move_row(Head&, int64_t from, PendingStock::Change& waits_again);
  // record(), with more in its transaction.
  Recorded record_with(const Fact& fact, const std::function<void()>& more);
  void append(Head& head, const Fact& fact, const std::string& receipt);
  void append_gifts(Head& head, const CompletedSale& sale, const std::string& receipt);
  int64_t keep_sale(const Head& head, const CompletedSale& sale);
  void keep_returned(const Head& head, const CompletedSale& sale);
  void keep_neighbours(const Head& head, const CompletedSale& sale);
  void keep_deltas(const Head& head, const PendingStock::Change& sold);
  void keep_shift(const Head& head, const Fact& fact);
  void remember_key(const sync::SigningKey&);
  void settle_key();
  void put_draft(const Draft&);  // in a transaction of the caller's
  void move_head(const Head& head, const TransactionId&);

  Database& database_;
  PendingStock& pending_;
  sync::SigningKey key_;
  std::optional<sync::SigningKey> next_key_;  // whether it is the present one, the disk says
  Ballast* ballast_;
  bool epoch_begun_ = false;  // since the last record()
  const std::function<bool()> told_;
};

// Whether the journal knows this key as its own; one that a change names, from its commit on.
bool has_signed_with(Database&, const std::string& key_id);

// "s1-till1-A000042"; series 1 = A, 27 = AA.
std::string receipt_text(const std::string& store, const std::string& till, int64_t series,
                         int64_t number);
// The sale's id (series << 40 | number) of such a text, if store and till agree.
std::optional<int64_t> sale_id_of(std::string_view receipt, const std::string& store,
                                  const std::string& till);

}  // namespace pos::storage

// The outbox over SQLite: the rows of the journal that central has not signed for. A row leaves it
// in one place only, settle(), and only for the very hash that central holds.
#pragma once

#include "storage/database.h"
#include "storage/pending_stock.h"
#include "sync/outbox.h"

namespace pos::storage {

class Ledger;

class Outbox final : public sync::Outbox {
 public:
  // `ledger` signs the rows of a new epoch; without it none can be begun.
  Outbox(Database& database, PendingStock& pending, Ledger* ledger = nullptr)
      : database_(database), pending_(pending), ledger_(ledger) {}
  std::vector<sync::SealedRow> waiting(int64_t after, int limit) override;
  std::vector<sync::SealedRow> rows(int64_t after, int limit) override;
  int64_t last_id() override;
  std::string current_epoch() override;
  std::vector<sync::EpochSeq> epochs() override;
  std::optional<std::string> hash_at(const std::string& epoch, int64_t seq) override;
  std::optional<int64_t> settle(const std::string& epoch, int64_t seq, const std::string& hash,
                                Instant now) override;
  int64_t requeue_after(const std::string& epoch, int64_t seq) override;
  int64_t first_kept(const std::string& epoch) override;
  int64_t first_waiting(const std::string& epoch) override;
  void begin_epoch(const NewEpoch&, Instant now) override;
  bool receipt_is_ahead(const std::string& receipt) override;
  Counts counts() override;
  std::string note(const std::string& name) override;
  void set_note(const std::string& name, const std::string& value) override;

 private:
  std::optional<int64_t> epoch_no(const std::string& epoch);
  std::optional<std::string> hash_of(int64_t epoch_no, int64_t seq);
  int64_t settled_seq(int64_t epoch_no);
  int64_t free_up_to(int64_t from, int64_t to, const std::string& day);
  void confirm(int64_t epoch_no, int64_t seq, const std::string& day);
  void mark(int64_t epoch_no, int64_t seq, const std::string& day);
  int64_t take_back(int64_t from, int64_t to);
  PendingStock::Change deltas_between(int64_t from, int64_t to);
  Database& database_;
  PendingStock& pending_;
  Ledger* const ledger_;
};

}  // namespace pos::storage

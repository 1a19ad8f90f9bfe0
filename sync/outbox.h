// What the sync core needs of the till's journal. storage/ implements it. Each call is one short
// slice on the database (at most 100 rows), so that the cashier never waits for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/time.h"
#include "sync/wire.h"

namespace pos::sync {

class Outbox {
 public:
  virtual ~Outbox() = default;

  // Rows that wait, in the journal's order, after row `after` (exclusive; 0 = from the start).
  virtual std::vector<SealedRow> waiting(int64_t after, int limit) = 0;

  // Rows of the journal after row `after`, whether they wait or not.
  virtual std::vector<SealedRow> rows(int64_t after, int limit) = 0;
  virtual int64_t last_id() = 0;  // of the journal's last row; 0: there is none

  virtual std::string current_epoch() = 0;
  // One entry for every epoch of which the journal keeps rows; seq = its last row there. The
  // current epoch is always named, at 0 when it is empty.
  virtual std::vector<EpochSeq> epochs() = 0;
  // hash (hex) of the own row there; nullopt when the journal does not keep it. seq 0: 64 zeros.
  virtual std::optional<std::string> hash_at(const std::string& epoch, int64_t seq) = 0;

  // Central holds everything up to `seq` of `epoch`: if the own row `seq` has that hash, those rows
  // leave the outbox in one commit and are settled. Returns how many, or nullopt if the hash is not
  // ours (nothing changed).
  virtual std::optional<int64_t> settle(const std::string& epoch, int64_t seq,
                                        const std::string& hash, Instant now) = 0;
  // Every row of `epoch` after `seq` goes back into the outbox from the journal, and is unsettled
  // again. Returns how many were not in the outbox before.
  virtual int64_t requeue_after(const std::string& epoch, int64_t seq) = 0;

  // seq of the first row of `epoch` that the journal keeps, and of the first that waits; 0: none.
  virtual int64_t first_kept(const std::string& epoch) = 0;
  virtual int64_t first_waiting(const std::string& epoch) = 0;

  // Begins a new epoch: its first row says where it leaves `epoch`, after row `after`; every later
  // row of the journal follows it, with a new place and the same contents, and waits. One commit.
  struct NewEpoch {
    std::string epoch;
    int64_t after = 0;
    std::string code, text;    // of the first row: "forked", "gap" …
    bool next_series = false;  // receipts go on in the series after this one
    std::string last_receipt;  // and after this one's, if it is not empty: what central has seen
  };
  virtual void begin_epoch(const NewEpoch&, Instant now) = 0;
  // Whether that receipt of this till is above its last one.
  virtual bool receipt_is_ahead(const std::string& receipt) = 0;

  struct Counts {
    int64_t waiting = 0;
    int64_t settled = 0;
    Instant oldest_waiting;  // unix_ms 0: none waits
    std::string last_receipt;
    EpochSeq last_row;
  };
  virtual Counts counts() = 0;

  // Small values that outlive a restart: "generation", "fork", "enrolled", …; empty if never set.
  virtual std::string note(const std::string& name) = 0;
  virtual void set_note(const std::string& name, const std::string& value) = 0;
};

}  // namespace pos::sync

// What the sync core needs to keep of the store's other tills: their rows, as they came over the
// leaf's STORELOG, until central names them. storage/ implements it. Each call is one short slice
// on the database (at most 100 rows), so that the cashier never waits for it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pos/time.h"
#include "sync/wire.h"

namespace pos::sync {

struct NeighbourRow {
  int64_t no = 0;  // in the order in which they came; not for keep()
  std::string till;
  SealedRow row;  // its id is not used
};

// How far STORELOG was read: `created` says which stream of that name, and `time` which message of
// that number, for a leaf that went back to an older disk and took others since counts them anew.
struct LogPlace {
  std::string created;
  int64_t seq = 0;
  int64_t time = 0;  // when the leaf stored it, ns since 1970; 0: not known
  bool operator==(const LogPlace&) const = default;
};

class Neighbours {
 public:
  virtual ~Neighbours() = default;

  virtual LogPlace place() = 0;
  // In one commit: the rows, and how far the log was read. A row is known by (till, transactionId);
  // one that comes again, re-chained, is kept as it came last. Rows of this till's own id are kept
  // only where the own journal has no such sale: they are a copy's.
  virtual void keep(const std::vector<NeighbourRow>&, const LogPlace&, Instant now) = 0;

  // Rows that central has not named, above `after`, with their bodies left out.
  virtual std::vector<NeighbourRow> open(int64_t after, int limit) = 0;
  // Central has these rows / was asked for these and did not name them.
  virtual void held(const std::vector<int64_t>& nos) = 0;
  virtual void missed(const std::vector<int64_t>& nos, Instant now) = 0;
  // Central is another one than before: every row is open again.
  virtual void open_all() = 0;

  // Rows whose till is one of `silent` and that central did not name for `missed_for_ms`: in the
  // order of till, epoch and seq, at most `limit` of them.
  virtual std::vector<NeighbourRow> to_carry(const std::vector<std::string>& silent,
                                             int64_t missed_for_ms, Instant now, int limit) = 0;
  // The tills of which rows are open.
  virtual std::vector<std::string> open_tills() = 0;
  // A slice of what is too old, and too many, to be kept goes. False: there was none.
  virtual bool forget_old(Instant now) = 0;
};

}  // namespace pos::sync

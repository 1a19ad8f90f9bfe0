// SalesWork: what the applier decides, without a connection: where it begins to read, what a batch
// does to the books and to the place in SALES, what is published, in which order, and when a stream
// or the database turns out to have gone back. The applier drives it over NATS; so does a
// simulation over a model of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "central/down.h"
#include "central/jetstream.h"
#include "central/reconciler.h"
#include "central/sql.h"
#include "sync/seal.h"

namespace pos::central {

// What this needs of the hub.
class SalesHub {
 public:
  virtual ~SalesHub() = default;
  virtual void ack(const StreamRow&) = 0;
  virtual void hand_back(const StreamRow&, std::chrono::milliseconds delay) = 0;
  // When SALES took the message with that number, in nanoseconds since 1970; 0: it has none.
  virtual int64_t stored_ns(int64_t seq) = 0;
  // Returns when the stream of each has confirmed it: the highest sequence by stream.
  virtual std::map<std::string, int64_t> publish_confirmed(const std::vector<Outgoing>&) = 0;
};

class SalesWork {
 public:
  SalesWork(Database& database, const sync::SigningKey& key, SalesHub& hub)
      : database_(database), key_(key), hub_(hub) {}

  // ---- at every start, in this order ----
  // Whether one of these, the last messages of down.*.ack.* in DOWN, is signed by us and above what
  // the books hold.
  bool books_are_behind(const std::vector<StreamRow>& acks);
  // Contract 4.9 and 4.11. A restored database does not know the last acks that went down: then
  // every till must ask again for all that it keeps. A stream that is new, or shorter than what
  // went out, is padded until it counts on from there, and gets everything once more. True: a new
  // generation began. What is counted then goes on above what the tills have: above the clock,
  // which may have gone back with the database, and above `newest_stock`, where the books were
  // behind.
  bool take_up_down(StreamState down, StreamState downall, bool behind, int64_t newest_stock,
                    Instant now);
  // The highest version in these, the last messages of down.*.stock.* in DOWN; 0: none.
  static int64_t newest_stock(const std::vector<StreamRow>& stocks);
  // The place in SALES is the database's, so that a restored one reads again what it has forgotten.
  // A stream that was made again begins at 1, and so does one that went back to an older disk: if
  // it has as many messages again by now, the last that was read here is another one. Then true.
  bool take_up_sales(const StreamState& sales);
  int64_t position() const { return position_; }  // of the last row below which all is handled

  // ---- then ----
  // One batch, in one transaction with the place; after its commit the rows are acknowledged or
  // handed back. `ms` only goes forward.
  Reconciled apply(const std::vector<StreamRow>&, Instant now, int64_t ms);
  // Publishes a page of what is marked. False: nothing was.
  bool publish(Instant now);

 private:
  void keep_place(Session&, const std::vector<StreamRow>&, const Reconciled&, int64_t ms);
  void settle(const std::vector<StreamRow>&, const Reconciled&);
  int64_t count_on(const char* stream, const char* subject, int64_t last, int64_t published);
  struct Publication {
    DownPage page;
    EventPage events;
  };
  Publication next(Session&, Instant now);
  std::map<std::string, int64_t> send(const Publication&);

  Database& database_;
  const sync::SigningKey& key_;
  SalesHub& hub_;
  // Places in SALES that are not handled although later ones are, and since when.
  std::map<int64_t, int64_t> handed_back_;
  int64_t highest_ = 0;  // place in SALES up to which everything else is
  int64_t position_ = 0;
};

}  // namespace pos::central

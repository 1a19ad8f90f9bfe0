// Keys: whose signature counts for a till's rows, and how a till gets another key (docs/wire.md).
//
// A till's first key comes by enrolment. A `key_changed` row that is signed with the till's present
// key names the next one. The key that was replaced counts for what stands before the change. What
// is signed with a key that does not count waits; it is taken when a row whose key counts names its
// hash, or that of a row after it, as the end of an earlier epoch (`forkedFrom`): a till that was
// revoked and got a new bundle vouches so for its own journal, and for nobody else's rows.
//
// Each verb works inside the transaction that the caller has open.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "central/books.h"
#include "central/letter.h"
#include "central/sql.h"

namespace pos::central {

class Keys {
 public:
  explicit Keys(Session& session) : session_(session) {}

  // Those of these (store, till); a revoked till has none.
  void load(const std::vector<Cells>& tills);
  // Finds the changes among `letters`, which are in the order of their chains; what is signed with
  // a key that they name counts from here on.
  void hear_changes(const std::vector<const Letter*>& letters);
  // Raw, if it counts for this row. `epoch_known`: rows of that epoch are held here.
  const std::string* of(const Letter&, bool epoch_known) const;
  // The row has taken effect: keeps what it says of keys.
  void take_effect(const Letter&, Instant now, std::vector<Problem>&);
  // Something that waits may count now.
  bool changed() const { return changed_; }

 private:
  using TillKey = std::pair<std::string, std::string>;  // store, till
  struct Key {
    std::string raw, until_epoch;
    int64_t until_seq = 0;
  };
  bool is_change(const Letter&, const std::string& new_raw) const;
  bool known_anywhere(const std::string& key_id) const;
  void refuse(const Letter&, std::vector<Problem>&) const;

  Session& session_;
  std::map<std::pair<TillKey, std::string>, Key> keys_;  // by key id
  std::map<TillKey, std::string> present_;               // key ids
  std::map<const Letter*, std::string> changes_;         // the new keys, raw
  bool changed_ = false;
};

// Marks the rows that wait and are vouched for; in a transaction of its own.
void vouch_for_waiting(Session&);
// Whether rows of one of these (store, till) are vouched for that have not come yet.
bool vouched_are_missing(Session&, const std::vector<Cells>& tills);

}  // namespace pos::central

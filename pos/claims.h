// Claims: what must happen once in a store whatever the line to central does, asked of the store's
// leaf. Of a thing that its tills share (a sale that goods come back of, a held sale, a gift card)
// each takes a portion, and all portions together are never more than there is.
//
//   const Claim claim{sale.id, my_return.id, {{1, 1000}}, {{1, 3000}}, known};
//   switch (claims.ask(claim).state) {  // asking; later won, lost or unreachable
//
// A port: the cashier asks and never waits in it; the sync thread does the asking.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pos {

// By line of a sale, in thousandths; of a held sale 1 of line 0; of a gift card minor units of
// line 0.
using Portions = std::map<int32_t, int64_t>;

struct Taken {
  std::string by;    // the transaction that took it
  std::string till;  // where
  Portions portions;
  bool operator==(const Taken&) const = default;
};

struct Claim {
  std::string of;       // what is shared: [A-Za-z0-9_-], at most 64 characters
  std::string by;       // who claims: a transaction id, or a till's
  Portions wanted;      // by it in all; less than it has claimed before, or nothing: it gives back
  Portions limit = {};  // how much there is; of a line that is not named: nothing
  // From rows that this till has: they count as they are, whatever was claimed in the same name.
  std::vector<Taken> known = {};
  bool operator==(const Claim&) const = default;
};

struct ClaimAnswer {
  enum class State {
    asking,
    won,
    lost,         // there is not so much left
    unreachable,  // the leaf did not answer in time: nobody knows
  };
  State state = State::asking;
  std::string till = {};  // lost: who took of it last
  Portions left = {};     // won or lost: how much `by` may have, of each line that was wanted
  bool operator==(const ClaimAnswer&) const = default;
};

class Claims {
 public:
  static constexpr int64_t kLimit_ms = 2000;  // an answer comes within it

  virtual ~Claims() = default;
  // Begins to ask, or tells how far it is: at once. An answer is given once; the same claim asked
  // again afterwards is asked anew, which does no harm.
  virtual ClaimAnswer ask(const Claim&) = 0;
  // Returns when this claim is answered, or after so long.
  virtual void wait(const Claim&, int64_t ms) = 0;
};

}  // namespace pos

// The claims' protocol on the store's leaf: stream CLAIMLOG keeps the first message of each subject
// store.<store>.claim.<thing>-<n> and refuses every other, so that n = 1, 2, 3 … is a list that all
// tills of the store write together, an entry at a time (docs/wire.md, section 1). To append, a
// till has read every entry before: what it finds decides whether it may.
//
//   settle_claim({"s1", "till2"}, claim, ask)   // won: what `by` has taken is what it wanted
//
// No thread, clock or socket of its own: `ask` is a request to the leaf, and its deadline.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pos/claims.h"
#include "sync/bus.h"

namespace pos::sync {

inline constexpr int kMaxClaims = 200;  // of one thing; beyond it nobody can be asked

struct ClaimPlace {
  std::string store, till;
};

// The leaf's answer; nullopt: none in time, and whether it heard is not known.
using AskLeaf = std::function<std::optional<NatsMessage>(std::string_view subject, const Headers&,
                                                         std::string_view body)>;

// Makes what `claim.by` has taken exactly what it wants, if there is so much: never `asking`. It
// may be repeated at any time, by whoever does not know how the last time ended.
ClaimAnswer settle_claim(const ClaimPlace&, const Claim&, const AskLeaf&);

}  // namespace pos::sync

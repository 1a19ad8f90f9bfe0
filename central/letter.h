// Arrival: one message of SALES as it came. Letter: what its bytes prove by themselves, before any
// database is asked: whose it says it is, where it stands in the chain, and whether its hash is
// right. The order of checks is the contract's (section 4.1): nothing here is believed from a
// header that the hash does not cover.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/wire.h"

namespace pos::central {

struct Arrival {
  std::string subject, body;
  std::string message_id;               // Nats-Msg-Id
  std::string hash, key_id, signature;  // Leaftill-Hash, -Key, -Signature
  std::string till;                     // Leaftill-Till: of a carried row
  bool vouched = false;                 // by a key that counts: needs no signature of its own
  bool again = false;  // of the dead letters: its place may be held although it has no effect yet
  bool last_try = false;  // a gap is not handed back once more: it takes effect beside the chain
};

// The headers in one text, and back: for rows that wait in the database, and for quarantine.
std::string headers_text(const Arrival&);
void take_headers(Arrival&, const std::string& text);

struct Letter {
  const Arrival* arrival = nullptr;
  std::string fault;        // not empty: for quarantine, moves nothing: bad_subject, too_large,
                            // bad_headers, bad_hash, wrong_owner
  std::string store, till;  // of the subject, valid ids or empty; the body agrees
  std::string carrier;      // the neighbour that sent it; empty: its own till
  std::string hash_raw, signature_raw;
  std::string epoch,
      prev;         // prev is empty when the envelope cannot be read: then epoch and seq are
  int64_t seq = 0;  // of Nats-Msg-Id, and count only where the chain proves the hash
  std::string transaction_id;
  std::optional<sync::Row> row;  // empty: not understood

  bool readable() const { return !prev.empty(); }
  const std::string& hash() const { return arrival->hash; }
};

Letter read_letter(const Arrival&);

}  // namespace pos::central

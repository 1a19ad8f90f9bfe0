// A gift card as a till knows it. The money is in the journals: central adds up the rows of all
// stores and sends the sum down; a till adds what it and its neighbours recorded and central's
// figure does not count yet. What two tills take at the same moment, a claim decides (claims.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/claims.h"
#include "pos/ids.h"
#include "pos/money.h"
#include "pos/refusal.h"
#include "pos/time.h"

namespace pos {

class Sale;

struct GiftCard {
  bool known = false;  // central has told of it, or a row of this store has
  Money balance;       // what is on it, as far as this till knows
  Money loaded;        // what may be taken, but for `taken`: the limit of a claim
  std::vector<Taken>
      taken;            // what the rows took, by sale; nothing: central's figure has it already
  int64_t version = 0;  // of central's figure, in Unix ms: when the card changed last; 0: none
};

// What a cashier hears who asks for it.
struct GiftBalance {
  std::string card;
  bool known = false;
  Money balance;
  Instant counted_at;  // when central's figure last changed; 0: central has told nothing
  bool asked = false;  // the store's other tills were: no claim of theirs is missing in it
};

// The number of a card becomes a subject's token: as an id (ids.h), not as a code.
inline bool valid_gift_card(std::string_view card) { return valid_id(card); }
// reference_missing, bad_code, or what is wrong with any text that is kept.
std::optional<Refusal> fault_of_card(std::string_view card);

// What is claimed of the store's leaf when money is taken from it (docs/wire.md).
std::string gift_thing(std::string_view card);
bool is_gift_thing(std::string_view thing);
// What the tenders of a sale take of that thing, in minor units of line 0; nothing: empty.
Portions gift_taken(const Sale&, std::string_view thing);

}  // namespace pos

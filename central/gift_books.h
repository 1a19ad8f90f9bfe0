// Gift cards in the books: the balance of each, kept by the rows of all stores as stock is, and as
// it goes down to a store. Each call works inside the transaction that the caller has open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "central/books.h"
#include "central/sql.h"
#include "pos/time.h"
#include "sync/wire.h"

namespace pos::central {

// What a row does to a card.
struct GiftMove {
  std::string store, till, transaction_id;
  std::string sale_id;  // empty: an older till's row does not say
  std::string card, receipt;
  int64_t amount = 0;  // minor units of the store's currency; above 0: onto the card
};
// nullopt: the row is not about a gift card.
std::optional<GiftMove> gift_move(const std::string& store, const std::string& till, const Fact&);

// Counts each row once, whoever brings it how often; marks the cards for the stores that know them.
// Returns the problems that it makes: gift_overspent, where more was taken than was on a card. They
// are resolved here as soon as the card has the money again.
std::vector<Problem> move_gift_money(Session&, const std::vector<GiftMove>&, Instant now);

// Rows that were applied before there was a balance. Does nothing a second time.
void count_old_gift_rows(Session&, Instant now);
// After a restore: tills may have seen higher versions of other figures.
void renumber_gift_cards(Session&, Instant now);

// The last number that a change of any card took.
int64_t gift_version(Session&);

// The card as the tills of a store hear of it, in the store's currency; nullopt: they do not.
std::optional<sync::GiftCard> gift_card_for(Session&, const std::string& store,
                                            const std::string& card, Instant now);
// A pull's page, with one more than `limit` if there is more: ascending by (version, card).
std::vector<sync::GiftCard> gift_cards_for(Session&, const std::string& store,
                                           int64_t after_version, const std::string& after_card,
                                           int64_t limit, Instant now);

}  // namespace pos::central

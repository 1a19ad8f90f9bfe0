#include "storage/gift_cards.h"

#include <algorithm>
#include <optional>

#include "pos/journal.h"

namespace pos::storage {
namespace {

// As the indexes have it: SQLite takes them only for the same words. '#' comes after '"'.
// clang-format off
#define AFTER_CARD(table) "substr(" table ".body, instr(" table ".body, '\"card\":\"') + 8, 33)"
// clang-format on
#define ROWS_OF_CARD(table)                               \
  " " AFTER_CARD(table) " >= ?1 || '\"' AND " AFTER_CARD( \
      table) " < ?1 || '#' AND " table ".type IN ('gift.issued', 'gift.redeemed')"

bool covered(Database& database, const std::string& card, const std::string& till,
             const std::string& epoch, int64_t seq) {
  Query q(database,
          "SELECT 1 FROM gift_cover WHERE card = ? AND till = ? AND epoch = ? AND seq >= ?");
  q << card << till << epoch << seq;
  return q.row();
}

void add_taken(GiftCard& card, const std::string& till, const std::string& by, Money amount) {
  const auto there = std::find_if(card.taken.begin(), card.taken.end(),
                                  [&](const Taken& t) { return t.by == by; });
  if (there != card.taken.end()) {
    there->portions[0] += amount.minor;
  } else {
    card.taken.push_back({by, till, {{0, amount.minor}}});
  }
}

// A row that central's figure does not count.
void add_row(GiftCard& card, const std::string& number, const std::string& till,
             const std::string& body) {
  const auto row = sync::decode_row(body);
  if (!row) return;
  if (const auto* issued = std::get_if<GiftIssued>(&row->fact); issued && issued->card == number) {
    card.known = true;
    card.loaded += issued->amount;
    card.balance += issued->amount;
  }
  const auto* redeemed = std::get_if<GiftRedeemed>(&row->fact);
  if (!redeemed || redeemed->card != number) return;
  // Rows of older tills do not say whose sale it was: nothing was claimed for them.
  const TransactionId& by = redeemed->sale.empty() ? redeemed->header.id : redeemed->sale;
  card.balance -= redeemed->amount;
  add_taken(card, till, by.value, redeemed->amount);
}

void add_rows(Database& database, GiftCard& card, const std::string& number, const char* rows) {
  struct Found {
    std::string till, epoch, body;
    int64_t seq = 0;
  };
  std::vector<Found> found;
  {
    Query q(database, rows);
    q << number << (card.version == 0 ? 1 : 0);
    while (q.row()) found.push_back({q.text(0), q.text(1), q.text(3), q.integer(2)});
  }
  for (const Found& row : found) {
    if (!covered(database, number, row.till, row.epoch, row.seq))
      add_row(card, number, row.till, row.body);
  }
}

}  // namespace

void keep_gift_card(Database& database, const sync::GiftCard& g) {
  Query q(database,
          "INSERT INTO gift_card (card, balance, version) SELECT ?1, ?2, ?3 FROM till"
          " WHERE currency = ?4 ON CONFLICT (card) DO UPDATE SET balance = ?2, version = ?3"
          " WHERE version < ?3");
  q << g.card << g.balance << g.version << g.currency;
  q.run();
  if (q.changes() == 0) return;
  for (const char* old :
       {"DELETE FROM gift_cover WHERE card = ?", "DELETE FROM gift_sale WHERE card = ?"}) {
    Query(database, old).operator<<(g.card).run();
  }
  for (const auto& [till, epochs] : g.covers) {
    for (const auto& [epoch, seq] : epochs) {
      Query cover(database, "INSERT INTO gift_cover (card, till, epoch, seq) VALUES (?, ?, ?, ?)");
      cover << g.card << till << epoch << seq;
      cover.run();
    }
  }
  for (const std::string& sale : g.sales) {
    Query named(database,
                "INSERT INTO gift_sale (card, sale_id) VALUES (?, ?) ON CONFLICT DO NOTHING");
    named << g.card << sale;
    named.run();
  }
}

GiftCard known_gift_card(Database& database, std::string_view number) {
  const std::string text(number);
  GiftCard card;
  {
    Query q(database, "SELECT balance, version FROM gift_card WHERE card = ?");
    q << text;
    if (q.row()) {
      card.known = true;
      card.balance = card.loaded = {q.integer(0)};
      card.version = q.integer(1);
    }
  }
  add_rows(database, card, text,
           "SELECT (SELECT till FROM till), e.epoch, j.id & 0xffffffffff, j.body FROM journal j"
           " JOIN epoch e ON e.no = j.id >> 40 WHERE" ROWS_OF_CARD(
               "j") " AND (?2 OR EXISTS (SELECT 1 FROM outbox WHERE id = j.id))");
  add_rows(database, card, text,
           "SELECT n.till, n.epoch, n.seq, n.body FROM neighbour n WHERE" ROWS_OF_CARD(
               "n") " AND (?2 OR n.held = 0)");
  Query q(database, "SELECT sale_id FROM gift_sale WHERE card = ?");
  q << text;
  while (q.row()) {
    const std::string sale = q.text(0);
    const bool counts = std::any_of(card.taken.begin(), card.taken.end(),
                                    [&](const Taken& t) { return t.by == sale; });
    if (!counts) card.taken.push_back({sale, "", {}});
  }
  return card;
}

#undef ROWS_OF_CARD
#undef AFTER_CARD

}  // namespace pos::storage

#include "central/gift_books.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "pos/gift_card.h"
#include "pos/receipt.h"
#include "pos/text.h"

namespace pos::central {
namespace {

using CardKey = std::pair<std::string, std::string>;  // card, currency

constexpr int64_t kOldRowsAtOnce = 500;
constexpr int64_t kTillsNamed = 5;

// Locks the number, so that a till that has seen one has seen all below it.
int64_t next_gift_version(Session& session, Instant now) {
  session.execute("UPDATE meta SET value = value WHERE name = 'gift_version'");
  const int64_t version = std::max(meta_number(session, "gift_version") + 1, now.unix_ms);
  set_meta(session, "gift_version", std::to_string(version));
  return version;
}

std::map<std::string, std::string> currencies_of(Session& session,
                                                 const std::vector<GiftMove>& moves) {
  std::set<std::string> stores;
  for (const auto& move : moves) stores.insert(move.store);
  std::vector<Cells> keys;
  for (const auto& store : stores) keys.push_back({store});
  std::map<std::string, std::string> currencies;
  for (const auto& row : look_up(session, "SELECT id, currency FROM store WHERE id", keys))
    currencies[row.text(0)] = row.text(1);
  return currencies;
}

// Those that were not counted yet: the INSERT decides.
std::map<CardKey, std::vector<const GiftMove*>> keep_new_moves(Session& session,
                                                               const std::vector<GiftMove>& moves,
                                                               int64_t version) {
  auto currencies = currencies_of(session, moves);
  using RowKey = std::tuple<std::string, std::string, std::string>;
  std::map<RowKey, const GiftMove*> by_row;
  std::vector<Cells> rows;
  for (const auto& move : moves) {
    if (!by_row.try_emplace({move.store, move.till, move.transaction_id}, &move).second) continue;
    rows.push_back({move.card, currencies[move.store], move.store, move.till, move.transaction_id,
                    move.sale_id, move.amount, version});
  }
  std::map<CardKey, std::vector<const GiftMove*>> counted;
  for (const auto& row : many(session,
                              "INSERT INTO gift_entry (card, currency, store, till, "
                              "transaction_id, sale_id, amount, version) VALUES ",
                              rows,
                              " ON CONFLICT DO NOTHING RETURNING card, currency, store, till, "
                              "transaction_id"))
    counted[{row.text(0), row.text(1)}].push_back(
        by_row.at({row.text(2), row.text(3), row.text(4)}));
  return counted;
}

void mark_gift_cards(Session& session, const std::vector<Cells>& cards) {
  std::set<std::string> subjects;
  for (const auto& row : look_up(
           session, "SELECT DISTINCT store, card FROM gift_entry WHERE (card, currency)", cards)) {
    if (valid_gift_card(row.text(1)))
      subjects.insert("down." + row.text(0) + ".gift." + row.text(1));
  }
  mark_down(session, std::vector<std::string>(subjects.begin(), subjects.end()));
}

std::string tills_that_took(Session& session, const CardKey& card) {
  std::string tills;
  for (const auto& row : session.query(
           "SELECT DISTINCT store, till FROM gift_entry WHERE card = $1 AND currency = $2 AND "
           "amount < 0 ORDER BY store, till LIMIT $3",
           {card.first, card.second, kTillsNamed}))
    tills += (tills.empty() ? "" : ", ") + row.text(0) + "/" + row.text(1);
  return tills;
}

Problem overspent(Session& session, const CardKey& card, int64_t balance, const GiftMove& last) {
  const std::string amount =
      to_text(Money{balance}, currency_digits(card.second)) + " " + card.second;
  return {"gift_overspent",
          last.store,
          "",
          "",
          card.first + "/" + card.second,
          "gift card " + printable(card.first, 64) + " is at " + amount + " after receipt " +
              last.receipt + ": more was taken from it than was on it, by " +
              tills_that_took(session, card) +
              "; look at these sales. If rows of other tills are still on their way, this "
              "resolves itself",
          true};
}

void resolve_overspent(Session& session, const CardKey& card, Instant now) {
  session.execute(
      "UPDATE problem SET resolved_at = $2 WHERE kind = 'gift_overspent' AND about = $1 AND "
      "resolved_at = ''",
      {card.first + "/" + card.second, to_iso(now)});
}

// Only where the store's tills have used it can rows of theirs be in the figure.
void add_counted(Session& session, const std::string& store, sync::GiftCard& card, Instant now) {
  if (session
          .query(
              "SELECT 1 FROM gift_entry WHERE card = $1 AND currency = $2 AND store = $3 LIMIT 1",
              {card.card, card.currency, store})
          .empty())
    return;
  card.covers = covers_of(session, store, now);
  for (const auto& row : session.query(
           "SELECT sale_id FROM gift_entry WHERE card = $1 AND currency = $2 AND store = $3 AND "
           "amount < 0 AND sale_id <> '' ORDER BY version DESC, transaction_id DESC LIMIT $4",
           {card.card, card.currency, store, static_cast<int64_t>(sync::GiftCard::kMaxSales)}))
    card.sales.push_back(row.text(0));
}

std::vector<sync::GiftCard> gift_cards_in(Session& session, const ResultRows& rows,
                                          const std::string& store, Instant now) {
  std::vector<sync::GiftCard> cards;
  for (const auto& row : rows) {
    sync::GiftCard card;
    card.card = row.text(0);
    card.currency = row.text(1);
    card.balance = row.integer(2);
    card.version = row.integer(3);
    add_counted(session, store, card, now);
    cards.push_back(std::move(card));
  }
  return cards;
}

}  // namespace

std::optional<GiftMove> gift_move(const std::string& store, const std::string& till,
                                  const Fact& fact) {
  const auto move = [&](const auto& gift, Money amount) {
    return GiftMove{store,     till,         gift.header.id.value, gift.sale.value,
                    gift.card, gift.receipt, amount.minor};
  };
  if (const auto* issued = std::get_if<GiftIssued>(&fact)) return move(*issued, issued->amount);
  if (const auto* redeemed = std::get_if<GiftRedeemed>(&fact))
    return move(*redeemed, -redeemed->amount);
  return {};
}

std::vector<Problem> move_gift_money(Session& session, const std::vector<GiftMove>& moves,
                                     Instant now) {
  if (moves.empty()) return {};
  const int64_t version = next_gift_version(session, now);
  const auto counted = keep_new_moves(session, moves, version);
  std::map<CardKey, int64_t> deltas;
  std::vector<Cells> rows, cards;
  for (const auto& [card, entries] : counted) {
    for (const GiftMove* move : entries) deltas[card] += move->amount;
    rows.push_back({card.first, card.second, deltas[card],
                    int64_t{valid_gift_card(card.first) ? 1 : 0}, version, to_iso(now),
                    to_iso(now)});
    cards.push_back({card.first, card.second});
  }
  std::vector<Problem> problems;
  for (const auto& row :
       many(session,
            "INSERT INTO gift_card (card, currency, balance, told, version, issued_at, changed_at) "
            "VALUES ",
            rows,
            " ON CONFLICT (card, currency) DO UPDATE SET "
            "balance = gift_card.balance + excluded.balance, version = excluded.version, "
            "changed_at = excluded.changed_at RETURNING card, currency, balance")) {
    const CardKey card{row.text(0), row.text(1)};
    const int64_t balance = row.integer(2), before = balance - deltas.at(card);
    if (before >= 0 && balance < 0)
      problems.push_back(overspent(session, card, balance, *counted.at(card).back()));
    if (before < 0 && balance >= 0) resolve_overspent(session, card, now);
  }
  mark_gift_cards(session, cards);
  return problems;
}

void count_old_gift_rows(Session& session, Instant now) {
  if (!meta(session, "gift_counted").empty()) return;
  std::vector<Problem> problems;
  std::string last;
  for (bool more = true; more;) {
    const auto rows = session.query(
        "SELECT transaction_id, store, till, body FROM journal_row WHERE transaction_id > $1 AND "
        "type IN ('gift.issued', 'gift.redeemed') ORDER BY transaction_id LIMIT $2",
        {last, kOldRowsAtOnce});
    more = static_cast<int64_t>(rows.size()) == kOldRowsAtOnce;
    std::vector<GiftMove> moves;
    for (const auto& row : rows) {
      const auto read = sync::decode_row(row.text(3));
      auto move = read ? gift_move(row.text(1), row.text(2), read->fact) : std::nullopt;
      if (move) moves.push_back(std::move(*move));
    }
    for (auto& p : move_gift_money(session, moves, now)) problems.push_back(std::move(p));
    if (!rows.empty()) last = rows.back().text(0);
  }
  open_problems(session, problems, now);
  set_meta(session, "gift_counted", "1");
}

void renumber_gift_cards(Session& session, Instant now) {
  session.execute("UPDATE gift_card SET version = $1", {next_gift_version(session, now)});
}

int64_t gift_version(Session& session) { return meta_number(session, "gift_version"); }

std::optional<sync::GiftCard> gift_card_for(Session& session, const std::string& store,
                                            const std::string& card, Instant now) {
  const auto cards = gift_cards_in(
      session,
      session.query("SELECT g.card, g.currency, g.balance, g.version FROM gift_card g JOIN store s "
                    "ON s.currency = g.currency WHERE s.id = $1 AND g.card = $2 AND g.told = 1",
                    {store, card}),
      store, now);
  if (cards.empty()) return {};
  return cards.front();
}

std::vector<sync::GiftCard> gift_cards_for(Session& session, const std::string& store,
                                           int64_t after_version, const std::string& after_card,
                                           int64_t limit, Instant now) {
  return gift_cards_in(
      session,
      session.query("SELECT g.card, g.currency, g.balance, g.version FROM gift_card g JOIN store s "
                    "ON s.currency = g.currency WHERE s.id = $1 AND g.told = 1 AND (g.version > $2 "
                    "OR (g.version = $2 AND g.card > $3)) ORDER BY g.version, g.card LIMIT $4",
                    {store, after_version, after_card, limit + 1}),
      store, now);
}

}  // namespace pos::central

// Register: gift cards.
#include <algorithm>

#include "pos/kept_text.h"
#include "pos/receipt.h"
#include "pos/register.h"

namespace pos {
namespace {

constexpr std::string_view kGiftThing = "gift-";

}  // namespace

std::string gift_thing(std::string_view card) {
  return std::string(kGiftThing) + std::string(card);
}

bool is_gift_thing(std::string_view thing) { return thing.starts_with(kGiftThing); }

Portions gift_taken(const Sale& sale, std::string_view thing) {
  int64_t taken = 0;
  for (const Tender& t : sale.tenders()) {
    if (t.kind == TenderKind::gift && t.amount.minor > 0 && gift_thing(t.reference) == thing)
      taken += t.amount.minor;
  }
  return taken > 0 ? Portions{{0, taken}} : Portions{};
}

std::optional<Refusal> fault_of_card(std::string_view card) {
  if (card.empty()) {
    return refuse(RefusalCode::reference_missing,
                  "Scan the gift card, or type its number: money is taken from one card.");
  }
  if (auto no = fault_of_kept(card, kMaxReference)) return no;
  if (valid_gift_card(card)) return {};
  return refuse(RefusalCode::bad_code,
                "A gift card's number is 1 to 32 letters, digits, - and _: scan it again.");
}

Outcome<Line> Register::sell_gift_card(std::string_view card, Money amount) {
  if (auto no = may_sell(Command::gift)) return *no;
  if (!sale_.tenders().empty()) return *may_change_sale(Command::gift);
  if (card.empty()) return Refusal{RefusalCode::bad_code, "Scan the gift card."};
  if (auto no = fault_of_card(card)) return *no;
  if (amount.minor <= 0 || amount.minor > kMaxPriceMinor) {
    return Refusal{RefusalCode::bad_amount, "Type what goes onto the card, in minor units."};
  }
  const auto& lines = sale_.lines();
  const bool twice = std::any_of(lines.begin(), lines.end(), [&](const Line& l) {
    return is_gift_card(l.item) && l.code == card;
  });
  if (twice) {
    return Refusal{RefusalCode::gift_card,
                   "This card is on the counter already: void its line to change the amount."};
  }
  Sale next = sale_.open() ? sale_ : new_sale();
  const Line line = next.add_gift_card(std::string(card), amount);
  if (too_large(next)) {
    return Refusal{RefusalCode::sale_full, "This sale is full: pay it, then start another."};
  }
  keep(std::move(next));
  return line;
}

Refusal Register::card_short(const std::string& card, Money left, const std::string& till) const {
  const std::string who = till.empty() ? "" : " (till " + till + " took of it last)";
  if (left.minor <= 0) {
    return refuse(RefusalCode::card_short,
                  "Nothing is left on gift card " + card + who + ": take another tender.");
  }
  return refuse(RefusalCode::card_short,
                "Only " + to_text(left, currency_digits(settings_.currency)) +
                    " is left on gift card " + card + who +
                    ": take that amount from it, and the rest by another tender.");
}

// Two tills may have the same card in hand, or its number, and no line to anybody but the leaf.
Outcome<Payment> Register::take_from_card(Sale next, const std::string& number) {
  const GiftCard card = ledger_.gift_card(number);
  // Whoever sells as a supervisor types the PIN too: a mistyped number is no card.
  if (!card.known && (!approver_ || approver_->role < Role::supervisor)) {
    return refuse(RefusalCode::unknown_card, "Nobody has told this till of gift card " + number +
                                                 ": check its number. A supervisor may take it.");
  }
  const std::string thing = gift_thing(number);
  const Portions wanted = gift_taken(next, thing), before = gift_taken(sale_, thing);
  const Money mine{before.empty() ? 0 : before.at(0)};
  if (card.known && wanted.at(0) > card.balance.minor) {
    return card_short(number, card.balance - mine, "");
  }
  Claim claim{thing, next.id().value, wanted, {{0, card.loaded.minor}}, card.taken};
  if (!card.known) claim.limit[0] = kMaxSaleMinor;  // claimed all the same, for others to see
  const auto heard = ask_store(std::move(claim),
                               [this, next, number, known = card.known, mine, approver = approver_](
                                   const ClaimAnswer& answer) -> Outcome<StoreHeard> {
                                 if (answer.state == ClaimAnswer::State::lost) {
                                   const auto left = answer.left.find(0);
                                   const Money all{left == answer.left.end() ? 0 : left->second};
                                   return card_short(number, all - mine, answer.till);
                                 }
                                 return card_claimed(next, number, known, answer, approver);
                               });
  if (!heard) return heard.refusal();
  return Payment{heard->completed};
}

Outcome<StoreHeard> Register::card_claimed(Sale next, const std::string& card, bool known,
                                           const ClaimAnswer& answer,
                                           const std::optional<Person>& approver) {
  const std::string amount =
      to_text(next.tenders().back().amount, currency_digits(settings_.currency));
  const bool unasked = answer.state == ClaimAnswer::State::unreachable && ledger_.has_neighbours();
  const auto by = known && !unasked ? std::nullopt : unasked_by(approver);
  if (unasked && !by) {
    return refuse(RefusalCode::store_unreachable,
                  "The store's other tills cannot be asked what they take of gift card " + card +
                      ": a supervisor may allow it, or take another tender.");
  }
  if (by) {
    next.conditions().approved_by = *by;
    const std::string what = "card " + card + ", " + amount + ", approved by " + by->value;
    if (!known) note("gift_unknown", what);
    if (unasked) note("gift_unasked", what);
  }
  const auto paid = keep_paid(std::move(next));
  if (!paid) return paid.refusal();
  return StoreHeard{paid->completed};
}

Outcome<GiftBalance> Register::gift_balance(std::string_view number) {
  if (auto no = may(Command::gift_balance)) return *no;
  if (auto no = fault_of_card(number)) return *no;
  if (asked_) return refuse(RefusalCode::asks_store, "The store is being asked already: wait.");
  const GiftCard card = ledger_.gift_card(number);
  const GiftBalance told{std::string(number), card.known, card.balance, {card.version}};
  if (!claims_ || !card.known) return told;
  // Who wants nothing more takes nothing, and hears what others left.
  const Claim look{
      gift_thing(number), settings_.till.value, {{0, 0}}, {{0, card.loaded.minor}}, card.taken};
  const auto heard = ask_now(look, [told](const ClaimAnswer& answer) -> Outcome<StoreHeard> {
    GiftBalance now = told;
    const auto left = answer.left.find(0);
    if (answer.state != ClaimAnswer::State::unreachable && left != answer.left.end()) {
      now.asked = true;
      now.balance = std::min(now.balance, Money{left->second});
    }
    return StoreHeard{{}, now};
  });
  if (!heard) return heard.refusal();
  return *heard->card;
}

}  // namespace pos

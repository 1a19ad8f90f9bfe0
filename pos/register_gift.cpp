// Register: gift cards.
#include <algorithm>

#include "pos/kept_text.h"
#include "pos/register.h"

namespace pos {

Outcome<Line> Register::sell_gift_card(std::string_view card, Money amount) {
  if (auto no = may_sell(Command::gift)) return *no;
  if (!sale_.tenders().empty()) return *may_change_sale(Command::gift);
  if (card.empty()) return Refusal{RefusalCode::bad_code, "Scan the gift card."};
  if (auto no = fault_of_kept(card, kMaxReference)) return *no;
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

}  // namespace pos

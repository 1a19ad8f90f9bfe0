// Register: goods that come back, and what is given for them.
#include <algorithm>

#include "pos/kept_text.h"
#include "pos/register.h"
#include "pos/returns.h"

namespace pos {
namespace {

Part part_of(const Line& line, Money tax) {
  return {line.quantity, line.total, tax, line.discount};
}

// The place of a line in its sale, or its size.
size_t place_of(const CompletedSale& sale, int32_t line) {
  const auto at = std::find_if(sale.lines.begin(), sale.lines.end(),
                               [&](const Line& l) { return l.id == line; });
  return static_cast<size_t>(at - sale.lines.begin());
}

// What of this line the open sale takes back already.
Quantity in_hand(const Sale& open, int32_t line) {
  for (const Line& l : open.lines()) {
    if (l.back && l.original_line == line) return l.back->quantity;
  }
  return {};
}

std::optional<Refusal> fault_of_part(const Item& item, Quantity quantity) {
  const bool part_of_a_piece = item.unit == "each" && quantity.milli % 1000 != 0;
  if (quantity.milli > 0 && quantity.milli <= kMaxQuantityMilli && !part_of_a_piece) return {};
  return refuse(RefusalCode::bad_quantity,
                "The quantity must be more than 0 and at most 100,000, of pieces a whole number.");
}

std::optional<Refusal> fault_of_wish(const Line& sold, Quantity left,
                                     std::optional<Quantity> more) {
  const std::string name = sold.item.name;
  if (left.milli <= 0) {
    return refuse(RefusalCode::returned_already, "All of " + name + " came back already.");
  }
  if (!more) return {};
  if (auto no = fault_of_part(sold.item, *more)) return no;
  if (*more > left) {
    return refuse(RefusalCode::more_than_sold,
                  "Only " + to_text(left) + " of " + name + " can still come back.");
  }
  return {};
}

// Puts `more` of that line on the counter, or all that is left of it.
std::optional<Refusal> take(Sale& open, const Returnable& from, size_t at,
                            std::optional<Quantity> more, const std::string& reason) {
  const Line& sold = from.sale.lines[at];
  if (sold.returned()) {
    return refuse(RefusalCode::return_of_return,
                  sold.item.name + " was given back with this receipt: it cannot come back again.");
  }
  if (is_gift_card(sold.item)) {
    return refuse(RefusalCode::gift_card, "A gift card does not come back: it is spent.");
  }
  const Quantity here = in_hand(open, sold.id);
  const Quantity left = sold.quantity - from.back[at].quantity - here;
  if (auto no = fault_of_wish(sold, left, more)) return no;
  const Part part =
      next_part(part_of(sold, from.sale.line_taxes[at]), from.back[at], here + more.value_or(left));
  open.take_back({from.sale.header.id, from.sale.receipt}, sold, part, reason);
  return {};
}

// True while that part of the line would give back the same as when it was put on the counter.
bool still_due(const Returnable& from, int32_t line, const Part& part) {
  const size_t at = place_of(from.sale, line);
  if (at == from.sale.lines.size()) return false;
  const Line& sold = from.sale.lines[at];
  return from.back[at].quantity + part.quantity <= sold.quantity &&
         next_part(part_of(sold, from.sale.line_taxes[at]), from.back[at], part.quantity) == part;
}

// Another till was faster.
Refusal given_back_at(const ClaimAnswer& answer, const Returnable& from) {
  for (const auto& [line, left] : answer.left) {
    const size_t at = place_of(from.sale, line);
    if (left > 0 && at < from.sale.lines.size()) {
      return refuse(RefusalCode::more_than_sold,
                    "Till " + answer.till + " takes back goods of receipt " + from.sale.receipt +
                        ": only " + to_text(Quantity{left}) + " of " +
                        from.sale.lines[at].item.name + " can still come back.");
    }
  }
  return refuse(RefusalCode::returned_already, "These goods of receipt " + from.sale.receipt +
                                                   " came back at till " + answer.till +
                                                   ": look there, and do not pay them out again.");
}

// At another price than the catalogue's: not above it.
std::optional<Refusal> set_lower(Item& item, Money price) {
  __int128 scaled = price.minor;
  for (int i = 0; i < item.price_scale; ++i) scaled *= 10;
  if (price.minor <= 0 || price.minor > kMaxPriceMinor ||
      (!item.open_price && scaled > item.price.minor)) {
    return refuse(RefusalCode::bad_amount,
                  "Give back at most today's price, and more than 0, in minor units.");
  }
  item.price = price;
  item.price_scale = 0;
  return {};
}

}  // namespace

Portions back_of(const Sale& open) {
  Portions portions;
  for (const Line& l : open.lines()) {
    if (l.back) portions[l.original_line] += l.back->quantity.milli;
  }
  return portions;
}

std::optional<Refusal> Register::may_take_back(Command command, std::string_view reason) const {
  if (auto no = may_sell(command)) return no;
  if (!sale_.tenders().empty()) return may_change_sale(command);
  return fault_of_reason(reason);
}

Refusal Register::no_receipt(std::string_view receipt) const {
  const std::string own = settings_.store.value + "-" + settings_.till.value + "-";
  if (receipt.starts_with(own) || receipt.find('-') == std::string_view::npos) {
    return refuse(RefusalCode::unknown_receipt, "This till has no receipt of that number.");
  }
  return refuse(
      RefusalCode::other_till,
      "This till has not heard of that receipt: take the goods back at the till that sold "
      "them, or without receipt by a supervisor.");
}

Outcome<ComesBack> Register::comes_back(std::string_view receipt) {
  if (auto no = may(Command::return_goods)) return *no;
  const std::string number = receipt_as_printed(receipt);
  auto from = ledger_.returnable(number);
  if (!from) return no_receipt(number);
  const bool on_the_counter = sale_.conditions().original.id == from->sale.header.id;
  ComesBack out{std::move(from->sale), {}, from->till};
  for (size_t i = 0; i < out.sale.lines.size(); ++i) {
    const Line& line = out.sale.lines[i];
    const bool never = line.returned() || is_gift_card(line.item);
    const Quantity here = on_the_counter ? in_hand(sale_, line.id) : Quantity{};
    out.left.push_back(never ? Quantity{} : line.quantity - from->back[i].quantity - here);
  }
  return out;
}

Outcome<Done> Register::take_back(std::string_view receipt, const std::vector<Wish>& wishes,
                                  std::string_view reason) {
  if (auto no = may_take_back(Command::return_goods, reason)) return *no;
  const std::string number = receipt_as_printed(receipt);
  auto from = ledger_.returnable(number);
  if (!from) return no_receipt(number);
  if (!from->till.empty()) name_categories(*from);
  const Original& original = sale_.conditions().original;
  if (!original.id.empty() && original.id != from->sale.header.id) {
    return refuse(RefusalCode::one_original, "Goods of receipt " + original.receipt +
                                                 " are on the counter: finish that return first.");
  }
  const auto next =
      wishes.empty() ? with_all_of(*from, reason) : with_some_of(*from, wishes, reason);
  if (!next) return next.refusal();
  return claim_returned(*next, *from);
}

// Which a row does not say.
void Register::name_categories(Returnable& from) {
  for (Line& line : from.sale.lines) {
    if (const auto item = catalogue_.by_id(line.item.id)) line.item.category = item->category;
  }
}

// Two tills may have the same goods in hand and no line to anybody but the leaf.
Outcome<Done> Register::claim_returned(Sale next, const Returnable& from) {
  if (auto no = fault_of_returned(next)) return *no;
  Claim claim{from.sale.header.id.value, next.id().value, back_of(next), {}, from.taken};
  for (const Line& line : from.sale.lines) {
    if (!line.returned() && !is_gift_card(line.item)) claim.limit[line.id] = line.quantity.milli;
  }
  return only_done(ask_store(std::move(claim),
                             [this, next, from, approver = approver_](const ClaimAnswer& answer) {
                               return with_nothing_to_tell(claimed(next, from, answer, approver));
                             }));
}

Outcome<Done> Register::claimed(Sale next, const Returnable& from, const ClaimAnswer& answer,
                                const std::optional<Person>& approver) {
  const std::string& receipt = from.sale.receipt;
  if (answer.state == ClaimAnswer::State::lost) return given_back_at(answer, from);
  if (answer.state == ClaimAnswer::State::unreachable && !from.till.empty()) {
    const auto by = unasked_by(approver);
    if (!by) {
      return refuse(RefusalCode::store_unreachable,
                    "The store's other tills cannot be asked whether goods of receipt " + receipt +
                        " came back there: a supervisor may allow it.");
    }
    next.conditions().approved_by = *by;
    note("return_unasked", "receipt " + receipt + ", approved by " + by->value);
  }
  return keep_returned(std::move(next));
}

Outcome<Sale> Register::with_all_of(const Returnable& from, std::string_view reason) {
  Sale next = sale_.open() ? sale_ : new_sale();
  bool sold = false, left = false;
  for (size_t i = 0; i < from.sale.lines.size(); ++i) {
    const Line& line = from.sale.lines[i];
    if (line.returned() || is_gift_card(line.item)) continue;
    sold = true;
    if (line.quantity <= from.back[i].quantity + in_hand(next, line.id)) continue;
    left = true;
    if (auto no = take(next, from, i, {}, std::string(reason))) return *no;
  }
  if (!sold) {
    return refuse(RefusalCode::return_of_return,
                  "With receipt " + from.sale.receipt + " nothing was sold that can come back.");
  }
  if (!left) {
    return refuse(RefusalCode::returned_already,
                  "Everything of receipt " + from.sale.receipt + " came back already.");
  }
  return next;
}

Outcome<Sale> Register::with_some_of(const Returnable& from, const std::vector<Wish>& wishes,
                                     std::string_view reason) {
  Sale next = sale_.open() ? sale_ : new_sale();
  for (const Wish& wish : wishes) {
    const size_t at = place_of(from.sale, wish.line);
    if (at == from.sale.lines.size()) {
      return refuse(RefusalCode::unknown_line, "Receipt " + from.sale.receipt + " has no line " +
                                                   std::to_string(wish.line) + ".");
    }
    if (auto no = take(next, from, at, wish.quantity, std::string(reason))) return *no;
  }
  return next;
}

Outcome<Line> Register::take_back_without_receipt(std::string_view code,
                                                  std::optional<Quantity> quantity,
                                                  std::optional<Money> price,
                                                  std::string_view reason) {
  if (auto no = may_take_back(Command::return_without_receipt, reason)) return *no;
  const auto found = look_up(code);
  if (!found) return found.refusal();
  Pick pick = *found;
  if (is_gift_card(pick.item)) {
    return refuse(RefusalCode::gift_card, "A gift card does not come back: it is spent.");
  }
  if (auto no = fit_for_return(pick, quantity, price)) return *no;
  Sale next = sale_.open() ? sale_ : new_sale();
  const Line line =
      pick.marked ? next.take_back_marked(pick.item, pick.code, *pick.marked, std::string(reason))
                  : next.take_back(pick.item, pick.code, *pick.quantity, std::string(reason));
  next.conditions().approved_by = approver_ ? approver_->id : person_->id;
  if (auto done = keep_returned(std::move(next)); !done) return done.refusal();
  return line;
}

// The label says how much, or the cashier; goods by weight are never guessed.
std::optional<Refusal> Register::fit_for_return(Pick& pick, std::optional<Quantity> quantity,
                                                std::optional<Money> price) {
  Item& item = pick.item;
  if (pick.marked) {
    if (!price && !quantity) return {};
    return refuse(RefusalCode::bad_quantity, "The label says how much it is, and what it cost.");
  }
  if (!pick.quantity) pick.quantity = quantity;
  if (!pick.quantity && item.unit == "each") pick.quantity = kOnePiece;
  if (!pick.quantity) {
    return refuse(RefusalCode::bad_quantity, "Say how much it is, in " + item.unit + ".");
  }
  if (auto no = fault_of_part(item, *pick.quantity)) return no;
  if (price) return set_lower(item, *price);
  if (!item.open_price) return {};
  return refuse(RefusalCode::bad_amount, "This item has no price of its own: give one.");
}

std::optional<Refusal> Register::fault_of_returned(Sale next) {
  if (next.total().minor < -kMaxSaleMinor) {
    return refuse(RefusalCode::bad_quantity,
                  "This is more than a sale can be: check the quantity.");
  }
  if (too_large(next)) {
    return refuse(RefusalCode::sale_full, "This sale is full: pay it, then start another.");
  }
  return {};
}

Outcome<Done> Register::keep_returned(Sale next) {
  if (auto no = fault_of_returned(next)) return *no;
  keep(std::move(next));
  return Done{};
}

// Money goes out: with a slip's number unless it is cash, and only for what is still to be given
// back. A return of the same goods may have been finished while this one waited.
std::optional<Refusal> Register::may_give_back(TenderKind kind, std::string_view reference) {
  if (kind != TenderKind::cash && reference.empty() && sale_.due().minor < 0) {
    return refuse(RefusalCode::reference_missing,
                  "Give the number of the slip or card that the money goes to.");
  }
  const Original& original = sale_.conditions().original;
  if (original.id.empty()) return {};
  const auto from = ledger_.returnable(original.receipt);
  for (const Line& l : sale_.lines()) {
    if (!l.back) continue;
    if (from && still_due(*from, l.original_line, *l.back)) continue;
    return refuse(RefusalCode::returned_already,
                  l.item.name + " came back meanwhile: void this sale, and start the return anew.");
  }
  return {};
}

}  // namespace pos

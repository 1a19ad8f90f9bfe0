#include "pos/sale.h"

#include <algorithm>
#include <cassert>
#include <map>

#include "pos/share.h"

namespace pos {
namespace {

// The thousandths of a unit that cost `price`, at least one.
Quantity weight_for(Money price, const Item& item) {
  __int128 milli = static_cast<__int128>(price.minor) * 1000;
  for (int i = 0; i < item.price_scale; ++i) milli *= 10;
  milli = (milli + item.price.minor / 2) / item.price.minor;
  return {static_cast<int64_t>(std::clamp<__int128>(milli, 1, kMaxQuantityMilli))};
}

bool priced_by_weight(const Item& item, Money price) {
  return item.unit != "each" && item.price.minor > 0 && price.minor > 0;
}

Item piece_at(Item item, Money price) {
  item.unit = "each";
  item.price = price;
  item.price_scale = 0;
  return item;
}

Refusal no_such_line() {
  return {RefusalCode::unknown_line, "There is no such line in this sale."};
}
Refusal is_deposit() {
  return {RefusalCode::linked_line, "This is a deposit: it comes and goes with its item's line."};
}

Refusal is_returned() {
  return {RefusalCode::returned_line,
          "These goods came back: void the line, then take them back as they should be."};
}

// Deposits, gift cards and what came back are not changed by hand.
std::optional<Refusal> fixed(const Line& line) {
  if (line.returned()) return is_returned();
  if (line.deposit_of) return is_deposit();
  if (!is_gift_card(line.item)) return {};
  return Refusal{RefusalCode::gift_card,
                 "This is a gift card: void the line, then sell one at another amount."};
}

// Half away from zero, once.
Money reduction_of(const Reduction& r, Money amount) {
  if (r.percent.ppm == 0) return r.amount;
  return {static_cast<int64_t>((static_cast<__int128>(amount.minor) * r.percent.ppm + 500'000) /
                               1'000'000)};
}

Money sum_at(const std::vector<Money>& amounts, const std::vector<size_t>& places) {
  Money sum;
  for (const size_t i : places) sum += amounts[i];
  return sum;
}

}  // namespace

const char* to_word(TenderKind kind) {
  switch (kind) {
    case TenderKind::cash:
      return "cash";
    case TenderKind::card:
      return "card";
    case TenderKind::voucher:
      return "voucher";
    case TenderKind::gift:
      return "gift";
  }
  return "cash";
}

std::optional<TenderKind> tender_kind(std::string_view word) {
  for (const auto kind :
       {TenderKind::cash, TenderKind::card, TenderKind::voucher, TenderKind::gift}) {
    if (word == to_word(kind)) return kind;
  }
  return {};
}

Money CompletedSale::change() const {
  Money sum;
  for (const Tender& t : tenders) sum += t.change;
  return sum;
}

Sale::Sale(TransactionId id, std::vector<Line> lines, std::vector<Tender> tenders,
           int32_t next_line, Conditions conditions)
    : id_(std::move(id)),
      lines_(std::move(lines)),
      tenders_(std::move(tenders)),
      next_line_(next_line),
      conditions_(std::move(conditions)) {}

void Sale::under(const Terms& terms) {
  terms_ = &terms;
  if (!lines_.empty()) reckon();
}

// Lines ------------------------------------------------------------------------------------------

const Line& Sale::add(const Item& item, std::string code, Quantity quantity, const Item* deposit) {
  assert(quantity.milli > 0);
  const auto last =
      std::find_if(lines_.rbegin(), lines_.rend(), [](const Line& l) { return l.deposit_of == 0; });
  if (last != lines_.rend() && item.unit == "each") {
    const bool same = last->item.id == item.id && last->item.price == item.price &&
                      last->item.price_scale == item.price_scale && last->code == code &&
                      last->own.empty() && !last->price_given && !last->marked && !last->returned();
    if (same && last->quantity.milli + quantity.milli <= kMaxQuantityMilli) {
      last->quantity = last->quantity + quantity;
      return with_deposit(last->id, deposit);
    }
  }
  return with_deposit(append(item, std::move(code), quantity).id, deposit);
}

const Line& Sale::add_marked(const Item& item, std::string code, Money price, const Item* deposit) {
  if (!priced_by_weight(item, price)) {
    return add(piece_at(item, price), std::move(code), kOnePiece, deposit);
  }
  Line& line = append(item, std::move(code), weight_for(price, item));
  line.marked = price;
  return with_deposit(line.id, deposit);
}

const Line& Sale::add_gift_card(std::string card, Money amount) {
  Item item;
  item.id = {kGiftCard};
  item.name = "Gift card";
  item.category = kGiftCard;
  item.price = amount;
  append(item, std::move(card), kOnePiece).price_given = true;
  reckon();
  return lines_.back();
}

const Line& Sale::take_back(const Original& original, const Line& sold, const Part& part,
                            std::string reason) {
  assert(conditions_.original.id.empty() || conditions_.original == original);
  conditions_.original = original;
  const auto there = std::find_if(lines_.begin(), lines_.end(), [&](const Line& l) {
    return l.back && l.original_line == sold.id;
  });
  Line& line = there == lines_.end() ? append(sold.item, sold.code, {}) : *there;
  line.quantity = -part.quantity;
  line.original_line = sold.id;
  line.back = part;
  line.reason = std::move(reason);
  const int32_t id = line.id;
  reckon();
  return *find(id);
}

const Line& Sale::take_back(const Item& item, std::string code, Quantity quantity,
                            std::string reason) {
  assert(quantity.milli > 0);
  Line& line = append(item, std::move(code), -quantity);
  line.reason = std::move(reason);
  reckon();
  return lines_.back();
}

const Line& Sale::take_back_marked(const Item& item, std::string code, Money price,
                                   std::string reason) {
  if (!priced_by_weight(item, price)) {
    return take_back(piece_at(item, price), std::move(code), kOnePiece, std::move(reason));
  }
  take_back(item, std::move(code), weight_for(price, item), std::move(reason));
  lines_.back().marked = -price;
  reckon();
  return lines_.back();
}

Line& Sale::append(const Item& item, std::string code, Quantity quantity) {
  Line line;
  line.id = next_line_++;
  line.item = item;
  line.code = std::move(code);
  line.quantity = quantity;
  lines_.push_back(std::move(line));
  return lines_.back();
}

// The deposit has the quantity of its line, whatever happened to that.
const Line& Sale::with_deposit(int32_t line, const Item* deposit) {
  const Quantity quantity = find(line)->quantity;
  if (Line* there = deposit_of(line)) {
    there->quantity = quantity;
  } else if (deposit) {
    append(*deposit, "", quantity).deposit_of = line;
  }
  reckon();
  return *find(line);
}

Line* Sale::find(int32_t line) {
  const auto it =
      std::find_if(lines_.begin(), lines_.end(), [&](const Line& l) { return l.id == line; });
  return it == lines_.end() ? nullptr : &*it;
}

Line* Sale::deposit_of(int32_t line) {
  const auto it = std::find_if(lines_.begin(), lines_.end(),
                               [&](const Line& l) { return l.deposit_of == line; });
  return it == lines_.end() ? nullptr : &*it;
}

Outcome<Done> Sale::set_quantity(int32_t line, Quantity quantity) {
  Line* found = find(line);
  if (!found) return no_such_line();
  if (auto no = fixed(*found)) return *no;
  if (found->marked) {
    return Refusal{RefusalCode::bad_quantity,
                   "Its label says how much it is: void the line, or scan the next package."};
  }
  if (quantity.milli <= 0 || quantity.milli > kMaxQuantityMilli) {
    return Refusal{RefusalCode::bad_quantity,
                   "The quantity must be more than 0 and at most 100,000. To remove the line, void "
                   "it."};
  }
  if (found->item.unit == "each" && quantity.milli % 1000 != 0) {
    return Refusal{RefusalCode::bad_quantity, "This item is sold by the piece: a whole number."};
  }
  found->quantity = quantity;
  with_deposit(line, nullptr);
  return Done{};
}

Outcome<Done> Sale::void_line(int32_t line) {
  const Line* found = find(line);
  if (!found) return no_such_line();
  if (found->deposit_of) return is_deposit();
  std::erase_if(lines_, [&](const Line& l) { return l.id == line || l.deposit_of == line; });
  const bool of_original =
      std::any_of(lines_.begin(), lines_.end(), [](const Line& l) { return l.back.has_value(); });
  if (!of_original) conditions_.original = {};
  reckon();
  return Done{};
}

Outcome<Done> Sale::set_price(int32_t line, Money price, std::string reason) {
  Line* found = find(line);
  if (!found) return no_such_line();
  if (auto no = fixed(*found)) return *no;
  if (price.minor < 0 || price.minor > kMaxPriceMinor) {
    return Refusal{RefusalCode::bad_amount, "The price must be 0 or more, in minor units."};
  }
  found->item.price = price;
  found->item.price_scale = 0;
  found->marked.reset();
  found->price_given = true;
  found->reason = std::move(reason);
  reckon();
  return Done{};
}

Money Sale::reducible(int32_t line) const {
  Money sum;
  for (const Line& l : lines_) {
    if (line != 0 && l.id == line) return l.full();
    if (line == 0 && l.takes_whole_discount() && l.full().minor > 0) sum += l.full();
  }
  return sum;
}

Outcome<Done> Sale::discount(int32_t line, Reduction reduction) {
  Line* found = line == 0 ? nullptr : find(line);
  if (line != 0 && !found) return no_such_line();
  if (found) {
    if (auto no = fixed(*found)) return *no;
  }
  const bool fits = reduction.percent.ppm >= 0 && reduction.percent.ppm <= kMaxRatePpm &&
                    reduction.amount.minor >= 0 && reduction.amount <= reducible(line);
  if (!fits) {
    return Refusal{RefusalCode::bad_amount,
                   "A discount is 0 to 100 percent, or an amount up to the price."};
  }
  if (found) {
    found->reason = reduction.reason;
    found->own = std::move(reduction);
  } else {
    conditions_.whole = std::move(reduction);
  }
  reckon();
  return Done{};
}

// Reckoning --------------------------------------------------------------------------------------

void Sale::reckon() {
  reduce_lines();
  reduce_by_promotions();
  reduce_whole();
  const TaxProfile profile = terms_ ? terms_->tax : TaxProfile{};
  const std::vector<Money> line_taxes = taxes().line_taxes;
  for (size_t i = 0; i < lines_.size(); ++i) {
    Line& l = lines_[i];
    l.total = l.back ? -l.back->total : l.full() - l.discount;
    if (l.back) continue;
    if (profile.mode == TaxMode::exclusive) l.total += line_taxes[i];
  }
}

void Sale::reduce_lines() {
  for (Line& l : lines_) {
    const Money full = l.full();
    l.discount = full.minor <= 0 ? Money{} : std::min(full, reduction_of(l.own, full));
    l.promotions.clear();
    if (l.back) l.discount = -l.back->discount;
    if (l.own.empty() && !l.price_given && !l.returned()) l.reason.clear();
  }
}

void Sale::reduce_by_promotions() {
  savings_.clear();
  if (!terms_ || terms_->promotions.empty()) return;
  std::vector<size_t> taking_part;
  std::vector<Pieces> pieces;
  for (size_t i = 0; i < lines_.size(); ++i) {
    const Line& l = lines_[i];
    const bool whole_pieces = l.item.unit == "each" && l.quantity.milli > 0 &&
                              l.item.price_scale == 0 && l.item.price.minor > 0;
    if (!whole_pieces || l.marked || l.price_given || !l.own.empty() || l.deposit_of) continue;
    taking_part.push_back(i);
    pieces.push_back({l.item.id, l.item.category, l.item.price, l.quantity.milli / 1000});
  }
  Saved saved = apply_promotions(pieces, terms_->promotions, conditions_.moment);
  for (size_t k = 0; k < taking_part.size(); ++k) {
    Line& l = lines_[taking_part[k]];
    l.discount += saved.discounts[k];
    l.promotions = std::move(saved.promotions[k]);
  }
  savings_ = std::move(saved.savings);
}

// Shared by product first, then by line: the order of scanning moves no cent between products.
void Sale::reduce_whole() {
  const Reduction& whole = conditions_.whole;
  if (whole.empty()) return;
  std::map<std::pair<std::string, int64_t>, std::vector<size_t>> products;
  std::vector<Money> left(lines_.size());
  Money sum;
  for (size_t i = 0; i < lines_.size(); ++i) {
    const Line& l = lines_[i];
    left[i] = l.full() - l.discount;
    if (!l.takes_whole_discount() || left[i].minor <= 0) continue;
    products[{l.item.id.value, l.item.price.minor}].push_back(i);
    sum += left[i];
  }
  std::vector<Money> weights;
  for (const auto& [product, lines] : products) weights.push_back(sum_at(left, lines));
  const auto parts = share_out(std::min(sum, reduction_of(whole, sum)), weights);
  size_t at = 0;
  for (const auto& [product, lines] : products) {
    std::vector<Money> of_lines;
    for (const size_t i : lines) of_lines.push_back(left[i]);
    const auto shares = share_out(parts[at++], of_lines);
    for (size_t k = 0; k < lines.size(); ++k) {
      Line& l = lines_[lines[k]];
      l.discount += shares[k];
      if (l.reason.empty()) l.reason = whole.reason;
    }
  }
}

// What comes back of an earlier sale has the tax that was paid for it then.
TaxResult Sale::taxes() const {
  std::vector<TaxedAmount> amounts;
  for (const Line& l : lines_) {
    amounts.push_back({l.back ? Money{} : l.full() - l.discount, l.item.tax_rate});
  }
  TaxResult result = tax_of(amounts, terms_ ? terms_->tax : TaxProfile{});
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (!lines_[i].back) continue;
    const Part& back = *lines_[i].back;
    result.line_taxes[i] = -back.tax;
    for (TaxTotal& t : result.totals) {
      if (t.rate != lines_[i].item.tax_rate) continue;
      t.net -= back.total - back.tax;
      t.tax -= back.tax;
      t.gross -= back.total;
    }
  }
  return result;
}

void Sale::set_customer(std::string id, std::vector<std::string> groups) {
  conditions_.customer = std::move(id);
  conditions_.moment.customer_groups = std::move(groups);
  reckon();
}

Money Sale::total() const {
  Money sum;
  for (const Line& l : lines_) sum += l.total;
  return sum;
}

Money Sale::tax() const {
  Money sum;
  for (const TaxTotal& t : taxes().totals) sum += t.tax;
  return sum;
}

// Paying -----------------------------------------------------------------------------------------

Money Sale::due() const {
  Money left = total();
  for (const Tender& t : tenders_) left -= t.amount - t.change;
  return left;
}

Money Sale::due(TenderKind kind) const {
  const CashRounding rule = terms_ ? terms_->rounding : CashRounding{};
  // A voucher has its sum printed on it, and the law that lets card be rounded leaves it alone.
  const bool printed = kind == TenderKind::voucher || kind == TenderKind::gift;
  if (rule.scope == CashRounding::Scope::all) return printed ? due() : rounded(due(), rule);
  bool cash = kind == TenderKind::cash, other = !cash;
  for (const Tender& t : tenders_) (t.kind == TenderKind::cash ? cash : other) = true;
  const bool rounds = kind == TenderKind::cash || (rule.mixed == CashRounding::Mixed::sum && cash);
  const bool exact = rule.mixed == CashRounding::Mixed::exact && other;
  return rounds && !exact ? rounded(due(), rule) : due();
}

Outcome<Done> Sale::tender(TenderKind kind, Money amount, std::string reference) {
  const Money owed = due(kind);
  const bool pays_out = owed.minor < 0;
  if (pays_out && amount != owed) {
    return Refusal{RefusalCode::bad_amount,
                   "The customer gets money back: pay out just what is due, no more and no less."};
  }
  const bool nothing = amount.minor == 0 && owed.minor != 0;
  if (!pays_out && (amount.minor < 0 || amount.minor > kMaxPriceMinor || nothing)) {
    return Refusal{RefusalCode::bad_amount, "Type the amount that the customer gives."};
  }
  // Less than the rounded sum and no less than the exact one is neither a part nor the whole.
  if (!pays_out && amount < owed && amount >= due()) {
    return Refusal{RefusalCode::bad_amount,
                   "This sum is rounded for this tender: take the rounded amount."};
  }
  const Money over = amount > owed ? amount - owed : Money{};
  if (over.minor > 0 && kind != TenderKind::cash) {
    return Refusal{RefusalCode::bad_amount,
                   "Only cash gives change: take no more than what is due."};
  }
  if (amount >= owed) rounding_ = owed - due();
  tenders_.push_back({kind, amount, over, std::move(reference)});
  return Done{};
}

CompletedSale Sale::complete(FactHeader header, const std::string& currency) const {
  assert(paid());
  const TaxProfile profile = terms_ ? terms_->tax : TaxProfile{};
  CompletedSale sale;
  sale.header = std::move(header);
  sale.header.id = id_;
  if (!conditions_.approved_by.empty()) sale.header.approved_by = conditions_.approved_by;
  for (const Line& l : lines_) {
    if (l.returned()) sale.kind = "return";
  }
  sale.original = conditions_.original.id;
  sale.original_receipt = conditions_.original.receipt;
  sale.customer_id = conditions_.customer;
  sale.currency = currency;
  sale.tax_mode = to_word(profile.mode);
  sale.tax_level = to_word(profile.level);
  sale.lines = lines_;
  sale.tenders = tenders_;
  TaxResult result = taxes();
  sale.line_taxes = std::move(result.line_taxes);
  sale.taxes = std::move(result.totals);
  sale.rounding = rounding_;
  sale.total = total() + sale.rounding;
  Money tendered;
  for (const Tender& t : sale.tenders) tendered += t.amount - t.change;
  for (const TaxTotal& t : sale.taxes) sale.tax += t.tax;
  assert(sale.total == tendered);
  return sale;
}

}  // namespace pos

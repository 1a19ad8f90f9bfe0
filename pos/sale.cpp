#include "pos/sale.h"

#include <algorithm>
#include <cassert>

namespace pos {
namespace {

// The thousandths of a unit that cost `price`, at least one.
Quantity weight_for(Money price, const Item& item) {
  __int128 milli = static_cast<__int128>(price.minor) * 1000;
  for (int i = 0; i < item.price_scale; ++i) milli *= 10;
  milli = (milli + item.price.minor / 2) / item.price.minor;
  return {static_cast<int64_t>(std::clamp<__int128>(milli, 1, kMaxQuantityMilli))};
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
           int32_t next_line)
    : id_(std::move(id)),
      lines_(std::move(lines)),
      tenders_(std::move(tenders)),
      next_line_(next_line) {}

const Line& Sale::add(const Item& item, std::string code, Quantity quantity) {
  assert(quantity.milli > 0);
  if (!lines_.empty() && item.unit == "each") {
    Line& last = lines_.back();
    const bool same = last.item.id == item.id && last.item.price == item.price &&
                      last.item.price_scale == item.price_scale && last.discount.minor == 0 &&
                      last.code == code;
    if (same && last.quantity.milli + quantity.milli <= kMaxQuantityMilli) {
      last.quantity = last.quantity + quantity;
      last.total = extend(last.item.price, last.quantity, last.item.price_scale);
      return last;
    }
  }
  Line& line = append(item, std::move(code), quantity);
  line.total = extend(item.price, quantity, item.price_scale);
  return line;
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

const Line& Sale::add_marked(const Item& item, std::string code, Money price) {
  if (item.unit == "each" || item.price.minor <= 0 || price.minor <= 0) {
    Item piece = item;
    piece.unit = "each";
    piece.price = price;
    piece.price_scale = 0;
    return add(piece, std::move(code), kOnePiece);
  }
  Line& line = append(item, std::move(code), weight_for(price, item));
  line.total = price;
  line.marked = price;
  return line;
}

Line* Sale::find(int32_t line) {
  const auto it =
      std::find_if(lines_.begin(), lines_.end(), [&](const Line& l) { return l.id == line; });
  return it == lines_.end() ? nullptr : &*it;
}

Outcome<Done> Sale::set_quantity(int32_t line, Quantity quantity) {
  Line* found = find(line);
  if (!found) return Refusal{RefusalCode::unknown_line, "There is no such line in this sale."};
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
  found->total = extend(found->item.price, quantity, found->item.price_scale) - found->discount;
  return Done{};
}

Outcome<Done> Sale::void_line(int32_t line) {
  Line* found = find(line);
  if (!found) return Refusal{RefusalCode::unknown_line, "There is no such line in this sale."};
  lines_.erase(lines_.begin() + (found - lines_.data()));
  return Done{};
}

Money Sale::total() const {
  Money sum;
  for (const Line& l : lines_) sum += l.total;
  return sum;
}

Money Sale::tax() const {
  std::vector<TaxedAmount> amounts;
  for (const Line& l : lines_) amounts.push_back({l.total, l.item.tax_rate});
  Money sum;
  for (const TaxTotal& t : tax_inclusive_per_receipt(amounts).totals) sum += t.tax;
  return sum;
}

Money Sale::due() const {
  Money left = total();
  for (const Tender& t : tenders_) left -= t.amount - t.change;
  return left;
}

Outcome<Done> Sale::tender(TenderKind kind, Money amount, std::string reference) {
  const Money left = due();
  if (amount.minor < 0 || amount.minor > kMaxPriceMinor || (amount.minor == 0 && left.minor != 0)) {
    return Refusal{RefusalCode::bad_amount, "Type the amount that the customer gives."};
  }
  const Money over = amount > left ? amount - left : Money{};
  if (over.minor > 0 && kind != TenderKind::cash) {
    return Refusal{RefusalCode::bad_amount,
                   "Only cash gives change: take no more than what is due."};
  }
  tenders_.push_back({kind, amount, over, std::move(reference)});
  return Done{};
}

CompletedSale Sale::complete(FactHeader header, const std::string& currency) const {
  assert(paid());
  CompletedSale sale;
  sale.header = std::move(header);
  sale.header.id = id_;
  sale.currency = currency;
  sale.lines = lines_;
  sale.tenders = tenders_;
  std::vector<TaxedAmount> amounts;
  for (const Line& l : lines_) amounts.push_back({l.total, l.item.tax_rate});
  TaxResult taxes = tax_inclusive_per_receipt(amounts);
  sale.line_taxes = std::move(taxes.line_taxes);
  sale.taxes = std::move(taxes.totals);
  sale.total = total() + sale.rounding;
  Money tendered, tax;
  for (const Tender& t : sale.tenders) tendered += t.amount - t.change;
  for (const TaxTotal& t : sale.taxes) tax += t.tax;
  sale.tax = tax;
  assert(sale.total == tendered);
  return sale;
}

}  // namespace pos

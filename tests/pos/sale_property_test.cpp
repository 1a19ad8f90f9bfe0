// Whatever is sold: the parts sum to the whole.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "pos/draft.h"
#include "pos/sale.h"
#include "tests/long_run.h"

namespace pos {
namespace {

// rapidcheck reads it before the first property.
[[maybe_unused]] const int kSales = long_run() ? setenv("RC_PARAMS", "max_success=100000", 0) : 0;

Item any_item() {
  Item item;
  item.id = {"p" + std::to_string(*rc::gen::inRange(0, 20))};
  item.name = *rc::gen::arbitrary<std::string>();
  item.unit = *rc::gen::element<std::string>("each", "kg");
  item.price = {*rc::gen::inRange<int64_t>(0, 100'000)};
  item.tax_rate = {
      *rc::gen::element<int64_t>(0, 55'000, 70'000, 100'000, 190'000, 200'000, 255'000)};
  return item;
}

Terms any_terms() {
  Terms terms;
  terms.tax = {*rc::gen::element(TaxMode::inclusive, TaxMode::exclusive),
               *rc::gen::element(TaxLevel::line, TaxLevel::receipt)};
  terms.rounding.step = *rc::gen::element<int64_t>(1, 5, 10, 50, 100);
  terms.rounding.mode =
      *rc::gen::element(CashRounding::Mode::half_up, CashRounding::Mode::half_down,
                        CashRounding::Mode::up, CashRounding::Mode::down);
  terms.rounding.scope = *rc::gen::element(CashRounding::Scope::cash, CashRounding::Scope::all);
  terms.rounding.mixed = *rc::gen::element(CashRounding::Mixed::rest, CashRounding::Mixed::sum,
                                           CashRounding::Mixed::exact);
  terms.promotions = {buy_x_get_y("d1", "2+1", {{"p1"}, {"p2"}, {"p3"}}, 2, 1),
                      n_for_price("d2", "3 for", {{"p2"}, {"p4"}}, 3, {1000})};
  return terms;
}

Sale any_sale(const Terms& terms) {
  Sale sale({"t"}, {}, {}, 1);
  sale.under(terms);
  const int lines = *rc::gen::inRange(1, 30);
  for (int i = 0; i < lines; ++i) {
    const Item item = any_item();
    const int64_t pieces = *rc::gen::inRange<int64_t>(1, 5000);
    const Item deposit = any_item();
    sale.add(item, "1", {item.unit == "each" ? pieces % 20 * 1000 + 1000 : pieces},
             *rc::gen::inRange(0, 4) == 0 && item.unit == deposit.unit ? &deposit : nullptr);
    const int64_t share = *rc::gen::inRange<int64_t>(0, 1'000'001);
    if (share % 5 == 0) (void)sale.discount(sale.lines().back().id, {{share}, {}, "why"});
  }
  if (*rc::gen::inRange(0, 3) == 0) {
    const int64_t most = sale.reducible(0).minor;
    RC_ASSERT(sale.discount(0, {{}, {*rc::gen::inRange<int64_t>(0, most + 1)}, "all"}).ok());
  }
  return sale;
}

// Pays until it is paid, in whatever mixture.
CompletedSale paid(Sale& sale) {
  for (bool first = true; first || !sale.paid(); first = false) {
    const auto kind = *rc::gen::element(TenderKind::cash, TenderKind::card, TenderKind::voucher);
    const int64_t due = sale.due(kind).minor;
    const int64_t over = kind == TenderKind::cash ? 500 : 1;
    // Small ranges give their smallest number again and again: what settles must come too.
    const bool settles = due <= 0 || *rc::gen::inRange(0, 3) == 0;
    const int64_t amount = settles ? due : *rc::gen::inRange<int64_t>(1, due + over);
    const bool between = amount < due && amount >= sale.due().minor;
    RC_ASSERT(sale.tender(kind, {amount}, "").ok() == !between);
  }
  return sale.complete({{"t0"}, {}, {}, 0, {}, {}, {}}, "EUR");
}

// Sold lines are never below zero, what came back never above it.
void check_lines(const CompletedSale& done) {
  Money total, tax;
  for (size_t i = 0; i < done.lines.size(); ++i) {
    const Line& l = done.lines[i];
    const int64_t sign = l.returned() ? -1 : 1;
    RC_ASSERT(l.total.minor * sign >= 0 && l.discount.minor * sign >= 0);
    RC_ASSERT(done.line_taxes[i].minor * sign >= 0);
    RC_ASSERT((l.total - done.line_taxes[i]).minor * sign >= 0);
    RC_ASSERT(l.back || l.returned() || l.discount <= l.full());
    total += l.total;
    tax += done.line_taxes[i];
  }
  RC_ASSERT(total + done.rounding == done.total);
  RC_ASSERT(tax == done.tax);
}

void check_tenders(const CompletedSale& done) {
  Money tendered;
  for (const Tender& t : done.tenders) {
    tendered += t.amount - t.change;
    RC_ASSERT(t.change.minor >= 0);
    RC_ASSERT(t.change.minor == 0 || (t.kind == TenderKind::cash && t.change <= t.amount));
  }
  RC_ASSERT(tendered == done.total);
}

void check_taxes(const CompletedSale& done) {
  Money gross, tax, lines;
  for (const Line& l : done.lines) lines += l.total;
  for (const TaxTotal& t : done.taxes) {
    Money at_rate;
    for (const Line& l : done.lines) {
      if (l.item.tax_rate == t.rate) at_rate += l.total;
    }
    RC_ASSERT(t.net + t.tax == t.gross && at_rate == t.gross);
    gross += t.gross;
    tax += t.tax;
  }
  RC_ASSERT(tax == done.tax);
  RC_ASSERT(gross == lines);
}

void check(const CompletedSale& done, const Terms& terms) {
  check_lines(done);
  check_tenders(done);
  check_taxes(done);
  const int64_t rounding = done.rounding.minor < 0 ? -done.rounding.minor : done.rounding.minor;
  RC_ASSERT(rounding < terms.rounding.step);
}

Part part_of(const CompletedSale& sale, size_t i) {
  const Line& l = sale.lines[i];
  return {l.quantity, l.total, sale.line_taxes[i], l.discount};
}

// A part of any line that is left comes back, beside whatever is on the counter.
void take_back_some(Sale& open, const CompletedSale& first, const std::vector<Part>& back) {
  for (size_t i = 0; i < first.lines.size(); ++i) {
    const int64_t left = (first.lines[i].quantity - back[i].quantity).milli;
    if (left == 0 || *rc::gen::inRange(0, 2) == 0) continue;
    const int64_t more = *rc::gen::inRange<int64_t>(1, left + 1);
    open.take_back({first.header.id, "A1"}, first.lines[i],
                   next_part(part_of(first, i), back[i], {more}), "why");
  }
}

RC_GTEST_PROP(Sale, PartsSumToTheWhole, ()) {
  const Terms terms = any_terms();
  Sale sale = any_sale(terms);
  const CompletedSale done = paid(sale);
  check(done, terms);
  RC_ASSERT(done.kind == "sale" && done.original.empty());
}

// Under other terms than those of the sale, mixed with new goods and goods without a receipt.
RC_GTEST_PROP(Sale, AnExchangeBalances, ()) {
  const Terms then = any_terms(), now = any_terms();
  Sale sold = any_sale(then);
  const CompletedSale first = paid(sold);
  Sale open = *rc::gen::inRange(0, 2) == 0 ? any_sale(now) : Sale({"t1"}, {}, {}, 1);
  open.under(now);
  take_back_some(open, first, std::vector<Part>(first.lines.size()));
  if (*rc::gen::inRange(0, 3) == 0) open.take_back(any_item(), "1", {2000}, "no receipt");
  RC_PRE(!open.lines().empty());
  check(paid(open), now);
}

// Return by return, until nothing is left: what was paid for the goods was given back, all of it.
RC_GTEST_PROP(Sale, AllReturnsOfASaleAreTheSale, ()) {
  const Terms then = any_terms(), now = any_terms();
  Sale sold = any_sale(then);
  const CompletedSale first = paid(sold);
  std::vector<Part> back(first.lines.size());
  Money total, tax;
  for (int n = 0; n < 20; ++n) {
    Sale open({"t1"}, {}, {}, 1);
    open.under(now);
    take_back_some(open, first, back);
    for (size_t i = 0; n == 19 && i < first.lines.size(); ++i) {
      const Quantity left = first.lines[i].quantity - back[i].quantity;
      if (left.milli == 0) continue;
      open.take_back({first.header.id, "A1"}, first.lines[i],
                     next_part(part_of(first, i), back[i], left), "the rest");
    }
    if (open.lines().empty()) continue;
    const CompletedSale done = paid(open);
    check(done, now);
    for (const Line& l : done.lines) {
      for (size_t i = 0; i < first.lines.size(); ++i) {
        if (first.lines[i].id == l.original_line) back[i] += *l.back;
      }
    }
    total += done.total - done.rounding;
    tax += done.tax;
  }
  RC_ASSERT(total == -(first.total - first.rounding));
  RC_ASSERT(tax == -first.tax);
}

struct Scan {
  Item item;
  Quantity quantity;
};

CompletedSale scanned(const std::vector<Scan>& scans, const Terms& terms, const Reduction& whole) {
  Sale sale({"t"}, {}, {}, 1);
  sale.under(terms);
  for (const Scan& s : scans) sale.add(s.item, "1", s.quantity);
  RC_ASSERT(sale.discount(0, whole).ok());
  RC_ASSERT(sale.tender(TenderKind::cash, sale.due(TenderKind::cash), "").ok());
  return sale.complete({}, "EUR");
}

// Where tax is rounded for each line, a product scanned twice in a row is one line and its tax is
// rounded once: there each product is scanned once.
RC_GTEST_PROP(Sale, TheOrderOfScanningMovesNoCent, ()) {
  const Terms terms = any_terms();
  std::vector<Scan> scans;
  for (int n = *rc::gen::inRange(1, 12); n > 0; --n) {
    Item item = any_item();
    const auto twin = std::find_if(scans.begin(), scans.end(),
                                   [&](const Scan& s) { return s.item.id == item.id; });
    if (twin != scans.end() && terms.tax.level == TaxLevel::line) continue;
    if (twin != scans.end()) item = twin->item;
    const int64_t pieces = *rc::gen::inRange<int64_t>(1, 5);
    scans.push_back({item, {item.unit == "each" ? pieces * 1000 : pieces * 137}});
  }
  const Reduction whole{{*rc::gen::inRange<int64_t>(0, 300'000)}, {}, "all"};
  const CompletedSale done = scanned(scans, terms, whole);
  std::shuffle(scans.begin(), scans.end(), std::mt19937(*rc::gen::arbitrary<uint32_t>()));
  const CompletedSale other = scanned(scans, terms, whole);
  RC_ASSERT(other.total == done.total);
  RC_ASSERT(other.taxes == done.taxes);
}

RC_GTEST_PROP(Draft, SurvivesTheDisk, ()) {
  const Terms terms = any_terms();
  Draft draft{{"7"}, any_sale(terms)};
  if (*rc::gen::inRange(0, 2) == 0) {
    const Item item = any_item();
    draft.sale.take_back(item, "1", {1000}, "why");
    Line sold = draft.sale.lines()[0];
    draft.sale.take_back({{"t0"}, "A1"}, sold, {{1000}, {5}, {1}, {2}}, "why");
  }
  const auto back = decode_draft(encode(draft));
  RC_ASSERT(back.has_value());
  RC_ASSERT(encode(*back) == encode(draft));
}

}  // namespace
}  // namespace pos

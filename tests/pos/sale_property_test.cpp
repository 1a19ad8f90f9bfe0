// Whatever is sold: the parts sum to the whole.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "pos/draft.h"
#include "pos/sale.h"

namespace pos {
namespace {

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

RC_GTEST_PROP(Sale, PartsSumToTheWhole, ()) {
  const Terms terms = any_terms();
  Sale sale = any_sale(terms);
  for (bool first = true; first || !sale.paid(); first = false) {
    const auto kind = *rc::gen::element(TenderKind::cash, TenderKind::card, TenderKind::voucher);
    const int64_t due = sale.due(kind).minor;
    const int64_t over = kind == TenderKind::cash ? 500 : 1;
    // Small ranges give their smallest number again and again: what settles must come too.
    const bool settles = due == 0 || *rc::gen::inRange(0, 3) == 0;
    const int64_t amount = settles ? due : *rc::gen::inRange<int64_t>(1, due + over);
    const bool between = amount < due && amount >= sale.due().minor;
    RC_ASSERT(sale.tender(kind, {amount}, "").ok() == !between);
  }
  const CompletedSale done = sale.complete({}, "EUR");
  Money lines, line_taxes, tendered, gross, cash, tax;
  for (const Line& l : done.lines) {
    lines += l.total;
    RC_ASSERT(l.total.minor >= 0 && l.discount.minor >= 0 && l.discount <= l.full());
  }
  for (const Money& t : done.line_taxes) line_taxes += t;
  for (const Tender& t : done.tenders) {
    tendered += t.amount - t.change;
    RC_ASSERT(t.change.minor >= 0 && t.change <= t.amount);
    RC_ASSERT(t.kind == TenderKind::cash || t.change.minor == 0);
  }
  for (const TaxTotal& t : done.taxes) {
    gross += t.gross;
    tax += t.tax;
    RC_ASSERT(t.net + t.tax == t.gross);
  }
  RC_ASSERT(lines + done.rounding == done.total);
  RC_ASSERT(tendered == done.total);
  RC_ASSERT(line_taxes == done.tax);
  RC_ASSERT(tax == done.tax);
  RC_ASSERT(gross == lines);
  const int64_t rounding = done.rounding.minor < 0 ? -done.rounding.minor : done.rounding.minor;
  RC_ASSERT(rounding < terms.rounding.step);
}

RC_GTEST_PROP(Draft, SurvivesTheDisk, ()) {
  const Terms terms = any_terms();
  const Draft draft{{"7"}, any_sale(terms)};
  const auto back = decode_draft(encode(draft));
  RC_ASSERT(back.has_value());
  RC_ASSERT(encode(*back) == encode(draft));
}

}  // namespace
}  // namespace pos

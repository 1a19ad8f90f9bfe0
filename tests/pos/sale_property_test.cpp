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

Sale any_sale() {
  Sale sale({"t"}, {}, {}, 1);
  const int lines = *rc::gen::inRange(1, 30);
  for (int i = 0; i < lines; ++i) {
    const Item item = any_item();
    const int64_t pieces = *rc::gen::inRange<int64_t>(1, 5000);
    sale.add(item, "1", {item.unit == "each" ? pieces % 20 * 1000 + 1000 : pieces});
  }
  return sale;
}

RC_GTEST_PROP(Sale, PartsSumToTheWhole, ()) {
  Sale sale = any_sale();
  while (!sale.paid()) {
    const int64_t due = sale.due().minor;
    const int64_t amount = due == 0 ? 0 : *rc::gen::inRange<int64_t>(1, due + 500);
    RC_ASSERT(sale.tender(TenderKind::cash, {amount}, "").ok());
  }
  const CompletedSale done = sale.complete({}, "EUR");
  Money lines, line_taxes, tendered, gross;
  for (const Line& l : done.lines) lines += l.total;
  for (const Money& t : done.line_taxes) line_taxes += t;
  for (const Tender& t : done.tenders) {
    tendered += t.amount - t.change;
    RC_ASSERT(t.change.minor >= 0 && t.change <= t.amount);
  }
  for (const TaxTotal& t : done.taxes) {
    gross += t.gross;
    RC_ASSERT(t.net + t.tax == t.gross);
  }
  RC_ASSERT(lines + done.rounding == done.total);
  RC_ASSERT(tendered == done.total);
  RC_ASSERT(line_taxes == done.tax);
  RC_ASSERT(gross == lines);
}

RC_GTEST_PROP(Draft, SurvivesTheDisk, ()) {
  const Draft draft{{"7"}, any_sale()};
  const auto back = decode_draft(encode(draft));
  RC_ASSERT(back.has_value());
  RC_ASSERT(encode(*back) == encode(draft));
}

}  // namespace
}  // namespace pos

// Whatever is in the basket: promotions save the same in any order of scanning, never more than the
// price, and no simpler way of combining them would have saved more.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "pos/sale.h"

namespace pos {
namespace {

const Moment kNoon{"2026-11-24", 1, 12 * 60, {}};

// RapidCheck's ranges shrink with the size of a case, and would leave half the baskets empty.
template <class T = int>
T between(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high));
}

std::vector<ProductId> any_products() {
  std::vector<ProductId> out;
  for (int i = 0; i < 6; ++i) {
    if (between(0, 2)) out.push_back({"p" + std::to_string(i)});
  }
  return out;
}

Promotion any_promotion(int n) {
  const std::string id = "d" + std::to_string(n);
  switch (between(0, 4)) {
    case 0:
      return n_for_price(id, id, any_products(), between(1, 5), {between<int64_t>(0, 900)});
    case 1:
      return buy_x_get_y(id, id, any_products(), between(1, 4), between(1, 3));
    case 2:
      return second_half_price(id, id, any_products());
    default: {
      Promotion p;
      p.id = p.name = id;
      p.parts = {{any_products(), {}, 1, 0, {}},
                 {any_products(), {}, 1, 1, {between<int64_t>(0, 1'000'001)}}};
      p.at_most = between(0, 3);
      return p;
    }
  }
}

Item promoted_item() {
  const int n = between(0, 6);
  Item item;
  item.id = {"p" + std::to_string(n)};
  item.name = item.id.value;
  item.price = {97 * n + 49};
  item.tax_rate = {n % 2 ? 200'000 : 100'000};
  return item;
}

Sale scanned(const Terms& terms, const std::vector<Item>& items, const Reduction& whole) {
  Sale sale({"t"}, {}, {}, 1);
  sale.under(terms);
  sale.conditions().moment = kNoon;
  for (const Item& item : items) sale.add(item, item.id.value, kOnePiece);
  RC_ASSERT(sale.discount(0, whole).ok());
  return sale;
}

std::map<std::string, int64_t> discount_by_product(const Sale& sale) {
  std::map<std::string, int64_t> sums;
  for (const Line& l : sale.lines()) sums[l.item.id.value] += l.discount.minor;
  return sums;
}

RC_GTEST_PROP(Promotions, TheOrderOfScanningDoesNotMatter, ()) {
  Terms terms;
  terms.tax.mode = *rc::gen::element(TaxMode::inclusive, TaxMode::exclusive);
  for (int n = between(0, 4); n > 0; --n) terms.promotions.push_back(any_promotion(n));
  std::vector<Item> items;
  for (int n = between(1, 14); n > 0; --n) items.push_back(promoted_item());
  const Reduction whole{{between<int64_t>(0, 1'000'001)}, {}, "x"};
  const Sale one = scanned(terms, items, whole);
  for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[between<size_t>(0, i)]);
  std::reverse(terms.promotions.begin(), terms.promotions.end());
  const Sale other = scanned(terms, items, whole);
  RC_ASSERT(one.total() == other.total());
  RC_ASSERT(one.tax() == other.tax());
  RC_ASSERT(one.savings() == other.savings());
  RC_ASSERT(discount_by_product(one) == discount_by_product(other));
}

RC_GTEST_PROP(Promotions, PartsSumToTheWholeAndNothingGoesBelowZero, ()) {
  Terms terms;
  for (int n = between(0, 4); n > 0; --n) terms.promotions.push_back(any_promotion(n));
  std::vector<Item> items;
  for (int n = between(1, 20); n > 0; --n) items.push_back(promoted_item());
  const Sale sale = scanned(terms, items, {});
  Money discounts, savings;
  for (const Line& l : sale.lines()) {
    RC_ASSERT(l.discount.minor >= 0);
    RC_ASSERT(l.total.minor >= 0);
    RC_ASSERT(l.discount + l.total == l.full());
    discounts += l.discount;
  }
  for (const Saving& s : sale.savings()) savings += s.amount;
  RC_ASSERT(discounts == savings);
}

RC_GTEST_PROP(Promotions, NoOneOfThemAloneWouldHaveSavedMore, ()) {
  std::vector<Promotion> all;
  for (int n = between(1, 4); n > 0; --n) all.push_back(any_promotion(n));
  std::vector<Pieces> basket;
  for (int n = 0; n < 6; ++n)
    basket.push_back({{"p" + std::to_string(n)}, "", {97 * n + 49}, between(0, 4)});
  const auto saved = [&](const std::vector<Promotion>& promotions) {
    Money sum;
    for (const Saving& s : apply_promotions(basket, promotions, kNoon).savings) sum += s.amount;
    return sum;
  };
  const Money together = saved(all);
  for (const Promotion& one : all) RC_ASSERT(saved({one}) <= together);
}

}  // namespace
}  // namespace pos

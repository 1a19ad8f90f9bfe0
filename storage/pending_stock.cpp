#include "storage/pending_stock.h"

namespace pos::storage {

void PendingStock::load() {
  const Database::Turn turn(database_, Database::Who::cashier);
  sold_.clear();
  Query q(database_, "SELECT product_id, quantity FROM stock_delta");
  while (q.row()) sold_[q.text(0)] += q.integer(1);
}

void PendingStock::add(const Change& change) {
  for (const auto& [product, quantity] : change) sold_[product] += quantity;
}

void PendingStock::subtract(const Change& change) {
  for (const auto& [product, quantity] : change) {
    const auto it = sold_.find(product);
    if (it != sold_.end() && (it->second -= quantity) == 0) sold_.erase(it);
  }
}

Quantity PendingStock::of(const std::string& product) const {
  const auto it = sold_.find(product);
  return it == sold_.end() ? Quantity{} : Quantity{it->second};
}

PendingStock::Change sold_in(const CompletedSale& sale) {
  PendingStock::Change sold;
  for (const Line& l : sale.lines) {
    if (!is_gift_card(l.item)) sold[l.item.id.value] += l.quantity.milli;
  }
  return sold;
}

}  // namespace pos::storage

// Catalogue over SQLite: lookup by normalised code, search as you type, stock as it may be shown.
#pragma once

#include "pos/ports.h"
#include "storage/database.h"
#include "storage/neighbours.h"
#include "storage/pending_stock.h"
#include "storage/price_list.h"

namespace pos::storage {

class Catalogue final : public pos::Catalogue {
 public:
  // Without a price list: the catalogue's own prices, as they are. Without neighbours: stock as if
  // this till sold alone.
  Catalogue(Database& database, const PendingStock& pending, PriceList* prices = nullptr,
            Neighbours* neighbours = nullptr)
      : database_(database), pending_(pending), prices_(prices), neighbours_(neighbours) {}
  std::optional<Item> find(std::string_view code) override;
  std::optional<Item> by_id(const ProductId&) override;
  std::vector<Item> search(std::string_view text, int limit) override;
  std::vector<Item> tiles() override;
  std::optional<ShownStock> stock(const ProductId&) override;

 private:
  std::optional<Item> priced(std::optional<Item>);
  std::vector<Item> priced(std::vector<Item>);
  Database& database_;
  const PendingStock& pending_;
  PriceList* const prices_;
  Neighbours* const neighbours_;
};

}  // namespace pos::storage

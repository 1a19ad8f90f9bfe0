// Catalogue over SQLite: lookup by normalised code, search as you type, stock as it may be shown.
#pragma once

#include "pos/ports.h"
#include "storage/database.h"
#include "storage/pending_stock.h"

namespace pos::storage {

class Catalogue final : public pos::Catalogue {
 public:
  Catalogue(Database& database, const PendingStock& pending)
      : database_(database), pending_(pending) {}
  std::optional<Item> find(std::string_view code) override;
  std::optional<Item> by_id(const ProductId&) override;
  std::vector<Item> search(std::string_view text, int limit) override;
  std::vector<Item> tiles() override;
  std::optional<ShownStock> stock(const ProductId&) override;

 private:
  Database& database_;
  const PendingStock& pending_;
};

}  // namespace pos::storage

// The rows of one product: itself, the words of its name, its codes. Needs a Turn and a
// transaction; whether the product is newer than what is there is the caller's question.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/database.h"
#include "sync/wire.h"

namespace pos::storage {

struct StoredProduct {
  int64_t no = 0;  // 0: not there
  std::string name;
  int64_t version = 0;
};
StoredProduct stored_product(Database&, const std::string& product_id);
// `old`: what is there now. Returns the product's number. Its codes are taken from whoever had them
// (central keeps them apart).
int64_t write_product(Database&, const StoredProduct& old, const sync::Product&);
// As they are looked up: of `codes` and `plu`.
std::vector<std::string> lookup_codes(const sync::Product&);

}  // namespace pos::storage

// What an item costs at the store's time: prices of the store that begin and end, and products that
// are to change later. No network is needed for a price to begin; the store's own clock says when.
// Every call needs a Turn.
#pragma once

#include <string>
#include <vector>

#include "pos/ports.h"
#include "storage/database.h"
#include "sync/wire_office.h"

namespace pos::storage {

class PriceList {
 public:
  PriceList(Database& database, Clock& clock) : database_(database), clock_(clock) {}

  void apply(const sync::Price&);  // an older version does not pass
  // True: it changes a product of ours later, and is kept until then. Of a product that is new here
  // there is nothing else to sell: it counts at once.
  bool keep_for_later(const sync::Product&);
  // Products whose time has come, for the catalogue; each is given until done() is told.
  std::vector<sync::Product> due(int limit);
  void done(const sync::Product&);
  // Sets what holds now: the product itself if it has changed by now, and the store's price.
  void set(Item&);

 private:
  struct Now {
    std::string day, instant;
  };
  Now now();
  std::optional<sync::Product> later(const ProductId&, const Now&);

  Database& database_;
  Clock& clock_;
};

}  // namespace pos::storage

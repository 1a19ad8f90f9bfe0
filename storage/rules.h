// The office's rules over SQLite: kept as they came, in the order in which they came, so that a
// sale that is open or held finds those that it began with.
#pragma once

#include <vector>

#include "pos/ports.h"
#include "storage/database.h"
#include "sync/wire_office.h"

namespace pos::storage {

// What came; an older version does not pass. They need a Turn, and a transaction if there are many.
void keep_rule(Database&, const sync::Settings&);
void keep_rule(Database&, const sync::OfferedPromotion&);

class Rules final : public pos::Rules {
 public:
  explicit Rules(Database& database) : database_(database) {}
  std::optional<StoreRules> take_up(Instant now) override;
  StoreRules at(Instant began) override;

 private:
  StoreRules as_of(int64_t rule_no);
  void note(int64_t rule_no, Instant now);

  Database& database_;
  int64_t given_ = -1;  // the rules up to this one are the register's; -1: it has had none
};

}  // namespace pos::storage

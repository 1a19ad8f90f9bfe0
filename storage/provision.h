// Provisioning: the one way in which a till's database comes to be.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pos/rounding.h"
#include "pos/shift.h"
#include "pos/tax.h"
#include "pos/time.h"
#include "storage/database.h"
#include "sync/wire_office.h"

namespace pos::storage {

struct NewPerson {
  Person person;
  std::string pin_hash;  // 64 hex
  int64_t version = 1;
};
struct NewTill {
  std::string store, till, currency, time_zone;
  std::vector<std::string> receipt_head;
  std::string receipt_foot;
  std::vector<NewPerson> staff;
  TaxProfile tax = {};
  CashRounding rounding = {};
  std::optional<sync::Settings> settings = {};          // of the office: they count before tax and
  std::vector<sync::OfferedPromotion> promotions = {};  // rounding above
};

// Makes `path` (0600): schema, a random epoch, receipt series A. Throws Error if it exists; a
// failure half-way leaves no file.
void provision(const std::string& path, const NewTill&, Instant now, const std::string& vfs = {});

// What provisioning wrote about the till itself.
NewTill identity(Database&);

}  // namespace pos::storage

// People and their PINs. A wrong PIN is counted on disk before it is looked at, so that pulling the
// plug buys no further guess.
#pragma once

#include "pos/ports.h"
#include "storage/database.h"

namespace pos::storage {

class Staff final : public pos::Staff {
 public:
  // `pepper`: the store's, from the key file; never in the database.
  Staff(Database& database, std::string pepper, std::string store)
      : database_(database), pepper_(std::move(pepper)), store_(std::move(store)) {}
  Answer by_pin(std::string_view pin, Instant now) override;
  std::optional<Person> by_id(const PersonId&) override;
  std::vector<StaffEntry> list() override;
  bool pin_taken(std::string_view pin, const PersonId& but) override;
  StaffEntry put(const StaffEntry&, std::string_view pin) override;

 private:
  void guard(int64_t failures, int64_t until);
  Database& database_;
  std::string pepper_, store_;
};

}  // namespace pos::storage

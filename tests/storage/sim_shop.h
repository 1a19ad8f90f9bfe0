// The shop around a till on a SimDisk: anyone may sell, it is always noon, and there is milk.
#pragma once

#include "pos/ports.h"
#include "sync/wire.h"

namespace pos::storage {

struct Noon : Clock {
  Instant now() override { return {1'763'806'530'123 + ++tick_}; }
  int utc_offset_min(Instant) override { return 60; }
  int64_t tick_ = 0;
};
struct Anyone : Staff {
  Answer by_pin(std::string_view, Instant) override { return {Person{{"1"}, "Ann"}, 0}; }
  std::optional<Person> by_id(const PersonId&) override { return {}; }
  std::vector<StaffEntry> list() override { return {}; }
  bool pin_taken(std::string_view, const PersonId&) override { return false; }
  StaffEntry put(const StaffEntry& entry, std::string_view) override { return entry; }
};

inline sync::Product milk() {
  sync::Product milk;
  milk.productId = "milk";
  milk.name = "Milk";
  milk.codes = {"4006381333931"};
  milk.price = 129;
  milk.currency = "EUR";
  milk.version = 1;
  return milk;
}

}  // namespace pos::storage

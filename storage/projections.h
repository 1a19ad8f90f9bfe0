// Projections over SQLite: version-guarded upserts of what central sends down.
#pragma once

#include "storage/database.h"
#include "sync/projections.h"

namespace pos::storage {

class Projections final : public sync::Projections {
 public:
  explicit Projections(Database& database) : database_(database) {}
  void apply(const std::vector<sync::Product>&) override;
  void apply(const std::vector<sync::Stock>&) override;
  int64_t catalogue_version() override;
  void set_catalogue_version(int64_t) override;

 private:
  void upsert(const sync::Product&);
  void upsert(const sync::Stock&);
  void take_codes(int64_t no, const sync::Product&);
  Database& database_;
};

}  // namespace pos::storage

// Projections over SQLite: version-guarded upserts of what central sends down.
#pragma once

#include "storage/database.h"
#include "storage/price_list.h"
#include "sync/projections.h"

namespace pos::storage {

class Projections final : public sync::Projections {
 public:
  // Without a price list what comes counts at once, and store prices are not kept.
  explicit Projections(Database& database, PriceList* prices = nullptr)
      : database_(database), prices_(prices) {}
  void apply(const std::vector<sync::Product>&) override;
  void apply(const std::vector<sync::Stock>&) override;
  void apply(const std::vector<sync::Price>&) override;
  void apply(const std::vector<sync::Settings>&) override;
  void apply(const std::vector<sync::OfferedPromotion>&) override;
  void apply(const std::vector<sync::GiftCard>&) override;
  bool take_due() override;
  int64_t catalogue_version() override;
  void set_catalogue_version(int64_t) override;
  int64_t office_version() override;
  void set_office_version(int64_t) override;
  int64_t gift_version() override;
  void set_gift_version(int64_t) override;

 private:
  int64_t version_note(const std::string& name);
  void set_version_note(const std::string& name, int64_t);
  void upsert(const sync::Product&);
  void upsert(const sync::Stock&);
  Database& database_;
  PriceList* const prices_;
};

}  // namespace pos::storage

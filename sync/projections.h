// What central sends down, kept at the till: catalogue, stock, the office's rules, gift cards.
// Every apply is an upsert that a lower or equal version does not pass, so that order and
// repetition do no harm.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/wire.h"
#include "sync/wire_office.h"

namespace pos::sync {

class Projections {
 public:
  virtual ~Projections() = default;
  virtual void apply(const std::vector<Product>&) = 0;  // <= 100 at a time, one commit
  virtual void apply(const std::vector<Stock>&) = 0;    // <= 100 at a time, one commit
  virtual void apply(const std::vector<Price>&) = 0;    // likewise
  virtual void apply(const std::vector<Settings>&) = 0;
  virtual void apply(const std::vector<OfferedPromotion>&) = 0;
  virtual void apply(const std::vector<GiftCard>&) = 0;
  // Products that came with a later time, which is now: at most 100 take the old one's place.
  // False: there was none. It needs no network.
  virtual bool take_due() = 0;

  // Everything up to this catalogue version is here (pull makes it right; DOWNLOCAL makes it fast).
  virtual int64_t catalogue_version() = 0;
  virtual void set_catalogue_version(int64_t) = 0;
  // Likewise for the store's prices, settings and promotions.
  virtual int64_t office_version() = 0;
  virtual void set_office_version(int64_t) = 0;
  // Likewise for the gift cards.
  virtual int64_t gift_version() = 0;
  virtual void set_gift_version(int64_t) = 0;
};

}  // namespace pos::sync

// What central sends down, kept at the till: the catalogue and stock. Every apply is an upsert that
// a lower or equal version does not pass, so that order and repetition do no harm.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/wire.h"

namespace pos::sync {

class Projections {
 public:
  virtual ~Projections() = default;
  virtual void apply(const std::vector<Product>&) = 0;  // <= 100 at a time, one commit
  virtual void apply(const std::vector<Stock>&) = 0;    // <= 100 at a time, one commit

  // Everything up to this catalogue version is here (pull makes it right; DOWNLOCAL makes it fast).
  virtual int64_t catalogue_version() = 0;
  virtual void set_catalogue_version(int64_t) = 0;
};

}  // namespace pos::sync

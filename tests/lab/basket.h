// Baskets: what customers put on the counter, at random but the same for the same seed.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/lab/lab.h"

namespace pos::lab {

class Baskets {
 public:
  Baskets(std::vector<Product> products, uint64_t seed);
  std::vector<Wanted> next(int most_lines = 4, int most_pieces = 3);
  uint64_t random();  // splitmix64

 private:
  std::vector<Product> products_;
  uint64_t state_;
};

}  // namespace pos::lab

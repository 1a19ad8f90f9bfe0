#include "tests/lab/basket.h"

namespace pos::lab {

Baskets::Baskets(std::vector<Product> products, uint64_t seed)
    : products_(std::move(products)), state_(seed) {}

uint64_t Baskets::random() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

std::vector<Wanted> Baskets::next(int most_lines, int most_pieces) {
  std::vector<Wanted> basket;
  const auto lines = 1 + random() % static_cast<unsigned>(most_lines);
  for (uint64_t i = 0; i < lines; ++i) {
    const auto& product = products_[random() % products_.size()];
    const auto pieces = static_cast<int64_t>(1 + random() % static_cast<unsigned>(most_pieces));
    basket.push_back({product.id, product.code, pieces * 1000, product.price});
  }
  return basket;
}

}  // namespace pos::lab

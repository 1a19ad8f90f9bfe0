#include "tests/bench/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pos/gtin.h"

namespace pos::bench {
namespace {

constexpr int kWords = 20'000;
constexpr double kZipf = 0.9;

std::string made_up(std::mt19937_64& random) {
  static constexpr const char* kSyllables[] = {"ba", "cho", "de", "fri", "gu", "he", "in",  "ka",
                                               "lo", "mi",  "na", "or",  "pe", "ro", "sch", "ta",
                                               "um", "ver", "wi", "zu",  "el", "ka", "ris", "ton"};
  std::string word;
  for (auto n = 2 + random() % 3; n > 0; --n) word += kSyllables[random() % std::size(kSyllables)];
  return word;
}

}  // namespace

const char* const kProductHeader = "id,name,codes,unit,price,tax_rate,category,age_limit\n";

Names::Names(uint64_t seed) : random_(seed) {
  double sum = 0;
  for (int rank = 1; rank <= kWords; ++rank) {
    words_.push_back(made_up(random_));
    below_.push_back(sum += 1 / std::pow(rank, kZipf));
  }
}

std::string Names::word() {
  const double at = std::uniform_real_distribution<double>(0, below_.back())(random_);
  const auto found = std::upper_bound(below_.begin(), below_.end(), at);
  return words_[static_cast<size_t>(std::min<ptrdiff_t>(found - below_.begin(), kWords - 1))];
}

std::string Names::name() {
  std::string name;
  for (auto n = 3 + random_() % 3; n > 0; --n) name += word() + " ";
  return name + fmt::format("{} g", 50 * (1 + random_() % 40));
}

std::vector<std::string> Names::keystrokes(const std::string& name) {
  std::vector<std::string> keys;
  const auto first = name.substr(0, name.find(' '));
  const auto rest = name.substr(first.size() + 1);
  const auto second = rest.substr(0, rest.find(' '));
  for (size_t n = 1; n <= std::min<size_t>(6, first.size()); ++n)
    keys.push_back(first.substr(0, n));
  for (size_t n = 1; n <= std::min<size_t>(6, second.size()); ++n)
    keys.push_back(first + " " + second.substr(0, n));
  return keys;
}

std::string code_of(int64_t product) {
  const std::string digits = fmt::format("40{:010}", product);
  return digits + check_digit(digits);
}

std::string product_line(int64_t product, Names& names) {
  return fmt::format("p{:07},{},{},each,{},200000,c{},0\n", product, names.name(), code_of(product),
                     100 + product % 900, product % 40);
}

}  // namespace pos::bench

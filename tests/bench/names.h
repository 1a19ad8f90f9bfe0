// Names of products as shops have them: a vocabulary in which few words are frequent (Zipf), three
// to five of them and a size. The same seed gives the same names.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace pos::bench {

class Names {
 public:
  explicit Names(uint64_t seed = 42);
  std::string name();
  // What a cashier types, one key after the other: the first letters of a word, or a whole first
  // word and the first letters of a second.
  static std::vector<std::string> keystrokes(const std::string& name);

 private:
  std::string word();
  std::mt19937_64 random_;
  std::vector<std::string> words_;
  std::vector<double> below_;  // cumulative frequency
};

// Its GTIN-13, valid, of a range for use inside a shop's own tests.
std::string code_of(int64_t product);
std::string product_line(int64_t product, Names&);  // of a products CSV
extern const char* const kProductHeader;

}  // namespace pos::bench

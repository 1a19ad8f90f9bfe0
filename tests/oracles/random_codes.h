// Codes as goods carry them, made up: the same ones for the same seed.
#pragma once

#include <random>
#include <string>

namespace pos::oracles {

inline constexpr unsigned kSeed = 20'261'122;

class RandomCodes {
 public:
  explicit RandomCodes(unsigned seed) : random_(seed) {}
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  std::string digits(int n);
  std::string gtin(int length);  // with its check digit
  std::string upc_e();           // eight digits, number system 0 or 1
  std::string lot();             // 1 to 12 letters and digits
  std::string date();            // "271231", the day sometimes 00
  // One of its digits is another one: the code is wrong.
  std::string broken(std::string code);

 private:
  std::mt19937 random_;
};

}  // namespace pos::oracles

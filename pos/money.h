// Money is a count of minor units (cents), Quantity a count of thousandths (1 piece = 1000,
// 0.250 kg = 250), Rate a count of parts per million (20 % = 200000). There is no floating point in
// this program: a till that rounds twice disagrees with its own receipt.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace pos {

struct Money {
  int64_t minor = 0;
  auto operator<=>(const Money&) const = default;
  friend Money operator+(Money a, Money b) { return {a.minor + b.minor}; }
  friend Money operator-(Money a, Money b) { return {a.minor - b.minor}; }
  friend Money operator-(Money a) { return {-a.minor}; }
  Money& operator+=(Money b) { return minor += b.minor, *this; }
  Money& operator-=(Money b) { return minor -= b.minor, *this; }
};

struct Quantity {
  int64_t milli = 0;
  auto operator<=>(const Quantity&) const = default;
  friend Quantity operator+(Quantity a, Quantity b) { return {a.milli + b.milli}; }
  friend Quantity operator-(Quantity a, Quantity b) { return {a.milli - b.milli}; }
  friend Quantity operator-(Quantity a) { return {-a.milli}; }
};
inline constexpr Quantity kOnePiece{1000};

struct Rate {
  int64_t ppm = 0;
  auto operator<=>(const Rate&) const = default;
};

// Bounds at every door (files, flags, keys, the wire); inside them no sum of a sale overflows.
inline constexpr int64_t kMaxPriceMinor = 1'000'000'000'000;  // 10^12 minor units
inline constexpr int64_t kMaxQuantityMilli = 100'000'000;     // 100,000 pieces or kilograms
inline constexpr int64_t kMaxSaleMinor =
    100'000'000'000'000;                           // 10^14: what the wire takes of a sale
inline constexpr int64_t kMaxRatePpm = 1'000'000;  // 100 %

// price x quantity, rounded half away from zero, once, here. `price_scale`: the price is in 10^-n
// minor units (fuel at 1.799 a litre has scale 1: 1799); the result never is.
Money extend(Money unit_price, Quantity quantity, int price_scale = 0);

// "12.34" for {1234} with 2 digits; "-0.05"; "1234" with 0 digits. For people, never for machines.
std::string to_text(Money, int digits = 2);
// "2", "0.25", "-1.5": no trailing zeros.
std::string to_text(Quantity);

// Minor digits of a currency (ISO 4217): EUR 2, JPY 0, TND 3. Unknown codes count 2.
int currency_digits(const std::string& currency);

}  // namespace pos

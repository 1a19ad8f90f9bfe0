// What the cashier feels of a leaf that is frozen: the time from `pay` to its answer, 500 sales
// before and 500 while it neither answers nor closes.
#include <fmt/format.h>

#include <chrono>

#include "tests/bench/rows.h"
#include "tests/lab/lab.h"

namespace pos::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kSales = 500;

std::vector<double> sell(lab::Till& till, const lab::Product& product) {
  std::vector<double> times;
  for (int i = 0; i < kSales; ++i) {
    till.must(fmt::format(R"({{"do":"scan","code":"{}"}})", product.code));
    const auto start = Clock::now();
    till.must(R"({"do":"pay","tender":"cash"})");
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  return times;
}

}  // namespace

std::vector<Row> frozen_rows(const std::string& folder) {
  lab::LabOptions options;
  options.directory = folder + "/frozen";
  lab::Lab lab(options);
  lab::Till& till = lab.till("s1", "till1");
  till.start();
  till.open_for_business(lab::kCashierPin);
  const lab::Product product = lab.products().front();
  const auto known = [&] {
    const std::string check = fmt::format(R"({{"do":"check","code":"{}"}})", product.code);
    return till.ask(check).rfind(R"({"ok":true)", 0) == 0;
  };
  if (!lab::until(lab::seconds(30), known)) throw std::runtime_error("no catalogue came down");
  sell(till, product);  // warm
  const Percentiles before = percentiles(sell(till, product));
  lab.leaf("s1").freeze();
  const Percentiles frozen = percentiles(sell(till, product));
  lab.leaf("s1").thaw();
  const double ratio = frozen.p99 / before.p99;
  return {{"pay p99, leaf frozen / leaf well",
           fmt::format("{:.2f} x ({:.0f} us / {:.0f} us)", ratio, frozen.p99, before.p99),
           "<= 1.5 x", ratio <= 1.5}};
}

}  // namespace pos::bench

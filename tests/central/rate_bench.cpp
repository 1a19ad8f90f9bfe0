// How many rows a second the reconciler applies: central_bench URL [rows] [tills] [lines]
//   central_bench sqlite:/var/tmp/bench.db 50000
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "central/books.h"
#include "central/reconciler.h"
#include "tests/central/rows.h"

namespace pos::central {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point t) {
  return std::chrono::duration<double>(Clock::now() - t).count();
}

void prepare(Database& database, const std::vector<PaperTill>& tills) {
  database.migrate();
  auto session = database.session();
  session->begin();
  std::vector<Cells> products;
  for (int64_t i = 0; i < 50'000; ++i)
    products.push_back({"p" + std::to_string(i), "Product " + std::to_string(i), i + 1});
  many(*session, "INSERT INTO product (id, name, version) VALUES ", products, "");
  for (const auto& t : tills) {
    session->execute("INSERT INTO till (store, till, state) VALUES ($1, $2, 'approved')",
                     {t.store, t.till});
    session->execute(
        "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ($1, $2, $3, $4, '')",
        {t.store, t.till, t.key.id, t.public_key()});
  }
  session->commit();
}

int run(const char* url, int rows, int till_count, int lines) {
  std::vector<PaperTill> tills;
  for (int i = 0; i < till_count; ++i)
    tills.emplace_back("s" + std::to_string(i % 10), "till" + std::to_string(i / 10), i + 1);
  auto database = open_database(url, true);
  prepare(*database, tills);
  std::vector<Arrival> all;
  uint64_t n = 0;
  for (int i = 0; i < rows; ++i) {
    auto& t = tills[static_cast<size_t>(i) % tills.size()];
    std::vector<SoldLine> sold;
    for (int l = 0; l < lines; ++l)
      sold.push_back(
          {"p" + std::to_string((n = n * 6364136223846793005u + 1442695040888963407u) % 50'000),
           1000, 199});
    all.push_back(arrival_of(t.sell(sold), t));
  }
  for (const char* what : {"new rows", "all of them again"}) {
    const auto began = Clock::now();
    int64_t effects = 0;
    auto part = began;
    for (size_t at = 0; at < all.size(); at += 500) {
      const std::vector<Arrival> batch(
          all.begin() + static_cast<std::ptrdiff_t>(at),
          all.begin() + static_cast<std::ptrdiff_t>(std::min(at + 500, all.size())));
      auto session = database->session();
      effects += reconcile(*session, batch, {1'764'000'000'000}).effects;
      if (at + 5000 >= all.size() && at + 4500 < all.size()) part = Clock::now();
    }
    printf("%s: %.0f rows/s (%lld took effect), the last 5000 at %.0f rows/s\n", what,
           static_cast<double>(rows) / seconds_since(began), static_cast<long long>(effects),
           5000 / seconds_since(part));
  }
  return 0;
}

}  // namespace
}  // namespace pos::central

int main(int argc, char** argv) {
  if (argc < 2) return fprintf(stderr, "central_bench URL [rows] [tills] [lines]\n"), 2;
  const auto number = [&](int at, int otherwise) { return argc > at ? atoi(argv[at]) : otherwise; };
  return pos::central::run(argv[1], number(2, 20'000), number(3, 20), number(4, 3));
}

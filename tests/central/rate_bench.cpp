// How many rows a second the reconciler applies: central_bench URL [rows] [tills] [lines]
//   central_bench sqlite:/var/tmp/bench.db 50000
// With NATS_SERVER (an empty hub with JetStream) in the environment: how fast the service drains as
// many from SALES, publishing stock, acks and events.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "central/books.h"
#include "central/reconciler.h"
#include "central/service.h"
#include "tests/central/rows.h"

namespace pos::central {
namespace {

constexpr int64_t kProducts = 5000;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point t) {
  return std::chrono::duration<double>(Clock::now() - t).count();
}

void prepare(Database& database, const std::vector<PaperTill>& tills) {
  database.migrate();
  auto session = database.session();
  session->begin();
  std::vector<Cells> products;
  for (int64_t i = 0; i < kProducts; ++i)
    products.push_back({"p" + std::to_string(i), "Product " + std::to_string(i), i + 1});
  many(*session, "INSERT INTO product (id, name, version) VALUES ", products, "");
  session->execute(
      "INSERT INTO stock (store, product_id, on_hand, version) SELECT 's' || n, id, 1000000, 1 "
      "FROM product, (SELECT version - 1 AS n FROM product WHERE version <= 10) AS stores");
  for (const auto& t : tills) {
    session->execute("INSERT INTO till (store, till, state) VALUES ($1, $2, 'approved')",
                     {t.store, t.till});
    session->execute(
        "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ($1, $2, $3, $4, '')",
        {t.store, t.till, t.key.id, t.public_key()});
  }
  session->commit();
}

void wait_until_published(Database& database) {
  while (
      !database.session()
           ->query("SELECT subject FROM down_mark UNION SELECT subject FROM event_outbox LIMIT 1")
           .empty())
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
}

int drain(Database& database, const std::vector<Arrival>& all, const char* hub) {
  sync::NatsConfig config;
  config.url = hub;
  config.name = "bench";
  const auto key = sync::make_signing_key();
  Service service(database, key, config, [](const char*, const std::string& words) {
    fprintf(stderr, "%s\n", words.c_str());
  });
  auto began = Clock::now();
  service.start();  // makes the streams
  while (!service.health().nats || !service.health().applier)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  wait_until_published(database);
  printf("5,000 products and 50,000 figures of stock published in %.1f s\n", seconds_since(began));
  sync::NatsLink link(config);
  if (!link.connect({})) return fprintf(stderr, "%s\n", link.error().c_str()), 1;
  began = Clock::now();
  for (const auto& a : all)
    link.publish(a.subject, "",
                 {{"Nats-Msg-Id", a.message_id},
                  {"Leaftill-Hash", a.hash},
                  {"Leaftill-Key", a.key_id},
                  {"Leaftill-Signature", a.signature}},
                 a.body);
  link.flush(std::chrono::milliseconds{10'000});
  while (service.health().position < static_cast<int64_t>(all.size()))
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  const auto rate = [&] { return static_cast<double>(all.size()) / seconds_since(began); };
  printf("drained: %.0f rows/s in %lld batches\n", rate(),
         static_cast<long long>(service.health().batches));
  wait_until_published(database);
  printf("and everything published: %.0f rows/s\n", rate());
  return 0;
}

int run(const char* url, int rows, int till_count, int lines) {
  std::vector<PaperTill> tills;
  for (int i = 0; i < till_count; ++i)
    tills.emplace_back("s" + std::to_string(i % 10), "till" + std::to_string(i / 10), i + 1);
  auto database = open_database(url, true);
  prepare(*database, tills);
  setvbuf(stdout, nullptr, _IOLBF, 0);
  std::vector<Arrival> all;
  uint64_t n = 0;
  for (int i = 0; i < rows; ++i) {
    auto& t = tills[static_cast<size_t>(i) % tills.size()];
    std::vector<SoldLine> sold;
    for (int l = 0; l < lines; ++l)
      sold.push_back(
          {"p" + std::to_string((n = n * 6364136223846793005u + 1442695040888963407u) % kProducts),
           1000, 199});
    all.push_back(arrival_of(t.sell(sold), t));
  }
  if (const char* hub = getenv("NATS_SERVER")) return drain(*database, all, hub);
  for (const char* what : {"new rows", "all of them again"}) {
    const auto began = Clock::now();
    const clock_t cpu = clock();  // of this process: what a busy machine does not change much
    int64_t effects = 0;
    for (size_t at = 0; at < all.size(); at += 500) {
      const size_t end = std::min(at + 500, all.size());
      const std::vector<Arrival> batch(all.begin() + static_cast<std::ptrdiff_t>(at),
                                       all.begin() + static_cast<std::ptrdiff_t>(end));
      auto session = database->session();
      effects += reconcile(*session, batch, {1'764'000'000'000}).effects;
    }
    printf("%s: %.0f rows/s, %.0f a second of our CPU time (%lld took effect)\n", what,
           rows / seconds_since(began),
           rows / (static_cast<double>(clock() - cpu) / CLOCKS_PER_SEC),
           static_cast<long long>(effects));
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

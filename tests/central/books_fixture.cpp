#include "tests/central/books_fixture.h"

#include <filesystem>

#include "tests/central/temporary.h"

#ifdef LEAFTILL_TEST_POSTGRES
#include "tests/lab/ports.h"
#include "tests/lab/postgres.h"
#endif

namespace pos::central {

#ifdef LEAFTILL_TEST_POSTGRES
namespace {

// One cluster for the whole program; each test gets an empty schema.
struct Cluster {
  TemporaryDirectory directory;
  lab::Ports ports;
  lab::Postgres postgres{directory.path() + "/pg", ports.take()};
};
std::unique_ptr<Cluster> cluster;

class Environment : public ::testing::Environment {
 public:
  void TearDown() override { cluster.reset(); }
};
[[maybe_unused]] const auto* const environment =
    ::testing::AddGlobalTestEnvironment(new Environment);

}  // namespace

std::string empty_database_url() {
  if (!cluster) cluster = std::make_unique<Cluster>();
  cluster->postgres.psql("DROP SCHEMA public CASCADE");
  cluster->postgres.psql("CREATE SCHEMA public");
  return cluster->postgres.url();
}
void restart_postgres() {
  cluster->postgres.server().stop();
  cluster->postgres.server().start();
}
void kill_postgres() { cluster->postgres.server().kill9(); }
bool on_postgres() { return true; }

#else

std::string empty_database_url() {
  static TemporaryDirectory directory;
  static int next = 0;
  return "sqlite:" + directory.path() + "/central" + std::to_string(++next) + ".db";
}
void restart_postgres() {}
void kill_postgres() {}
bool on_postgres() { return false; }

#endif

BooksTest::BooksTest() : url_(empty_database_url()), database_(open_database(url_, true)) {
  database_->migrate();
  approve(till1_);
  approve(till2_);
  for (const char* product : {"p1", "p2", "p3"}) {
    database_->session()->execute(
        "INSERT INTO product (id, name, price, version) SELECT $1, $1, 100, count(*) + 1 FROM "
        "product",
        {product});
    stock(product, 1'000'000);
  }
}

BooksTest::~BooksTest() = default;

void BooksTest::approve(const PaperTill& t) {
  auto session = database_->session();
  session->execute(
      "INSERT INTO till (store, till, state, public_key, key_id) VALUES ($1, $2, 'approved', $3, "
      "$4) "
      "ON CONFLICT (store, till) DO UPDATE SET state = 'approved', public_key = "
      "excluded.public_key, key_id = excluded.key_id",
      {t.store, t.till, t.public_key(), t.key.id});
  session->execute(
      "INSERT INTO till_key (store, till, key_id, public_key, since) "
      "VALUES ($1, $2, $3, $4, '')",
      {t.store, t.till, t.key.id, t.public_key()});
}

void BooksTest::stock(const std::string& product, int64_t on_hand, const std::string& store) {
  database_->session()->execute(
      "INSERT INTO stock (store, product_id, on_hand, version) VALUES ($1, $2, $3, 1) "
      "ON CONFLICT (store, product_id) DO UPDATE SET on_hand = excluded.on_hand",
      {store, product, on_hand});
}

Reconciled BooksTest::apply(const std::vector<Arrival>& arrivals) {
  now_.unix_ms += 1000;
  auto session = database_->session();
  return reconcile(*session, arrivals, now_);
}

Reconciled BooksTest::apply(const std::vector<sync::SealedRow>& rows, const PaperTill& till) {
  std::vector<Arrival> arrivals;
  for (const auto& row : rows) arrivals.push_back(arrival_of(row, till));
  return apply(arrivals);
}

int64_t BooksTest::number(const std::string& sql, const std::vector<Param>& params) {
  auto rows = database_->session()->query(sql, params);
  return rows.empty() ? -1 : rows[0].integer(0);
}

std::string BooksTest::text(const std::string& sql, const std::vector<Param>& params) {
  auto rows = database_->session()->query(sql, params);
  return rows.empty() ? "" : rows[0].text(0);
}

int64_t BooksTest::mark(const PaperTill& t, const std::string& epoch) {
  return std::max<int64_t>(
      0, number("SELECT mark FROM chain WHERE store = $1 AND till = $2 AND epoch = $3",
                {t.store, t.till, epoch.empty() ? t.epoch : epoch}));
}

int64_t BooksTest::on_hand(const std::string& product, const std::string& store) {
  return number("SELECT on_hand FROM stock WHERE store = $1 AND product_id = $2", {store, product});
}

int64_t BooksTest::problems(const std::string& kind) {
  return number("SELECT count(*) FROM problem WHERE kind = $1 AND resolved_at = ''", {kind});
}

int64_t BooksTest::quarantined(const std::string& reason) {
  return number("SELECT count(*) FROM quarantine WHERE reason = $1", {reason});
}

bool BooksTest::marked(const std::string& subject) {
  return number("SELECT count(*) FROM down_mark WHERE subject = $1", {subject}) > 0;
}

void BooksTest::forget_marks() { database_->session()->execute("DELETE FROM down_mark"); }

}  // namespace pos::central

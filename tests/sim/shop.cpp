// The shop as it is provisioned: goods, keys, and the disks that a seed begins with. Made once.
#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <cassert>

#include "pos/register.h"
#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/migrations.h"
#include "storage/projections.h"
#include "storage/provision.h"
#include "tests/sim/linked.h"
#include "tests/sim/till_node.h"
#include "tests/storage/sim_shop.h"

namespace pos::sim {
namespace {

constexpr const char* kFile = "till.db";

struct Morning final : Clock {
  Instant now() override { return {kMorning - 3'600'000 + ++tick_}; }
  int utc_offset_min(Instant) override { return 60; }
  int64_t tick_ = 0;
};

std::vector<sync::Product> goods() {
  std::vector<sync::Product> all;
  for (int n = 1; n <= kProducts; ++n) {
    sync::Product p = storage::milk();
    p.productId = p.name = product_id(n);
    p.codes = {product_code(n)};
    p.price = 100 * n;
    p.version = n;
    all.push_back(p);
  }
  return all;
}

// A shift is open, and `sales` pieces of p1 were sold.
void open_shop(const std::string& till, const std::string& vfs, int sales) {
  Morning clock;
  storage::Anyone staff;
  storage::Database database(kFile, vfs);
  storage::PendingStock pending(database);
  storage::Catalogue catalogue(database, pending);
  storage::Ledger ledger(database, pending, key_of(till));
  storage::Projections projections(database);
  projections.apply(goods());
  projections.set_catalogue_version(kProducts);
  Register reg(catalogue, ledger, staff, clock, {{"s1"}, {till}});
  bool done = reg.login("1234") && reg.open_shift({10'000});
  for (int i = 0; i < sales; ++i) {
    done = done && reg.scan(product_code(1)) && reg.pay(TenderKind::cash, {}, "");
    reg.handed_out();
  }
  assert(done);
}

Image provision(int till, int sales) {
  MemoryDisk disk;
  const std::string name = "till" + std::to_string(till);
  storage::provision(kFile, {"s1", name, "EUR", "Europe/Vienna", {"Shop"}, "Bye", {}}, {kMorning},
                     disk.vfs());
  open_shop(name, disk.vfs(), sales);
  return disk.image();
}

// The same rows in the tables as the first version had them.
Image of_first_version_from(const Image& newest) {
  MemoryDisk disk(newest);
  {
    SQLite::Database old(std::string("old.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0,
                         disk.vfs());
    old.exec("PRAGMA page_size=4096; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL");
    old.exec(storage::kMigrations[0]);
    old.exec("PRAGMA application_id=0x4c656166; PRAGMA user_version=1");
  }
  SQLite::Database db(std::string(kFile), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0,
                      disk.vfs());
  db.exec("PRAGMA locking_mode=EXCLUSIVE; ATTACH 'old.db' AS old");
  for (const char* table :
       {"till", "epoch", "journal", "outbox", "signing_key", "sale", "sale_line", "tender", "shift",
        "draft", "stock_delta", "note", "product", "product_code"}) {
    std::string columns;
    SQLite::Statement names(
        db, std::string("SELECT name FROM pragma_table_info('") + table + "', 'old')");
    while (names.executeStep())
      columns += (columns.empty() ? "" : ", ") + names.getColumn(0).getString();
    db.exec(std::string("INSERT INTO old.") + table + " (" + columns + ") SELECT " + columns +
            " FROM main." + table);
  }
  db.exec("INSERT INTO old.product_name (rowid, name) SELECT no, name FROM main.product");
  db.exec("DETACH old");
  Image image = disk.image();
  return {{kFile, image.at("old.db")}};
}

// The same in every process, whatever seed comes first.
struct Shop {
  Shop() {
    const uint64_t random = std::exchange(linked().random, 20251122);
    for (int n = 1; n <= 3; ++n) {
      provisioned[static_cast<size_t>(n - 1)] = provision(n, 0);
      again[static_cast<size_t>(n - 1)] = provision(n, 0);
    }
    const Image newest = provision(1, 5);
    of_first_version = of_first_version_from(newest);
    MemoryDisk disk(newest);
    storage::Database database(kFile, disk.vfs());
    const storage::Database::Turn turn(database, storage::Database::Who::cashier);
    storage::Query q(database, "SELECT body FROM journal WHERE sale_id IS NOT NULL");
    while (q.row()) {
      const auto sale = storage::sale_in(q.text(0));
      old_sales[sale->header.id.value] = {
          "till1", sale->receipt, {{product_id(1), 1000}}, sale->total.minor, true};
    }
    linked().random = random;
  }
  std::array<Image, 3> provisioned, again;
  Image of_first_version;
  std::map<std::string, Sold> old_sales;
};

// One for each kind of signature.
const Shop& shop() {
  static std::map<bool, Shop> shops;
  return shops[linked().ed25519];
}

}  // namespace

std::string product_id(int n) { return "p" + std::to_string(n); }
std::string product_code(int n) { return "code" + std::to_string(n); }

const sync::SigningKey& key_of(const std::string& till) {
  static std::map<std::string, sync::SigningKey> keys;
  auto& key = keys[till];
  if (key.id.empty()) key = *sync::signing_key(sync::sha256("the key of " + till));
  return key;
}

const sync::SigningKey& central_key() {
  static const sync::SigningKey key = *sync::signing_key(std::string(32, 'c'));
  return key;
}

const Image& provisioned(int till) { return shop().provisioned[static_cast<size_t>(till - 1)]; }
const Image& provisioned_again(int till) { return shop().again[static_cast<size_t>(till - 1)]; }
const Image& of_first_version() { return shop().of_first_version; }
const std::map<std::string, Sold>& sales_of_first_version() { return shop().old_sales; }

}  // namespace pos::sim

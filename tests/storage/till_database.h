// A real till's database in a folder of its own, for the tests of this room.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "pos/sale.h"
#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "storage/projections.h"
#include "storage/provision.h"
#include "storage/staff.h"
#include "sync/seal.h"

namespace pos::storage {

class TillDatabase : public ::testing::Test {
 protected:
  TillDatabase() {
    std::string pattern = (std::filesystem::temp_directory_path() / "leaftill-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/till.db";
    provision(path_,
              {"s1",
               "till1",
               "EUR",
               "Europe/Vienna",
               {"Shop"},
               "Bye",
               {{{{"1"}, "Ann", Role::cashier}, sync::pin_hash("1234", pepper_, "s1"), 1},
                {{{"9"}, "Max", Role::manager}, sync::pin_hash("97531", pepper_, "s1"), 1}}},
              {1'763'806'530'123});
    open();
  }
  ~TillDatabase() override {
    close();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    database_ = std::make_unique<Database>(path_);
    pending_ = std::make_unique<PendingStock>(*database_);
    ledger_ = std::make_unique<Ledger>(*database_, *pending_, key_);
    outbox_ = std::make_unique<Outbox>(*database_, *pending_, ledger_.get());
    catalogue_ = std::make_unique<Catalogue>(*database_, *pending_);
    projections_ = std::make_unique<Projections>(*database_);
    staff_ = std::make_unique<Staff>(*database_, pepper_, "s1");
  }
  void close() {
    staff_.reset(), projections_.reset(), catalogue_.reset(), outbox_.reset(), ledger_.reset(),
        pending_.reset();
    database_.reset();
  }
  void reopen() { close(), open(); }

  FactHeader header(const std::string& id = {}) {
    FactHeader h;
    h.at = {1'763'806'530'123 + ++tick_};
    h.id = id.empty() ? ledger_->new_transaction_id(h.at) : TransactionId{id};
    h.business_date = "2025-11-22";
    h.shift = {"0193a1c2-0000-7000-8000-000000000000"};
    h.cashier = {"1"};
    return h;
  }
  Recorded open_shift() { return ledger_->record(ShiftOpened{header(), {10'000}}); }
  CompletedSale sale_of(const std::string& product, int64_t pieces, int64_t price = 199) {
    Item item;
    item.id = {product};
    item.name = product;
    item.price = {price};
    item.tax_rate = {200'000};
    const FactHeader h = header();
    Sale sale(h.id, {}, {}, 1);
    sale.add(item, "1", {pieces * 1000});
    EXPECT_TRUE(sale.tender(TenderKind::cash, sale.total(), ""));
    return sale.complete(h, "EUR");
  }
  Recorded sell(const std::string& product = "milk", int64_t pieces = 1) {
    return ledger_->record(sale_of(product, pieces));
  }
  // Any statement, as a tampering hand would.
  void tamper(const std::string& sql);

  std::string folder_, path_, pepper_ = std::string(32, 'p');
  sync::SigningKey key_ = sync::make_signing_key();
  std::unique_ptr<Database> database_;
  std::unique_ptr<PendingStock> pending_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<Projections> projections_;
  std::unique_ptr<Staff> staff_;
  int64_t tick_ = 0;
};

}  // namespace pos::storage

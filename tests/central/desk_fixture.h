// Central's desks over an empty database (SQLite, or PostgreSQL where the program is built for it).
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "central/catalogue_desk.h"
#include "central/journal_desk.h"
#include "central/office_desk.h"
#include "central/refused.h"
#include "central/registry.h"
#include "tests/central/books_fixture.h"

namespace pos::central {

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() : database_(open_database(empty_database_url(), true)) { database_->migrate(); }

  int64_t number(const std::string& sql) {
    return database_->session()->query(sql).at(0).integer(0);
  }
  std::string text(const std::string& sql) {
    return database_->session()->query(sql).at(0).text(0);
  }
  StoreEntry add_store(const std::string& id) {
    return registry_.add_store({id, "Store " + id}, now_);
  }
  ImportReport import(const std::string& csv, bool dry_run = false) {
    return catalogue_.import_csv(csv, {dry_run, {}}, now_);
  }
  int64_t marks(const std::string& subject) {
    return database_->session()
        ->query("SELECT count(*) FROM down_mark WHERE subject = $1", {subject})
        .at(0)
        .integer(0);
  }

  std::unique_ptr<Database> database_;
  Registry registry_{*database_};
  CatalogueDesk catalogue_{*database_};
  JournalDesk journal_{*database_};
  OfficeDesk office_{*database_};
  Instant now_{1'764'000'100'000};
};

// The code of the refusal that `act` ends in; empty if it does not.
template <class Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const Refused& refused) {
    return refused.code;
  }
  return {};
}

inline sync::Product product_named(const std::string& id, int64_t price = 199) {
  sync::Product p;
  p.productId = id;
  p.name = "Name of " + id;
  p.price = price;
  p.taxRate = 200000;
  return p;
}

}  // namespace pos::central

#include "storage/projections.h"

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

sync::Product product(const char* id, const char* name, int64_t version) {
  sync::Product p;
  p.productId = id;
  p.name = name;
  p.codes = {"4006381333931"};
  p.price = 199;
  p.currency = "EUR";
  p.taxRate = 200'000;
  p.version = version;
  return p;
}

TEST_F(TillDatabase, AnOlderVersionNeverPasses) {
  projections_->apply(std::vector{product("p1", "Café crème", 5)});
  auto changed = product("p1", "Kaffee", 4);
  changed.price = 1;
  projections_->apply(std::vector{changed});
  const auto item = catalogue_->find("04006381333931");
  ASSERT_TRUE(item);
  EXPECT_EQ(item->name, "Café crème");
  EXPECT_EQ(item->price_version, 5);
  projections_->apply(std::vector<sync::Stock>{{"p1", 5, 9, {}}, {"p1", 4, 8, {}}});
  EXPECT_EQ(catalogue_->stock({"p1"})->on_hand, Quantity{5});
}

TEST_F(TillDatabase, SearchFindsPrefixesOfSeveralWordsWithoutAccents) {
  projections_->apply(std::vector{product("p1", "Café crème", 1)});
  auto other = product("p2", "Cream cheese \"extra\"", 2);
  other.codes = {"96385074"};
  projections_->apply(std::vector{other});
  const auto ids = [&](const char* text) {
    std::string all;
    for (const Item& item : catalogue_->search(text, 10)) all += item.id.value + " ";
    return all;
  };
  EXPECT_EQ(ids("caf"), "p1 ");
  EXPECT_EQ(ids("cre caf"), "p1 ");
  EXPECT_EQ(ids("CR"), "p1 p2 ");
  EXPECT_EQ(ids("\"ext"), "p2 ");
  EXPECT_EQ(ids("OR *"), "");
  EXPECT_EQ(ids("0000009638"), "p2 ");
  projections_->apply(std::vector{product("p1", "Melange", 3)});
  EXPECT_EQ(ids("caf"), "");
  EXPECT_EQ(ids("mel"), "p1 ");
}

TEST_F(TillDatabase, AWithdrawnProductIsNotFound) {
  projections_->apply(std::vector{product("p1", "Café", 1)});
  auto gone = product("p1", "Café", 2);
  gone.deleted = true;
  projections_->apply(std::vector{gone});
  EXPECT_FALSE(catalogue_->find("04006381333931"));
  EXPECT_FALSE(catalogue_->by_id({"p1"}));
  EXPECT_TRUE(catalogue_->search("caf", 10).empty());
}

}  // namespace
}  // namespace pos::storage

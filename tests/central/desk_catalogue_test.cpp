#include <gtest/gtest.h>

#include "tests/central/desk_fixture.h"

namespace pos::central {
namespace {

using Put = CatalogueDesk::Put;

class Catalogue : public DeskTest {};

TEST_F(Catalogue, AChangeTakesTheNextNumberAndIsMarkedAndToldInItsOwnTransaction) {
  auto first = catalogue_.put(product_named("p1"), Put::create, now_);
  EXPECT_TRUE(first.created);
  EXPECT_EQ(first.entry.product.version, 1);
  auto second = catalogue_.put(product_named("p1", 249), Put::replace, now_);
  EXPECT_FALSE(second.created);
  EXPECT_EQ(second.entry.product.version, 2);
  EXPECT_EQ(second.entry.created_at, first.entry.created_at);
  EXPECT_EQ(marks("all.product.p1"), 1);
  EXPECT_EQ(
      text("SELECT body FROM event_outbox ORDER BY id LIMIT 1"),
      R"({"id":"p1","productId":"p1","name":"Name of p1","stock":0,"price":1.99,"createdAt":")" +
          first.entry.created_at + R"(","updatedAt":")" + first.entry.updated_at + "\"}");
  EXPECT_EQ(text("SELECT subject FROM event_outbox ORDER BY id DESC LIMIT 1"), "product.updated");
}

TEST_F(Catalogue, TheSameContentsAgainTakeNoNumber) {
  catalogue_.put(product_named("p1"), Put::create, now_);
  auto again = catalogue_.put(product_named("p1"), Put::create, now_);
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.entry.product.version, 1);
  EXPECT_EQ(number("SELECT count(*) FROM event_outbox"), 1);
}

TEST_F(Catalogue, CreatingAnIdWithOtherContentsAndReplacingAnOldVersionAreConflicts) {
  catalogue_.put(product_named("p1"), Put::create, now_);
  EXPECT_EQ(refusal([&] { catalogue_.put(product_named("p1", 5), Put::create, now_); }),
            "product_exists");
  catalogue_.put(product_named("p1", 6), Put::replace, now_);
  auto stale = product_named("p1", 7);
  stale.version = 1;
  EXPECT_EQ(refusal([&] { catalogue_.put(stale, Put::replace, now_); }), "stale_version");
  EXPECT_EQ(catalogue_.product("p1")->product.price, 6);
}

TEST_F(Catalogue, ACodeBelongsToOneProductHoweverItIsPrinted) {
  auto a = product_named("a"), b = product_named("b");
  a.codes = {"4006381333931"};
  b.codes = {"04006381333931"};
  catalogue_.put(a, Put::create, now_);
  EXPECT_EQ(refusal([&] { catalogue_.put(b, Put::create, now_); }), "code_taken");
  EXPECT_FALSE(catalogue_.product("b"));
  a.deleted = true;
  catalogue_.put(a, Put::replace, now_);
  EXPECT_NO_THROW(catalogue_.put(b, Put::create, now_))
      << "a withdrawn product gives its codes away";
}

TEST_F(Catalogue, AWrongProductIsRefusedWithWords) {
  auto bad = product_named("p1");
  bad.name = "";
  EXPECT_EQ(refusal([&] { catalogue_.put(bad, Put::create, now_); }), "bad_product");
  auto code = product_named("p1");
  code.codes = {"4006381333932"};
  EXPECT_EQ(refusal([&] { catalogue_.put(code, Put::create, now_); }), "bad_code");
  code.codes = {"77 88"};
  EXPECT_EQ(refusal([&] { catalogue_.put(code, Put::create, now_); }), "bad_code");
  EXPECT_EQ(number("SELECT count(*) FROM product"), 0);
}

TEST_F(Catalogue, ListsInPagesAndFindsByNameIdAndCode) {
  for (const char* id : {"a1", "a2", "a3", "b1"})
    catalogue_.put(product_named(id), Put::create, now_);
  auto code = product_named("c1");
  code.name = "100% Juice";
  code.codes = {"4006381333931"};
  catalogue_.put(code, Put::create, now_);
  EXPECT_EQ(catalogue_.products("", "", 2).size(), 2u);
  EXPECT_EQ(catalogue_.products("", "a2", 10).size(), 3u);
  EXPECT_EQ(catalogue_.products("name OF a", "", 10).size(), 3u);
  EXPECT_EQ(catalogue_.products("b1", "", 10).size(), 1u);
  EXPECT_EQ(catalogue_.products("04006381333931", "", 10).size(), 1u);
  EXPECT_EQ(catalogue_.products("0%", "", 10).size(), 1u)
      << "a wildcard is a character like any other";
  EXPECT_EQ(catalogue_.products("_", "", 10).size(), 0u);
}

class Deliveries : public DeskTest {
 protected:
  Deliveries() {
    add_store("s1");
    for (const char* id : {"p1", "p2"}) catalogue_.put(product_named(id), Put::create, now_);
  }
};

TEST_F(Deliveries, AddToTheStockOnceHoweverOftenTheyAreSent) {
  const Delivery delivery{"d1", {{"p1", 5000}, {"p2", 250}, {"p1", 1000}}};
  EXPECT_TRUE(catalogue_.deliver("s1", delivery, now_));
  EXPECT_FALSE(catalogue_.deliver("s1", delivery, now_));
  EXPECT_EQ(catalogue_.stock("s1", "p1").on_hand, 6000);
  EXPECT_EQ(marks("down.s1.stock.p1"), 1);
  EXPECT_EQ(text("SELECT body FROM event_outbox WHERE msg_id = 'stock/s1/p2/d1'"),
            R"({"productId":"p2","storeId":"s1","stock":0.25})");
}

TEST_F(Deliveries, OtherLinesUnderAKnownIdAreAConflict) {
  catalogue_.deliver("s1", {"d1", {{"p1", 5000}}}, now_);
  EXPECT_EQ(refusal([&] {
              catalogue_.deliver("s1", {"d1", {{"p1", 6000}}}, now_);
            }),
            "delivery_exists");
  EXPECT_EQ(refusal([&] {
              catalogue_.deliver("s1", {"d1", {{"p1", 5000}, {"p2", 1}}}, now_);
            }),
            "delivery_exists");
  EXPECT_EQ(catalogue_.stock("s1", "p1").on_hand, 5000);
}

TEST_F(Deliveries, OneWrongLineLeavesAllOfItUndone) {
  EXPECT_EQ(refusal([&] {
              catalogue_.deliver("s1", {"d1", {{"p1", 5000}, {"nix", 1}}}, now_);
            }),
            "unknown_product");
  EXPECT_EQ(refusal([&] { catalogue_.deliver("s9", {"d1", {{"p1", 1}}}, now_); }), "unknown_store");
  EXPECT_EQ(refusal([&] { catalogue_.deliver("s1", {"d1", {}}, now_); }), "bad_lines");
  EXPECT_EQ(refusal([&] { catalogue_.deliver("s1", {"d1", {{"p1", 0}}}, now_); }), "bad_quantity");
  EXPECT_EQ(refusal([&] { catalogue_.deliver("s1", {"opening", {{"p1", 1}}}, now_); }), "bad_id");
  EXPECT_EQ(refusal([&] { catalogue_.deliver("s1", {"d 1", {{"p1", 1}}}, now_); }), "bad_id");
  EXPECT_EQ(catalogue_.stock("s1", "p1").version, 0);
  EXPECT_TRUE(catalogue_.deliver("s1", {"d1", {{"p1", 1000}}}, now_))
      << "the id is not used up by a refusal";
}

TEST_F(Deliveries, EachChangeOfAStockHasAHigherVersionAlsoWhenTheClockStandsStill) {
  catalogue_.deliver("s1", {"d1", {{"p1", 1000}}}, now_);
  const int64_t first = catalogue_.stock("s1", "p1").version;
  catalogue_.deliver("s1", {"d2", {{"p1", -400}}}, now_);
  EXPECT_GT(catalogue_.stock("s1", "p1").version, first);
  EXPECT_EQ(catalogue_.stock("s1", "p1").on_hand, 600);
}

}  // namespace
}  // namespace pos::central

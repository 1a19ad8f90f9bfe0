#include "storage/staff.h"

#include "tests/storage/till_database.h"

namespace pos::storage {
namespace {

constexpr Instant kNow{1'763'806'530'123};
Instant after(int64_t ms) { return {kNow.unix_ms + ms}; }

TEST_F(TillDatabase, APinFindsItsPerson) {
  EXPECT_EQ(staff_->by_pin("1234", kNow).person->id.value, "1");
  EXPECT_EQ(staff_->by_pin("97531", kNow).person->role, Role::manager);
  EXPECT_FALSE(staff_->by_pin("0000", kNow).person);
  EXPECT_FALSE(staff_->by_pin("", kNow).person);
}

TEST_F(TillDatabase, FiveWrongPinsLockTheTillAlsoAfterARestart) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(staff_->by_pin("0000", kNow).wait_ms, 0);
  EXPECT_EQ(staff_->by_pin("1234", kNow).wait_ms, 30'000);
  reopen();
  EXPECT_EQ(staff_->by_pin("1234", after(29'000)).wait_ms, 1'000);
  EXPECT_EQ(staff_->by_pin("0000", after(30'000)).wait_ms, 0);
  EXPECT_EQ(staff_->by_pin("1234", after(30'001)).wait_ms, 59'999);  // doubled
  EXPECT_TRUE(staff_->by_pin("1234", after(90'000)).person);
  EXPECT_EQ(staff_->by_pin("0000", after(90'001)).wait_ms, 0);  // counted from none again
}

TEST_F(TillDatabase, AFewWrongPinsLockNobodyOutWhenTheClockIsSetBack) {
  EXPECT_EQ(staff_->by_pin("0000", kNow).locks_ms, 0);
  EXPECT_TRUE(staff_->by_pin("1234", after(-600'000)).person);
}

TEST_F(TillDatabase, ALockOutOutlivesAnyEndAndSoDoesAChangedPerson) {
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(staff_->by_pin("0000", kNow).locks_ms, i < 5 ? 0 : 30'000);
  }
  EXPECT_EQ(staff_->put({{{"1"}, "Anna", Role::supervisor}, false, 1}, "4826").version, 2);
  EXPECT_TRUE(staff_->pin_taken("4826", {"9"}));
  EXPECT_FALSE(staff_->pin_taken("4826", {"1"}));
  reopen();
  EXPECT_EQ(staff_->by_pin("4826", after(29'000)).wait_ms, 1'000);
  EXPECT_EQ(staff_->by_pin("4826", after(30'001)).person->name, "Anna");
  EXPECT_FALSE(staff_->by_pin("1234", after(30'002)).person);
  EXPECT_EQ(staff_->put({{{"1"}, "Anna", Role::cashier}, true, 2}, "").version, 3);
  EXPECT_TRUE(staff_->list().at(0).locked);
  EXPECT_FALSE(staff_->by_pin("4826", after(30'003)).person);
}

}  // namespace
}  // namespace pos::storage

// The power is cut, or kill -9 comes, in front of every operation on the disk of a till's day.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "storage/provision.h"
#include "tests/long_run.h"
#include "tests/storage/day.h"

namespace pos::storage {
namespace {

class PowerCut : public ::testing::Test {
 protected:
  // Each way of losing what was not synced; torn has many outcomes.
  void cut_in_every_way(const SimDisk& disk,
                        const std::function<std::string(const Image&, bool)>& look) {
    ++operations_;
    one(disk, Unsynced::kept, 0, look);
    one(disk, Unsynced::dropped, 0, look);
    for (uint64_t i = 0; i < torn_; ++i)
      one(disk, Unsynced::torn, uint64_t(operations_) * 1000 + i, look);
  }
  void one(const SimDisk& disk, Unsynced unsynced, uint64_t seed,
           const std::function<std::string(const Image&, bool)>& look) {
    if (faults_ >= 10) return;
    ++cases_;
    std::string fault;
    try {
      fault = look(disk.after_power_cut(unsynced, seed), unsynced != Unsynced::kept);
    } catch (const std::exception& e) {
      fault = std::string("it threw: ") + e.what();
    }
    if (fault.empty()) return;
    ++faults_;
    ADD_FAILURE() << step_ << ", operation " << disk.operations() + 1 << " of it, "
                  << (unsynced == Unsynced::kept      ? "kept"
                      : unsynced == Unsynced::dropped ? "dropped"
                                                      : "torn")
                  << ", seed " << seed << ": " << fault;
  }
  void say() const {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start_;
    std::printf("%lld operations, %lld cases in %.1f s\n", static_cast<long long>(operations_),
                static_cast<long long>(cases_), took.count());
  }

  uint64_t torn_ = long_run() ? 60 : 2;
  std::string step_;
  int64_t operations_ = 0, cases_ = 0, faults_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  sync::SigningKey key_ = sync::make_signing_key();
};

Image provisioned() {
  SimDisk disk;
  Day::provision(disk);
  return disk.after_power_cut(Unsynced::kept, 0);
}

TEST_F(PowerCut, LosesNothingThatWasAnsweredAndTearsNothing) {
  Image image = provisioned();
  Day day(key_);
  const auto look = [&](const Image& left, bool power_was_cut) {
    SimDisk again(left);
    Day after = day;
    TillOnDisk till(again, key_);
    const std::string fault = after.fault_of(till, power_was_cut);
    return fault.empty() ? after.fault_selling_on(till) : fault;
  };
  for (const Day::Step& step : Day::steps()) {
    step_ = step.name;
    SimDisk disk(image);
    disk.before_each([&] { cut_in_every_way(disk, look); });
    TillOnDisk till(disk, key_);
    step.run(day, till);
    image = disk.after_power_cut(Unsynced::kept, 0);
  }  // the last operations of a step are those of closing
  say();
  EXPECT_GE(operations_, 1'500);
  EXPECT_GE(cases_, long_run() ? 100'000 : 5'000);
}

TEST_F(PowerCut, LeavesAWholeTillOrOneThatIsProvisionedAnew) {
  step_ = "provisioning";
  bool finished = false;
  const auto look = [&](const Image& left, bool) -> std::string {
    SimDisk again(left);
    try {
      Database database("till.db", again.vfs());
      identity(database);
    } catch (const Error& e) {
      if (finished) return std::string("it was finished, but: ") + e.what();
      if (left.contains("till.db") && !std::strstr(e.what(), "provision") &&
          !std::strstr(e.what(), "damaged")) {
        return std::string("no words for the person: ") + e.what();
      }
      Database::remove("till.db", again.vfs());
      Day::provision(again);
    }
    Day day(key_);
    TillOnDisk till(again, key_);
    return day.fault_selling_on(till);
  };
  SimDisk disk;
  disk.before_each([&] { cut_in_every_way(disk, look); });
  Day::provision(disk);
  finished = true;
  disk.before_each({});
  cut_in_every_way(disk, look);
  say();
}

// That these tests can fail: with a disk that only says that it synced, sales must be missed.
TEST_F(PowerCut, IsNotSurvivedOnADiskThatLies) {
  SimDisk disk(provisioned());
  disk.lie_about_syncs();
  Day day(key_);
  TillOnDisk till(disk, key_);
  for (const Day::Step& step : Day::steps()) step.run(day, till);
  SimDisk again(disk.after_power_cut(Unsynced::dropped, 0));
  TillOnDisk after(again, key_);
  EXPECT_NE(day.fault_of(after, true).find("lost"), std::string::npos);
}

}  // namespace
}  // namespace pos::storage

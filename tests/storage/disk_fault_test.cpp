// The disk fails or is full at every operation of a till's day, for a moment or until somebody
// helps it; then the power is cut as well.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>

#include "tests/long_run.h"
#include "tests/storage/day.h"

namespace pos::storage {
namespace {

constexpr int64_t kUntilHelped = 1'000'000;
constexpr int kTriesBeforeHelp = 4;

// How many operations fail, from one on.
std::vector<int64_t> counts() {
  if (!long_run()) return {1, kUntilHelped};
  return {1, 2, 3, 4, 5, 7, 10, 20, 50, kUntilHelped};
}

class DiskFault : public ::testing::TestWithParam<SimDisk::Fault> {
 protected:
  // What till/ does after an Error: open again and look what is there.
  void recover(SimDisk& disk, TillOnDisk& till) {
    for (int tries = 1;; ++tries) {
      if (tries == kTriesBeforeHelp) disk.heal();
      try {
        const Database::Turn turn(till.database, Database::Who::cashier);
        till.database.reopen();
        break;
      } catch (const Error& e) {
        hear(e);
        if (tries > kTriesBeforeHelp) throw;
      }
    }
    till.pending.load();
  }
  std::unique_ptr<TillOnDisk> start(SimDisk& disk) {
    for (int tries = 1;; ++tries) {
      if (tries == kTriesBeforeHelp) disk.heal();
      try {
        return std::make_unique<TillOnDisk>(disk, key_);
      } catch (const Error& e) {
        hear(e);
        if (tries > kTriesBeforeHelp) throw;
      }
    }
  }
  void hear(const Error& e) {
    ++errors_;
    EXPECT_FALSE(std::string(e.what()).empty());
    if (e.code == SQLITE_FULL) {
      ++full_;
      EXPECT_NE(std::string(e.what()).find("Make space on the disk"), std::string::npos);
    }
  }

  std::string fault_of(const Image& image, Day day, const Day::Step& step, int64_t at,
                       int64_t count) {
    SimDisk disk(image);
    disk.fail(GetParam(), at, count);
    {
      const auto till = start(disk);
      try {
        step.run(day, *till);
      } catch (const Error& e) {
        hear(e);
        recover(disk, *till);
      }
      if (disk.failed() == 0) return {};  // it was to fail at the closing of this till
      ++cases_;
      disk.heal();
      if (auto fault = day.fault_of(*till, false); !fault.empty()) return fault;
      if (auto fault = day.fault_selling_on(*till); !fault.empty()) return fault;
    }
    SimDisk again(disk.after_power_cut(Unsynced::dropped, 0));
    TillOnDisk till(again, key_);
    const auto fault = day.fault_of(till, true);
    return fault.empty() ? "" : "and after a power cut: " + fault;
  }

  sync::SigningKey key_ = sync::make_signing_key();
  int64_t cases_ = 0, errors_ = 0, full_ = 0, faults_ = 0;
};

TEST_P(DiskFault, AnywhereIsSaidInWordsAndSellingGoesOnAfterIt) {
  const auto began = std::chrono::steady_clock::now();
  Image image;
  {
    SimDisk disk;
    Day::provision(disk);
    image = disk.after_power_cut(Unsynced::kept, 0);
  }
  Day day(key_);
  for (const Day::Step& step : Day::steps()) {
    const Day before = day;
    SimDisk disk(image);
    Image next;
    {
      TillOnDisk till(disk, key_);
      step.run(day, till);
      next = disk.after_power_cut(Unsynced::kept, 0);
    }
    for (int64_t at = 1; at <= disk.operations(); ++at) {
      for (const int64_t count : counts()) {
        std::string fault;
        try {
          fault = fault_of(image, before, step, at, count);
        } catch (const std::exception& e) {
          fault = std::string("it threw: ") + e.what();
        }
        if (fault.empty()) continue;
        ADD_FAILURE() << step.name << ", operation " << at << ", " << count
                      << " operations fail: " << fault;
        ASSERT_LT(++faults_, 10);
      }
    }
    image = std::move(next);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%lld cases, %lld errors said, %lld of them that the disk is full, in %.1f s\n",
              static_cast<long long>(cases_), static_cast<long long>(errors_),
              static_cast<long long>(full_), took.count());
  EXPECT_GE(cases_, long_run() ? 10'000 : 1'500);
  EXPECT_GT(errors_, 1'000);
  if (GetParam() == SimDisk::Fault::full) {
    EXPECT_GT(full_, 500);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, DiskFault,
                         ::testing::Values(SimDisk::Fault::io_error, SimDisk::Fault::full),
                         [](const auto& which) {
                           return which.param == SimDisk::Fault::full ? "full" : "io_error";
                         });

}  // namespace
}  // namespace pos::storage

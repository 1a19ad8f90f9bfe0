#include "tests/e2e/shop.h"

#include <unistd.h>

#include <iostream>
#include <random>

namespace pos::e2e {
namespace {

namespace fs = std::filesystem;

fs::path new_directory() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = "leaftill-";
  for (const char c : std::string(test ? test->name() : "test")) name += std::isalnum(c) ? c : '-';
  auto path = (fs::temp_directory_path() / (name + "-XXXXXX")).string();
  if (!mkdtemp(path.data()))
    throw std::runtime_error("cannot make a directory in the temporary one");
  return path;
}

}  // namespace

Shop::Shop(ShopPlan plan) : directory_(new_directory()), seed_(std::random_device{}()) {
  std::cout << "seed " << seed_ << ", files in " << directory_ << std::endl;
  lab_ = std::make_unique<lab::Lab>(lab::LabOptions{.directory = directory_ / "lab",
                                                    .stores = plan.stores,
                                                    .tills = plan.tills,
                                                    .postgres = plan.postgres});
}

Shop::~Shop() {
  lab_.reset();
  if (!testing::Test::HasFailure()) fs::remove_all(directory_);
}

void Shop::open_all() {
  for (auto* till : lab_->all_tills()) lab_->open(*till);
}

void Shop::sell(lab::Till& till, int sales) {
  auto baskets = this->baskets();
  for (int i = 0; i < sales; ++i) till.sell(baskets.next());
}

testing::AssertionResult Shop::settles_within(Millis patience) {
  const auto began = std::chrono::steady_clock::now();
  std::string why;
  if (lab::until(patience, [&] { return lab::all_settled(*lab_, &why); })) {
    const auto took = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - began);
    std::cout << "settled after " << took.count() << " ms" << std::endl;
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "not settled within " << patience.count() << " ms:\n"
                                     << why << "central's log ends:\n"
                                     << lab_->central().last_log();
}

testing::AssertionResult Shop::proves() {
  const auto proof = lab::prove(*lab_);
  std::cout << proof.words() << std::flush;
  if (proof.holds()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << proof.words();
}

bool Shop::all_sent() {
  for (auto* till : lab_->all_tills()) {
    const auto status = till->status();
    if (status.waiting == 0 || status.sent != status.waiting) return false;
  }
  return true;
}

void revive(lab::Server& server) {
  std::string why;
  EXPECT_TRUE(lab::until(seconds(60), [&] {
    try {
      server.start();
      return true;
    } catch (const std::exception& error) {
      why = error.what();
      return false;
    }
  })) << why;
}

}  // namespace pos::e2e

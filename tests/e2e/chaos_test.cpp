// Two stores with three tills each sell without a pause while everything between them and central,
// and they themselves, is killed, stopped, frozen and cut. At the end the table: what was answered,
// what central has, what is lost or doubled, whether stock is exact, how long it took to settle.
#include <fmt/format.h>
#include <signal.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/e2e/shop.h"
#include "tests/long_run.h"

namespace pos::e2e {
namespace {

// A cashier whose till is killed now and then: between two sales, in the middle of one, and after
// `pay` was asked and before it was answered.
class Unlucky {
 public:
  Unlucky(lab::Till& till, lab::Baskets baskets, std::atomic<int>& kills)
      : till_(till), baskets_(std::move(baskets)), kills_(kills), thread_([this] { work(); }) {}
  ~Unlucky() { stop(); }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::string trouble;

 private:
  void work() try {
    while (!stop_) {
      const auto basket = baskets_.next();
      switch (baskets_.random() % 200) {
        case 0:
          kill();
          break;
        case 1:
          till_.scan(basket.front());
          kill();
          break;
        case 2:
          for (const auto& wanted : basket) till_.scan(wanted);
          till_.process().write_line(R"({"do":"pay","tender":"cash"})");
          std::this_thread::sleep_for(std::chrono::microseconds(baskets_.random() % 3000));
          till_.process().signal(SIGKILL);
          take_last_answer(basket);
          kill();
          break;
        default:
          till_.sell(basket);
      }
      std::this_thread::sleep_for(Millis(15));
    }
  } catch (const std::exception& e) {
    trouble = till_.name() + ": " + e.what() + "\n" + till_.last_log();
  }
  // What it still said before it died was an answer.
  void take_last_answer(const std::vector<lab::Wanted>& basket) {
    const auto line = till_.process().read_line(Millis(500));
    const auto answer = nlohmann::json::parse(line.value_or("null"), nullptr, false);
    if (!answer.is_object() || !answer.contains("completed")) return;
    const auto& done = answer["completed"];
    till_.add_to_record({till_.place().store, till_.place().till, done["transactionId"],
                         done["receipt"], done["epoch"], done["seq"], done["total"], basket});
  }
  void kill() {
    till_.kill9();
    ++kills_;
    till_.start();
    till_.open_for_business(lab::kCashierPin);
    till_.clear_counter();
  }

  lab::Till& till_;
  lab::Baskets baskets_;
  std::atomic<int>& kills_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

class Chaos {
 public:
  Chaos() : shop_({.stores = 2, .tills = 3, .postgres = true}) {
    dice_.seed(std::random_device{}());
    shop_.open_all();
    servers_ = {&lab().leaf("s1"), &lab().leaf("s2"), &lab().hub(), &lab().central(),
                &lab().postgres()->server()};
  }

  void run(int kills) {
    {
      std::vector<std::unique_ptr<Unlucky>> cashiers;
      for (auto* till : lab().all_tills())
        cashiers.push_back(std::make_unique<Unlucky>(*till, shop_.baskets(), kills_));
      while ((kills_ < kills || strikes_ < kills / 2) && !testing::Test::HasFailure()) {
        strike();
        for (const auto& c : cashiers) ASSERT_EQ(c->trouble, "");
      }
      for (const auto& c : cashiers) c->stop();
      for (const auto& c : cashiers) ASSERT_EQ(c->trouble, "");
    }
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(shop_.settles_within(seconds(120)));
    const auto took = std::chrono::steady_clock::now() - began;
    table(std::chrono::duration<double>(took).count());
  }

 private:
  lab::Lab& lab() { return shop_.lab(); }
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(dice_); }
  void pause() { std::this_thread::sleep_for(Millis(between(100, 900))); }

  void strike() {
    auto& server =
        *servers_[static_cast<size_t>(between(0, static_cast<int>(servers_.size()) - 1))];
    auto& link = lab().link(between(0, 1) ? "s1" : "s2");
    ++strikes_;
    switch (between(0, 9)) {
      case 0:
        link.cut();
        pause();
        link.heal();
        return;
      case 1:
        link.hole();
        pause();
        link.heal();
        return;
      case 2:
        server.freeze();
        pause();
        server.thaw();
        return;
      case 3:
        server.stop();
        break;
      default:
        server.kill9();
        ++kills_;
    }
    pause();
    revive(server);
  }

  void table(double settled_s) {
    const lab::Proof proof = lab::prove(lab());
    int64_t wrong_stock = 0;
    for (const auto& p : proof.products) wrong_stock += p.expected != p.found;
    const int64_t lost = proof.rung_up + proof.unanswered - proof.held;
    std::cout << fmt::format(
        "strikes {} · kills {}\n"
        "answered {} · unanswered {} · at central {} · lost {} · doubled {} · stock {} · settled "
        "after {:.1f} s\n",
        strikes_, kills_.load(), proof.rung_up, proof.unanswered, proof.held,
        std::max<int64_t>(lost, 0), std::max<int64_t>(-lost, 0),
        wrong_stock == 0 ? fmt::format("exact ({} products)", proof.products.size())
                         : fmt::format("wrong in {}", wrong_stock),
        settled_s);
    EXPECT_TRUE(proof.holds()) << proof.words();
    EXPECT_GT(proof.rung_up, 100);
  }

  Shop shop_;
  std::mt19937 dice_;
  std::vector<lab::Server*> servers_;
  std::atomic<int> kills_{0};
  int strikes_ = 0;
};

int kills_wanted() { return long_run() ? 1000 : 100; }

TEST(Chaos, WhateverIsKilledFrozenAndCutEverySaleIsAtCentralOnce) {
  if (!lab::postgres_is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  Chaos().run(kills_wanted());
}

}  // namespace
}  // namespace pos::e2e

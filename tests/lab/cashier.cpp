#include "tests/lab/cashier.h"

#include <algorithm>

namespace pos::lab {

Cashier::Cashier(Till& till, Baskets baskets, Millis pause)
    : till_(till), baskets_(std::move(baskets)), thread_([this, pause] { work(pause); }) {}

Cashier::~Cashier() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Cashier::work(Millis pause) try {
  while (!stop_) {
    const auto began = std::chrono::steady_clock::now();
    till_.sell(baskets_.next());
    ++sales_;
    const auto took = std::chrono::steady_clock::now() - began;
    slowest_ = std::max(slowest_, std::chrono::duration_cast<Millis>(took));
    std::this_thread::sleep_for(pause);
  }
} catch (...) {
  trouble_ = std::current_exception();
}

void Cashier::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  if (trouble_) std::rethrow_exception(std::exchange(trouble_, nullptr));
}

}  // namespace pos::lab

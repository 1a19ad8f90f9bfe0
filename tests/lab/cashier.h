// Cashier: a thread that sells on a till until it is told to stop, whatever the network does.
//
//   Cashier anna(till, Baskets(lab.products(), 7));
//   lab.link("s1").cut();
//   anna.stop();                 // joins; throws what went wrong
//
// The till belongs to the thread meanwhile.
#pragma once

#include <atomic>
#include <exception>
#include <thread>

#include "tests/lab/basket.h"

namespace pos::lab {

class Cashier {
 public:
  // `pause` between two sales: a real queue is not endless.
  Cashier(Till&, Baskets, Millis pause = Millis(20));
  ~Cashier();
  Cashier(const Cashier&) = delete;
  Cashier& operator=(const Cashier&) = delete;

  void stop();
  int64_t sales() const { return sales_; }
  Millis slowest_sale() const { return slowest_; }  // after stop()

 private:
  void work(Millis pause);

  Till& till_;
  Baskets baskets_;
  std::atomic<bool> stop_{false};
  std::atomic<int64_t> sales_{0};
  Millis slowest_{0};
  std::exception_ptr trouble_;
  std::thread thread_;
};

}  // namespace pos::lab

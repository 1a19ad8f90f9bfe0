// What lab_test runs and kills, to see that a child of the lab does not outlive it.
#include <unistd.h>

#include <iostream>
#include <memory>

#include "tests/lab/process.h"

int main() {
  using namespace pos::lab;
  std::unique_ptr<Process> child;
  std::thread([&] { child = std::make_unique<Process>(Command{.argv = {"sleep", "60"}}); }).join();
  std::this_thread::sleep_for(Millis(50));  // time to die with the thread, if it were to
  std::cout << (child->running() ? child->pid() : -1) << std::endl;
  pause();
}

// WindowTill: the till with its window, under hands that have a keyboard and a scanner but no JSON.
// The till's answer to a sale is its receipt number, which `leaftillctl status` tells.
#pragma once

#include <string>
#include <vector>

#include "tests/lab/display.h"
#include "tests/lab/lab.h"

namespace pos::lab {

class WindowTill {
 public:
  // `till` is the lab's entry for it: its place, and the record that sales go to.
  WindowTill(Lab& lab, Till& till, const Display& display);

  void open(const std::string& pin);  // window, PIN, shift; throws std::runtime_error with words
  void scan(const std::vector<Wanted>& basket);  // piece by piece
  // Pays exactly, in cash, what scan() put on the counter. Throws if no receipt comes.
  Sold pay(const std::vector<Wanted>& basket);
  Sold sell(const std::vector<Wanted>& basket);
  TillStatus status() const;
  bool running() { return process_.running(); }
  void picture(const std::string& png_file) const { display_.picture(window_, png_file); }
  bool close() { return process_.stop(seconds(5)); }

 private:
  void keys(const std::string& text, const std::string& key);
  Lab& lab_;
  Till& till_;
  const Display& display_;
  Process process_;
  std::string window_;
};

}  // namespace pos::lab

// Wedge: tells a scanner from a person. A scanner is a keyboard that types fast and ends with
// Enter; whatever has the focus, its code must arrive whole. Keys come here straight from the
// window's callbacks and never go through Dear ImGui, whose 1.86 text field lost 30 to 100 % of
// fast scans (a press and a release between two frames leave no trace there).
//
// Every character is handed on at once as Typed, so that a person sees it within two frames. When a
// run of at least four characters, none more than 50 ms after the one before, ends in Enter or Tab,
// it was a scan: Scanned follows, and the Desk takes back what the run typed. A '*' ends a run, so
// that "3*" can stand right before a scan.
//
// AIM prefixes ("]E0") and control characters are stripped. Time is what the caller says it is: the
// window counts only the time it waited, so that a slow frame does not break a scan in two. What
// came while it drew has no spacing of its own (`deaf_ms`): a few digits among it are taken for
// typing, as a slow machine must not turn an amount into a scan. On every screen but PAY it is all
// the same: digits and Enter are a code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ui/action.h"

namespace pos::ui {

enum class Key { none, enter, tab, escape, erase, up, down, page_up, page_down, function };

struct Stroke {
  char32_t character = 0;  // or
  Key key = Key::none;
  int number = 0;       // of a function key
  bool repeat = false;  // the key is being held
  int64_t at_ms = 0;
  int64_t deaf_ms = 0;  // for so long nobody listened before this one was heard
};

class Wedge {
 public:
  static constexpr int64_t kGapMs = 50;      // within a run
  static constexpr int64_t kEndGapMs = 120;  // before the Enter that ends it
  static constexpr size_t kShortest = 4;
  static constexpr size_t kLongest = 256;
  static constexpr size_t kSurelyACode = 8;  // digits: EAN-8 and longer, and no amount is that high
  static constexpr int kPageRows = 6;

  std::vector<Action> hear(const Stroke&);
  // A run is under way: wait for its end before drawing.
  bool in_run(int64_t now_ms) const;

 private:
  std::vector<Action> character(const Stroke&);
  std::vector<Action> end_of_run(const Stroke&);
  std::string run_;
  bool unsure_ = false;  // of the run's spacing
  int64_t last_ms_ = -1'000'000;
};

// Without AIM prefix and control characters.
std::string stripped(std::string_view code);

}  // namespace pos::ui

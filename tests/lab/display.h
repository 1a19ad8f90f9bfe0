// Display: a place for a window, and hands on its keys: the person's own X display, or an Xvfb of
// our own where there is none. Pictures of it are PNG files.
#pragma once

#include <optional>
#include <string>

#include "tests/lab/process.h"

namespace pos::lab {

class Display {
 public:
  static std::optional<Display> of_person();  // $DISPLAY, if it answers
  // nullopt: Xvfb or xdotool is missing, or does not come up.
  static std::optional<Display> own(int width = 1280, int height = 800);

  const std::string& name() const { return name_; }  // ":99"
  bool is_own() const { return own_; }

  // Waits for the first window of a process; empty if none comes.
  std::string window_of(pid_t pid, Millis patience = seconds(20)) const;
  // What a scanner or a cashier types: characters, then a key ("Return", "F12") if any.
  bool type(const std::string& window, const std::string& text, const std::string& key = {}) const;
  bool picture(const std::string& window, const std::string& png_file) const;

 private:
  Finished tool(std::vector<std::string> args) const;
  std::string name_;
  bool own_ = false;
  Process server_;
};

}  // namespace pos::lab

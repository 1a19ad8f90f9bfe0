#include "tests/lab/display.h"

#include <cstdlib>

namespace pos::lab {
namespace {

bool installed(const std::string& program) {
  return run({.argv = {"sh", "-c", "command -v " + program}}).code == 0;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::optional<Display> Display::of_person() {
  const char* name = std::getenv("DISPLAY");
  if (!name || !*name || !installed("xdotool")) return std::nullopt;
  Display display;
  display.name_ = name;
  if (display.tool({"getdisplaygeometry"}).code != 0) return std::nullopt;
  return display;
}

// Xvfb finds a free number by itself and tells it on the descriptor that -displayfd names.
std::optional<Display> Display::own(int width, int height) {
  if (!installed("Xvfb") || !installed("xdotool")) return std::nullopt;
  Display display;
  display.own_ = true;
  const std::string screen = std::to_string(width) + "x" + std::to_string(height) + "x24";
  display.server_ =
      Process({.argv = {"Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp"},
               .pipes = true});
  const auto number = display.server_.read_line(seconds(20));
  if (!number) return std::nullopt;
  display.name_ = ":" + *number;
  return display;
}

Finished Display::tool(std::vector<std::string> args) const {
  args.insert(args.begin(), "xdotool");
  return run({.argv = std::move(args), .env = {{"DISPLAY", name_}}}, {}, seconds(20));
}

std::string Display::window_of(pid_t pid, Millis patience) const {
  std::string window;
  until(
      patience,
      [&] {
        window = first_line(tool({"search", "--onlyvisible", "--pid", std::to_string(pid)}).out);
        return !window.empty();
      },
      Millis(100));
  return window;
}

// Own display: real keys, to the window under the pointer, since no window manager gives a focus. A
// person's display: only to that window, never to what the person may be typing in meanwhile.
bool Display::type(const std::string& window, const std::string& text,
                   const std::string& key) const {
  std::vector<std::string> args;
  if (own_) args = {"mousemove", "--window", window, "2", "2"};
  auto to = [&](const char* verb) {
    args.emplace_back(verb);
    if (!own_) args.insert(args.end(), {"--window", window});
  };
  if (!text.empty()) {
    to("type");
    args.insert(args.end(), {"--delay", "8", text});
    // `type` takes all that follows as text: the key comes in a call of its own.
    if (tool(args).code != 0) return false;
    args.clear();
  }
  if (key.empty()) return true;
  to("key");
  args.push_back(key);
  return tool(args).code == 0;
}

bool Display::picture(const std::string& window, const std::string& png_file) const {
  return run({.argv = {"import", "-window", own_ ? "root" : window, png_file},
              .env = {{"DISPLAY", name_}}},
             {}, seconds(20))
             .code == 0;
}

}  // namespace pos::lab

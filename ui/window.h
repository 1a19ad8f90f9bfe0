// The cashier's window: GLFW and OpenGL, and nothing else of the program. The only file that knows
// them. Event-driven: no frame is drawn while view and input stay the same.
//
//   ui::Window window({.full_screen = true});
//   return window.run(desk, [&] { return chip_of(sync.status()); }, [&] { return stopping.load();
//   });
//
// OpenGL 3.0, then OpenGL ES 3 (EGL), then OpenGL 2.1 with the old backend: the first that works.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "ui/desk.h"
#include "ui/view.h"

namespace pos::ui {

struct WindowSettings {
  std::string title = "Leaftill";
  int width = 1280, height = 800;
  bool full_screen = false;  // takes the monitor's own size
  double px_per_mm = 0;      // 0: what the monitor says
  std::string gl = "auto";   // or "gl3", "es3", "gl2": only this one
};

class Window {
 public:
  // Opens it, or throws std::runtime_error that says what is missing.
  explicit Window(WindowSettings);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Draws and listens until the window is closed or `should_stop` says so (asked at least once a
  // second). Main thread only. The return value is for main().
  int run(Desk&, std::function<SyncChip()> chip, std::function<bool()> should_stop);

  // From any thread: sync status, stock or catalogue may have changed.
  void wake();
  // Writes what is on the screen as PNG; false if it cannot. Main thread, for example in `chip`.
  bool screenshot(const std::string& path);
  // "OpenGL 3.0, opengl3 backend, llvmpipe …": for the log.
  const std::string& graphics() const;
  // Frames drawn so far: a test sees that an idle till draws none.
  int64_t frames() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace pos::ui

#include "ui/window.h"

// clang-format off
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <GL/gl.h>
// clang-format on
#include <backends/imgui_impl_opengl2.h>
#include <backends/imgui_impl_opengl3.h>
#include <stb_image_write.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <deque>
#include <optional>
#include <stdexcept>
#include <vector>

#include "ui/compat.h"
#include "ui/present.h"
#include "ui/screen.h"
#include "ui/wedge.h"

namespace pos::ui {
namespace {

constexpr double kIdleWaitS = 1.0;
constexpr double kUsualPxPerMm = 4.0;  // when the monitor's answer is nonsense
constexpr int64_t kRefreshEveryMs = 1000;
constexpr int64_t kWaitForRunMs = 15;  // a scanner's second character comes within this

double now_s() {
  using Seconds = std::chrono::duration<double>;
  return Seconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}
int64_t to_ms(double seconds) { return static_cast<int64_t>(seconds * 1000); }

struct Pointer {
  double x = 0, y = 0;
  bool down = false;
};

enum class Backend { opengl3, opengl2 };
struct Attempt {
  const char* name;
  int api, major, minor;
  const char* glsl;
  Backend backend;
};
constexpr Attempt kAttempts[] = {
    {"gl3", GLFW_OPENGL_API, 3, 0, "#version 130", Backend::opengl3},
    {"es3", GLFW_OPENGL_ES_API, 3, 0, "#version 100", Backend::opengl3},
    {"gl2", GLFW_OPENGL_API, 2, 1, nullptr, Backend::opengl2},
};

Key key_of(int key) {
  switch (key) {
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      return Key::enter;
    case GLFW_KEY_TAB:
      return Key::tab;
    case GLFW_KEY_ESCAPE:
      return Key::escape;
    case GLFW_KEY_BACKSPACE:
    case GLFW_KEY_DELETE:
      return Key::erase;
    case GLFW_KEY_UP:
      return Key::up;
    case GLFW_KEY_DOWN:
      return Key::down;
    case GLFW_KEY_PAGE_UP:
      return Key::page_up;
    case GLFW_KEY_PAGE_DOWN:
      return Key::page_down;
    default:
      return key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12 ? Key::function : Key::none;
  }
}

double px_per_mm(GLFWmonitor* monitor) {
  int width_mm = 0, height_mm = 0;
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (!mode) return kUsualPxPerMm;
  glfwGetMonitorPhysicalSize(monitor, &width_mm, &height_mm);
  if (width_mm < 50 || width_mm > 3000) return kUsualPxPerMm;
  const double found = static_cast<double>(mode->width) / width_mm;
  return found < 2.5 || found > 12 ? kUsualPxPerMm : found;
}

}  // namespace

struct Window::Inside {
  WindowSettings settings;
  GLFWwindow* window = nullptr;
  Backend backend = Backend::opengl3;
  std::string graphics, trouble;
  double density = kUsualPxPerMm;
  int64_t frames = 0;
  Fonts fonts;
  float fonts_for = 0;  // px per mm

  std::atomic<bool> woken{false};
  std::vector<Stroke> strokes;
  std::deque<Pointer> pointers;  // changes still to be fed, one a frame
  Pointer pointer;               // where it is
  double wheel = 0;
  bool touched = true;  // something outside the view changed: size, exposure, the finger
  double waited_s = 0, wait_began = 0;
  int64_t deaf_ms = 0;  // before the present wait
  std::optional<View> drawn;

  explicit Inside(WindowSettings wanted);
  ~Inside();
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  bool open(const Attempt&);
  void listen();
  void wait(double seconds);
  // Only time spent waiting counts: see wedge.h.
  int64_t input_ms() const { return to_ms(waited_s + (now_s() - wait_began)); }
  Layout layout();
  std::optional<Action> frame(const View&);
  void render();
  int run(Desk&, const std::function<SyncChip()>&, const std::function<bool()>&);
  void hear(Desk&, Wedge&);
  bool draw_until_quiet(Desk&, const SyncChip&);
};

Window::Inside::Inside(WindowSettings wanted) : settings(std::move(wanted)) {
  glfwSetErrorCallback([](int, const char*) {});
  if (!glfwInit())
    throw std::runtime_error("No display: start X11 or set DISPLAY, or use --headless.");
  const auto* found =
      std::find_if(std::begin(kAttempts), std::end(kAttempts), [&](const Attempt& a) {
        return (settings.gl == "auto" || settings.gl == a.name) && open(a);
      });
  if (found == std::end(kAttempts)) {
    glfwTerminate();
    throw std::runtime_error("No OpenGL (3.0, ES 3 or 2.1) for a window" +
                             (trouble.empty() ? "." : ": " + trouble + "."));
  }
  listen();
}

Window::Inside::~Inside() {
  if (backend == Backend::opengl3) {
    ImGui_ImplOpenGL3_Shutdown();
  } else {
    ImGui_ImplOpenGL2_Shutdown();
  }
  ImGui::DestroyContext();
  glfwDestroyWindow(window);
  glfwTerminate();
}

bool Window::Inside::open(const Attempt& attempt) {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_CLIENT_API, attempt.api);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, attempt.major);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, attempt.minor);
  if (attempt.api == GLFW_OPENGL_ES_API) {
    glfwWindowHint(GLFW_CONTEXT_CREATION_API, GLFW_EGL_CONTEXT_API);
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  const bool full = settings.full_screen && mode;
  window =
      glfwCreateWindow(full ? mode->width : settings.width, full ? mode->height : settings.height,
                       settings.title.c_str(), full ? monitor : nullptr, nullptr);
  if (!window) {
    const char* words = nullptr;
    glfwGetError(&words);
    trouble = std::string(attempt.name) + " " + (words ? words : "failed");
    return false;
  }
  density = settings.px_per_mm > 0 ? settings.px_per_mm : px_per_mm(monitor);
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NoMouseCursorChange;
  set_style();
  backend = attempt.backend;
  const bool ok =
      backend == Backend::opengl3 ? ImGui_ImplOpenGL3_Init(attempt.glsl) : ImGui_ImplOpenGL2_Init();
  const auto* version = reinterpret_cast<const char*>(glGetString(GL_VERSION));
  const auto* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  graphics = std::string(attempt.name) + ": " + (version ? version : "?") + ", " +
             (renderer ? renderer : "?");
  if (ok) return true;
  ImGui::DestroyContext();
  glfwDestroyWindow(window);
  window = nullptr;
  trouble = std::string(attempt.name) + " has no usable OpenGL functions";
  return false;
}

// All input comes here, in the order in which it happened. ImGui is fed the pointer only.
void Window::Inside::listen() {
  glfwSetWindowUserPointer(window, this);
  const auto self = [](GLFWwindow* w) { return static_cast<Inside*>(glfwGetWindowUserPointer(w)); };
  static const auto inside_of = self;
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned int c) {
    Inside* me = inside_of(w);
    me->strokes.push_back(
        {static_cast<char32_t>(c), Key::none, 0, false, me->input_ms(), me->deaf_ms});
  });
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int) {
    const Key known = key_of(key);
    if (action == GLFW_RELEASE || known == Key::none) return;
    Inside* me = inside_of(w);
    me->strokes.push_back(
        {0, known, key - GLFW_KEY_F1 + 1, action == GLFW_REPEAT, me->input_ms(), me->deaf_ms});
  });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
    if (button != GLFW_MOUSE_BUTTON_LEFT) return;
    Inside* me = inside_of(w);
    glfwGetCursorPos(w, &me->pointer.x, &me->pointer.y);
    me->pointer.down = action == GLFW_PRESS;
    me->pointers.push_back(me->pointer);
  });
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
    Inside* me = inside_of(w);
    me->pointer.x = x;
    me->pointer.y = y;
    if (!me->pointer.down) return;  // nothing on the screen follows a pointer that is up
    const size_t waiting = me->pointers.size();
    if (waiting >= 2 && me->pointers[waiting - 1].down && me->pointers[waiting - 2].down) {
      me->pointers.back() = me->pointer;
    } else {
      me->pointers.push_back(me->pointer);
    }
  });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double, double y) { inside_of(w)->wheel += y; });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { inside_of(w)->touched = true; });
  glfwSetFramebufferSizeCallback(window,
                                 [](GLFWwindow* w, int, int) { inside_of(w)->touched = true; });
}

void Window::Inside::wait(double seconds) {
  deaf_ms = to_ms(now_s() - wait_began);
  wait_began = now_s();
  if (seconds <= 0) {
    glfwPollEvents();
  } else {
    glfwWaitEventsTimeout(seconds);
  }
  waited_s += now_s() - wait_began;
  wait_began = now_s();
}

Layout Window::Inside::layout() {
  int width = 0, height = 0;
  glfwGetWindowSize(window, &width, &height);
  return lay_out(static_cast<float>(std::max(width, 320)),
                 static_cast<float>(std::max(height, 240)), static_cast<float>(density));
}

// One turn of ImGui: at most one change of the pointer, the screen, and the GPU.
std::optional<Action> Window::Inside::frame(const View& view) {
  const Layout at = layout();
  ImGuiIO& io = ImGui::GetIO();
  if (at.m.px_per_mm != fonts_for) {  // the first frame, or the window's size asks for other type
    io.Fonts->Clear();
    fonts = load_fonts(*io.Fonts, at.m);
    if (backend == Backend::opengl3) {
      ImGui_ImplOpenGL3_DestroyFontsTexture();
      ImGui_ImplOpenGL3_CreateFontsTexture();
    } else {
      ImGui_ImplOpenGL2_DestroyFontsTexture();
      ImGui_ImplOpenGL2_CreateFontsTexture();
    }
    fonts_for = at.m.px_per_mm;
  }
  if (backend == Backend::opengl3) {
    ImGui_ImplOpenGL3_NewFrame();
  } else {
    ImGui_ImplOpenGL2_NewFrame();
  }
  int width = 0, height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  io.DisplaySize = {at.screen.w, at.screen.h};
  io.DisplayFramebufferScale = {static_cast<float>(width) / at.screen.w,
                                static_cast<float>(height) / at.screen.h};
  io.DeltaTime = 1.0F / 60;
  if (!pointers.empty()) {
    const Pointer p = pointers.front();
    pointers.pop_front();
    compat::feed_pointer(io, static_cast<float>(p.x), static_cast<float>(p.y), p.down);
  }
  ImGui::NewFrame();
  std::optional<Action> action = draw(view, fonts, at);
  ImGui::Render();
  render();
  glfwSwapBuffers(window);
  ++frames;
  return action;
}

void Window::Inside::render() {
  int width = 0, height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  glViewport(0, 0, width, height);
  glClearColor(0.9F, 0.9F, 0.92F, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  if (backend == Backend::opengl3) {
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  } else {
    ImGui_ImplOpenGL2_RenderDrawData(ImGui::GetDrawData());
  }
}

// Applies what was typed and scanned so far.
void Window::Inside::hear(Desk& desk, Wedge& wedge) {
  for (const Stroke& stroke : std::exchange(strokes, {})) {
    for (const Action& action : wedge.hear(stroke)) desk.apply(action);
  }
  if (const int rows = static_cast<int>(std::lround(std::exchange(wheel, 0.0))); rows != 0) {
    desk.apply(Move{-rows});
  }
}

// Draws while something changes: the view, the pointer, what a press did. True if it drew.
bool Window::Inside::draw_until_quiet(Desk& desk, const SyncChip& chip) {
  bool drew = false;
  for (int round = 0; round < 64; ++round) {  // a bound: a stuck queue must not stop the keys
    View view = present(desk, chip);
    const bool needed = touched || !pointers.empty() || compat::input_waits() || drawn != view;
    if (!needed) return drew;
    const bool fed = !pointers.empty();
    touched = false;
    drew = true;
    drawn = std::move(view);
    if (const auto action = frame(*drawn)) desk.apply(*action);
    // What the finger did shows one frame later (a key goes down, comes up).
    if (fed && pointers.empty()) touched = true;
  }
  return drew;
}

int Window::Inside::run(Desk& desk, const std::function<SyncChip()>& chip,
                        const std::function<bool()>& should_stop) {
  Wedge wedge;
  double refreshed = now_s();
  bool stale = false;
  while (!glfwWindowShouldClose(window) && !should_stop()) {
    hear(desk, wedge);
    while (wedge.in_run(input_ms())) {  // the rest of a scan comes at once: draw after it
      const size_t before = strokes.size();
      wait(static_cast<double>(kWaitForRunMs) / 1000);
      if (strokes.size() == before) break;
      hear(desk, wedge);
    }
    stale = woken.exchange(false) || stale;
    if (stale && to_ms(now_s() - refreshed) >= kRefreshEveryMs) {
      desk.refresh();
      refreshed = now_s();
      stale = false;
    }
    desk.tick();
    draw_until_quiet(desk, chip());
    wait(kIdleWaitS);
  }
  return 0;
}

Window::Window(WindowSettings settings) : inside_(std::make_unique<Inside>(std::move(settings))) {}
Window::~Window() = default;

int Window::run(Desk& desk, std::function<SyncChip()> chip, std::function<bool()> should_stop) {
  return inside_->run(desk, chip, should_stop);
}

void Window::wake() {
  inside_->woken.store(true);
  glfwPostEmptyEvent();
}

bool Window::screenshot(const std::string& path) {
  if (!ImGui::GetDrawData()) return false;
  inside_->render();
  int width = 0, height = 0;
  glfwGetFramebufferSize(inside_->window, &width, &height);
  const size_t row = static_cast<size_t>(width) * 4;
  std::vector<unsigned char> pixels(row * static_cast<size_t>(height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
  for (size_t i = 3; i < pixels.size(); i += 4) pixels[i] = 255;
  for (int y = 0; y < height / 2; ++y) {  // OpenGL's first row is the lowest
    const auto top = pixels.begin() + static_cast<std::ptrdiff_t>(row) * y;
    const auto low = pixels.begin() + static_cast<std::ptrdiff_t>(row) * (height - 1 - y);
    std::swap_ranges(top, top + static_cast<std::ptrdiff_t>(row), low);
  }
  return stbi_write_png(path.c_str(), width, height, 4, pixels.data(), static_cast<int>(row)) != 0;
}

const std::string& Window::graphics() const { return inside_->graphics; }
int64_t Window::frames() const { return inside_->frames; }

}  // namespace pos::ui

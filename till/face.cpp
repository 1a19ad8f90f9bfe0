#include "till/face.h"

#include <string>

#include "sync/log.h"
#include "till/chip.h"
#include "ui/desk.h"
#include "ui/window.h"

namespace pos::till {
namespace {

constexpr double kMicrometres = 1000;

ui::WindowSettings settings_of(const Config& config) {
  ui::WindowSettings settings;
  settings.width = static_cast<int>(config.window_width);
  settings.height = static_cast<int>(config.window_height);
  settings.full_screen = config.full_screen;
  if (config.micrometres_per_pixel > 0) {
    settings.px_per_mm = kMicrometres / static_cast<double>(config.micrometres_per_pixel);
  }
  return settings;
}

}  // namespace

int run_window(Till& till, const std::function<bool()>& stop) {
  ui::DeskSettings settings;
  if (!till.who().receipt_head.empty()) settings.store_name = till.who().receipt_head.front();
  settings.lock_after_ms = till.config().lock_after_s * 1000;
  ui::Desk desk(till.reg(), settings);
  desk.on_record = [&till] {
    till.paper().print_last_sale();
    till.nudge();
    till.checkpoint();
  };
  desk.on_report = [&till](const ShiftClosed& shift, bool z) { till.print_report(shift, z); };
  desk.on_drawer = [&till] { till.paper().open_drawer(); };
  if (till.scale()) desk.weigh = [&till] { return weight_of(till.scale()->read()); };
  ui::Window window(settings_of(till.config()));
  sync::log_info("window is open", {{"graphics", window.graphics()}});
  till.on_change([&window] { window.wake(); });
  const int code = window.run(
      desk,
      [&till] {
        till.give_back_claims();
        return chip_of(till.status(), till.clock());
      },
      stop);
  till.on_change({});
  return code;
}

}  // namespace pos::till

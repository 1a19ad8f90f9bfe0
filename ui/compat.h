// What differs between the versions of Dear ImGui that we build with: 1.86 (Debian 12) and 1.90 and
// later (Debian 13). All version guards are here and nowhere else. No key ever goes through ImGui
// (wedge.h says why), so only the pointer and the texture matter.
#pragma once

#include <imgui.h>
#include <imgui_internal.h>

namespace pos::ui::compat {

// One change of the pointer. Feed one per frame: what happens twice between two frames is lost
// otherwise (before 1.87) or takes several frames anyhow (since).
inline void feed_pointer(ImGuiIO& io, float x, float y, bool down) {
#if IMGUI_VERSION_NUM >= 18700
  io.AddMousePosEvent(x, y);
  io.AddMouseButtonEvent(0, down);
#else
  io.MousePos = {x, y};
  io.MouseDown[0] = down;
#endif
}

// Since 1.87 events wait in a queue and trickle into frames.
inline bool input_waits() {
#if IMGUI_VERSION_NUM >= 18700
  return !ImGui::GetCurrentContext()->InputEventsQueue.empty();
#else
  return false;
#endif
}

}  // namespace pos::ui::compat

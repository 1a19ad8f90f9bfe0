// Colours and type. One accent colour, three palettes; Inter for words and Material Design Icons
// for pictures, both from Debian packages, with ImGui's own font where they are missing.
#pragma once

#include <imgui.h>

#include <cstdint>

#include "ui/layout.h"
#include "ui/view.h"

namespace pos::ui {

using Colour = ImU32;

constexpr Colour rgb(uint32_t rrggbb, uint32_t alpha = 255) {
  return (alpha << 24) | ((rrggbb & 0xFF) << 16) | (rrggbb & 0xFF00) | (rrggbb >> 16);
}
Colour mix(Colour a, Colour b, float share_of_b);

struct Palette {
  Colour ground, panel, panel_edge;  // behind all, behind a zone, around it
  Colour text, muted, on_colour;     // on_colour: on accent, good and bad
  Colour strip, on_strip;
  Colour total, on_total;
  Colour hero, on_hero;  // the locked till
  Colour key, key_edge, key_text;
  Colour accent, accent_soft;
  Colour good, good_soft, warn, warn_soft, bad, bad_soft;
  Colour selected;
  Colour paper;        // a tile before its colour is mixed in
  float tint = 0.14F;  // how much of the product's colour
  float edge = 1;      // px of outlines
  bool shadows = true;
};
const Palette& palette(Look);

enum class Face { small, label, strong, body, big, huge };
inline constexpr int kFaces = 6;

struct Fonts {
  ImFont* faces[kFaces] = {};
  float sizes[kFaces] = {};
  ImFont* icons = nullptr;  // null: words stand alone
  ImFont* big_icons = nullptr;
  bool packaged = false;  // Inter was found
};
// Fills the atlas (which must be empty). Costs 30 to 100 ms.
Fonts load_fonts(ImFontAtlas&, const Metrics&);

struct Theme {
  const Palette* colours = nullptr;
  Fonts fonts;
};

// Soft and full colour of a tone.
Colour full(const Palette&, Tone);
Colour soft(const Palette&, Tone);

// Leaves no trace of ImGui's own look.
void set_style();

}  // namespace pos::ui

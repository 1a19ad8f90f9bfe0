// Draws a screen's parts at given places: text that never leaves its rectangle, figures aligned on
// the decimal, buttons with their key's name. It remembers every target that can be pressed, so
// that a test can check that none is too small and no two overlap.
//
//   Canvas c(theme, layout, fonts);            // once a frame, inside ImGui's frame
//   if (auto action = c.button(view.primary, layout.pay, kBigKeyMm)) return action;
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ui/action.h"
#include "ui/layout.h"
#include "ui/theme.h"

namespace pos::ui {

enum class Align { left, centre, right };

struct Target {
  std::string id;
  Rect at;
  float least_mm = kKeyMm;
};

class Canvas {
 public:
  Canvas(const Palette& colours, const Fonts& fonts, const Layout& layout);

  const Palette& colours;
  const Layout& at;
  const Metrics& m;

  void box(const Rect&, Colour, float radius);
  void frame(const Rect&, Colour, float radius);
  void panel(const Rect&);  // a zone's ground
  void rule(float x, float y, float width);
  void stripe(const Rect&, Colour, float width, float radius);  // along the left edge
  void leaf(const Rect&, Colour ground, Colour vein);           // the house's mark, at any size
  void disc(float x, float y, float radius, Colour);

  // One line, in the vertical middle of its rectangle; what does not fit ends in an ellipsis.
  void text(const Rect&, Face, Colour, std::string_view, Align = Align::left);
  // Right-aligned on the decimal: each digit takes the same room.
  void figures(const Rect&, Face, Colour, std::string_view);
  // Wrapped at words, at most `most` lines; returns the height used.
  float paragraph(const Rect&, Face, Colour, std::string_view, int most, Align = Align::left);
  // True if the words stand in `most` lines of that width with nothing cut.
  bool fits(Face, std::string_view, float room, int most = 1) const;
  void icon(const Rect&, Colour, Icon, bool large = false);
  float width(Face, std::string_view) const;
  float height(Face) const;
  bool has_icons() const { return fonts_.icons != nullptr; }

  // A target: true once when it is pressed and released on the same place.
  bool press(std::string_view id, const Rect&, float least_mm);
  bool held() const { return held_; }  // of the last target: the finger is on it
  // Rows that the finger dragged over the last target since the last call; 0 mostly.
  int dragged_rows(float row_height) const;

  // A button with label, key name, detail and picture.
  std::optional<Action> button(std::string_view id, const KeyView&, const Rect&, float least_mm,
                               Face face = Face::label);

  const std::vector<Target>& targets() const { return targets_; }

 private:
  std::string fitted(Face, std::string_view, float room) const;
  std::vector<std::string> wrapped(Face, std::string_view, float room, int most,
                                   bool* cut = nullptr) const;
  void stacked(const KeyView&, const Rect&, Face, Colour words, Colour quiet);
  void in_a_row(const KeyView&, const Rect&, Face, Colour words);
  void glyphs(float x, float y, Face, Colour, std::string_view);
  Fonts fonts_;
  ImDrawList* draw_;
  std::vector<Target> targets_;
  bool held_ = false;
};

}  // namespace pos::ui

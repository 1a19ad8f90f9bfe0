// Where things are. Zones keep their places relative to each other at every size: basket on the
// left with its total bar, tiles in the middle, number pad at the bottom right with PAY below it,
// function keys along the bottom edge, a status strip of 32 px on top.
//
// Sizes are millimetres times pixels per millimetre: a finger and an eye do not shrink with the
// pixels. Keys >= 13 mm, PAY and tenders >= 20 mm, list rows >= 10 mm, gaps 2 mm; text has capitals
// of 3.7 mm (16 arc minutes at 80 cm) where it must be read, the basket's amounts 4.65 mm (20).
#pragma once

namespace pos::ui {

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;
  float right() const { return x + w; }
  float bottom() const { return y + h; }
  bool overlaps(const Rect& other) const {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
  bool holds(const Rect& other) const {
    return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
  }
  Rect inset(float by) const { return inset(by, by); }
  Rect inset(float sides, float ends) const {
    return {x + sides, y + ends, w - 2 * sides, h - 2 * ends};
  }
  Rect top(float height) const { return {x, y, w, height}; }
  Rect low(float height) const { return {x, bottom() - height, w, height}; }
  Rect but_low(float height) const { return {x, y, w, h - height}; }
  Rect below(float height) const { return {x, y + height, w, h - height}; }
  Rect left(float width) const { return {x, y, width, h}; }
  Rect tail(float width) const { return {right() - width, y, width, h}; }
  Rect after(float width) const { return {x + width, y, w - width, h}; }
  Rect but_tail(float width) const { return {x, y, w - width, h}; }
  // Cell `column`, `row` of a grid over this rectangle, on whole pixels.
  Rect cell(int column, int row, int columns, int rows, float gap) const;
  bool operator==(const Rect&) const = default;
};

inline constexpr float kKeyMm = 13, kBigKeyMm = 20, kRowMm = 10;
inline constexpr float kStripPx = 32;

struct Metrics {
  float px_per_mm = 4;
  float gap = 8, radius = 10, row = 40;
  float small = 16, label = 22, body = 28, big = 56, huge = 90, icon = 28;  // sizes of text
  float mm(float millimetres) const { return millimetres * px_per_mm; }
};

struct Layout {
  Metrics m;
  Rect screen, strip;
  Rect basket, total;  // the lines, and the fixed bar under them
  Rect tabs, tiles;    // categories, and the tiles under them
  Rect middle;         // tabs and tiles together: the other screens of a sale
  Rect wide;           // basket, total and middle together: screens without a basket
  Rect readout, pad, pay;
  Rect functions;
};

// `px_per_mm` is what the monitor says, or the override; it is lowered where the zones would not
// fit otherwise (the smallest whole is 215 x 125 mm: a 10 inch screen).
Layout lay_out(float width, float height, float px_per_mm);

// How many tiles fit, and where the n-th is.
struct TileGrid {
  int columns = 1, rows = 1;
  int per_page() const { return columns * rows; }
};
TileGrid tile_grid(const Layout&);

}  // namespace pos::ui

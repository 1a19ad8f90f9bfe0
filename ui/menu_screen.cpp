// Choices with a number each (the menu, the reasons for a void), and the list of keys.
#include <algorithm>

#include "ui/screen.h"

namespace pos::ui {

std::optional<Action> draw_choices(const ChoicesView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.middle;
  c.panel(r);
  const Rect inner = r.inset(c.m.gap * 1.5F, c.m.gap * 1.2F);
  const float g = c.m.gap, body = c.height(Face::body);
  const Face title = c.fits(Face::body, view.title, inner.w) ? Face::body : Face::strong;
  c.text(inner.top(body), title, c.colours.text, view.title);
  float used = body;
  if (!view.words.empty()) {
    used += c.paragraph(inner.below(body), Face::small, c.colours.muted, view.words, 2);
  }
  Rect keys = inner.below(used + g);
  const auto count = static_cast<int>(view.choices.size());
  const int columns = count > 4 ? 2 : 1;
  const int rows = (count + columns - 1) / columns;
  keys.h = std::min(keys.h, static_cast<float>(rows) * (c.m.mm(26) + g) - g);
  const float room = keys.w / static_cast<float>(columns) - 3.2F * g;
  const bool all_fit =
      std::all_of(view.choices.begin(), view.choices.end(),
                  [&](const KeyView& key) { return c.fits(Face::label, key.label, room); });
  for (int i = 0; i < count; ++i) {
    const KeyView& key = view.choices[static_cast<size_t>(i)];
    const Rect at = keys.cell(i % columns, i / columns, columns, rows, g);
    const Face face = all_fit ? Face::label : Face::small;
    if (auto a = c.button("choice:" + key.key, key, at, kKeyMm, face)) out = a;
  }
  return out;
}

std::optional<Action> draw_help(const HelpView& view, Canvas& c) {
  const Rect& r = c.at.wide;
  c.panel(r);
  const float g = c.m.gap;
  const Rect inner = r.inset(g * 2, g * 1.5F);
  const float body = c.height(Face::body);
  c.text(inner.top(body), Face::body, c.colours.text, "Keys");
  const auto count = static_cast<int>(view.keys.size());
  const int rows = (count + 1) / 2;
  Rect grid = inner.below(body + g);
  grid.h = std::min(grid.h, static_cast<float>(rows) * c.m.mm(15));
  for (int i = 0; i < count; ++i) {
    const RowView& row = view.keys[static_cast<size_t>(i)];
    const Rect cell = grid.cell(i / rows, i % rows, 2, rows, g);
    const Rect at{cell.x, cell.y, cell.w - g, std::min(cell.h, c.m.mm(14))};
    const float w = std::max(c.width(Face::label, row.value) + 2 * g, c.m.mm(15));
    const Rect cap{at.x, at.y + 1, w, std::min(at.h - 2, c.height(Face::label) * 1.5F)};
    c.box(cap, c.colours.key, c.m.radius * 0.7F);
    c.frame(cap, c.colours.key_edge, c.m.radius * 0.7F);
    c.text(cap, Face::label, c.colours.key_text, row.value, Align::centre);
    const Rect words{cap.right() + g, cap.y, at.right() - cap.right() - g, cap.h};
    const bool fits = c.width(Face::label, row.label) < words.w;
    c.text(words, fits ? Face::label : Face::small, c.colours.text, row.label);
  }
  return {};
}

}  // namespace pos::ui

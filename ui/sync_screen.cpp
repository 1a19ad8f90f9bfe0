// Where each fact is: on this till, or confirmed by central.
#include <algorithm>

#include "ui/screen.h"

namespace pos::ui {

std::optional<Action> draw_sync(const SyncView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.wide;
  c.panel(r);
  const float g = c.m.gap, body = c.height(Face::body), small = c.height(Face::small);
  Tone tone = Tone::good;
  if (view.chip.kind == SyncChip::Kind::sending) tone = Tone::busy;
  if (view.chip.kind == SyncChip::Kind::offline) tone = Tone::warn;
  if (view.chip.kind == SyncChip::Kind::attention) tone = Tone::bad;
  const Rect head = r.top(body + small + 3 * g);
  c.box(head, soft(c.colours, tone), c.m.radius);
  const Rect inner = head.inset(g * 2, g * 1.5F);
  c.text(inner.top(body), Face::body, full(c.colours, tone), view.chip.words);
  c.text(inner.low(small), Face::small, c.colours.text, view.words);

  const Rect list = r.below(head.h).inset(g, g * 0.5F);
  const float row_h = std::max(c.m.row, c.height(Face::label) * 1.3F);
  const int rows = std::max(1, static_cast<int>(list.h / row_h));
  const int count = static_cast<int>(view.rows.size());
  const int first = std::clamp(view.first, 0, std::max(0, count - rows));
  for (int i = first; i < std::min(count, first + rows); ++i) {
    const SyncRow& row = view.rows[static_cast<size_t>(i)];
    const Rect at{list.x, list.y + row_h * static_cast<float>(i - first), list.w, row_h};
    c.press("fact:" + std::to_string(i), at, kRowMm);
    if (const int dragged = c.dragged_rows(row_h)) out = Move{-dragged};
    const Rect line = at.inset(g, 0);
    const float number = c.width(Face::label, "00000");
    c.figures(line.left(number), Face::label, c.colours.muted, row.number);
    const float state =
        std::max(c.width(Face::small, row.state), c.width(Face::small, "on this till")) + 3 * g;
    const Rect pill{line.right() - state, at.y + (at.h - small - 8) / 2, state, small + 8};
    c.box(pill, soft(c.colours, row.tone), pill.h / 2);
    c.text(pill, Face::small, full(c.colours, row.tone), row.state, Align::centre);
    const Rect words = line.after(number + 2 * g).but_tail(state + 2 * g);
    c.text(words.left(words.w * 0.45F), Face::label, c.colours.text, row.what);
    c.text(words.after(words.w * 0.45F + g), Face::label, c.colours.muted, row.receipt);
    c.rule(line.x, at.bottom() - 1, line.w);
  }
  if (count == 0) {
    c.text(list.top(c.m.mm(16)), Face::label, c.colours.muted, "Nothing is recorded yet.",
           Align::centre);
  }
  return out;
}

}  // namespace pos::ui

// Rows to pick from: sales that were put aside, lines of a receipt that come back.
#include <algorithm>

#include "ui/screen.h"

namespace pos::ui {
namespace {

void draw_list_row(const ListRow& row, bool picks, const Rect& r, Canvas& c) {
  const float g = c.m.gap, label = c.height(Face::label), small = c.height(Face::small);
  const Colour ink = row.enabled ? c.colours.text : c.colours.muted;
  c.box(r, row.chosen ? c.colours.selected : mix(c.colours.panel, c.colours.ground, 0.5F),
        c.m.radius * 0.8F);
  if (row.selected) c.frame(r, c.colours.accent, c.m.radius * 0.8F);
  Rect inner = r.inset(g, 0);
  if (picks && c.has_icons()) {
    if (row.chosen) c.icon(inner.left(c.m.icon), c.colours.accent, Icon::check);
    inner = inner.after(c.m.icon + g);
  }
  const float amount = c.width(Face::strong, row.amount) * 1.12F + 4;
  c.figures(inner.tail(amount), Face::strong, ink, row.amount);
  inner = inner.but_tail(amount + g);
  if (!row.note.empty()) {
    const float w = std::min(c.width(Face::small, row.note) + 3 * g, inner.w * 0.5F);
    const Rect pill{inner.right() - w, r.y + (r.h - small - 8) / 2, w, small + 8};
    c.box(pill, soft(c.colours, row.note_tone), pill.h / 2);
    const bool toned = row.note_tone != Tone::plain;
    c.text(pill, Face::small, toned ? full(c.colours, row.note_tone) : c.colours.muted, row.note,
           Align::centre);
    inner = inner.but_tail(w + g);
  }
  if (row.detail.empty()) return c.text(inner, Face::label, ink, row.name);
  const float y = r.y + (r.h - label - small) / 2;
  c.text({inner.x, y, inner.w, label}, Face::label, ink, row.name);
  c.text({inner.x, y + label - 1, inner.w, small}, Face::small, c.colours.muted, row.detail);
}

void draw_nothing(const ListView& view, const Rect& r, Canvas& c) {
  const float side = c.m.mm(18), label = c.height(Face::label);
  const float y = r.y + std::max(0.0F, (r.h - side - 4 * label) * 0.4F);
  c.icon({r.x, y, r.w, side}, mix(c.colours.muted, c.colours.panel, 0.4F), view.icon, true);
  const Rect words{r.x + r.w * 0.1F, y + side + c.m.gap, r.w * 0.8F, 3 * label};
  c.paragraph(words, Face::label, c.colours.muted, view.nothing, 3, Align::centre);
}

}  // namespace

std::optional<Action> draw_list(const ListView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.wide;
  c.panel(r);
  const float g = c.m.gap, body = c.height(Face::body), small = c.height(Face::small);
  const Rect inner = r.inset(g * 1.5F, g);
  float used = body;
  if (!view.words.empty()) {
    used += c.paragraph(inner.below(body), Face::small, c.colours.muted, view.words, 2);
  }
  const Rect list = inner.below(used + g * 0.5F);
  if (view.rows.empty()) {
    c.text(inner.top(body), Face::body, c.colours.text, view.title);
    draw_nothing(view, list, c);
    return {};
  }
  const float half = std::max(2.0F, g * 0.5F);
  const float least = std::max(c.m.row, c.height(Face::label) + small + 2);
  const int rows = std::max(1, static_cast<int>((list.h + half) / (least + half)));
  const int count = static_cast<int>(view.rows.size());
  const int first = std::max(0, view.at) / rows * rows;
  const std::string part = std::to_string(first + 1) + "–" +
                           std::to_string(std::min(first + rows, count)) + " of " +
                           std::to_string(count);
  const float part_w = count > rows ? c.width(Face::label, part) + g : 0;
  c.text(inner.top(body).but_tail(part_w), Face::body, c.colours.text, view.title);
  if (count > rows) c.text(inner.top(body).tail(part_w - g), Face::label, c.colours.muted, part);
  for (int i = 0; i < rows && first + i < count; ++i) {
    const ListRow& row = view.rows[static_cast<size_t>(first + i)];
    const Rect at = list.cell(0, i, 1, rows, half);
    const Rect shown{at.x, at.y, at.w, std::min(at.h, c.m.mm(16))};
    if (c.press("row:" + row.id, shown, kRowMm)) out = row.action;
    if (const int dragged = c.dragged_rows(shown.h)) out = Move{-dragged};
    draw_list_row(row, view.picks, shown, c);
  }
  return out;
}

}  // namespace pos::ui

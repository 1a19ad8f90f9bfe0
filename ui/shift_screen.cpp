// The drawer's day: the float, the count, X and Z.
#include <algorithm>

#include "ui/screen.h"

namespace pos::ui {
namespace {

Rect titled(Canvas& c, const Rect& r, const std::string& title, const std::string& words) {
  c.panel(r);
  const Rect inner = r.inset(c.m.gap * 2, c.m.gap * 1.5F);
  const float body = c.height(Face::body);
  c.text(inner.top(body), Face::body, c.colours.text, title);
  const float used = c.paragraph(inner.below(body + 2), Face::small, c.colours.muted, words, 2);
  return inner.below(body + used + c.m.gap);
}

}  // namespace

std::optional<Action> draw_amount(const AmountView& view, Canvas& c) {
  const Rect rest = titled(c, c.at.wide, view.title, view.words);
  const float huge = c.height(Face::huge), side = c.m.mm(16);
  const float y = rest.y + (rest.h - huge - side - c.m.gap) * 0.42F;
  if (c.has_icons()) {
    const Rect badge{rest.x + (rest.w - side) / 2, y, side, side};
    c.box(badge, c.colours.accent_soft, side / 2);
    c.icon(badge.inset(side * 0.22F), c.colours.accent, Icon::coins);
  }
  c.text({rest.x, y + side + c.m.gap, rest.w, huge}, Face::huge, c.colours.text, view.amount,
         Align::centre);
  return {};
}

std::optional<Action> draw_count(const CountView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.wide;
  c.panel(r);
  const float g = c.m.gap, body = c.height(Face::body);
  const Rect inner = r.inset(g * 1.5F, g);
  c.text(inner.top(body), Face::body, c.colours.text, view.title);
  const float title = c.width(Face::body, view.title) + 2 * g;
  const float total = c.width(Face::body, view.total) * 1.15F;
  c.text(inner.top(body).after(title).but_tail(total + g), Face::small, c.colours.muted,
         view.words);
  c.figures(inner.top(body).tail(total), Face::body, c.colours.text, view.total);
  const Rect grid = inner.below(body + g * 0.5F);
  const auto count = static_cast<int>(view.rows.size());
  const auto notes = static_cast<int>(
      std::count_if(view.rows.begin(), view.rows.end(), [](const CountRow& x) { return !x.coin; }));
  const int rows = std::max({1, notes, count - notes});
  const float gap = std::max(2.0F, g * 0.4F);
  for (int i = 0; i < count; ++i) {
    const CountRow& row = view.rows[static_cast<size_t>(i)];
    Rect at = grid.cell(row.coin ? 1 : 0, row.coin ? i - notes : i, 2, rows, gap);
    if (!row.coin) at.w -= g;
    if (c.press("count:" + std::to_string(i), at, kRowMm)) out = PickCount{i};
    c.box(at, row.selected ? c.colours.selected : mix(c.colours.panel, c.colours.ground, 0.5F),
          c.m.radius * 0.7F);
    if (row.selected) c.frame(at, c.colours.accent, c.m.radius * 0.7F);
    Rect words = at.inset(g, 0);
    if (c.has_icons()) {
      c.icon({words.x, at.y, c.m.icon * 0.9F, at.h}, c.colours.muted,
             row.coin ? Icon::coins : Icon::cash);
      words = words.after(c.m.icon + g);
    }
    const float third = words.w / 3;
    c.figures(words.left(std::max(third * 0.8F, c.width(Face::label, "500.00") * 1.15F)),
              Face::label, c.colours.text, row.label);
    c.figures({words.x, words.y, third * 1.75F, words.h}, Face::strong,
              row.selected ? c.colours.accent : c.colours.text,
              row.pieces.empty() ? (row.selected ? "0" : "–") : "× " + row.pieces);
    c.figures(words, Face::label, c.colours.text, row.amount);
  }
  return out;
}

std::optional<Action> draw_report(const ReportView& view, Canvas& c) {
  const Rect& r = c.at.wide;
  c.panel(r);
  const float g = c.m.gap, big = c.height(Face::big), body = c.height(Face::body);
  const float small = c.height(Face::small);
  const Rect inner = r.inset(g * 2, g * 1.5F);
  c.text(inner.top(body), Face::body, c.colours.text, view.title);
  c.text({inner.x, inner.y + body, inner.w, small}, Face::small, c.colours.muted, view.subtitle);
  const float figure = c.width(Face::big, view.headline) * 1.12F;
  c.figures({inner.right() - figure, inner.y, figure, big}, Face::big, c.colours.text,
            view.headline);
  c.text({inner.right() - figure - c.width(Face::label, view.headline_label) - 2 * g, inner.y,
          c.width(Face::label, view.headline_label) + 1, big},
         Face::label, c.colours.muted, view.headline_label);
  const float head = std::max(big, body + small) + g;
  c.rule(inner.x, inner.y + head - g * 0.5F, inner.w);
  const Rect foot = inner.low(small);
  c.text(foot, Face::small, c.colours.muted, view.words);

  // The first section has the left column, the others share the right one.
  const Rect grid{inner.x, inner.y + head + g * 0.5F, inner.w, inner.h - head - small - g};
  const float column_w = (grid.w - 3 * g) / 2;
  size_t right_rows = 0;
  for (size_t i = 1; i < view.sections.size(); ++i) right_rows += view.sections[i].size() + 1;
  const size_t most =
      std::max({right_rows, view.sections.empty() ? 0 : view.sections[0].size(), size_t{1}});
  const float row_h = std::clamp(grid.h / static_cast<float>(most), small, c.m.mm(9));
  const Face face = row_h >= c.height(Face::label) * 0.95F ? Face::label : Face::small;
  float x = grid.x, y = grid.y;
  for (size_t i = 0; i < view.sections.size(); ++i) {
    if (i == 1) x = grid.x + column_w + 3 * g, y = grid.y;
    for (const RowView& row : view.sections[i]) {
      if (y + row_h > grid.bottom() + 1) break;
      draw_row(c, {x, y, column_w, row_h}, row, face);
      y += row_h;
    }
    if (i > 0 && i + 1 < view.sections.size()) {
      c.rule(x, y + row_h * 0.5F, column_w);
      y += row_h;
    }
  }
  return {};
}

}  // namespace pos::ui

// Taking the money, and the change.
#include <algorithm>
#include <cmath>

#include "ui/screen.h"

namespace pos::ui {

std::optional<Action> draw_tenders(const TendersView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.middle;
  const float g = c.m.gap;
  const float label = c.height(Face::label), big = c.height(Face::big), body = c.height(Face::body);
  const auto others = static_cast<int>(view.others.size());
  const int rows = 2 + (others > 0 ? 1 : 0);
  const auto key_rows = [&](float key_h) { return static_cast<float>(rows) * (key_h + g) - g; };
  const float keys_h =
      std::clamp(r.h - c.m.mm(62), key_rows(c.m.mm(kBigKeyMm) + 1), key_rows(c.m.mm(30)));
  const Rect keys = r.low(keys_h), head = r.but_low(keys_h + g);
  c.panel(head);
  const Rect inner = head.inset(g * 2, g * 1.2F);
  const bool room = inner.h > label + c.height(Face::huge) + 2 * body + g;
  const Face due = room && c.fits(Face::huge, view.due, inner.w) ? Face::huge : Face::big;
  c.text(inner.top(label), Face::label, c.colours.muted, view.caption);
  c.text({inner.x, inner.y + label * 0.9F, inner.w, c.height(due)}, due, c.colours.text, view.due);
  const Rect low = inner.low(body);
  if (!view.given.empty()) {
    if (inner.h > label + c.height(due) + 2 * body) {
      const Rect given{inner.x, low.y - body * 1.05F, inner.w, body};
      draw_row(c, given, {"Given", view.given}, Face::label);
    }
    draw_row(c, low, {view.back_label, view.back, true, view.back_tone}, Face::body);
  } else if (inner.h > label + big + 2.2F * c.height(Face::small)) {
    const float small = c.height(Face::small);
    c.paragraph(inner.low(2.1F * small), Face::small, c.colours.muted, view.hint, 2);
  }
  if (auto a = c.button("tender:exact", view.exact, keys.cell(0, 0, 1, rows, g), kBigKeyMm,
                        Face::body)) {
    out = a;
  }
  const auto row_of = [&](const std::vector<KeyView>& all, int row, Face preferred) {
    const auto count = static_cast<int>(all.size());
    for (int i = 0; i < count; ++i) {
      const Rect at = keys.cell(i, row, count, rows, g);
      const KeyView& key = all[static_cast<size_t>(i)];
      const Face face = c.fits(preferred, key.label, at.w - 2.2F * g) ? preferred : Face::label;
      if (auto a = c.button("tender:" + key.key, key, at, kBigKeyMm, face)) out = a;
    }
  };
  row_of(view.notes, 1, Face::body);
  row_of(view.others, 2, Face::label);
  return out;
}

std::optional<Action> draw_done(const DoneView& view, Canvas& c) {
  const Rect& r = c.at.middle;
  const Tone tone = view.in_doubt ? Tone::warn : Tone::good;
  c.panel(r);
  const float g = c.m.gap;
  const float body = c.height(Face::body), huge = c.height(Face::huge);
  const Rect head = r.top(std::max(body + huge + 3 * g, std::round(r.h * 0.4F)));
  c.box(head, soft(c.colours, tone), c.m.radius);
  c.frame(head, full(c.colours, tone), c.m.radius);
  const Rect framed = head.inset(g * 2, g);
  const Rect inner{framed.x, head.y + (head.h - body - huge) / 2, framed.w, body + huge};
  Rect title = inner.top(body);
  if (c.has_icons()) {
    const Rect disc{title.x, title.y + 2, body - 4, body - 4};
    c.box(disc, full(c.colours, tone), disc.h / 2);
    c.icon(disc.inset(disc.h * 0.16F), c.colours.on_colour,
           view.in_doubt ? Icon::alert : Icon::check);
    title = title.after(body + g * 0.75F);
  }
  const Face face = c.fits(Face::body, view.headline, title.w) ? Face::body : Face::label;
  c.text(title, face, full(c.colours, tone), view.headline);
  const Rect amount = inner.below(body);
  c.text(amount, c.fits(Face::huge, view.amount, amount.w) ? Face::huge : Face::big, c.colours.text,
         view.amount);

  Rect below = r.below(head.h).inset(g * 2, g * 1.2F);
  const Face said = c.fits(Face::label, view.words, below.w) ? Face::label : Face::small;
  const int said_lines = c.fits(said, view.words, below.w) ? 1 : 2;
  const Rect words = below.low(c.height(said) * 1.06F * static_cast<float>(said_lines));
  c.paragraph(words, said, c.colours.muted, view.words, said_lines);
  const float row_h =
      std::min(c.m.mm(9),
               (words.y - below.y - g) / static_cast<float>(std::max<size_t>(1, view.rows.size())));
  for (const RowView& row : view.rows) {
    draw_row(c, below.top(row_h), row, Face::label);
    below = below.below(row_h);
  }
  return {};
}

}  // namespace pos::ui

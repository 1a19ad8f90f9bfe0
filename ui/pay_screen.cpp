// Taking the money, and the change.
#include <algorithm>

#include "ui/screen.h"

namespace pos::ui {

std::optional<Action> draw_tenders(const TendersView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.middle;
  const float g = c.m.gap;
  const float label = c.height(Face::label), big = c.height(Face::big), body = c.height(Face::body);
  const float head_h = std::min(label + big + 2 * g + (body + g), r.h * 0.42F);
  const Rect head = r.top(head_h);
  c.panel(head);
  const Rect inner = head.inset(g * 2, g);
  c.text(inner.top(label), Face::label, c.colours.muted, view.caption);
  c.text({inner.x, inner.y + label, inner.w, big}, Face::big, c.colours.text, view.due);
  if (!view.given.empty()) {
    const Rect line = inner.low(body);
    const bool short_of = view.back.find("short") != std::string::npos;
    c.text(line, Face::body, short_of ? c.colours.bad : c.colours.good, view.back);
  }
  const auto others = static_cast<int>(view.others.size());
  const int rows = 2 + (others > 0 ? 1 : 0);
  Rect keys = r.below(head_h + g);
  const float tallest = c.m.mm(30) * static_cast<float>(rows) + g * static_cast<float>(rows - 1);
  keys.h = std::min(keys.h, tallest);
  const Rect exact = keys.cell(0, 0, 1, rows, g);
  if (auto a = c.button("tender:exact", view.exact, exact, kBigKeyMm, Face::body)) out = a;
  const auto notes = static_cast<int>(view.notes.size());
  for (int i = 0; i < notes; ++i) {
    const Rect at = keys.cell(i, 1, notes, rows, g);
    const KeyView& key = view.notes[static_cast<size_t>(i)];
    const Face face = c.width(Face::body, key.label) < at.w - 2 * g ? Face::body : Face::label;
    if (auto a = c.button("tender:" + key.key, key, at, kBigKeyMm, face)) out = a;
  }
  for (int i = 0; i < others; ++i) {
    const Rect at = keys.cell(i, 2, others, rows, g);
    const KeyView& key = view.others[static_cast<size_t>(i)];
    if (auto a = c.button("tender:" + key.key, key, at, kBigKeyMm)) out = a;
  }
  const Rect rest = r.below(head_h + g + keys.h + g);
  if (rest.h > 3 * c.height(Face::small)) {
    c.paragraph(
        rest.inset(g, 0), Face::small, c.colours.muted,
        "Type what the customer gives and press Enter; Enter alone is exact cash. Less than "
        "the total takes a part. Esc goes back to the sale.",
        3);
  }
  return out;
}

std::optional<Action> draw_done(const DoneView& view, Canvas& c) {
  const Rect& r = c.at.middle;
  const Tone tone = view.in_doubt ? Tone::warn : Tone::good;
  c.panel(r);
  const float g = c.m.gap;
  const float label = c.height(Face::label), body = c.height(Face::body),
              huge = c.height(Face::huge);
  const Rect head = r.top(std::min(body + huge + 4 * g, r.h * 0.5F));
  c.box(head, soft(c.colours, tone), c.m.radius);
  c.frame(head, full(c.colours, tone), c.m.radius);
  const Rect inner = head.inset(g * 2, g * 1.5F);
  Rect title = inner.top(body);
  if (c.has_icons()) {
    c.icon({title.x, title.y, c.m.icon, title.h}, full(c.colours, tone),
           view.in_doubt ? Icon::alert : Icon::check);
    title = title.after(c.m.icon + g);
  }
  c.text(title, c.width(Face::body, view.headline) < title.w ? Face::body : Face::label,
         full(c.colours, tone), view.headline);
  const Rect amount = inner.below(body);
  const Face face = c.width(Face::huge, view.amount) < amount.w ? Face::huge : Face::big;
  c.text(amount, face, c.colours.text, view.amount);

  Rect below = r.below(head.h).inset(g * 2, g * 1.5F);
  for (const RowView& row : view.rows) {
    draw_row(c, below.top(c.m.mm(8.5F)), row, Face::label);
    below = below.below(c.m.mm(8.5F));
  }
  c.rule(below.x, below.y + g * 0.5F, below.w);
  below = below.below(g * 1.5F);
  c.text(below.top(label), Face::small, c.colours.muted, "Receipt " + view.receipt);
  const float words = std::min(below.h - label * 1.2F, 3.2F * label);
  if (words > label) {
    c.paragraph(below.below(label * 1.3F), Face::label, c.colours.text, view.words,
                std::max(1, static_cast<int>(words / label)));
  }
  return {};
}

}  // namespace pos::ui

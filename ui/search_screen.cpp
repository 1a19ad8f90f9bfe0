// Search as you type, with letters for the finger, and the price check.
#include <algorithm>
#include <array>
#include <string_view>

#include "ui/screen.h"

namespace pos::ui {
namespace {

std::optional<Action> draw_letters(const Rect& r, Canvas& c) {
  static constexpr std::array<std::string_view, 3> kRows = {"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"};
  std::optional<Action> out;
  for (int row = 0; row < 3; ++row) {
    const std::string_view letters = kRows[static_cast<size_t>(row)];
    for (int i = 0; i < static_cast<int>(letters.size()); ++i) {
      const char letter = letters[static_cast<size_t>(i)];
      KeyView key;
      key.action = Typed{static_cast<char32_t>(letter - 'A' + 'a'), true};
      key.label = std::string(1, letter);
      const Rect at = r.cell(i, row, 10, 3, c.m.gap);
      if (auto a = c.button("letter:" + key.label, key, at, kKeyMm)) out = a;
    }
  }
  const Rect from = r.cell(7, 2, 10, 3, c.m.gap), to = r.cell(9, 2, 10, 3, c.m.gap);
  KeyView space;
  space.action = Typed{U' ', true};
  space.label = "space";
  if (auto a =
          c.button("letter:space", space, {from.x, from.y, to.right() - from.x, from.h}, kKeyMm)) {
    out = a;
  }
  KeyView erase{Erase{}, "",   c.has_icons() ? "" : "<-", "", Icon::backspace, Tone::plain,
                true,    false};
  if (auto a = c.button("letter:erase", erase, r.cell(9, 1, 10, 3, c.m.gap), kKeyMm)) out = a;
  return out;
}

void draw_found(const FoundRow& row, const Rect& r, Canvas& c) {
  const float g = c.m.gap;
  c.box(r, row.selected ? c.colours.selected : c.colours.panel, c.m.radius * 0.8F);
  c.frame(r, row.selected ? c.colours.accent : c.colours.panel_edge, c.m.radius * 0.8F);
  const Rect inner = r.inset(g, 0);
  const float side = std::min(r.h - g, c.m.mm(9));
  draw_badge(c, {inner.x, r.y, side, r.h}, row.colour, row.icon, row.name);
  const float price = c.width(Face::strong, row.price) * 1.08F + 2;
  const float label = c.height(Face::label), small = c.height(Face::small);
  const Rect words = inner.after(side + g).but_tail(price + g);
  const float y = r.y + (r.h - label - small) / 2;
  c.text({words.x, y, words.w, label}, Face::label, c.colours.text, row.name);
  const std::string under = row.stock.empty() ? row.code : row.code + "  ·  " + row.stock;
  c.text({words.x, y + label - 1, words.w, small}, Face::small,
         row.stock_tone == Tone::plain ? c.colours.muted : full(c.colours, row.stock_tone), under);
  c.figures(inner.tail(price), Face::strong, c.colours.text, row.price);
}

}  // namespace

std::optional<Action> draw_search(const SearchView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect& r = c.at.wide;
  const float g = c.m.gap, key_h = std::max(c.at.functions.h, c.m.mm(kKeyMm) + 1);
  const Rect letters = r.low(3 * key_h + 2 * g + 3);
  if (auto a = draw_letters(letters, c)) out = a;

  const Rect field = r.top(key_h);
  c.box(field, c.colours.panel, c.m.radius);
  c.frame(field, c.colours.accent, c.m.radius);
  Rect words = field.inset(g * 1.25F, 0);
  if (c.has_icons()) {
    c.icon({words.x, words.y, c.m.icon, words.h}, c.colours.accent, Icon::search);
    words = words.after(c.m.icon + g);
  }
  if (view.text.empty()) {
    c.text(words, Face::label, c.colours.muted, view.hint);
  } else {
    c.text(words, Face::body, c.colours.text, view.text);
    const float x = std::min(words.x + c.width(Face::body, view.text) + 3, words.right());
    c.box({x, field.y + field.h * 0.25F, 2, field.h * 0.5F}, c.colours.accent, 0);
  }

  const Rect list{r.x, field.bottom() + g, r.w, letters.y - field.bottom() - 2 * g};
  const int columns = list.w > c.m.mm(150) ? 2 : 1;
  const float least = std::max(c.m.row, c.height(Face::label) + c.height(Face::small) + 2);
  const int rows = std::max(1, static_cast<int>((list.h + g * 0.5F) / (least + g * 0.5F)));
  const int count = static_cast<int>(view.rows.size());
  const auto selected = std::find_if(view.rows.begin(), view.rows.end(),
                                     [](const FoundRow& row) { return row.selected; });
  const int at_row =
      selected == view.rows.end() ? 0 : static_cast<int>(selected - view.rows.begin());
  const int per_page = rows * columns;
  const int first = at_row / per_page * per_page;
  for (int i = 0; i < per_page && first + i < count; ++i) {
    const int nth = first + i;
    const Rect at = list.cell(i / rows, i % rows, columns, rows, g * 0.5F);
    const Rect shown = columns == 2 && i / rows == 0 ? at.but_tail(g * 0.5F) : at;
    if (c.press("found:" + std::to_string(nth), shown, kRowMm)) out = PickFound{nth};
    draw_found(view.rows[static_cast<size_t>(nth)], shown, c);
  }
  if (count == 0 && !view.text.empty()) {
    c.text(list.top(least), Face::label, c.colours.muted, view.hint, Align::centre);
  }
  return out;
}

std::optional<Action> draw_price(const PriceView& view, Canvas& c) {
  const Rect& r = c.at.middle;
  c.panel(r);
  const float g = c.m.gap, body = c.height(Face::body), label = c.height(Face::label);
  const Rect inner = r.inset(g * 2, g * 2);
  if (view.name.empty()) {
    const float side = c.m.mm(18);
    const float y = inner.y + (inner.h - side - 3 * label) * 0.4F;
    c.icon({inner.x, y, inner.w, side}, mix(c.colours.muted, c.colours.panel, 0.4F), Icon::tag,
           true);
    c.text({inner.x, y + side + g, inner.w, body}, Face::body, c.colours.text, "Price check",
           Align::centre);
    const Rect words{inner.x + inner.w * 0.08F, y + side + g + body * 1.1F, inner.w * 0.84F,
                     3 * label};
    c.paragraph(words, Face::label, c.colours.muted, view.words, 3);
    return {};
  }
  const float side = c.m.mm(14);
  draw_badge(c, {inner.x, inner.y, side, side}, view.colour, view.icon, view.name);
  const Rect name = inner.after(side + g * 1.5F);
  c.paragraph(name, Face::body, c.colours.text, view.name, 2);
  const float big = c.height(Face::big);
  float y = inner.y + std::max(side, 2.2F * body) + g;
  const Face face = c.width(Face::big, view.price) < inner.w ? Face::big : Face::body;
  c.text({inner.x, y, inner.w, big}, face, c.colours.text, view.price);
  y += big;
  c.text({inner.x, y, inner.w, label}, Face::label, c.colours.muted, view.code);
  y += label + g;
  c.rule(inner.x, y, inner.w);
  y += g;
  for (const RowView& row : view.rows) {
    if (y + c.m.mm(9) > inner.bottom()) break;
    draw_row(c, {inner.x, y, inner.w, c.m.mm(9)}, row, Face::label);
    y += c.m.mm(9);
  }
  if (y + label < inner.bottom()) {
    c.text(inner.low(label), Face::small, c.colours.muted, view.words);
  }
  return {};
}

}  // namespace pos::ui

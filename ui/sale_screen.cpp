// The basket with its total bar, and the tiles: what the cashier looks at all day.
#include <algorithm>

#include "ui/screen.h"

namespace pos::ui {
namespace {

void draw_total(const BasketView& view, Canvas& c) {
  const Rect& r = c.at.total;
  c.box(r, c.colours.total, c.m.radius);
  c.box(r.top(r.h / 2), c.colours.total, 0);  // square where it meets the lines
  const Rect inner = r.inset(c.m.gap * 1.5F, 0);
  const Colour quiet = mix(c.colours.on_total, c.colours.total, 0.3F);
  const float label = c.height(Face::label), small = c.height(Face::small);
  const float both = view.pieces.empty() ? label : label + small;
  const float y = r.y + (r.h - both) / 2;
  const float left =
      std::max(c.width(Face::label, view.caption), c.width(Face::small, view.pieces));
  c.text({inner.x, y, inner.w, label}, Face::label, c.colours.on_total, view.caption);
  if (!view.pieces.empty()) {
    c.text({inner.x, y + label, inner.w, small}, Face::small, quiet, view.pieces);
  }
  const Rect amount = inner.after(left + c.m.gap);
  const Face face = c.width(Face::big, view.amount) * 1.06F < amount.w ? Face::big : Face::body;
  c.figures(amount, face, c.colours.on_total, view.amount);
}

void draw_line(const LineView& line, const Rect& r, bool sold, Canvas& c) {
  if (line.selected) {
    c.box(r, c.colours.selected, 0);
    c.box(r.left(4), c.colours.accent, 0);
  } else if (c.held()) {
    c.box(r, mix(c.colours.panel, c.colours.selected, 0.6F), 0);
  }
  const Rect inner = r.inset(c.m.gap * 1.25F, 0);
  const Colour ink = sold ? c.colours.muted : c.colours.text;
  const float amount =
      std::max(c.width(Face::body, "0,000.00"), c.width(Face::body, line.amount) * 1.1F);
  c.figures(inner.tail(amount), Face::body, ink, line.amount);
  const Rect words = inner.but_tail(amount + c.m.gap * 0.5F);
  const float label = c.height(Face::label), small = c.height(Face::small);
  if (line.detail.empty()) return c.text(words, Face::label, ink, line.name);
  const float y = r.y + (r.h - label - small + 2) / 2;
  c.text({words.x, y, words.w, label}, Face::label, ink, line.name);
  c.text({words.x, y + label - 2, words.w, small}, Face::small, c.colours.muted, line.detail);
}

void draw_empty(const BasketView& view, const Rect& r, Canvas& c) {
  const float icon = c.m.mm(16), label = c.height(Face::label);
  const float y = r.y + (r.h - icon - 2 * label) / 2;
  const Colour faint = mix(c.colours.muted, c.colours.panel, 0.55F);
  c.icon({r.x, y, r.w, icon}, faint, Icon::barcode, true);
  c.text(Rect{r.x, y + icon + c.m.gap, r.w, label}.inset(c.m.gap, 0), Face::label, c.colours.muted,
         view.hint, Align::centre);
}

// The lines that are seen: the newest, or around the picked one when it is further up.
int first_shown(const BasketView& view, int rows) {
  const int count = static_cast<int>(view.lines.size());
  if (count <= rows) return 0;
  if (view.selected < 0 || view.selected >= count - rows) return count - rows;
  return std::max(0, view.selected - rows / 2);
}

Rect draw_failed(const BasketView& view, Rect r, Canvas& c, std::optional<Action>& out) {
  for (auto failed = view.failed.rbegin(); failed != view.failed.rend(); ++failed) {
    const float height = std::max(c.m.row, c.height(Face::label) + c.height(Face::small) + 6);
    const Rect row = r.low(height);
    const auto nth = std::to_string(failed - view.failed.rbegin());
    if (c.press("failed:" + nth, row, kRowMm)) out = DismissFailed{};
    c.box(row, c.colours.bad_soft, 0);
    c.box(row.left(4), c.colours.bad, 0);
    Rect words = row.inset(c.m.gap * 1.25F, 3);
    if (c.has_icons()) {
      c.icon({words.x, row.y, c.m.icon, row.h}, c.colours.bad, Icon::alert);
      words = words.after(c.m.icon + c.m.gap * 0.75F);
    }
    c.text(words.top(c.height(Face::label)), Face::strong, c.colours.bad, failed->code);
    c.text(words.low(c.height(Face::small)), Face::small, c.colours.text, failed->words);
    r.h -= height;
  }
  return r;
}

Rect draw_tendered(const BasketView& view, Rect r, Canvas& c) {
  for (auto part = view.tendered.rbegin(); part != view.tendered.rend(); ++part) {
    const Rect row = r.low(c.m.row);
    c.box(row, c.colours.good_soft, 0);
    RowView shown = *part;
    shown.tone = Tone::good;
    shown.strong = true;
    draw_row(c, row.inset(c.m.gap * 1.25F, 0), shown, Face::label);
    r.h -= c.m.row;
  }
  return r;
}

void draw_tile(const TileView& tile, const Rect& r, bool held, Canvas& c) {
  const Palette& p = c.colours;
  const Colour own = rgb(tile.colour);
  const bool out = tile.stock_tone == Tone::bad;
  if (p.shadows) c.box({r.x, r.y + 2, r.w, r.h}, rgb(0x14213A, 30), c.m.radius);
  Colour ground = mix(p.paper, own, p.tint);
  if (held) ground = mix(ground, own, 0.3F);
  c.box(r, own, c.m.radius);
  const float stripe = std::max(5.0F, c.m.mm(1.3F));
  c.box({r.x + stripe, r.y, r.w - stripe, r.h}, ground, c.m.radius);
  c.box({r.x + stripe, r.y, c.m.radius, r.h}, ground, 0);
  c.frame(r, p.shadows ? mix(p.panel_edge, own, 0.35F) : own, c.m.radius);

  const float pad = c.m.gap * 0.8F;
  const Rect inner{r.x + stripe + pad, r.y + pad * 0.7F, r.w - stripe - 2 * pad, r.h - pad * 1.4F};
  const float label = c.height(Face::label);
  const Rect price = inner.low(label);
  // The stock sits beside the price where both fit, as a picture does above it.
  float badge = 0;
  if (!tile.stock.empty()) {
    badge = c.width(Face::small, tile.stock) + c.m.gap;
    const bool fits = c.width(Face::strong, tile.price) + badge + 4 <= price.w;
    if (!fits) badge = 0;
    const float h = c.height(Face::small) + 4;
    const Rect pill =
        fits ? Rect{price.right() - badge, price.y + (label - h) / 2, badge, h} : Rect{};
    if (fits && tile.stock_tone != Tone::plain) {
      c.box(pill, full(p, tile.stock_tone), h / 2);
      c.text(pill, Face::small, p.on_colour, tile.stock, Align::centre);
    } else if (fits) {
      c.text(pill, Face::small, p.muted, tile.stock, Align::right);
    }
  }
  c.text(price.but_tail(badge), Face::strong, out ? p.muted : p.text, tile.price);
  const Rect words{inner.x, inner.y, inner.w, price.y - inner.y - 2};
  const float side = c.m.mm(8);
  const bool pictured =
      tile.icon != Icon::none && c.has_icons() && words.h > side + 2 * label * 1.06F;
  Rect name = words;
  if (pictured) {
    draw_badge(c, {words.x, words.y + 2, side, side}, tile.colour, tile.icon, tile.name);
    name = words.below(side + pad * 0.7F);
  }
  const int lines = std::max(1, std::min(2, static_cast<int>(name.h / (label * 1.02F))));
  c.paragraph(name, Face::label, out ? p.muted : p.text, tile.name, lines);
}

std::optional<Action> draw_tabs(const TilesView& view, int pages, int page, Canvas& c) {
  std::optional<Action> out;
  const float g = c.m.gap;
  Rect r = c.at.tabs;
  if (pages > 1) {  // page keys at the right end, always in the same place
    const float side = std::max(r.h, c.m.mm(kKeyMm));
    const Rect keys = r.tail(2 * side + g);
    KeyView back{ShowPage{page - 1}, "",   c.has_icons() ? "" : "<", "", Icon::left, Tone::plain,
                 page > 0,           false};
    KeyView next{ShowPage{page + 1}, "",          c.has_icons() ? "" : ">", "",
                 Icon::right,        Tone::plain, page + 1 < pages,         false};
    if (auto a = c.button("page:back", back, keys.left(side), kKeyMm)) out = a;
    if (auto a = c.button("page:next", next, keys.tail(side), kKeyMm)) out = a;
    r = r.but_tail(keys.w + g);
  }
  const int count = static_cast<int>(view.tabs.size());
  const int room = std::max(1, static_cast<int>((r.w + g) / (c.m.mm(24) + g)));
  const int shown = std::min(count, room);
  const bool more = count > shown;
  const int per = more ? std::max(1, shown - 1) : shown;
  const int first = more ? view.tab / per * per : 0;
  for (int i = 0; i < per && first + i < count; ++i) {
    const int tab = first + i;
    KeyView key{ShowTab{tab}, "",         view.tabs[static_cast<size_t>(tab)],
                "",           Icon::none, tab == view.tab ? Tone::accent : Tone::plain,
                true,         false};
    const Rect at = r.cell(i, 0, shown, 1, g);
    const Face face = c.width(Face::label, key.label) < at.w - 2 * g ? Face::label : Face::small;
    if (auto a = c.button("tab:" + std::to_string(tab), key, at, kKeyMm, face)) out = a;
  }
  if (more) {
    KeyView key{ShowTab{first + per < count ? first + per : 0},
                "",
                "More",
                "",
                Icon::none,
                Tone::plain,
                true,
                false};
    const Rect at = r.cell(shown - 1, 0, shown, 1, g);
    if (auto a = c.button("tab:more", key, at, kKeyMm)) out = a;
  }
  return out;
}

}  // namespace

std::optional<Action> draw_basket(const BasketView& view, Canvas& c) {
  std::optional<Action> out;
  const Rect whole{c.at.basket.x, c.at.basket.y, c.at.basket.w, c.at.basket.h + c.at.total.h};
  c.panel(whole);
  draw_total(view, c);
  Rect list = c.at.basket.inset(1, c.m.radius * 0.5F);
  list = draw_failed(view, list, c, out);
  list = draw_tendered(view, list, c);
  if (view.lines.empty()) {
    draw_empty(view, list, c);
    return out;
  }
  const float wanted = std::max(c.m.row, c.height(Face::label) + c.height(Face::small) + 2);
  const int rows = std::max(1, static_cast<int>(list.h / wanted));
  const int first = first_shown(view, rows);
  const int last = std::min(first + rows, static_cast<int>(view.lines.size()));
  for (int i = first; i < last; ++i) {
    const LineView& line = view.lines[static_cast<size_t>(i)];
    const Rect row{list.x, list.y + wanted * static_cast<float>(i - first), list.w, wanted};
    const bool pressed = c.press("line:" + std::to_string(line.id), row, kRowMm);
    if (const int dragged = c.dragged_rows(wanted)) out = Move{-dragged};
    if (pressed && !view.sold) out = PickLine{line.id};
    draw_line(line, row, view.sold, c);
    if (i + 1 < last) c.rule(row.x + c.m.gap, row.bottom() - 1, row.w - 2 * c.m.gap);
  }
  if (first > 0) {  // more above: said, not scrolled
    const std::string words = "↑ " + std::to_string(first) + " more";
    const float w = c.width(Face::small, words) + 20, h = c.height(Face::small) + 6;
    const Rect pill{list.x + (list.w - w) / 2, list.y + 2, w, h};
    c.box(pill, c.colours.accent, h / 2);
    c.text(pill, Face::small, c.colours.on_colour, words, Align::centre);
  }
  return out;
}

std::optional<Action> draw_tiles(const TilesView& view, Canvas& c) {
  const TileGrid grid = tile_grid(c.at);
  const int count = static_cast<int>(view.tiles.size());
  const int pages = std::max(1, (count + grid.per_page() - 1) / grid.per_page());
  const int page = std::min(view.page, pages - 1);
  std::optional<Action> out = draw_tabs(view, pages, page, c);
  for (int i = 0; i < grid.per_page(); ++i) {
    const int nth = page * grid.per_page() + i;
    if (nth >= count) break;
    const TileView& tile = view.tiles[static_cast<size_t>(nth)];
    const Rect r =
        c.at.tiles.cell(i % grid.columns, i / grid.columns, grid.columns, grid.rows, c.m.gap);
    if (c.press("tile:" + tile.product.value, r, kKeyMm)) out = TapTile{tile.product};
    draw_tile(tile, r, c.held(), c);
  }
  if (count == 0) {
    c.text(c.at.tiles.top(c.m.mm(20)), Face::label, c.colours.muted,
           "No tiles here: scan, or press F2.", Align::centre);
  }
  return out;
}

}  // namespace pos::ui

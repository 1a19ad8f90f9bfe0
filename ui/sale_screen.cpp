// The basket with its total bar, and the tiles: what the cashier looks at all day.
#include <algorithm>
#include <cmath>

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
  const Face face = c.fits(Face::big, view.amount, amount.w) ? Face::big : Face::body;
  c.text(amount, face, c.colours.on_total, view.amount, Align::right);
}

// A name that is too long for its line stands in two smaller ones.
void draw_line(const LineView& line, const Rect& r, float amount_w, bool sold, Canvas& c) {
  if (line.selected) {
    c.box(r, c.colours.selected, 0);
    c.box(r.left(4), c.colours.accent, 0);
  } else if (c.held()) {
    c.box(r, mix(c.colours.panel, c.colours.selected, 0.6F), 0);
  }
  const Rect inner = r.inset(c.m.gap * 1.25F, 0);
  const Colour ink = sold ? c.colours.muted : c.colours.text;
  c.figures(inner.tail(amount_w), Face::body, ink, line.amount);
  const Rect words = inner.but_tail(amount_w + c.m.gap * 0.75F);
  const float small = c.height(Face::small);
  const bool fits = c.fits(Face::label, line.name, words.w);
  if (line.detail.empty()) {
    if (fits) return c.text(words, Face::label, ink, line.name);
    if (c.fits(Face::small, line.name, words.w)) return c.text(words, Face::small, ink, line.name);
    const float y = r.y + (r.h - 2.06F * small) / 2;
    c.paragraph({words.x, y, words.w, 2 * small}, Face::small, ink, line.name, 2);
    return;
  }
  const Face face = fits ? Face::label : Face::small;
  const float y = r.y + (r.h - c.height(face) - small * 0.95F) / 2;
  c.text({words.x, y, words.w, c.height(face)}, face, ink, line.name);
  c.text({words.x, y + c.height(face) - small * 0.05F, words.w, small}, Face::small,
         c.colours.muted, line.detail);
}

void draw_empty(const BasketView& view, const Rect& r, Canvas& c) {
  const float icon = c.m.mm(16), label = c.height(Face::label);
  const float y = r.y + (r.h - icon - 3 * label) / 2;
  const Colour faint = mix(c.colours.muted, c.colours.panel, 0.55F);
  c.icon({r.x, y, r.w, icon}, faint, Icon::barcode, true);
  const Rect words = Rect{r.x, y + icon + c.m.gap, r.w, 2 * label}.inset(c.m.gap * 2, 0);
  c.paragraph(words, Face::label, c.colours.muted, view.hint, 2, Align::centre);
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
    const float room = r.w - c.m.gap * 3.25F - c.m.icon;
    const bool newest = failed == view.failed.rbegin();
    const int said = newest && !c.fits(Face::small, failed->words, room) ? 2 : 1;
    const float small = c.height(Face::small) * 1.06F * static_cast<float>(said);
    const float height = std::max(c.m.row, c.height(Face::label) + small + 6);
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
    c.paragraph(words.low(small), Face::small, c.colours.text, failed->words, said);
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

// Stock as a pill when it should be noticed, as quiet words otherwise. Returns the room it took.
float draw_stock(const TileView& tile, Rect price, float spare, Canvas& c) {
  if (tile.stock.empty()) return 0;
  const bool noticed = tile.stock_tone != Tone::plain;
  const float words = c.width(Face::small, tile.stock),
              left = c.width(Face::strong, tile.price) + 5;
  float w = words + (noticed ? c.m.gap * 1.5F : 0);
  if (left + w > price.w) {  // closer to the edge, and tighter
    w = words + (noticed ? c.m.gap * 0.9F : 0);
    price.w += spare;
  }
  if (left + w > price.w) return 0;
  const float h = c.height(Face::small) + 2;
  const Rect at{price.right() - w, price.y + (price.h - h) / 2, w, h};
  if (noticed) c.box(at, full(c.colours, tile.stock_tone), h / 2);
  c.text(at, Face::small, noticed ? c.colours.on_colour : c.colours.muted, tile.stock,
         noticed ? Align::centre : Align::right);
  return w;
}

// Badge and name: the biggest type in which the name stands whole, without the badge if need be.
void draw_name(const TileView& tile, const Rect& r, Colour ink, Canvas& c) {
  struct Way {
    bool badge;
    Face face;
    int most;
  };
  static constexpr Way kWays[] = {{true, Face::label, 2},
                                  {false, Face::label, 3},
                                  {true, Face::small, 3},
                                  {false, Face::small, 4},
                                  {false, Face::label, 2}};
  const float side = c.m.mm(8), step = side + c.m.gap * 0.5F;
  const auto lines = [&](const Way& way) {
    const float room = r.h - (way.badge ? step : 0);
    return std::min(way.most, static_cast<int>(room / (c.height(way.face) * 1.02F)));
  };
  const auto* way = std::find_if(std::begin(kWays), std::end(kWays) - 1, [&](const Way& w) {
    return lines(w) > 0 && c.fits(w.face, tile.name, r.w, lines(w));
  });
  if (way->badge) {
    draw_badge(c, {r.x, r.y, side, side}, tile.colour, tile.icon, tile.name);
  }
  c.paragraph(r.below(way->badge ? step : 0), way->face, ink, tile.name, std::max(1, lines(*way)));
}

void draw_tile(const TileView& tile, const Rect& r, bool held, Canvas& c) {
  const Palette& p = c.colours;
  const Colour own = rgb(tile.colour);
  const Colour ink = tile.stock_tone == Tone::bad ? p.muted : p.text;
  if (p.shadows) c.box({r.x, r.y + 2, r.w, r.h}, rgb(0x14213A, 26), c.m.radius);
  c.box(r, mix(p.paper, own, held ? 0.35F : p.tint), c.m.radius);
  c.frame(r, mix(p.panel_edge, own, p.shadows ? 0.3F : 0.7F), c.m.radius);
  const float stripe = std::max(6.0F, std::round(c.m.mm(1.6F)));
  c.stripe(r, own, stripe, c.m.radius);

  const float pad = std::round(c.m.gap * 0.8F);
  const Rect inner{r.x + stripe + pad, r.y + pad, r.w - stripe - 2 * pad, r.h - 2 * pad};
  const float label = c.height(Face::label);
  const Rect price = inner.low(label * 0.9F);
  const float stock = draw_stock(tile, price, pad * 0.5F, c);
  c.text(price.but_tail(stock), Face::strong, ink, tile.price);
  draw_name(tile, {inner.x, inner.y, inner.w, price.y - inner.y}, ink, c);
}

KeyView tab_key(int tab, std::string label, Tone tone) {
  return {ShowTab{tab}, "", std::move(label), "", Icon::none, tone, true, false};
}

// Page keys at the right end, always in the same place: two where there is room, else one that goes
// round. Returns the room that is left.
Rect draw_pages(const Rect& r, int pages, int page, Canvas& c, std::optional<Action>& out) {
  if (pages <= 1) return r;
  const float side = std::max(r.h, c.m.mm(kKeyMm)), g = c.m.gap;
  const auto put = [&](const char* id, int to, Icon icon, const char* word, const Rect& at,
                       bool on) {
    const KeyView key{ShowPage{to}, "",   c.has_icons() ? "" : word, "", icon, Tone::plain,
                      on,           false};
    if (auto a = c.button(id, key, at, kKeyMm)) out = a;
  };
  if (r.w < c.m.mm(110)) {
    put("page:next", (page + 1) % pages, Icon::right, ">", r.tail(side), true);
    return r.but_tail(side + g);
  }
  const Rect keys = r.tail(2 * side + g);
  put("page:back", page - 1, Icon::left, "<", keys.left(side), page > 0);
  put("page:next", page + 1, Icon::right, ">", keys.tail(side), page + 1 < pages);
  return r.but_tail(keys.w + g);
}

// The tabs from `first` on that fit beside each other, as wide as their words ask.
int tabs_that_fit(const std::vector<std::string>& tabs, int first, float room, Face face,
                  Canvas& c) {
  float used = 0;
  int last = first;
  for (; last < static_cast<int>(tabs.size()); ++last) {
    used +=
        std::max(c.m.mm(kKeyMm) + 1, c.width(face, tabs[static_cast<size_t>(last)]) + 2 * c.m.gap);
    if (used > room) break;
    used += c.m.gap;
  }
  return std::max(last, first + 1);
}

std::optional<Action> draw_tabs(const TilesView& view, int pages, int page, Canvas& c) {
  std::optional<Action> out;
  const float g = c.m.gap;
  Rect r = draw_pages(c.at.tabs, pages, page, c, out);
  const int count = static_cast<int>(view.tabs.size());
  const bool label = tabs_that_fit(view.tabs, 0, r.w, Face::label, c) >= std::min(count, 4);
  const Face face = label ? Face::label : Face::small;
  const bool more = tabs_that_fit(view.tabs, 0, r.w, face, c) < count;
  const float more_w = std::max(c.m.mm(kKeyMm) + 1, c.width(face, "More") + 2 * g);
  const float room = more ? r.w - more_w - g : r.w;
  int first = 0, last = tabs_that_fit(view.tabs, 0, room, face, c);
  while (last <= view.tab && last < count) {
    first = last;
    last = tabs_that_fit(view.tabs, first, room, face, c);
  }
  if (more) {
    const KeyView key = tab_key(last < count ? last : 0, "More", Tone::plain);
    if (auto a = c.button("tab:more", key, r.tail(more_w), kKeyMm, face)) out = a;
    r = r.but_tail(more_w + g);
  }
  float words = 0;
  const auto width_of = [&](int tab) {
    return std::max(c.m.mm(kKeyMm) + 1, c.width(face, view.tabs[static_cast<size_t>(tab)]) + 2 * g);
  };
  for (int tab = first; tab < last; ++tab) words += width_of(tab);
  const float spare =
      (r.w - words - g * static_cast<float>(last - first - 1)) / static_cast<float>(last - first);
  float x = r.x;
  for (int tab = first; tab < last; ++tab) {
    const float w = std::min(width_of(tab) + std::min(spare, c.m.mm(12)), r.right() - x);
    const Tone tone = tab == view.tab ? Tone::accent : Tone::plain;
    const KeyView key = tab_key(tab, view.tabs[static_cast<size_t>(tab)], tone);
    const Rect at{std::floor(x), r.y, std::floor(w), r.h};
    if (auto a = c.button("tab:" + std::to_string(tab), key, at, kKeyMm, face)) out = a;
    x += w + g;
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
  const float row_h = std::max(c.m.row, c.height(Face::label) + c.height(Face::small) + 2);
  const auto rows_in = [&](float room) { return std::max(1, static_cast<int>(room / row_h)); };
  const float notice = c.height(Face::small) + 8;  // "4 more" above: said, not scrolled
  if (static_cast<int>(view.lines.size()) > rows_in(list.h)) list = list.below(notice);
  const int rows = rows_in(list.h);
  const int first = first_shown(view, rows);
  const int last = std::min(first + rows, static_cast<int>(view.lines.size()));
  float amount_w = c.width(Face::body, "00.00");
  for (const LineView& line : view.lines) {
    amount_w = std::max(amount_w, c.width(Face::body, line.amount) * 1.1F);
  }
  for (int i = first; i < last; ++i) {
    const LineView& line = view.lines[static_cast<size_t>(i)];
    const Rect row{list.x, list.y + row_h * static_cast<float>(i - first), list.w, row_h};
    const bool pressed = c.press("line:" + std::to_string(line.id), row, kRowMm);
    if (const int dragged = c.dragged_rows(row_h)) out = Move{-dragged};
    if (pressed && !view.sold) out = PickLine{line.id};
    draw_line(line, row, amount_w, view.sold, c);
    if (i + 1 < last) c.rule(row.x + c.m.gap, row.bottom() - 1, row.w - 2 * c.m.gap);
  }
  const auto hidden = static_cast<int>(view.lines.size()) - (last - first);
  if (hidden > 0) {
    const std::string words = std::to_string(hidden) + " more  ↑ ↓";
    c.text({list.x, list.y - notice, list.w, notice}, Face::small, c.colours.accent, words,
           Align::centre);
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

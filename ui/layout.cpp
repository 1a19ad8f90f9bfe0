#include "ui/layout.h"

#include <algorithm>
#include <cmath>

namespace pos::ui {
namespace {

constexpr float kLeastWidthMm = 215, kLeastHeightMm = 125;
constexpr float kFewestPxPerMm = 2.5F, kMostPxPerMm = 12;
// FreeType's "pixel size" spans ascender to descender: 1.21 em for Inter, capitals are 0.727 em.
constexpr float kSizePerCapital = 1.21F / 0.727F;

float whole(float value) { return std::floor(value); }
float up(float value) { return std::ceil(value); }

Metrics metrics(float width, float height, float px_per_mm) {
  const float fits = std::min(width / kLeastWidthMm, height / kLeastHeightMm);
  Metrics m;
  m.px_per_mm = std::clamp(px_per_mm, kFewestPxPerMm, kMostPxPerMm);
  m.px_per_mm = std::min(m.px_per_mm, std::max(fits, 1.0F));
  const auto text = [&](float capital_mm) {
    return std::round(m.mm(capital_mm * kSizePerCapital));
  };
  m.gap = up(m.mm(2));
  m.radius = whole(m.mm(2));
  m.row = up(m.mm(12));
  m.small = std::max(text(2.8F), 13.0F);
  m.label = text(3.72F);
  m.body = text(4.65F);
  m.big = text(9.3F);
  m.huge = text(15);
  m.icon = whole(m.mm(7));
  return m;
}

}  // namespace

Rect Rect::cell(int column, int row, int columns, int rows, float gap) const {
  const float step_x = (w + gap) / static_cast<float>(columns);
  const float step_y = (h + gap) / static_cast<float>(rows);
  const float left_x = whole(x + step_x * static_cast<float>(column));
  const float top_y = whole(y + step_y * static_cast<float>(row));
  return {left_x, top_y, whole(step_x - gap), whole(step_y - gap)};
}

Layout lay_out(float width, float height, float px_per_mm) {
  Layout at;
  at.m = metrics(width, height, px_per_mm);
  const Metrics& m = at.m;
  const float g = m.gap;
  const float key_w = up(std::clamp((0.19F * width - 2 * g) / 3, m.mm(kKeyMm), m.mm(22)));
  const float key_h = up(std::clamp(0.085F * height, m.mm(kKeyMm), m.mm(20)));
  const float pay_h = up(std::clamp(0.13F * height, m.mm(kBigKeyMm), m.mm(28)));
  const float function_h = up(std::clamp(0.075F * height, m.mm(kKeyMm), m.mm(16)));
  const float tab_h = up(std::clamp(0.06F * height, m.mm(kKeyMm), m.mm(15)));
  const float total_h = up(std::clamp(0.11F * height, m.mm(kBigKeyMm), m.mm(26)));
  const float basket_w = up(std::clamp(0.34F * width, m.mm(74), m.mm(125)));

  at.screen = {0, 0, width, height};
  at.strip = {0, 0, width, kStripPx};
  const Rect body{g, kStripPx + g, width - 2 * g, height - kStripPx - 2 * g};
  const Rect right = body.tail(3 * key_w + 2 * g + 2);
  at.pay = right.low(pay_h);
  at.pad = {right.x, at.pay.y - g - (4 * key_h + 3 * g + 2), right.w, 4 * key_h + 3 * g + 2};
  at.readout = {right.x, body.y, right.w, at.pad.y - g - body.y};

  const Rect left = body.but_tail(right.w + g);
  at.functions = left.low(function_h);
  at.wide = {left.x, left.y, left.w, left.h - function_h - g};
  const Rect basket = at.wide.left(basket_w);
  at.total = basket.low(total_h);
  at.basket = {basket.x, basket.y, basket.w, basket.h - total_h};
  at.middle = at.wide.after(basket_w + g);
  at.tabs = at.middle.top(tab_h);
  at.tiles = at.middle.below(tab_h + g);
  return at;
}

TileGrid tile_grid(const Layout& at) {
  const float g = at.m.gap;
  const auto fit = [&](float room, float ideal, float least) {
    const float wanted = std::round((room + g) / (ideal + g));
    const float possible = whole((room + g) / (least + g));
    return std::max(1, static_cast<int>(std::min(wanted, possible)));
  };
  return {fit(at.tiles.w, at.m.mm(35), at.m.mm(22)), fit(at.tiles.h, at.m.mm(33), at.m.mm(22))};
}

}  // namespace pos::ui

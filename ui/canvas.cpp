#include "ui/canvas.h"

#include <algorithm>
#include <cmath>

namespace pos::ui {
namespace {

constexpr std::string_view kEllipsis = "…";

ImVec2 corner(const Rect& r) { return {r.x, r.y}; }
ImVec2 far_corner(const Rect& r) { return {r.right(), r.bottom()}; }

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The longest prefix of at most `bytes` that ends at a character's edge.
std::string_view prefix(std::string_view text, size_t bytes) {
  if (bytes >= text.size()) return text;
  while (bytes > 0 && is_continuation(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Canvas::Canvas(const Palette& palette, const Fonts& fonts, const Layout& layout)
    : colours(palette), at(layout), m(layout.m), fonts_(fonts), draw_(ImGui::GetWindowDrawList()) {}

void Canvas::box(const Rect& r, Colour colour, float radius) {
  draw_->AddRectFilled(corner(r), far_corner(r), colour, radius);
}

void Canvas::frame(const Rect& r, Colour colour, float radius) {
  draw_->AddRect({r.x + 0.5F, r.y + 0.5F}, {r.right() - 0.5F, r.bottom() - 0.5F}, colour, radius, 0,
                 colours.edge);
}

void Canvas::panel(const Rect& r) {
  box(r, colours.panel, m.radius);
  frame(r, colours.panel_edge, m.radius);
}

void Canvas::rule(float x, float y, float rule_width) {
  draw_->AddRectFilled({x, y}, {x + rule_width, y + 1}, colours.panel_edge);
}

void Canvas::stripe(const Rect& r, Colour colour, float stripe_width, float radius) {
  draw_->AddRectFilled(corner(r), {r.x + stripe_width, r.bottom()}, colour, radius,
                       ImDrawFlags_RoundCornersLeft);
}

void Canvas::leaf(const Rect& r, Colour ground, Colour vein) {
  // Two curves from the stem at the lower left to the tip at the upper right, and the vein.
  const auto at_unit = [&](float x, float y) { return ImVec2{r.x + x * r.w, r.y + y * r.h}; };
  draw_->PathLineTo(at_unit(0.12F, 0.88F));
  draw_->PathBezierCubicCurveTo(at_unit(-0.05F, 0.42F), at_unit(0.3F, 0.05F),
                                at_unit(0.95F, 0.05F));
  draw_->PathBezierCubicCurveTo(at_unit(0.97F, 0.68F), at_unit(0.62F, 1.05F),
                                at_unit(0.12F, 0.88F));
  draw_->PathFillConvex(ground);
  draw_->PathLineTo(at_unit(0.0F, 1.0F));
  draw_->PathBezierCubicCurveTo(at_unit(0.25F, 0.72F), at_unit(0.42F, 0.52F),
                                at_unit(0.74F, 0.27F));
  draw_->PathStroke(vein, 0, std::max(2.0F, r.w * 0.035F));
}

void Canvas::disc(float x, float y, float radius, Colour colour) {
  draw_->AddCircleFilled({x, y}, radius, colour, 24);
}

float Canvas::height(Face face) const { return fonts_.sizes[static_cast<int>(face)]; }

float Canvas::width(Face face, std::string_view text) const {
  const auto which = static_cast<int>(face);
  return fonts_.faces[which]
      ->CalcTextSizeA(fonts_.sizes[which], 1e9F, 0, text.data(), text.data() + text.size())
      .x;
}

void Canvas::glyphs(float x, float y, Face face, Colour colour, std::string_view text) {
  const auto which = static_cast<int>(face);
  draw_->AddText(fonts_.faces[which], fonts_.sizes[which], {std::round(x), std::round(y)}, colour,
                 text.data(), text.data() + text.size());
}

std::string Canvas::fitted(Face face, std::string_view text, float room) const {
  if (width(face, text) <= room) return std::string(text);
  size_t fits = 0, over = text.size();
  while (fits + 1 < over) {  // bisection over bytes; the width grows with the prefix
    const size_t middle = (fits + over) / 2;
    const std::string tried = std::string(prefix(text, middle)) + std::string(kEllipsis);
    (width(face, tried) <= room ? fits : over) = middle;
  }
  return std::string(without_spaces(prefix(text, fits))) + std::string(kEllipsis);
}

void Canvas::text(const Rect& r, Face face, Colour colour, std::string_view words, Align align) {
  if (words.empty()) return;
  const std::string shown = fitted(face, words, r.w);
  const float free = r.w - width(face, shown);
  const float x = align == Align::left ? r.x : align == Align::right ? r.x + free : r.x + free / 2;
  glyphs(x, r.y + (r.h - height(face)) / 2, face, colour, shown);
}

void Canvas::figures(const Rect& r, Face face, Colour colour, std::string_view words) {
  float digit = 0;
  for (char c = '0'; c <= '9'; ++c) digit = std::max(digit, width(face, {&c, 1}));
  digit = std::ceil(digit);
  const float y = r.y + (r.h - height(face)) / 2;
  float x = r.right();
  while (!words.empty()) {  // from the right, so that the minor digits stand under each other
    size_t start = words.size() - 1;
    while (start > 0 && is_continuation(words[start])) --start;
    const std::string_view one = words.substr(start);
    const bool is_digit = one.size() == 1 && one[0] >= '0' && one[0] <= '9';
    const float own = width(face, one);
    const float room = is_digit ? digit : own;
    x -= room;
    if (x < r.x - 0.5F) return;
    glyphs(x + (room - own) / 2, y, face, colour, one);
    words.remove_suffix(words.size() - start);
  }
}

std::vector<std::string> Canvas::wrapped(Face face, std::string_view words, float room, int most,
                                         bool* cut) const {
  std::vector<std::string> out;
  const auto put = [&](std::string_view part) {
    out.push_back(fitted(face, part, room));
    if (cut && out.back() != part) *cut = true;
  };
  words = without_spaces(words);
  while (!words.empty()) {
    if (static_cast<int>(out.size()) == most - 1 || width(face, words) <= room) {
      put(words);
      return out;
    }
    size_t end = 0;
    for (size_t space = words.find(' '); space != std::string_view::npos;
         space = words.find(' ', space + 1)) {
      if (width(face, words.substr(0, space)) > room) break;
      end = space;
    }
    if (end == 0) end = std::min(words.find(' '), words.size());  // one word is wider: it is cut
    put(words.substr(0, end));
    words = without_spaces(words.substr(end));
  }
  return out;
}

bool Canvas::fits(Face face, std::string_view words, float room, int most) const {
  bool cut = false;
  wrapped(face, words, room, most, &cut);
  return !cut;
}

float Canvas::paragraph(const Rect& r, Face face, Colour colour, std::string_view words, int most,
                        Align align) {
  const float line = std::round(height(face) * 1.06F);
  float y = r.y;
  for (const std::string& part : wrapped(face, words, r.w, most)) {
    const float free = r.w - width(face, part);
    const float x = align == Align::left ? 0 : align == Align::right ? free : free / 2;
    glyphs(r.x + x, y, face, colour, part);
    y += line;
  }
  return y - r.y;
}

void Canvas::icon(const Rect& r, Colour colour, Icon icon, bool large) {
  ImFont* font = large ? fonts_.big_icons : fonts_.icons;
  const char32_t point = code_point(icon);
  if (!font || point == 0) return;
  const char utf8[] = {static_cast<char>(0xE0 | (point >> 12)),
                       static_cast<char>(0x80 | ((point >> 6) & 0x3F)),
                       static_cast<char>(0x80 | (point & 0x3F)), 0};
  const float size = std::min(r.w, r.h);
  const ImVec2 drawn = font->CalcTextSizeA(size, 1e9F, 0, utf8);
  draw_->AddText(font, size,
                 {std::round(r.x + (r.w - drawn.x) / 2), std::round(r.y + (r.h - size) / 2)},
                 colour, utf8);
}

bool Canvas::press(std::string_view id, const Rect& r, float least_mm) {
  targets_.push_back({std::string(id), r, least_mm});
  ImGui::SetCursorScreenPos(corner(r));
  const bool clicked = ImGui::InvisibleButton(targets_.back().id.c_str(), {r.w, r.h});
  held_ = ImGui::IsItemActive();
  return clicked;
}

int Canvas::dragged_rows(float row_height) const {
  if (!held_) return 0;
  const auto rows = static_cast<int>(ImGui::GetMouseDragDelta(0, row_height).y / row_height);
  if (rows != 0) ImGui::ResetMouseDragDelta(0);
  return rows;
}

std::optional<Action> Canvas::button(std::string_view id, const KeyView& key, const Rect& r,
                                     float least_mm, Face face) {
  const bool clicked = press(id, r, least_mm);
  const bool filled = key.tone != Tone::plain && key.tone != Tone::warn;
  Colour ground = filled ? full(colours, key.tone) : soft(colours, key.tone);
  Colour words = filled ? colours.on_colour : colours.key_text;
  Colour quiet = filled ? mix(colours.on_colour, ground, 0.12F) : colours.muted;
  if (key.chosen) ground = mix(colours.selected, colours.key, 0.2F);
  if (!key.enabled) {
    ground = mix(colours.ground, colours.key, 0.35F);
    words = quiet = mix(colours.muted, ground, 0.45F);
  }
  if (held() && key.enabled) ground = mix(ground, filled ? rgb(0x000000) : colours.accent, 0.22F);
  const bool raised = colours.shadows && key.enabled;
  if (raised) box({r.x, r.y + 2, r.w, r.h}, rgb(0x14213A, 26), m.radius);
  box(r, ground, m.radius);
  if (!filled || !key.enabled || !colours.shadows) {
    frame(r, key.chosen ? colours.accent : colours.key_edge, m.radius);
  }

  // Line boxes have air above capitals and below the baseline: a fifth may overlap.
  const bool tall = r.h >= height(face) * 0.85F + height(Face::small) * 1.1F;
  if (tall && !(key.key.empty() && key.detail.empty())) {
    stacked(key, r, face, words, quiet);
  } else {
    in_a_row(key, r, face, words);
  }
  if (!clicked || !key.enabled) return {};
  return key.action;
}

// Key name, detail and picture above, words below.
void Canvas::stacked(const KeyView& key, const Rect& r, Face face, Colour words, Colour quiet) {
  const Rect inner = r.inset(m.gap * 1.1F, 0);
  const float upper_h = height(Face::small), face_h = height(face);
  const float both = upper_h + face_h * 0.95F;
  const float y = r.y + std::max((r.h - both) / 2, m.gap * 0.3F);
  const float side = std::round(upper_h * 1.15F);
  const bool pictured = key.icon != Icon::none && has_icons();
  Rect upper{inner.x, y, inner.w, upper_h};
  if (pictured) {
    icon({upper.right() - side, y + (upper_h - side) / 2, side, side}, quiet, key.icon);
    upper.w -= side + 6;
  }
  text(upper, Face::small, quiet, key.key);
  if (!key.detail.empty()) {
    text(upper.after(width(Face::small, key.key) + m.gap), Face::small, quiet, key.detail,
         Align::right);
  }
  text({inner.x, r.y + std::max((r.h - both) / 2, 0.0F) + both - face_h, inner.w, face_h}, face,
       words, key.label);
}

void Canvas::in_a_row(const KeyView& key, const Rect& r, Face face, Colour words) {
  const bool pictured = key.icon != Icon::none && has_icons();
  if (!pictured) return text(r.inset(m.gap * 0.5F, 0), face, words, key.label, Align::centre);
  const Rect inner = r.inset(m.gap * 0.9F, 0);
  if (key.label.empty()) return icon({r.x + (r.w - m.icon) / 2, r.y, m.icon, r.h}, words, key.icon);
  const float whole = m.icon + m.gap + width(face, key.label);
  const float x = std::max(inner.x, r.x + (r.w - whole) / 2);
  icon({x, r.y, m.icon, r.h}, words, key.icon);
  const float from = x + m.icon + m.gap;
  text({from, r.y, inner.right() - from, r.h}, face, words, key.label);
}

}  // namespace pos::ui

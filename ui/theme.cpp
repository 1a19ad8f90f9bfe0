#include "ui/theme.h"

#include <imgui_freetype.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace pos::ui {
namespace {

Palette light() {
  Palette p;
  p.ground = rgb(0xE9EDF3);
  p.panel = rgb(0xFFFFFF);
  p.panel_edge = rgb(0xD5DCE6);
  p.text = rgb(0x17202E);
  p.muted = rgb(0x56627A);
  p.on_colour = rgb(0xFFFFFF);
  p.strip = rgb(0x14213A);
  p.on_strip = rgb(0xE8EEF8);
  p.total = rgb(0x14213A);
  p.on_total = rgb(0xFFFFFF);
  p.key = rgb(0xFFFFFF);
  p.key_edge = rgb(0xC9D2DF);
  p.key_text = rgb(0x17202E);
  p.hero = rgb(0x14213A);
  p.on_hero = rgb(0xFFFFFF);
  p.accent = rgb(0x1F5FD6);
  p.accent_soft = rgb(0xE3ECFC);
  p.good = rgb(0x137A46);
  p.good_soft = rgb(0xDDF3E6);
  p.warn = rgb(0x985000);
  p.warn_soft = rgb(0xFFEFD2);
  p.bad = rgb(0xC32A2F);
  p.bad_soft = rgb(0xFDE4E4);
  p.selected = rgb(0xE3ECFC);
  p.paper = rgb(0xFFFFFF);
  return p;
}

Palette dark() {
  Palette p;
  p.ground = rgb(0x0E131B);
  p.panel = rgb(0x19212D);
  p.panel_edge = rgb(0x2C3848);
  p.text = rgb(0xEEF2F8);
  p.muted = rgb(0xA3B0C4);
  p.on_colour = rgb(0xFFFFFF);
  p.strip = rgb(0x060A10);
  p.on_strip = rgb(0xDCE4F0);
  p.total = rgb(0x060A10);
  p.on_total = rgb(0xFFFFFF);
  p.key = rgb(0x253041);
  p.key_edge = rgb(0x37455A);
  p.key_text = rgb(0xEEF2F8);
  p.hero = rgb(0x101A2B);
  p.on_hero = rgb(0xFFFFFF);
  p.accent = rgb(0x3B7BF0);
  p.accent_soft = rgb(0x1D3156);
  p.good = rgb(0x1D9A5B);
  p.good_soft = rgb(0x12382A);
  p.warn = rgb(0xE79A2B);
  p.warn_soft = rgb(0x43310F);
  p.bad = rgb(0xE5484D);
  p.bad_soft = rgb(0x4A1D22);
  p.selected = rgb(0x1D3156);
  p.paper = rgb(0x1E2734);
  p.tint = 0.26F;
  p.shadows = false;
  return p;
}

Palette contrast() {
  Palette p;
  p.ground = rgb(0x000000);
  p.panel = rgb(0x000000);
  p.panel_edge = rgb(0xFFFFFF);
  p.text = rgb(0xFFFFFF);
  p.muted = rgb(0xFFFFFF);
  p.on_colour = rgb(0x000000);
  p.strip = rgb(0x000000);
  p.on_strip = rgb(0xFFFFFF);
  p.total = rgb(0xFFFFFF);
  p.on_total = rgb(0x000000);
  p.key = rgb(0x000000);
  p.key_edge = rgb(0xFFFFFF);
  p.key_text = rgb(0xFFFFFF);
  p.hero = rgb(0x000000);
  p.on_hero = rgb(0xFFFFFF);
  p.accent = rgb(0x59C2FF);
  p.accent_soft = rgb(0x00324A);
  p.good = rgb(0x4DF08A);
  p.good_soft = rgb(0x003A18);
  p.warn = rgb(0xFFD400);
  p.warn_soft = rgb(0x3A3000);
  p.bad = rgb(0xFF8A8A);
  p.bad_soft = rgb(0x4A0000);
  p.selected = rgb(0x00324A);
  p.paper = rgb(0x000000);
  p.tint = 0;
  p.edge = 2;
  p.shadows = false;
  return p;
}

// Where Debian puts the fonts; 12 and 13 agree, the last of each is an older place.
const char* const kMedium[] = {"/usr/share/fonts/opentype/inter/Inter-Medium.otf",
                               "/usr/share/fonts/truetype/inter/Inter-Medium.ttf"};
const char* const kSemiBold[] = {"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                                 "/usr/share/fonts/truetype/inter/Inter-SemiBold.ttf"};
const char* const kIcons[] = {
    "/usr/share/fonts/truetype/materialdesignicons-webfont/materialdesignicons-webfont.ttf",
    "/usr/share/fonts-materialdesignicons-webfont/fonts/materialdesignicons-webfont.ttf"};

template <size_t N>
const char* first_there(const char* const (&paths)[N]) {
  const auto* found = std::find_if(std::begin(paths), std::end(paths), [](const char* path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
  });
  return found == std::end(paths) ? nullptr : *found;
}

// Latin with its extensions, Greek, Cyrillic, punctuation, currency, arrows. The atlas keeps the
// pointer, so these live as long as the program.
constexpr ImWchar kWords[] = {0x20,   0x24F,  0x370,  0x3FF,  0x400,  0x52F,
                              0x1E00, 0x1EFF, 0x2010, 0x205E, 0x20A0, 0x20BF,
                              0x2190, 0x2193, 0x2212, 0x2212, 0};
constexpr ImWchar kFigures[] = {0x20, 0xFF, 0x2010, 0x2026, 0x20A0, 0x20BF, 0x2212, 0x2212, 0};

// Only the pictures we use, in a list that the atlas may keep.
const ImWchar* icon_ranges() {
  static const std::vector<ImWchar> ranges = [] {
    std::vector<ImWchar> points;
    for (int i = 1; i < static_cast<int>(Icon::count_); ++i) {
      points.push_back(static_cast<ImWchar>(code_point(static_cast<Icon>(i))));
    }
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    std::vector<ImWchar> out;
    for (const ImWchar point : points) out.insert(out.end(), {point, point});
    out.push_back(0);
    return out;
  }();
  return ranges.data();
}

ImFont* add(ImFontAtlas& atlas, const char* path, float size, const ImWchar* ranges) {
  if (path) {
    ImFontConfig config;
    config.OversampleH = 1;
    config.OversampleV = 1;
    return atlas.AddFontFromFileTTF(path, size, &config, ranges);
  }
  ImFontConfig config;
  config.SizePixels = size;
  return atlas.AddFontDefault(&config);
}

}  // namespace

Colour mix(Colour a, Colour b, float share_of_b) {
  Colour out = 0;
  for (int shift = 0; shift < 32; shift += 8) {
    const auto from = static_cast<float>((a >> shift) & 0xFF);
    const auto to = static_cast<float>((b >> shift) & 0xFF);
    out |= static_cast<Colour>(from + (to - from) * share_of_b + 0.5F) << shift;
  }
  return out;
}

const Palette& palette(Look look) {
  static const Palette palettes[] = {light(), dark(), contrast()};
  return palettes[static_cast<int>(look)];
}

Fonts load_fonts(ImFontAtlas& atlas, const Metrics& m) {
  const char* medium = first_there(kMedium);
  const char* semi_bold = first_there(kSemiBold);
  const char* icons = first_there(kIcons);
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  Fonts fonts;
  fonts.packaged = medium && semi_bold;
  const auto face = [&](Face which, const char* path, float size, const ImWchar* ranges) {
    fonts.faces[static_cast<int>(which)] = add(atlas, path, size, ranges);
    fonts.sizes[static_cast<int>(which)] = size;
  };
  face(Face::label, medium, m.label, kWords);  // the first is ImGui's default
  face(Face::small, medium, m.small, kWords);
  face(Face::strong, semi_bold, m.label, kWords);
  face(Face::body, semi_bold, m.body, kWords);
  face(Face::big, semi_bold, m.big, kFigures);
  face(Face::huge, semi_bold, m.huge, kFigures);
  if (icons) {
    fonts.icons = add(atlas, icons, m.icon, icon_ranges());
    fonts.big_icons = add(atlas, icons, m.huge, icon_ranges());
  }
  return fonts;
}

Colour full(const Palette& p, Tone tone) {
  switch (tone) {
    case Tone::plain:
      return p.muted;
    case Tone::accent:
    case Tone::busy:
      return p.accent;
    case Tone::good:
      return p.good;
    case Tone::warn:
      return p.warn;
    case Tone::bad:
      return p.bad;
  }
  return p.muted;
}

Colour soft(const Palette& p, Tone tone) {
  switch (tone) {
    case Tone::plain:
      return p.key;
    case Tone::accent:
    case Tone::busy:
      return p.accent_soft;
    case Tone::good:
      return p.good_soft;
    case Tone::warn:
      return p.warn_soft;
    case Tone::bad:
      return p.bad_soft;
  }
  return p.key;
}

void set_style() {
  ImGuiStyle& style = ImGui::GetStyle();
  style.WindowRounding = 0;
  style.WindowBorderSize = 0;
  style.WindowPadding = {0, 0};
  style.WindowMinSize = {1, 1};
  style.ItemSpacing = {0, 0};
  style.Colors[ImGuiCol_WindowBg] = {0, 0, 0, 0};
}

}  // namespace pos::ui

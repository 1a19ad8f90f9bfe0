#include "till/font.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <vector>

#include "pos/text.h"

namespace pos::till {
namespace {

constexpr int kEmDots = 20;  // DejaVu Sans Mono is 0.602 em wide: 12 dots
constexpr int kBaseline = 19;

// Where Debian puts the fonts: regular and bold, best first.
struct Files {
  const char *regular, *bold;
};
constexpr Files kFiles[] = {
    {"/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
     "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"},
    {"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
     "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"},
    {"/usr/share/fonts/opentype/inter/Inter-Medium.otf",
     "/usr/share/fonts/opentype/inter/Inter-Bold.otf"},
    {"/usr/share/fonts/truetype/inter/Inter-Medium.ttf",
     "/usr/share/fonts/truetype/inter/Inter-Bold.ttf"},
    {"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
     "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"},
};

// Black dots of `glyph` into `map`, clipped at its edges.
void stamp(Bitmap& map, const FT_Bitmap& glyph, int left, int top) {
  for (int y = 0; y < static_cast<int>(glyph.rows); ++y) {
    for (int x = 0; x < static_cast<int>(glyph.width); ++x) {
      const bool black = glyph.buffer[y * glyph.pitch + x / 8] & (0x80 >> x % 8);
      const int to_x = left + x, to_y = top + y;
      if (!black || to_x < 0 || to_x >= map.width || to_y < 0 || to_y >= map.height) continue;
      char& byte =
          map.bits[static_cast<size_t>(to_y) * map.row_bytes() + static_cast<size_t>(to_x / 8)];
      byte = static_cast<char>(byte | 0x80 >> to_x % 8);
    }
  }
}

}  // namespace

struct Font::Library {
  FT_Library library = nullptr;
  std::vector<FT_Face> regular, bold;

  Library() {
    if (FT_Init_FreeType(&library) != 0) library = nullptr;
    if (!library) return;
    for (const Files& files : kFiles) {
      FT_Face face = nullptr;
      if (FT_New_Face(library, files.regular, 0, &face) == 0) regular.push_back(face);
      if (FT_New_Face(library, files.bold, 0, &face) == 0) bold.push_back(face);
    }
  }
  ~Library() {
    if (library) FT_Done_FreeType(library);  // the faces go with it
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // The first face that has the character; the first of all draws its box for the unknown.
  FT_Face face_of(char32_t c, bool is_bold) const {
    for (const auto* faces : {is_bold ? &bold : &regular, &regular}) {
      for (FT_Face face : *faces) {
        if (FT_Get_Char_Index(face, c) != 0) return face;
      }
    }
    return regular.front();
  }

  // The character at `x` in `room` dots, narrowed if its font is wider.
  void draw(Bitmap& map, char32_t c, int x, int room, Style style) const {
    FT_Face face = face_of(c, style.bold);
    const FT_UInt height = style.tall ? 2 * kEmDots : kEmDots;
    FT_UInt em = kEmDots;
    for (int attempt = 0; attempt < 2; ++attempt) {
      FT_Set_Pixel_Sizes(face, em, height);
      if (FT_Load_Char(face, c, FT_LOAD_RENDER | FT_LOAD_TARGET_MONO) != 0) return;
      const int advance = static_cast<int>(face->glyph->advance.x >> 6);
      if (advance <= room) break;
      em = std::max<FT_UInt>(6, em * static_cast<FT_UInt>(room) / static_cast<FT_UInt>(advance));
    }
    const int spare = (room - static_cast<int>(face->glyph->advance.x >> 6)) / 2;
    stamp(map, face->glyph->bitmap, x + face->glyph->bitmap_left + std::max(0, spare),
          (style.tall ? 2 * kBaseline : kBaseline) - face->glyph->bitmap_top);
  }
};

Font::Font() : library_(std::make_unique<Library>()) {}
Font::~Font() = default;

Bitmap Font::draw(std::string_view text, int columns, Style style) {
  if (library_->regular.empty()) return {};
  Bitmap map;
  map.width = columns * kDotsPerColumn;
  map.height = style.tall ? kTallLineDots : kLineDots;
  map.bits.assign(static_cast<size_t>(map.height) * map.row_bytes(), '\0');
  for (int x = 0; !text.empty();) {
    const char32_t c = take_character(text);
    const int room = static_cast<int>(cells(c)) * kDotsPerColumn;
    // A combining mark goes over the character before it.
    if (c != ' ')
      library_->draw(map, c, room ? x : std::max(0, x - kDotsPerColumn),
                     room ? room : kDotsPerColumn, style);
    x += room;
  }
  return map;
}

}  // namespace pos::till

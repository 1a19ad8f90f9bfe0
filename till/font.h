// Lines of text as dots, with the machine's fonts: what a printer's code pages lack is printed as a
// picture, and a receipt becomes a PNG. The only file with FreeType. One thread at a time.
//
// DejaVu Sans Mono is the printer's look (12 dots a column); what it lacks comes from the next font
// that has it, fitted into its cells. There is no shaping: Arabic letters stand apart, and text
// that runs from right to left is printed in the order of its characters.
#pragma once

#include <memory>

#include "pos/escpos.h"

namespace pos::till {

inline constexpr int kLineDots = 30;  // from line to line, on printer and picture
inline constexpr int kTallLineDots = 54;

class Font final : public Rasteriser {
 public:
  Font();  // no font installed: draw() answers with empty bitmaps
  ~Font() override;
  Bitmap draw(std::string_view text, int columns, Style style) override;

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace pos::till

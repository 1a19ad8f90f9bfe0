// A document as a picture of its paper, dot by dot, and the picture as the bytes of a PNG file.
// Codes are drawn as a printer would, so that a scanner reads them off a screen too.
#pragma once

#include <string>
#include <string_view>

#include "pos/escpos.h"

namespace pos::till {

class PaperPicture {
 public:
  PaperPicture(int columns, Rasteriser& rasteriser);
  void text(std::string_view line, Style style);
  void bars(const PaperBarcode& code);
  void qr(std::string_view content);
  void bitmap(const Bitmap& map);
  void cut();
  Bitmap take();

 private:
  void space(int rows);
  int columns_;
  Rasteriser& rasteriser_;
  Bitmap paper_;
};

Bitmap picture_of(const ReceiptDocument&, Rasteriser&);
std::string png_of(const Bitmap&);  // grey, with a margin; empty if there was no memory

}  // namespace pos::till

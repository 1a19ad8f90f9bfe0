// What a printer would show of the bytes that it was sent.
#pragma once

#include "tests/paper/escpos_reader.h"
#include "till/paper_picture.h"

namespace pos::paper {

inline Bitmap picture_of(const Roll& roll, int columns, Rasteriser& font) {
  till::PaperPicture picture(columns, font);
  for (const Printed& item : roll.items) {
    if (const auto* t = std::get_if<PaperText>(&item)) picture.text(t->text, t->style);
    if (const auto* b = std::get_if<Bitmap>(&item)) picture.bitmap(*b);
    if (const auto* c = std::get_if<PaperBarcode>(&item)) picture.bars(*c);
    if (const auto* q = std::get_if<PaperQr>(&item)) picture.qr(q->content);
    if (std::holds_alternative<PaperCut>(item)) picture.cut();
  }
  return picture.take();
}

// Its text: a line that went as a picture is shown as such.
inline std::string text_of(const Roll& roll) {
  std::string out;
  for (const Printed& item : roll.items) {
    if (const auto* t = std::get_if<PaperText>(&item)) out += t->text + "\n";
    if (std::holds_alternative<Bitmap>(item)) out += "[picture]\n";
    if (const auto* c = std::get_if<PaperBarcode>(&item)) out += "[barcode " + c->content + "]\n";
    if (const auto* q = std::get_if<PaperQr>(&item)) out += "[QR " + q->content + "]\n";
    if (std::holds_alternative<PaperCut>(item)) out += "[cut]\n";
    if (std::holds_alternative<Drawer>(item)) out += "[drawer]\n";
  }
  return out;
}

}  // namespace pos::paper

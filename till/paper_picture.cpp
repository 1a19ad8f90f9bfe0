#include "till/paper_picture.h"

#include <qrencode.h>

#include <algorithm>
#include <memory>

#include "pos/bars.h"
#include "pos/text.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb/stb_image_write.h>

namespace pos::till {
namespace {

constexpr int kBarHeight = 72, kModule = 2, kGap = 12, kMargin = 24;
constexpr int kQrModule = 6, kQuiet = 4 * kQrModule;

void blacken(Bitmap& map, int x, int y) {
  if (x < 0 || x >= map.width || y < 0 || y >= map.height) return;
  char& byte = map.bits[static_cast<size_t>(y) * map.row_bytes() + static_cast<size_t>(x / 8)];
  byte = static_cast<char>(byte | 0x80 >> x % 8);
}

bool black(const Bitmap& map, int x, int y) {
  const size_t at = static_cast<size_t>(y) * map.row_bytes() + static_cast<size_t>(x / 8);
  return map.bits[at] & (0x80 >> x % 8);
}

std::string centred(std::string_view line, int columns) {
  const size_t room = static_cast<size_t>(columns);
  return std::string((room - std::min(room, cells(line))) / 2, ' ') + std::string(line);
}

}  // namespace

PaperPicture::PaperPicture(int columns, Rasteriser& rasteriser)
    : columns_(columns), rasteriser_(rasteriser) {
  paper_.width = columns * kDotsPerColumn;
}

void PaperPicture::space(int rows) {
  paper_.bits.append(static_cast<size_t>(rows) * paper_.row_bytes(), '\0');
  paper_.height += rows;
}

void PaperPicture::bitmap(const Bitmap& map) {
  const int top = paper_.height;
  space(map.height);
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (black(map, x, y)) blacken(paper_, x, top + y);
    }
  }
}

void PaperPicture::text(std::string_view line, Style style) {
  bitmap(rasteriser_.draw(line, columns_, style));
}

void PaperPicture::bars(const PaperBarcode& code) {
  const bool ean = code.kind == PaperBarcode::Kind::ean13;
  const std::string modules = ean ? ean13_bars(code.content) : code128_bars(code.content);
  const int left = (paper_.width - static_cast<int>(modules.size()) * kModule) / 2;
  const int top = paper_.height + kGap;
  space(kBarHeight + 2 * kGap);
  for (int x = 0; x < static_cast<int>(modules.size()) * kModule; ++x) {
    if (modules[static_cast<size_t>(x / kModule)] != '1') continue;
    for (int y = 0; y < kBarHeight; ++y) blacken(paper_, left + x, top + y);
  }
  if (ean) text(centred(code.content, columns_), {});
}

void PaperPicture::qr(std::string_view content) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(content.size()),
                        reinterpret_cast<const unsigned char*>(content.data()), 0, QR_ECLEVEL_M),
      QRcode_free);
  if (!code) return text(content, {});
  const int side = code->width * kQrModule;
  const int left = (paper_.width - side) / 2, top = paper_.height + kQuiet;
  space(side + 2 * kQuiet);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      if (code->data[y / kQrModule * code->width + x / kQrModule] & 1)
        blacken(paper_, left + x, top + y);
    }
  }
}

void PaperPicture::cut() {
  const int top = paper_.height + kGap;
  space(2 * kGap);
  for (int x = 0; x < paper_.width; ++x) {
    if (x % 12 < 6) blacken(paper_, x, top);
  }
}

Bitmap PaperPicture::take() { return std::move(paper_); }

Bitmap picture_of(const ReceiptDocument& document, Rasteriser& rasteriser) {
  PaperPicture picture(document.columns, rasteriser);
  for (const PaperElement& element : document.elements) {
    if (const auto* t = std::get_if<PaperText>(&element)) picture.text(t->text, t->style);
    if (const auto* b = std::get_if<PaperBarcode>(&element)) picture.bars(*b);
    if (const auto* q = std::get_if<PaperQr>(&element)) picture.qr(q->content);
    if (std::holds_alternative<PaperCut>(element)) picture.cut();
    if (std::holds_alternative<PaperRule>(element))
      picture.text(std::string(static_cast<size_t>(document.columns), '-'), {});
  }
  return picture.take();
}

std::string png_of(const Bitmap& map) {
  const int width = map.width + 2 * kMargin, height = map.height + 2 * kMargin;
  std::string grey(static_cast<size_t>(width) * static_cast<size_t>(height), '\xff');
  for (int y = 0; y < map.height; ++y) {
    for (int x = 0; x < map.width; ++x) {
      if (black(map, x, y))
        grey[static_cast<size_t>(y + kMargin) * static_cast<size_t>(width) +
             static_cast<size_t>(x + kMargin)] = '\0';
    }
  }
  std::string out;
  stbi_write_png_to_func(
      [](void* to, void* data, int size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(data),
                                              static_cast<size_t>(size));
      },
      &out, width, height, 1, grey.data(), width);
  return out;
}

}  // namespace pos::till

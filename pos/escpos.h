// A document as ESC/POS, the bytes that receipt printers of nearly every maker take (Epson's
// "ESC/POS Application Programming Guide" names the commands). Pure: bytes in, bytes out.
//
// Text goes in the first of the printer's code pages that has all its characters. A line that none
// of them has is sent as a picture of itself, drawn behind the port Rasteriser: a printer without
// € or Ł still prints them, never a question mark. Nothing in a document can open the drawer:
// drawer_kick() is a separate command, and every byte of a text is a printable one of its page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pos/code_page.h"
#include "pos/paper.h"

namespace pos {

struct PrinterProfile {
  std::vector<PrinterPage> pages = {{CodePage::pc858, 19}};  // as preferred
};

// One bit a dot, 1 is black, most significant first; rows of row_bytes().
struct Bitmap {
  int width = 0, height = 0;
  std::string bits;
  size_t row_bytes() const { return static_cast<size_t>(width + 7) / 8; }
  bool operator==(const Bitmap&) const = default;
};

class Rasteriser {
 public:
  virtual ~Rasteriser() = default;
  // A line of text in cells of kDotsPerColumn dots, as high as the printer's own lines. An empty
  // bitmap: there is no font.
  virtual Bitmap draw(std::string_view text, int columns, Style style) = 0;
};

std::string encode(const ReceiptDocument&, const PrinterProfile&, Rasteriser&);

// Opens the drawer on connector pin 2. Only a drawer command may send it.
std::string drawer_kick();

}  // namespace pos

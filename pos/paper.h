// What goes on a receipt printer's paper, as a value: lines already laid out in columns, rules,
// codes, the cut. Nothing here knows a printer; escpos.h makes bytes of it, text_of() plain text.
//
//   Paper paper(42);
//   paper.centre("Corner Shop");
//   paper.both("TOTAL EUR", "3.98", {.bold = true, .tall = true});
//   print(encode(paper.take(), profile, rasteriser));
//
// Every text passes printable(), so no name drives the printer; what is too long is wrapped.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pos {

// A character is 12 x 24 dots on all common printers: 32 columns on 58 mm paper, 42 or 48 on 80 mm.
inline constexpr int kDotsPerColumn = 12;

struct Style {
  bool bold = false;
  bool tall = false;  // twice as high, no wider
  bool operator==(const Style&) const = default;
};

struct PaperText {
  std::string text;  // at most ReceiptDocument::columns cells, no trailing spaces
  Style style;
  bool operator==(const PaperText&) const = default;
};
struct PaperRule {
  bool operator==(const PaperRule&) const = default;
};
struct PaperBarcode {
  enum class Kind { ean13, code128 } kind = Kind::code128;
  std::string content;  // 13 digits with their check digit; or printable ASCII
  bool operator==(const PaperBarcode&) const = default;
};
struct PaperQr {
  std::string content;
  bool operator==(const PaperQr&) const = default;
};
struct PaperCut {
  bool operator==(const PaperCut&) const = default;
};
using PaperElement = std::variant<PaperText, PaperRule, PaperBarcode, PaperQr, PaperCut>;

struct ReceiptDocument {
  int columns = 42;
  std::vector<PaperElement> elements;
  bool operator==(const ReceiptDocument&) const = default;
};

// Lines for the screen, each ended by '\n'. Codes and the cut have no text.
std::string text_of(const ReceiptDocument&);

// Lays a document out.
class Paper {
 public:
  explicit Paper(int columns);
  void centre(std::string_view text, Style = {});
  void left(std::string_view text, Style = {}, size_t indent = 0);
  // `right` is never cut and stands at the right edge of the last line of `left`.
  void both(std::string_view left, std::string_view right, Style = {});
  // A row of a table: the first cell at the left, the others at the right of their share. False,
  // and nothing written, if it does not fit.
  bool row(const std::vector<std::string>& texts, Style = {});
  void rule();
  // A code for scanners: Code 128 where the bars are thick enough to be read, else a QR.
  void code(std::string_view content);
  void ean13(std::string_view digits);  // asserts 13 digits and the check digit
  void cut();
  ReceiptDocument take() { return std::move(document_); }

 private:
  size_t room() const { return static_cast<size_t>(document_.columns); }
  void put(std::string line, Style);
  ReceiptDocument document_;
};

}  // namespace pos

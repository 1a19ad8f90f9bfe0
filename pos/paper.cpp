#include "pos/paper.h"

#include <algorithm>
#include <cassert>

#include "pos/bars.h"
#include "pos/gtin.h"
#include "pos/text.h"

namespace pos {
namespace {

constexpr size_t kLeastRoom = 8;  // columns left of an amount, below which it gets its own line

// Code 128: 11 modules for each symbol, 13 for the stop; below 2 dots a module (0.25 mm) hand
// scanners give up. The 10 modules of silence at either side may lie where the printer cannot
// print: there are 4 mm of paper at least beside its 48 or 72 mm.
size_t code128_dots(std::string_view text) { return 2 * (11 * code128_symbols(text) + 13); }

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string spaces(size_t n) { return std::string(n, ' '); }

}  // namespace

Paper::Paper(int columns) { document_.columns = std::clamp(columns, 16, 96); }

void Paper::put(std::string line, Style style) {
  line.erase(line.find_last_not_of(' ') + 1);
  document_.elements.emplace_back(PaperText{std::move(line), style});
}

void Paper::centre(std::string_view text, Style style) {
  for (const std::string& line : wrap(printable(text), room())) {
    put(spaces((room() - std::min(room(), cells(line))) / 2) + line, style);
  }
}

void Paper::left(std::string_view text, Style style, size_t indent) {
  for (const std::string& line : wrap(printable(text), room() - indent)) {
    put(spaces(indent) + line, style);
  }
}

void Paper::both(std::string_view left_text, std::string_view right, Style style) {
  const std::string amount = printable(right);
  const size_t taken = cells(amount) + 1;
  if (taken + kLeastRoom > room()) {
    left(left_text, style);
    put(spaces(room() - std::min(room(), cells(amount))) + amount, style);
    return;
  }
  auto lines = wrap(printable(left_text), room() - taken);
  for (size_t i = 0; i + 1 < lines.size(); ++i) put(lines[i], style);
  const std::string& last = lines.back();
  put(last + spaces(room() - cells(last) - cells(amount)) + amount, style);
}

bool Paper::row(const std::vector<std::string>& texts, Style style) {
  const size_t share = room() / texts.size();
  std::string line;
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string text = printable(texts[i]);
    const size_t end = i + 1 == texts.size() ? room() : (i + 1) * share;
    const size_t from = cells(line) + (i ? 1 : 0);
    if (from + cells(text) > end) return false;
    line += i ? spaces(end - cells(line) - cells(text)) + text : text;
  }
  put(line, style);
  return true;
}

void Paper::rule() { document_.elements.emplace_back(PaperRule{}); }

void Paper::code(std::string_view content) {
  const std::string text = printable(content);
  if (text.empty()) return;
  const size_t dots = room() * kDotsPerColumn;
  if (ascii(text) && code128_dots(text) <= dots) {
    document_.elements.emplace_back(PaperBarcode{PaperBarcode::Kind::code128, text});
  } else {
    document_.elements.emplace_back(PaperQr{text});
  }
}

void Paper::ean13(std::string_view digits) {
  assert(digits.size() == 13 && check_digit(digits.substr(0, 12)) == digits[12]);
  document_.elements.emplace_back(PaperBarcode{PaperBarcode::Kind::ean13, std::string(digits)});
}

void Paper::cut() { document_.elements.emplace_back(PaperCut{}); }

std::string text_of(const ReceiptDocument& document) {
  std::string out;
  for (const PaperElement& element : document.elements) {
    if (const auto* line = std::get_if<PaperText>(&element)) out += line->text + '\n';
    if (std::holds_alternative<PaperRule>(element)) {
      out += std::string(static_cast<size_t>(document.columns), '-') + '\n';
    }
  }
  return out;
}

}  // namespace pos

#include "pos/escpos.h"

#include <algorithm>
#include <optional>

#include "pos/bars.h"
#include "pos/gtin.h"
#include "pos/text.h"

namespace pos {
namespace {

constexpr char kEsc = 0x1b, kGs = 0x1d, kFs = 0x1c;
constexpr int kBarHeight = 72, kModule = 2, kQrModule = 6;
constexpr size_t kMaxQr = 700, kMaxCode128 = 253;  // what every printer's buffer holds

std::string bytes(std::initializer_list<int> all) {
  std::string out;
  for (const int b : all) out += static_cast<char>(b);
  return out;
}
char low(size_t n) { return static_cast<char>(n & 0xff); }
char high(size_t n) { return static_cast<char>(n >> 8 & 0xff); }

class Encoder {
 public:
  Encoder(const ReceiptDocument& document, const PrinterProfile& profile, Rasteriser& rasteriser)
      : columns_(document.columns), profile_(profile), rasteriser_(rasteriser) {
    // Initialise; cancel the two-byte characters that printers made for China wake up with; no
    // national variant of ASCII.
    out_ = bytes({kEsc, '@', kFs, '.', kEsc, 'R', 0});
  }

  void operator()(const PaperText& line) { text(line.text, line.style); }
  void operator()(const PaperRule&) { text(std::string(static_cast<size_t>(columns_), '-'), {}); }

  void operator()(const PaperBarcode& code) {
    const bool ean = code.kind == PaperBarcode::Kind::ean13;
    if (!(ean ? is_ean13(code.content) : is_code128(code.content))) return text(code.content, {});
    style({});
    out_ += bytes({kEsc, 'a', 1, kGs, 'h', kBarHeight, kGs, 'w', kModule});
    out_ += bytes({kGs, 'H', ean ? 2 : 0});  // digits below an EAN; a receipt's number is there
    const std::string data = ean ? code.content : code128(code.content);
    out_ += bytes({kGs, 'k', ean ? 67 : 73, static_cast<int>(data.size())}) + data;
    out_ += bytes({'\n', kEsc, 'a', 0});
  }

  void operator()(const PaperQr& code) {
    if (code.content.empty() || code.content.size() > kMaxQr) return text(code.content, {});
    style({});
    out_ += bytes({kEsc, 'a', 1});
    qr({'1', 'A', '2', 0});     // model 2
    qr({'1', 'C', kQrModule});  // dots a module
    qr({'1', 'E', '1'});        // error correction M
    qr({'1', 'P', '0'}, code.content);
    qr({'1', 'Q', '0'});
    out_ += bytes({'\n', kEsc, 'a', 0});
  }

  void operator()(const PaperCut&) {
    style({});
    out_ += bytes({kGs, 'V', 'B', 0});  // feeds to the knife first
  }

  std::string take() { return std::move(out_); }

 private:
  static bool is_ean13(std::string_view s) {
    return s.size() == 13 &&
           std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
           check_digit(s.substr(0, 12)) == s[12];
  }
  static bool is_code128(std::string_view s) {
    return !s.empty() && code128(s).size() <= kMaxCode128 &&
           std::all_of(s.begin(), s.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  }
  // A brace begins the printer's own marks and is doubled; in set C a byte is two digits.
  static std::string code128(std::string_view s) {
    std::string data;
    for (const Code128Run& run : code128_runs(s)) {
      data += run.pairs ? "{C" : "{B";
      for (size_t i = 0; i < run.text.size(); ++i) {
        const char c = run.text[i];
        if (run.pairs) {
          data += static_cast<char>((c - '0') * 10 + (run.text[++i] - '0'));
        } else {
          data += c == '{' ? std::string("{{") : std::string(1, c);
        }
      }
    }
    return data;
  }

  void qr(std::initializer_list<int> function, std::string_view data = {}) {
    const size_t n = function.size() + data.size();
    out_ += std::string{kGs, '(', 'k', low(n), high(n)} + bytes(function) + std::string(data);
  }

  void style(Style wanted) {
    if (wanted.bold != now_.bold) out_ += bytes({kEsc, 'E', wanted.bold});
    if (wanted.tall != now_.tall) out_ += bytes({kGs, '!', wanted.tall});
    now_ = wanted;
  }

  void text(std::string_view line, Style wanted) {
    for (const PrinterPage& page : profile_.pages) {
      const auto in = in_page(page.page, line);
      if (!in) continue;
      style(wanted);
      if (page_ != page.number) out_ += bytes({kEsc, 't', page.number});
      page_ = page.number;
      out_ += *in + '\n';
      return;
    }
    picture(line, wanted);
  }

  void picture(std::string_view line, Style wanted) {
    const Bitmap map = rasteriser_.draw(printable(line, line.size()), columns_, wanted);
    if (map.bits.empty()) return without_font(line, wanted);
    style({});
    const auto rows = static_cast<size_t>(map.height);
    out_ += bytes({kGs, 'v', '0', 0});
    out_ += {low(map.row_bytes()), high(map.row_bytes()), low(rows), high(rows)};
    out_ += map.bits;
  }

  // The machine has no font at all: what is not ASCII becomes '?', as bad as other tills.
  void without_font(std::string_view line, Style wanted) {
    style(wanted);
    while (!line.empty()) {
      const char32_t c = take_character(line);
      out_ += c >= 0x20 && c < 0x7f ? static_cast<char>(c) : '?';
    }
    out_ += '\n';
  }

  int columns_;
  const PrinterProfile& profile_;
  Rasteriser& rasteriser_;
  Style now_;
  int page_ = -1;
  std::string out_;
};

}  // namespace

std::string encode(const ReceiptDocument& document, const PrinterProfile& profile,
                   Rasteriser& rasteriser) {
  Encoder encoder(document, profile, rasteriser);
  for (const PaperElement& element : document.elements) std::visit(encoder, element);
  return encoder.take();
}

std::string drawer_kick() {
  return bytes({kEsc, 'p', 0, 50, 250});  // pin 2: 100 ms on, 500 ms off
}

}  // namespace pos

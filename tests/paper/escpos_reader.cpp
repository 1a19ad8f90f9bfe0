#include "tests/paper/escpos_reader.h"

#include <cstdio>

namespace pos::paper {
namespace {

std::string utf8(char32_t c) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
  return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
}

std::string hex(std::string_view bytes) {
  std::string out;
  char two[4];
  for (const char c : bytes) {
    std::snprintf(two, sizeof two, " %02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view bytes, const std::vector<PrinterPage>& pages)
      : rest_(bytes), pages_(pages) {}

  Roll read() {
    while (!rest_.empty() && roll_.faults.size() < 10) {
      const int c = next();
      if (c == 0x1b) {
        esc();
      } else if (c == 0x1d) {
        gs();
      } else if (c == 0x1c) {
        command("FS", next(), 0);
      } else if (c == '\n') {
        feed();
      } else if (c != '\r') {
        character(c);
      }
    }
    if (!line_.empty()) fault("the last line is not ended");
    return std::move(roll_);
  }

 private:
  int next() {
    if (rest_.empty()) return fault("the bytes end within a command"), 0;
    const int c = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    return c;
  }
  std::string take(size_t n) {
    if (n > rest_.size()) fault("the bytes end within a command"), n = rest_.size();
    const std::string out(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return out;
  }
  void fault(const std::string& words) { roll_.faults.push_back(words); }
  std::string command(const char* lead, int letter, size_t operands) {
    std::string bytes = take(operands);
    roll_.commands.push_back(std::string(lead) + " " + static_cast<char>(letter) + hex(bytes));
    return bytes;
  }

  void feed() {
    // An empty line after a code is the feed that ends it.
    if (line_.empty() && after_code_) {
      after_code_ = false;
      return;
    }
    roll_.items.push_back(PaperText{line_, style_});
    line_.clear();
  }

  void character(int byte) {
    after_code_ = false;
    for (const PrinterPage& p : pages_) {
      if (byte >= 0x80 && p.number != page_) continue;
      if (const char32_t c = from_page(p.page, static_cast<unsigned char>(byte))) {
        line_ += utf8(c);
        return;
      }
    }
    fault("a byte that prints nothing:" + hex(std::string(1, static_cast<char>(byte))));
  }

  void esc() {
    const int c = next();
    if (c == '@') {
      command("ESC", c, 0);
      style_ = {};
      page_ = 0;
    } else if (c == 't') {
      page_ = static_cast<unsigned char>(command("ESC", c, 1)[0]);
    } else if (c == 'E') {
      style_.bold = command("ESC", c, 1)[0] & 1;
    } else if (c == 'R' || c == 'a' || c == 'd') {
      command("ESC", c, 1);
    } else if (c == 'p') {
      command("ESC", c, 3);
      roll_.items.push_back(Drawer{});
    } else {
      fault("an unknown command: ESC" + hex(std::string(1, static_cast<char>(c))));
    }
  }

  void gs() {
    const int c = next();
    if (c == '!') {
      style_.tall = command("GS", c, 1)[0] & 1;
    } else if (c == 'h' || c == 'w' || c == 'H') {
      command("GS", c, 1);
    } else if (c == 'k') {
      barcode();
    } else if (c == '(') {
      symbol();
    } else if (c == 'v') {
      raster();
    } else if (c == 'V') {
      const int mode = next();
      command("GS", c, mode == 65 || mode == 66 ? 1 : 0);
      roll_.items.push_back(PaperCut{});
    } else {
      fault("an unknown command: GS" + hex(std::string(1, static_cast<char>(c))));
    }
  }

  void barcode() {
    const int kind = next();
    std::string data;
    if (kind < 65) {
      // Function A: up to a zero byte.
      for (int c = next(); c != 0 && !rest_.empty(); c = next()) data += static_cast<char>(c);
    } else {
      data = take(static_cast<size_t>(next()));
    }
    roll_.commands.push_back("GS k " + std::to_string(kind < 65 ? kind + 65 : kind) + hex(data));
    after_code_ = true;
    if (kind == 2 || kind == 67) {
      roll_.items.push_back(PaperBarcode{PaperBarcode::Kind::ean13, data});
    } else if (kind == 73 && data[0] == '{') {
      roll_.items.push_back(PaperBarcode{PaperBarcode::Kind::code128, code128(data)});
    } else {
      fault("an unknown barcode: " + std::to_string(kind));
    }
  }

  // Sets B and C, and braces, as the command reference has them.
  std::string code128(std::string_view data) {
    std::string text;
    char set = 0;
    while (!data.empty()) {
      const char c = data[0];
      data.remove_prefix(1);
      if (c == '{' && !data.empty()) {
        const char mark = data[0];
        data.remove_prefix(1);
        if (mark == '{') {
          text += '{';
        } else if (mark == 'B' || mark == 'C') {
          set = mark;
        } else {
          fault("an unknown set of Code 128");
        }
      } else if (set == 'C') {
        if (c < 0 || c > 99) fault("no two digits");
        text += {static_cast<char>('0' + c / 10), static_cast<char>('0' + c % 10)};
      } else if (set == 'B') {
        text += c;
      } else {
        fault("a code without a set");
      }
    }
    return text;
  }

  void symbol() {
    const int letter = next();
    const size_t low = static_cast<size_t>(next());
    const std::string data = take(low + static_cast<size_t>(next()) * 256);
    roll_.commands.push_back(std::string("GS ( ") + static_cast<char>(letter) + hex(data));
    if (letter != 'k' || data.size() < 3 || data[0] != '1') return fault("an unknown symbol");
    if (data[1] == 'P') qr_ = data.substr(3);
    if (data[1] == 'Q') {
      roll_.items.push_back(PaperQr{qr_});
      after_code_ = true;
    }
  }

  void raster() {
    if (!line_.empty()) fault("a picture within a line");
    const std::string head = take(6);
    if (head.size() < 6) return;
    const auto at = [&](size_t i) { return static_cast<int>(static_cast<unsigned char>(head[i])); };
    const int row_bytes = at(2) + 256 * at(3);
    Bitmap map{row_bytes * 8, at(4) + 256 * at(5), {}};
    map.bits = take(static_cast<size_t>(row_bytes) * static_cast<size_t>(map.height));
    roll_.commands.push_back("GS v" + hex(head));
    roll_.items.push_back(std::move(map));
  }

  std::string_view rest_;
  const std::vector<PrinterPage>& pages_;
  Roll roll_;
  std::string line_, qr_;
  Style style_;
  int page_ = 0;
  bool after_code_ = false;
};

}  // namespace

Roll read_escpos(std::string_view bytes, const std::vector<PrinterPage>& pages) {
  return Reader(bytes, pages).read();
}

}  // namespace pos::paper

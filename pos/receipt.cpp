#include "pos/receipt.h"

#include <algorithm>

namespace pos {
namespace {

// The bytes of the character at `s`, or 0 if it is not valid UTF-8 (RFC 3629).
size_t character(std::string_view s) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto more = [&](size_t i) { return i < s.size() && (byte(i) & 0xc0) == 0x80; };
  const unsigned char c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xc2 && c <= 0xdf) return more(1) ? 2 : 0;
  if (c >= 0xe0 && c <= 0xef) {
    if (!more(1) || !more(2)) return 0;
    if (c == 0xe0 && byte(1) < 0xa0) return 0;
    if (c == 0xed && byte(1) > 0x9f) return 0;  // surrogates
    return 3;
  }
  if (c >= 0xf0 && c <= 0xf4) {
    if (!more(1) || !more(2) || !more(3)) return 0;
    if (c == 0xf0 && byte(1) < 0x90) return 0;
    if (c == 0xf4 && byte(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

// C0, DEL, C1, and the characters that turn the direction of text around.
bool forbidden(std::string_view one) {
  const auto c = static_cast<unsigned char>(one[0]);
  if (one.size() == 1) return c < 0x20 || c == 0x7f;
  if (one.size() == 2) return c == 0xc2 && static_cast<unsigned char>(one[1]) < 0xa0;
  for (const char* bidi : {"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
                           "\u2066", "\u2067", "\u2068", "\u2069", "\u2028", "\u2029"}) {
    if (one == bidi) return true;
  }
  return false;
}

std::string cut(std::string_view text, size_t columns) {
  std::string out;
  while (!text.empty() && columns-- > 0) {
    const size_t n = std::max<size_t>(1, character(text));
    out += text.substr(0, n);
    text.remove_prefix(n);
  }
  return out;
}

class Paper {
 public:
  Paper(int columns, int digits) : columns_(static_cast<size_t>(columns)), digits_(digits) {}
  void centre(std::string_view text) {
    const std::string line = cut(printable(text), columns_);
    out_ += std::string((columns_ - width(line)) / 2, ' ') + line + '\n';
  }
  void both(std::string_view left, std::string_view right) {
    const std::string r = cut(printable(right), columns_);
    const size_t room = columns_ - std::min(columns_, width(r) + 1);
    const std::string l = cut(printable(left), room);
    out_ += l + std::string(columns_ - width(l) - width(r), ' ') + r + '\n';
  }
  void amount(std::string_view left, Money money) { both(left, to_text(money, digits_)); }
  void rule() { out_ += std::string(columns_, '-') + '\n'; }
  void line(const Line& l) {
    amount(l.item.name, l.total);
    if (l.quantity == kOnePiece && l.discount.minor == 0) return;
    both("  " + to_text(l.quantity) + (l.item.unit == "each" ? "" : " " + l.item.unit) + " x " +
             to_text(l.item.price, digits_ + l.item.price_scale) +
             (l.discount.minor ? "  less " + to_text(l.discount, digits_) : ""),
         "");
    for (const std::string& id : l.promotions) both("  " + id, "");
  }
  std::string take() { return std::move(out_); }

 private:
  size_t columns_;
  int digits_;
  std::string out_;
};

std::string percent(Rate rate) {
  return to_text(Quantity{rate.ppm / 10}) + "%";  // 200000 ppm = 20.000 %
}

const char* tender_label(TenderKind kind) {
  switch (kind) {
    case TenderKind::cash:
      return "Cash";
    case TenderKind::card:
      return "Card";
    case TenderKind::voucher:
      return "Voucher";
    case TenderKind::gift:
      return "Gift card";
  }
  return "Cash";
}

}  // namespace

bool valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t n = character(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
  return true;
}

size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string printable(std::string_view text, size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const size_t n = character(text);
    const std::string_view one = text.substr(0, std::max<size_t>(1, n));
    text.remove_prefix(one.size());
    if (n == 0 || forbidden(one)) continue;
    if (out.size() + one.size() > max_bytes) break;
    out += one;
  }
  return out;
}

std::string receipt_text(const CompletedSale& sale, const ReceiptHead& head) {
  const int digits = currency_digits(sale.currency);
  Paper paper(head.columns, digits);
  for (const std::string& line : head.lines) paper.centre(line);
  paper.rule();
  for (const Line& line : sale.lines) paper.line(line);
  paper.rule();
  if (sale.rounding.minor != 0) paper.amount("Rounding", sale.rounding);
  paper.amount("TOTAL " + sale.currency, sale.total);
  for (const Tender& t : sale.tenders) {
    paper.amount(tender_label(t.kind), t.amount);
    if (t.change.minor != 0) paper.amount("Change", t.change);
  }
  paper.rule();
  for (const TaxTotal& t : sale.taxes) {
    paper.both("Tax " + percent(t.rate) + "  net " + to_text(t.net, digits),
               to_text(t.tax, digits));
  }
  paper.rule();
  // The number is never cut: a return needs it whole.
  const std::string when = local_text(sale.header.at, sale.header.utc_offset_min);
  const bool fits = width(sale.receipt) + 1 + width(when) <= static_cast<size_t>(head.columns);
  paper.both(sale.receipt, fits ? when : "");
  if (!fits) paper.both(when, "");
  paper.both("Served by " + sale.header.cashier.value, "");
  if (!head.foot.empty()) paper.centre(head.foot);
  return paper.take();
}

}  // namespace pos

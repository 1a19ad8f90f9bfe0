#include "pos/receipt.h"

#include <algorithm>

#include "pos/receipt_words.h"

namespace pos {
namespace {

constexpr Style kBold{.bold = true};
constexpr Style kLoud{.bold = true, .tall = true};
constexpr size_t kCardDigits = 4;  // FACTA allows five; the terminal's own slip shows four

std::string percent(Rate rate) {
  return to_text(Quantity{rate.ppm / 10}) + "%";  // 200000 ppm = 20.000 %
}

// "VISA 4111 1111 1111 1111" -> "VISA 1111": of a longer number, spaced or not, only its last
// digits reach the paper.
std::string masked(std::string_view reference) {
  std::string out, digits;
  const auto flush = [&] {
    out += digits.size() > kCardDigits ? digits.substr(digits.size() - kCardDigits) : digits;
    digits.clear();
  };
  for (size_t i = 0; i < reference.size(); ++i) {
    const auto digit = [&](size_t at) {
      return at < reference.size() && reference[at] >= '0' && reference[at] <= '9';
    };
    const bool gap = (reference[i] == ' ' || reference[i] == '-') && !digits.empty();
    if (digit(i)) {
      digits += reference[i];
    } else if (!gap || !digit(i + 1)) {
      flush();
      out += reference[i];
    }
  }
  flush();
  return out;
}

// One receipt on its way to paper.
class Receipt {
 public:
  Receipt(const CompletedSale& sale, const ReceiptHead& head, const ReceiptOccasion& occasion)
      : sale_(sale),
        head_(head),
        occasion_(occasion),
        words_(receipt_words(head.language)),
        digits_(currency_digits(sale.currency)),
        exclusive_(sale.tax_mode == "exclusive"),
        paper_(head.columns) {}

  ReceiptDocument lay_out() {
    top();
    paper_.rule();
    for (size_t i = 0; i < sale_.lines.size(); ++i) line(i);
    paper_.rule();
    sums();
    tenders();
    if (!exclusive_) taxes();
    paper_.rule();
    bottom();
    return paper_.take();
  }

 private:
  bool training() const { return occasion_.training || sale_.training(); }
  std::string text(Money money) const { return to_text(money, digits_); }

  void top() {
    for (const std::string& l : head_.lines) paper_.centre(l);
    if (training()) paper_.centre(std::string("*** ") + words_.training + " ***", kLoud);
    if (occasion_.copy > 0) {
      paper_.centre(std::string(words_.copy) + " " + std::to_string(occasion_.copy), kLoud);
    }
    if (sale_.kind == "return") paper_.centre(words_.returned, kLoud);
    const std::string& original =
        occasion_.original_receipt.empty() ? sale_.original.value : occasion_.original_receipt;
    if (!original.empty()) paper_.left(std::string(words_.original) + ": " + original);
    if (occasion_.buyer.empty()) return;
    paper_.left(std::string(words_.invoice_to) + ":");
    for (const std::string& l : occasion_.buyer) paper_.left(l, {}, 2);
  }

  // With several rates each line says which one is its own: "A", "B" … of the tax table.
  std::string letter(Rate rate) const {
    if (sale_.taxes.size() < 2) return {};
    for (size_t i = 0; i < sale_.taxes.size() && i < 26; ++i) {
      if (sale_.taxes[i].rate == rate) return std::string(" ") + static_cast<char>('A' + i);
    }
    return {};
  }

  Money shown(size_t i) const {
    const Money total = sale_.lines[i].total;
    return exclusive_ && i < sale_.line_taxes.size() ? total - sale_.line_taxes[i] : total;
  }

  void line(size_t i) {
    const Line& l = sale_.lines[i];
    paper_.both(l.item.name, text(shown(i)) + letter(l.item.tax_rate));
    if (l.quantity != kOnePiece) {
      paper_.left(to_text(l.quantity) + (l.item.unit == "each" ? "" : " " + l.item.unit) + " x " +
                      to_text(l.item.price, digits_ + l.item.price_scale),
                  {}, 2);
    }
    if (l.discount.minor == 0) return;
    paper_.left(std::string(words_.discount) + " -" + text(l.discount), {}, 2);
    for (const std::string& id : l.promotions) paper_.left(id, {}, 2);
  }

  void sums() {
    Money sum;
    for (size_t i = 0; i < sale_.lines.size(); ++i) sum += shown(i);
    if (exclusive_ || sale_.rounding.minor != 0) paper_.both(words_.subtotal, text(sum));
    if (exclusive_) {
      for (const TaxTotal& t : sale_.taxes)
        paper_.both(std::string(words_.tax) + letter(t.rate) + " " + percent(t.rate), text(t.tax));
    }
    if (sale_.rounding.minor != 0) paper_.both(words_.rounding, text(sale_.rounding));
    paper_.both(std::string(words_.total) + " " + sale_.currency, text(sale_.total), kLoud);
  }

  const char* label(TenderKind kind) const {
    switch (kind) {
      case TenderKind::cash:
        return words_.cash;
      case TenderKind::card:
        return words_.card;
      case TenderKind::voucher:
        return words_.voucher;
      case TenderKind::gift:
        return words_.gift;
    }
    return words_.cash;
  }

  void tenders() {
    for (const Tender& t : sale_.tenders) {
      const std::string reference = masked(t.reference);
      paper_.both(label(t.kind) + (reference.empty() ? "" : " " + reference), text(t.amount));
      if (t.change.minor != 0) paper_.both(words_.change, text(t.change), kBold);
    }
  }

  void taxes() {
    if (sale_.taxes.empty()) return;
    paper_.rule();
    paper_.row({words_.tax, words_.net, words_.tax, words_.gross});
    for (const TaxTotal& t : sale_.taxes) {
      const std::string l = letter(t.rate);
      const std::string name = (l.empty() ? "" : l.substr(1) + " ") + percent(t.rate);
      if (paper_.row({name, text(t.net), text(t.tax), text(t.gross)})) continue;
      // Sums too large for a quarter of the paper.
      paper_.both(name + " " + words_.net, text(t.net));
      paper_.both(name + " " + words_.tax, text(t.tax));
      paper_.both(name + " " + words_.gross, text(t.gross));
    }
  }

  void bottom() {
    // The number is never cut: a return needs it whole.
    const std::string when = local_text(sale_.header.at, sale_.header.utc_offset_min);
    if (cells(sale_.receipt) + 1 + cells(when) <= static_cast<size_t>(head_.columns)) {
      paper_.both(sale_.receipt, when);
    } else {
      paper_.left(sale_.receipt);
      paper_.left(when);
    }
    paper_.left(std::string(words_.served_by) + " " + sale_.header.cashier.value);
    if (!head_.foot.empty()) paper_.centre(head_.foot);
    if (training()) {
      paper_.centre(std::string("*** ") + words_.training + " ***", kLoud);
    } else {
      paper_.code(sale_.receipt);  // a return scans it
    }
    paper_.cut();
  }

  const CompletedSale& sale_;
  const ReceiptHead& head_;
  const ReceiptOccasion& occasion_;
  const ReceiptWords& words_;
  int digits_;
  bool exclusive_;
  Paper paper_;
};

}  // namespace

ReceiptDocument receipt_document(const CompletedSale& sale, const ReceiptHead& head,
                                 const ReceiptOccasion& occasion) {
  return Receipt(sale, head, occasion).lay_out();
}

std::string receipt_text(const CompletedSale& sale, const ReceiptHead& head,
                         const ReceiptOccasion& occasion) {
  return text_of(receipt_document(sale, head, occasion));
}

}  // namespace pos

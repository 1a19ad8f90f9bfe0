#include "pos/receipt.h"

#include <algorithm>

#include "pos/receipt_words.h"

namespace pos {
namespace {

constexpr Style kBold{.bold = true};
constexpr Style kLoud{.bold = true, .tall = true};
constexpr size_t kCardDigits = 4;  // FACTA allows five; the terminal's own slip shows four

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
    if (!exclusive_ || sale_.taxes.size() > 1) taxes();
    paper_.rule();
    bottom();
    return paper_.take();
  }

 private:
  bool training() const { return occasion_.training || sale_.training(); }
  std::string text(Money money) const { return amount_text(words_, money, digits_); }
  std::string percent(Rate rate) const { return percent_text(words_, rate); }

  void top() {
    for (const std::string& l : head_.lines) paper_.centre(l);
    if (training()) paper_.centre(std::string("*** ") + words_.training + " ***", kLoud);
    if (occasion_.copy > 0) {
      paper_.centre(std::string(words_.copy) + " " + std::to_string(occasion_.copy), kLoud);
    } else if (occasion_.for_office) {
      paper_.centre(words_.copy, kLoud);
    }
    if (const char* title = what_it_is()) paper_.centre(title, kLoud);
    const std::string& number =
        occasion_.original_receipt.empty() ? sale_.original_receipt : occasion_.original_receipt;
    const std::string& original = number.empty() ? sale_.original.value : number;
    if (!original.empty()) label(words_.original, original);
    if (!occasion_.buyer.empty()) invoice();
  }

  // On one line, or the value below.
  void label(const char* name, const std::string& value) {
    const std::string both = std::string(name) + ": " + value;
    if (cells(both) <= static_cast<size_t>(head_.columns)) return paper_.left(both);
    paper_.left(std::string(name) + ":");
    paper_.left(value, {}, 2);
  }

  const char* what_it_is() const {
    const auto back = [](const Line& l) { return l.quantity.milli < 0; };
    const bool any = std::any_of(sale_.lines.begin(), sale_.lines.end(), back);
    if (any && !std::all_of(sale_.lines.begin(), sale_.lines.end(), back)) return words_.exchanged;
    return any || sale_.kind == "return" ? words_.returned : nullptr;
  }

  void invoice() {
    paper_.centre(words_.invoice, kLoud);
    paper_.centre(sale_.receipt);
    paper_.left(std::string(words_.invoice_to) + ":");
    for (const std::string& l : occasion_.buyer.lines) paper_.left(l, {}, 2);
    if (occasion_.buyer.tax_number.empty()) return;
    paper_.left(std::string(words_.tax_number) + " " + occasion_.buyer.tax_number, {}, 2);
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
    if (l.quantity != kOnePiece || l.discount.minor != 0) {
      paper_.left(quantity_text(words_, l.quantity) +
                      (l.item.unit == "each" ? "" : " " + l.item.unit) + " x " +
                      amount_text(words_, l.item.price, digits_ + l.item.price_scale),
                  {}, 2);
    }
    if (l.discount.minor != 0) {
      paper_.left(std::string(words_.discount) + " " + text(-l.discount) + promotions(l), {}, 2);
    }
  }

  // " (3 for 5.00, Happy hour)": why it is less.
  std::string promotions(const Line& l) const {
    std::string names;
    for (const std::string& id : l.promotions) {
      const auto known = head_.promotions.find(id);
      names +=
          (names.empty() ? " (" : ", ") + (known == head_.promotions.end() ? id : known->second);
    }
    return names.empty() ? names : names + ")";
  }

  void sums() {
    Money sum, saved;
    for (size_t i = 0; i < sale_.lines.size(); ++i) {
      sum += shown(i);
      if (sale_.lines[i].discount.minor > 0) saved += sale_.lines[i].discount;
    }
    if (exclusive_ || sale_.rounding.minor != 0) paper_.both(words_.subtotal, text(sum));
    if (exclusive_) {
      for (const TaxTotal& t : sale_.taxes)
        paper_.both(std::string(words_.tax) + letter(t.rate) + " " + percent(t.rate), text(t.tax));
    }
    if (sale_.rounding.minor != 0) paper_.both(words_.rounding, text(sale_.rounding));
    paper_.both(std::string(words_.total) + " " + sale_.currency, text(sale_.total), kLoud);
    if (saved.minor > 0) paper_.both(words_.saved, text(saved));
  }

  void tenders() {
    for (const Tender& t : sale_.tenders) {
      const std::string reference = masked(t.reference);
      paper_.both(tender_word(words_, t.kind) + (reference.empty() ? "" : " " + reference),
                  text(t.amount));
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

  // "22.11.2026 11:15:30"
  std::string moment(Instant at) const {
    const std::string local = local_text(at, sale_.header.utc_offset_min);
    return date_text(words_, local) + " " + local_clock(at, sale_.header.utc_offset_min);
  }

  void times() {
    const Instant end = sale_.header.at;
    const int offset = sale_.header.utc_offset_min;
    const auto begin = uuid_v7_ms(sale_.header.id.value);
    const std::string ended = std::string(words_.ended) + " " + local_clock(end, offset);
    if (!begin || *begin > end.unix_ms) return paper_.left(ended);
    // A sale that was held overnight.
    const bool same_day = local_date({*begin}, offset) == local_date(end, offset);
    paper_.both(std::string(words_.begun) + " " +
                    (same_day ? local_clock({*begin}, offset) : moment({*begin})),
                ended);
  }

  void bottom() {
    // The number is never cut: a return needs it whole.
    const std::string date =
        date_text(words_, local_date(sale_.header.at, sale_.header.utc_offset_min));
    if (cells(sale_.receipt) + 1 + cells(date) <= static_cast<size_t>(head_.columns)) {
      paper_.both(sale_.receipt, date);
    } else {
      paper_.left(sale_.receipt);
      paper_.left(date);
    }
    times();
    const std::string cashier =
        std::string(words_.served_by) + " " +
        (occasion_.cashier.empty() ? sale_.header.cashier.value : occasion_.cashier);
    if (head_.till.empty()) {
      paper_.left(cashier);
    } else {
      paper_.both(std::string(words_.till) + " " + head_.till, cashier);
    }
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

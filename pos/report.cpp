#include "pos/report.h"

#include "pos/receipt_words.h"

namespace pos {
namespace {

constexpr Style kLoud{.bold = true, .tall = true};
constexpr Style kBold{.bold = true};

class Report {
 public:
  Report(const ShiftClosed& shift, const std::string& currency, const ReceiptHead& head,
         const ReportOccasion& occasion)
      : shift_(shift),
        currency_(currency),
        head_(head),
        occasion_(occasion),
        words_(receipt_words(head.language)),
        digits_(currency_digits(currency)),
        paper_(head.columns) {}

  ReceiptDocument lay_out() {
    top();
    sales();
    taxes();
    section(words_.tenders, shift_.tenders, [this](const std::string& key) {
      const auto kind = tender_kind(key);
      return kind ? std::string(tender_word(words_, *kind)) : key;
    });
    section(words_.categories, shift_.categories, [this](const std::string& key) {
      return key.empty() ? std::string(words_.other) : key;
    });
    section(words_.cashiers, shift_.cashiers, [this](const std::string& key) {
      const auto known = occasion_.names.find(key);
      return known == occasion_.names.end() ? key : known->second;
    });
    drawer();
    bottom();
    return paper_.take();
  }

 private:
  std::string text(Money money) const { return amount_text(words_, money, digits_); }
  void amount(const char* name, Money money, Style style = {}) {
    paper_.both(name, text(money), style);
  }
  std::string moment(Instant at) const {
    const int offset = shift_.header.utc_offset_min;
    return date_text(words_, local_date(at, offset)) + " " + local_clock(at, offset);
  }
  void warn_of_training() {
    if (occasion_.training) paper_.centre(std::string("*** ") + words_.training + " ***", kLoud);
  }

  void top() {
    for (const std::string& l : head_.lines) paper_.centre(l);
    warn_of_training();
    paper_.centre(occasion_.z ? std::string(words_.z_report) + " " + std::to_string(shift_.z_number)
                              : std::string(words_.x_report),
                  kLoud);
    paper_.rule();
    paper_.both(words_.business_date, date_text(words_, shift_.header.business_date));
    if (const auto opened = uuid_v7_ms(shift_.header.shift.value)) {
      paper_.both(words_.opened, moment({*opened}));
    }
    paper_.both(occasion_.z ? words_.closed : words_.ended, moment(shift_.header.at));
    if (!head_.till.empty()) paper_.both(words_.till, head_.till);
    const auto name = occasion_.names.find(shift_.header.cashier.value);
    paper_.both(words_.served_by,
                name == occasion_.names.end() ? shift_.header.cashier.value : name->second);
  }

  void sales() {
    paper_.rule();
    paper_.both(words_.sales, std::to_string(shift_.sales));
    if (shift_.sales > 0) {
      paper_.both(words_.receipts, shift_.first_receipt);
      paper_.both("", shift_.last_receipt);
    }
    if (shift_.returns > 0) {
      paper_.both(std::string(words_.returns) + " " + std::to_string(shift_.returns),
                  text(shift_.returned));
    }
    if (shift_.rounding.minor != 0) amount(words_.rounding, shift_.rounding);
    paper_.both(std::string(words_.turnover) + " " + currency_, text(shift_.turnover), kLoud);
  }

  void taxes() {
    if (shift_.taxes.empty()) return;
    paper_.rule();
    paper_.row({words_.tax, words_.net, words_.tax, words_.gross}, kBold);
    for (const TaxTotal& t : shift_.taxes) {
      const std::string rate = percent_text(words_, t.rate);
      if (paper_.row({rate, text(t.net), text(t.tax), text(t.gross)})) continue;
      paper_.both(rate + " " + words_.net, text(t.net));
      paper_.both(rate + " " + words_.tax, text(t.tax));
      paper_.both(rate + " " + words_.gross, text(t.gross));
    }
  }

  template <class Name>
  void section(const char* title, const std::vector<AmountOf>& rows, Name name) {
    if (rows.empty()) return;
    paper_.rule();
    paper_.left(title, kBold);
    for (const AmountOf& row : rows) paper_.both(name(row.key), text(row.amount));
  }

  void drawer() {
    paper_.rule();
    paper_.left(words_.drawer, kBold);
    amount(words_.float_amount, shift_.float_amount);
    if (shift_.cash_moved.minor != 0) amount(words_.cash_moved, shift_.cash_moved);
    amount(words_.expected, shift_.expected);
    if (!occasion_.z) return;
    for (const CountOf& c : shift_.counts) {
      paper_.left(std::to_string(c.pieces) + " x " + text({c.value}), {}, 2);
    }
    amount(words_.counted, shift_.counted);
    amount(words_.variance, shift_.variance, kBold);
  }

  void bottom() {
    paper_.rule();
    amount(words_.grand_total, shift_.grand_total);
    if (occasion_.unconfirmed > 0)
      paper_.both(words_.unconfirmed, std::to_string(occasion_.unconfirmed));
    warn_of_training();
    paper_.cut();
  }

  const ShiftClosed& shift_;
  const std::string& currency_;
  const ReceiptHead& head_;
  const ReportOccasion& occasion_;
  const ReceiptWords& words_;
  int digits_;
  Paper paper_;
};

}  // namespace

ReceiptDocument report_document(const ShiftClosed& shift, const std::string& currency,
                                const ReceiptHead& head, const ReportOccasion& occasion) {
  return Report(shift, currency, head, occasion).lay_out();
}

}  // namespace pos

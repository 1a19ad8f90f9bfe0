// The fixed words of a receipt and of the reports, in the languages they can be printed in, and how
// these languages write numbers and dates. One table: a word is added in all languages at once, and
// the compiler and a test see to it (docs/decisions/0008 says why it is no gettext).
#pragma once

#include <string>
#include <string_view>

#include "pos/sale.h"

namespace pos {

struct ReceiptWords {
  const char* language;
  char decimal;      // between whole and part
  const char* date;  // "d.m.y"
  const char *copy, *training, *returned, *exchanged, *original, *invoice, *invoice_to, *tax_number;
  const char *discount, *saved, *subtotal, *rounding, *total;
  const char *cash, *card, *voucher, *gift, *change;
  const char *tax, *net, *gross;
  const char *begun, *ended, *till, *served_by;
  // Reports.
  const char *x_report, *z_report, *business_date, *opened, *closed, *receipts, *sales, *turnover;
  const char *returns, *cash_moved;
  const char *tenders, *categories, *cashiers, *other;
  const char *drawer, *float_amount, *expected, *counted, *variance, *grand_total, *unconfirmed;
};

// English for a language that is not there.
const ReceiptWords& receipt_words(std::string_view language);

const char* tender_word(const ReceiptWords&, TenderKind);
// "3,98", "1,234", "5,5%".
std::string amount_text(const ReceiptWords&, Money, int digits);
std::string quantity_text(const ReceiptWords&, Quantity);
std::string percent_text(const ReceiptWords&, Rate);
// "22.11.2026" of "2026-11-22".
std::string date_text(const ReceiptWords&, std::string_view iso_date);

}  // namespace pos

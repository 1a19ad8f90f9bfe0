// The receipt: what the law and the customer want to read of a sale, laid out for paper and screen.
// EU simplified invoice (VAT directive, Art. 226b): who sold, when, what, tax per rate with net and
// gross, and on a return the original; with a buyer it is an invoice (Art. 226). US: prices without
// tax, tax lines, the rounding of cash, at most four digits of a card. Germany asks for the begin
// and the end: a sale begins when its transaction id is made. Times are in the store's zone, as the
// sale recorded it; numbers and dates are written as the language does.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pos/paper.h"
#include "pos/sale.h"
#include "pos/text.h"

namespace pos {

struct ReceiptHead {
  std::vector<std::string> lines{};  // name, address, tax number
  std::string foot{};                // "Thank you"
  int columns = 42;
  std::string language = "en";  // one of receipt_languages(); another one is English
  std::string till{};
  std::map<std::string, std::string> promotions{};  // id -> name; one that is not here shows its id
};
const std::vector<std::string>& receipt_languages();

// Whom an invoice is for. On paper only: it is personal data, and the journal is kept for ever.
struct Buyer {
  std::vector<std::string> lines{};  // name and address
  std::string tax_number{};
  bool empty() const { return lines.empty() && tax_number.empty(); }
};

// Why this paper is printed, and what the sale itself does not say.
struct ReceiptOccasion {
  int64_t copy = 0;         // 1, 2 …: a reprint says so
  bool for_office = false;  // not printed at the till: says COPY without a number
  bool training = false;    // says so at the top and at the end: nobody can take it for a receipt
  std::string original_receipt{};  // of a return; without it the original's transaction id is shown
  Buyer buyer{};                   // makes it an invoice
  std::string cashier{};           // the name; without it the id is shown
};

ReceiptDocument receipt_document(const CompletedSale&, const ReceiptHead&,
                                 const ReceiptOccasion& = {});
// Lines end with '\n'; none is wider than `columns`.
std::string receipt_text(const CompletedSale&, const ReceiptHead&, const ReceiptOccasion& = {});

}  // namespace pos

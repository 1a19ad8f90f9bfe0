// The receipt: what the law and the customer want to read of a sale, laid out for paper and screen.
// EU simplified invoice (VAT directive, Art. 226b): who sold, when, what, tax per rate with net and
// gross, and on a return the original. US: prices without tax, tax lines, the rounding of cash, at
// most four digits of a card. Times are in the store's zone, as the sale recorded it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pos/paper.h"
#include "pos/sale.h"
#include "pos/text.h"

namespace pos {

struct ReceiptHead {
  std::vector<std::string> lines;  // name, address, tax number
  std::string foot;                // "Thank you"
  int columns = 42;
  std::string language = "en";  // one of receipt_languages(); another one is English
};
const std::vector<std::string>& receipt_languages();

// Why this paper is printed, and what the sale itself does not say.
struct ReceiptOccasion {
  int copy = 0;           // 1, 2 …: a reprint says so
  bool training = false;  // says so at the top and at the end: nobody can take it for a receipt
  std::string original_receipt{};  // of a return; without it the original's transaction id is shown
  std::vector<std::string> buyer{};  // name, address, tax number: makes it an invoice
};

ReceiptDocument receipt_document(const CompletedSale&, const ReceiptHead&,
                                 const ReceiptOccasion& = {});
// Lines end with '\n'; none is wider than `columns`.
std::string receipt_text(const CompletedSale&, const ReceiptHead&, const ReceiptOccasion& = {});

}  // namespace pos

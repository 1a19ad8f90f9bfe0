// The fixed words of a receipt in the languages it can be printed in.
#pragma once

#include <string_view>

namespace pos {

struct ReceiptWords {
  const char* language;
  const char *copy, *training, *returned, *original, *invoice_to;
  const char *discount, *subtotal, *rounding, *total;
  const char *cash, *card, *voucher, *gift, *change;
  const char *tax, *net, *gross, *served_by;
};

// English for a language that is not there.
const ReceiptWords& receipt_words(std::string_view language);

}  // namespace pos

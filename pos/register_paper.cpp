// Register: paper beyond the receipt that each sale gets. The copy is counted on disk before the
// row that notes it, and both before anything is printed: a number may be missing, it never stands
// on two papers.
#include "pos/register.h"

namespace pos {
namespace {

constexpr size_t kMaxBuyerLines = 6, kMaxBuyerText = 100;

bool readable(std::string_view text) {
  return text.size() <= kMaxBuyerText && valid_utf8(text) && printable(text, kMaxBuyerText) == text;
}

std::optional<Refusal> fault_of(const Buyer& buyer) {
  if (buyer.lines.empty() || buyer.lines.size() > kMaxBuyerLines || buyer.lines[0].empty()) {
    return Refusal{RefusalCode::bad_request,
                   "An invoice needs the buyer's name and address: 1 to 6 lines."};
  }
  bool all = readable(buyer.tax_number);
  for (const std::string& line : buyer.lines) all = all && readable(line);
  if (all) return {};
  return Refusal{RefusalCode::text_too_long,
                 "A line of the buyer is at most 100 bytes of readable characters."};
}

}  // namespace

Outcome<Reprint> Register::reprint(std::string_view number) {
  auto sale = receipt(number);
  if (!sale) return sale.refusal();
  const int64_t copy = ledger_.count_print(sale->receipt, Print::receipt);
  note("reprint", sale->receipt + ", copy " + std::to_string(copy));
  return Reprint{std::move(*sale), copy};
}

Outcome<Reprint> Register::invoice(std::string_view number, const Buyer& buyer) {
  auto sale = receipt(number);
  if (!sale) return sale.refusal();
  if (auto no = fault_of(buyer)) return *no;
  // There is one invoice: another one for the same sale is its copy.
  const int64_t copy = ledger_.count_print(sale->receipt, Print::invoice) - 1;
  note("invoice",
       sale->receipt + (copy > 0 ? ", copy " + std::to_string(copy) : std::string(", original")));
  return Reprint{std::move(*sale), copy};
}

}  // namespace pos

#include "pos/scanned.h"

#include "pos/gs1.h"
#include "pos/gtin.h"
#include "pos/receipt.h"

namespace pos {
namespace {

Refusal unreadable() {
  return {RefusalCode::bad_code, "The code was not read well: scan it again, or type it."};
}

// A printed amount in minor units; half away from zero where it is finer than they are.
Money minor_units(int64_t value, int decimals, int digits) {
  for (; decimals < digits; ++decimals) value *= 10;
  int64_t by = 1;
  for (; decimals > digits; --decimals) by *= 10;
  return {(value + by / 2) / by};
}

bool marked_as_gs1(std::string_view text) {
  for (const char* mark : {"]d2", "]C1", "]Q3", "]e0", "(01)"}) {
    if (text.rfind(mark, 0) == 0) return true;
  }
  return text.find("://") != std::string_view::npos;
}

Outcome<Scanned> from_gs1(const Gs1& gs1, const ScanRules& rules) {
  if (!gs1.expiry.empty() && gs1.expiry < rules.today) {
    return Refusal{RefusalCode::expired,
                   "This one expired on " + gs1.expiry + ": take it off the shelf."};
  }
  Scanned out;
  out.code = gs1.gtin;
  // The lot stays with the line, so that a recall finds who bought it.
  if (!gs1.lot.empty() && printable(gs1.lot) == gs1.lot)
    out.code = "(01)" + gs1.gtin + "(10)" + gs1.lot;
  Scanned::Meaning meaning{gs1.gtin, {}, gs1.weight, {}};
  if (gs1.price) {
    const auto [value, decimals] = *gs1.price;
    if (value > kMaxPriceMinor) return unreadable();
    meaning.price = minor_units(value, decimals, rules.currency_digits);
  }
  out.meanings.push_back(std::move(meaning));
  return out;
}

// The item of a label is registered by its code with zeros for what varies: with a check digit, as
// central likes it, or with one more zero, as scales print it on their lists.
void add_label(Scanned& out, const Label& label, int digits) {
  Scanned::Meaning meaning;
  if (label.kind == LabelPattern::Kind::price) {
    meaning.price = minor_units(label.value, label.decimals, digits);
  } else {
    meaning.quantity = label.quantity();
  }
  const std::string body = label.item_key.substr(0, 13);
  for (const std::string& key :
       {body + check_digit(body), label.item_key, label.item_key.substr(1)}) {
    meaning.key = key;
    out.meanings.push_back(meaning);
  }
}

}  // namespace

Outcome<Scanned> read_scanned(std::string_view text, const ScanRules& rules) {
  if (const auto gs1 = parse_gs1(text)) return from_gs1(*gs1, rules);
  const auto code = parse_code(text);
  if (!code || marked_as_gs1(text)) return unreadable();
  Scanned out;
  out.code = code->scanned;
  out.meanings.push_back({code->text, {}, {}, {}});
  // One in ten UPC-E is an EAN-8 by its digits too: the catalogue knows which of them it sells.
  if (const auto upc_a = expand_upc_e(code->scanned); upc_a && "00" + *upc_a != code->text)
    out.meanings.push_back({"00" + *upc_a, {}, {}, {}});
  if (code->kind == CodeKind::gtin) {
    const LabelRead read = read_label(code->text, rules.labels);
    if (read.label) add_label(out, *read.label, rules.currency_digits);
    out.misread = read.fault.has_value();
  }
  return out;
}

}  // namespace pos

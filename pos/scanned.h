// What a scanner or a cashier gave, read: a GTIN, a UPC-E, a PLU, a label of the shop's scale or a
// GS1 element string. One text may mean several things; the catalogue decides which of them it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/label.h"
#include "pos/money.h"
#include "pos/refusal.h"

namespace pos {

struct ScanRules {
  std::vector<LabelPattern> labels;  // empty: codes that start with 2 are ordinary codes
  int currency_digits = 2;
  std::string today;  // "2026-11-22", at the store: what expired before it is not sold
};

struct Scanned {
  std::string code;  // what a row and a receipt show
  struct Meaning {
    std::string key;                   // for the catalogue
    std::optional<Quantity> quantity;  // a label's weight or count
    std::optional<Quantity> weight;    // of a GS1 code: counts only for an item that is weighed
    std::optional<Money> price;        // printed on it: what the customer pays for it
  };
  std::vector<Meaning> meanings;  // the first that the catalogue knows counts
  bool misread = false;           // a label whose verifier is wrong: bad_code unless it is known
};

// Refused: bad_code, expired.
Outcome<Scanned> read_scanned(std::string_view text, const ScanRules&);

}  // namespace pos

// The facts of a till's journal. Each becomes one signed row of one chain (docs/wire.md); here they
// have no bytes yet. A fact is appended once and never edited.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "pos/sale.h"

namespace pos {

struct ShiftOpened {
  FactHeader header;
  Money float_amount;
  bool operator==(const ShiftOpened&) const = default;
};
struct AmountOf {  // a row of a total: a tax rate in ppm, a tender, a category, a cashier
  std::string key;
  Money amount;
  bool operator==(const AmountOf&) const = default;
};
struct CountOf {  // pieces of a note or coin, whose value is in minor units
  int64_t value = 0, pieces = 0;
  bool operator==(const CountOf&) const = default;
};
struct ShiftClosed {
  FactHeader header;
  int64_t z_number = 0;
  std::string first_receipt, last_receipt;  // empty when nothing was sold
  std::vector<TaxTotal> taxes;
  std::vector<AmountOf> tenders, categories, cashiers;
  int64_t sales = 0;
  Money float_amount, expected, counted, variance;  // of the drawer; variance = counted - expected
  Money turnover;                                   // of this shift
  Money grand_total;                                // of the till, since it was made
  Money rounding;               // of cash, in the turnover: turnover = the taxes' gross + rounding
  Money cash_moved;             // in less out, in what is expected
  std::vector<CountOf> counts;  // of the drawer, large to small; empty: only the sum was counted
  int64_t returns = 0;  // sales with goods brought back, and what these lines come to: the turnover
  Money returned;       // has them in it already
  bool operator==(const ShiftClosed&) const = default;
};
struct CashMoved {
  FactHeader header;
  Money in;  // negative: out
  std::string reason;
  bool operator==(const CashMoved&) const = default;
};
struct SaleVoided {
  FactHeader header;
  int64_t lines = 0;
  Money total;
  std::string reason;
  bool operator==(const SaleVoided&) const = default;
};
struct DrawerOpened {
  FactHeader header;
  std::string reason;
  bool operator==(const DrawerOpened&) const = default;
};
// A row of the journal by its name.
struct RowName {
  std::string epoch;
  int64_t seq = 0;  // 0 with 64 zeros: an epoch's beginning
  std::string hash;
  bool operator==(const RowName&) const = default;
};
// What stood in front of a journal's first row that is kept.
struct Pruned {
  RowName last;              // the last row that is gone
  int64_t rows = 0;          // how many are, since the till was made
  std::string last_receipt;  // of their last sale; empty: none
  int64_t shifts = 0, z_number = 0;
  bool shift_is_open = false;
  Money grand_total;
  bool operator==(const Pruned&) const = default;
};
struct TillNoted {  // technical: started, clock_back, line_voided, wrong_pin, restored …
                    // (docs/wire.md)
  FactHeader header;
  std::string code, text;
  RowName forked_from = {};       // of an epoch's first row: where it leaves the one before
  std::string next_receipt = {};  // likewise: the number that its first sale will have
  Pruned pruned = {};             // of "journal_closed"
  std::string held_sale = {};     // of "sale_held": its draft, for the store's other tills
  TransactionId recalls = {};     // of "sale_recalled": the row that had put it aside
  bool operator==(const TillNoted&) const = default;
};

// Of the sale that is recorded right after it, in the same commit.
struct GiftIssued {
  FactHeader header;
  std::string card, receipt;
  Money amount;
  TransactionId sale = {};  // whose money it is, and in whose name it was claimed; older rows: none
  bool operator==(const GiftIssued&) const = default;
};
struct GiftRedeemed {
  FactHeader header;
  std::string card, receipt;
  Money amount;
  TransactionId sale = {};
  bool operator==(const GiftRedeemed&) const = default;
};

using Fact = std::variant<CompletedSale, ShiftOpened, ShiftClosed, CashMoved, SaleVoided,
                          DrawerOpened, TillNoted, GiftIssued, GiftRedeemed>;

inline const FactHeader& header_of(const Fact& fact) {
  return std::visit([](const auto& f) -> const FactHeader& { return f.header; }, fact);
}

}  // namespace pos

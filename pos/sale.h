// Sale: what is on the counter, open. CompletedSale: what was sold, a fact that nobody changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pos/ids.h"
#include "pos/item.h"
#include "pos/money.h"
#include "pos/refusal.h"
#include "pos/tax.h"
#include "pos/time.h"

namespace pos {

struct Line {
  int32_t id = 0;    // 1, 2, 3 …: never given twice in a sale, also after a void
  Item item;         // as scanned; a later price change does not touch it
  std::string code;  // what was scanned or keyed
  Quantity quantity;
  Money discount;             // >= 0, reduces
  Money total;                // gross: extend(price, quantity) - discount
  int32_t original_line = 0;  // of a return
  // Of the open sale, not of the row:
  std::optional<Money> marked;  // the label's price, whatever price x quantity rounds to
  bool operator==(const Line&) const = default;
};

enum class TenderKind { cash, card, voucher, gift };
const char* to_word(TenderKind);
std::optional<TenderKind> tender_kind(std::string_view word);

struct Tender {
  TenderKind kind = TenderKind::cash;
  Money amount;  // what the customer gave
  Money change;  // what went back; only cash gives change
  std::string reference;
  bool operator==(const Tender&) const = default;
};

// What every fact of the journal carries.
struct FactHeader {
  TransactionId id;
  std::string business_date;
  Instant at;
  int utc_offset_min = 0;
  ShiftId shift;
  PersonId cashier;
  PersonId approved_by;
  bool operator==(const FactHeader&) const = default;
};

struct CompletedSale {
  FactHeader header;
  std::string kind = "sale";  // or "return"
  std::string receipt;        // "s1-till1-A000042", given by the Ledger in the commit
  std::string currency;
  std::string tax_mode = "inclusive", tax_level = "receipt";
  std::vector<Line> lines;
  std::vector<Money> line_taxes;  // parallel to lines
  std::vector<TaxTotal> taxes;
  std::vector<Tender> tenders;
  Money rounding;
  Money total;  // = sum of lines + rounding = sum of tenders - change
  Money tax;
  std::string customer_id;
  TransactionId original;
  bool operator==(const CompletedSale&) const = default;
  Money change() const;
};

// The open sale. Its draft is on disk after every command.
class Sale {
 public:
  Sale() = default;
  Sale(TransactionId id, std::vector<Line> lines, std::vector<Tender> tenders, int32_t next_line);

  // Adds a line, or counts up the last one if it is the same item at the same price, per piece.
  const Line& add(const Item& item, std::string code, Quantity quantity);
  // A package with its price on it, and that price is what the customer pays: weighed goods keep
  // their price per kilogram and get the weight that makes it, anything else is one piece at it.
  const Line& add_marked(const Item& item, std::string code, Money price);
  Outcome<Done> set_quantity(int32_t line, Quantity quantity);
  Outcome<Done> void_line(int32_t line);

  const TransactionId& id() const { return id_; }
  const std::vector<Line>& lines() const { return lines_; }
  const std::vector<Tender>& tenders() const { return tenders_; }
  int32_t next_line() const { return next_line_; }
  bool open() const { return !id_.empty(); }
  Money total() const;
  Money tax() const;
  Money due() const;  // total less what was tendered so far

  // Puts a tender down. What is over the due comes back as change, for cash only. Refused:
  // bad_amount for nothing, or for more than is due by anything but cash.
  Outcome<Done> tender(TenderKind kind, Money amount, std::string reference);
  bool paid() const { return open() && !lines_.empty() && due().minor <= 0; }

  // Precondition: paid(). Asserts total = Σ lines + rounding = Σ tenders - change.
  CompletedSale complete(FactHeader header, const std::string& currency) const;

 private:
  Line& append(const Item& item, std::string code, Quantity quantity);
  Line* find(int32_t line);
  TransactionId id_;
  std::vector<Line> lines_;
  std::vector<Tender> tenders_;
  int32_t next_line_ = 1;
};

}  // namespace pos

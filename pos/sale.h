// Sale: what is on the counter, open. CompletedSale: what was sold, a fact that nobody changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pos/ids.h"
#include "pos/item.h"
#include "pos/money.h"
#include "pos/promotion.h"
#include "pos/refusal.h"
#include "pos/returns.h"
#include "pos/rounding.h"
#include "pos/tax.h"
#include "pos/time.h"

namespace pos {

// Less than the price, by a person's decision. Percent or amount, never both.
struct Reduction {
  Rate percent;
  Money amount;
  std::string reason;
  bool empty() const { return percent.ppm == 0 && amount.minor == 0; }
  bool operator==(const Reduction&) const = default;
};

struct Line {
  int32_t id = 0;     // 1, 2, 3 …: never given twice in a sale, also after a void
  Item item;          // as scanned; a later price change does not touch it
  std::string code;   // what was scanned or keyed
  Quantity quantity;  // negative: brought back
  Money discount;  // >= 0, reduces; of the line, the promotions and the whole sale (a return: <= 0)
  Money total;     // gross, what the customer pays: price x quantity - discount (+ tax)
  int32_t original_line = 0;            // of a return
  std::vector<std::string> promotions;  // ids of those that reduced it
  std::string reason;                   // of a discount or of another price
  // Of the open sale, not of the row:
  std::optional<Money> marked;  // the label's price, whatever price x quantity rounds to
  bool price_given = false;     // a person set it: promotions leave it alone
  Reduction own;                // its own discount, likewise
  int32_t deposit_of = 0;       // the line whose deposit this is: it comes and goes with it
  std::optional<Part> back;     // of a sale's line: what it gives back, whatever today's terms say
  bool operator==(const Line&) const = default;
  bool returned() const { return quantity.milli < 0; }
  bool takes_whole_discount() const { return !deposit_of && !is_gift_card(item); }
  // Before any discount.
  Money full() const { return marked ? *marked : extend(item.price, quantity, item.price_scale); }
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
  TransactionId original;        // of a return by receipt
  std::string original_receipt;  // its number
  bool operator==(const CompletedSale&) const = default;
  Money change() const;
  bool training() const;  // only practised: it was never recorded
};
inline constexpr const char* kTrainingReceipt = "TRAINING";
inline bool CompletedSale::training() const { return receipt == kTrainingReceipt; }

// The rules of the store that a sale is reckoned by.
struct Terms {
  TaxProfile tax;
  CashRounding rounding;
  std::vector<Promotion> promotions;
};

// The one sale that goods come back of.
struct Original {
  TransactionId id;
  std::string receipt;
  bool operator==(const Original&) const = default;
};

// What belongs to a whole open sale.
struct Conditions {
  Moment moment;         // when it began: promotions of that time hold to its end
  Reduction whole;       // discount on everything but deposits
  int age_checked = 0;   // years that the customer was seen to have
  PersonId approved_by;  // who last allowed what the cashier may not
  Original original = {};
  std::string customer = {};  // an opaque id; empty: nobody in particular
  bool operator==(const Conditions&) const = default;
};

// The open sale. Its draft is on disk after every command. After each change all lines are reckoned
// anew: own discounts, then promotions, then the discount on the whole, then tax.
class Sale {
 public:
  Sale() = default;
  Sale(TransactionId id, std::vector<Line> lines, std::vector<Tender> tenders, int32_t next_line,
       Conditions conditions = {});
  // The terms are not copied: they live as long as the Register does. Without a call: prices
  // include tax, per receipt, nothing is rounded, no promotion. Lines that are there are reckoned
  // by them: never are they of one rule, and their tax of another.
  void under(const Terms& terms);

  // Adds a line, or counts up the last one if it is the same item at the same price, per piece. A
  // deposit becomes a line of its own behind it, with the same quantity.
  const Line& add(const Item& item, std::string code, Quantity quantity,
                  const Item* deposit = nullptr);
  // A package with its price on it, and that price is what the customer pays: weighed goods keep
  // their price per kilogram and get the weight that makes it, anything else is one piece at it.
  const Line& add_marked(const Item& item, std::string code, Money price,
                         const Item* deposit = nullptr);
  // Goods come back. Of a line of an earlier sale: just `part`, in the place of what came back of
  // it in this sale already. Precondition: of the original that this sale has, if it has one.
  const Line& take_back(const Original&, const Line& sold, const Part& part, std::string reason);
  // Without a receipt: at this price, by today's tax. `quantity` > 0.
  const Line& take_back(const Item&, std::string code, Quantity quantity, std::string reason);
  const Line& take_back_marked(const Item&, std::string code, Money price, std::string reason);
  // A line of its own, which only void_line changes (gift_card).
  const Line& add_gift_card(std::string card, Money amount);
  // These refuse a line that came back (returned_line); void_line takes it off again.
  Outcome<Done> set_quantity(int32_t line, Quantity quantity);
  Outcome<Done> void_line(int32_t line);
  Outcome<Done> set_price(int32_t line, Money price, std::string reason);
  // Line 0: the whole sale. An empty reduction takes the discount away. Refused: bad_amount for
  // more than there is to reduce.
  Outcome<Done> discount(int32_t line, Reduction);
  // What a discount on it would be a share of; 0 if there is no such line.
  Money reducible(int32_t line) const;

  const TransactionId& id() const { return id_; }
  const std::vector<Line>& lines() const { return lines_; }
  const std::vector<Tender>& tenders() const { return tenders_; }
  const std::vector<Saving>& savings() const { return savings_; }  // since the last change
  // Whose sale it is: promotions for these groups count from now on. An empty id: nobody's.
  void set_customer(std::string id, std::vector<std::string> groups);
  const Conditions& conditions() const { return conditions_; }
  Conditions& conditions() { return conditions_; }
  int32_t next_line() const { return next_line_; }
  bool open() const { return !id_.empty(); }
  Money total() const;  // of the lines: gross, before rounding
  Money tax() const;
  Money due() const;                 // total less what was tendered so far
  Money due(TenderKind kind) const;  // what settles it by this tender: cash may be rounded
  Money rounding() const { return rounding_; }

  // Puts a tender down. What is over the due comes back as change, for cash only; a negative due is
  // paid out by tendering just that. Refused: bad_amount for nothing, or for more than is due by
  // anything but cash.
  Outcome<Done> tender(TenderKind kind, Money amount, std::string reference);
  bool paid() const { return open() && !lines_.empty() && due() + rounding_ == Money{}; }

  // Precondition: paid(). Asserts total = Σ lines + rounding = Σ tenders - change.
  CompletedSale complete(FactHeader header, const std::string& currency) const;

 private:
  Line& append(const Item& item, std::string code, Quantity quantity);
  Line* find(int32_t line);
  Line* deposit_of(int32_t line);
  const Line& with_deposit(int32_t line, const Item* deposit);
  void reckon();
  void reduce_lines();
  void reduce_by_promotions();
  void reduce_whole();
  TaxResult taxes() const;

  TransactionId id_;
  std::vector<Line> lines_;
  std::vector<Tender> tenders_;
  int32_t next_line_ = 1;
  Conditions conditions_;
  const Terms* terms_ = nullptr;  // null: the defaults
  std::vector<Saving> savings_;
  Money rounding_;
};

}  // namespace pos

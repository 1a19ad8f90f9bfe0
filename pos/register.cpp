#include "pos/register.h"

#include <cassert>

#include "pos/receipt.h"
#include "pos/scanned.h"

namespace pos {
namespace {

constexpr size_t kMaxBodyBytes = 60 * 1024;  // the wire takes 64 KiB; the rest is for tenders
constexpr size_t kLinesThatAlwaysFit = 40;   // even with the longest names
constexpr size_t kMaxReason = 200, kMaxReference = 64;

Refusal refuse(RefusalCode code, std::string message) { return {code, std::move(message)}; }

Quantity wanted(std::optional<Quantity> quantity) { return quantity.value_or(kOnePiece); }

std::optional<Refusal> fault_of(const Item& item, Quantity quantity) {
  if (quantity.milli <= 0 || quantity.milli > kMaxQuantityMilli) {
    return refuse(RefusalCode::bad_quantity,
                  "The quantity must be more than 0 and at most 100,000.");
  }
  if (item.unit == "each" && quantity.milli % 1000 != 0) {
    return refuse(RefusalCode::bad_quantity, "This item is sold by the piece: a whole number.");
  }
  if (item.open_price) {
    return refuse(RefusalCode::not_yet, "This item asks for a price, which this version cannot.");
  }
  return {};
}

std::optional<Refusal> fault_of(const Sale& sale) {
  if (sale.total().minor > kMaxSaleMinor) {
    return refuse(RefusalCode::bad_quantity,
                  "This is more than a sale can be: check the quantity.");
  }
  return {};
}

std::optional<Refusal> fault_of(std::string_view text, size_t limit) {
  if (text.size() > limit || !valid_utf8(text) || printable(text, limit) != text) {
    return refuse(RefusalCode::text_too_long, "The text is at most " + std::to_string(limit) +
                                                  " bytes of readable characters.");
  }
  return {};
}

}  // namespace

Register::Register(Catalogue& catalogue, Ledger& ledger, Staff& staff, Clock& clock,
                   RegisterSettings settings)
    : catalogue_(catalogue),
      ledger_(ledger),
      staff_(staff),
      clock_(clock),
      settings_(std::move(settings)) {
  reload();
}

void Register::reload() {
  const Draft draft = ledger_.load_draft();
  sale_ = draft.sale;
  shift_ = ledger_.shift();
  last_sale_ = ledger_.last_sale();
  last_sale_in_doubt_ = draft.just_sold && last_sale_.has_value();
}

std::optional<Refusal> Register::logged_in() const {
  if (!person_) return refuse(RefusalCode::not_logged_in, "Type your PIN first.");
  return {};
}

std::optional<Refusal> Register::may_sell() const {
  if (auto no = logged_in()) return no;
  if (!shift_) return refuse(RefusalCode::no_shift, "Open a shift first: count the float.");
  return {};
}

std::optional<Refusal> Register::may_change_sale() const {
  if (auto no = may_sell()) return no;
  if (!sale_.open()) return refuse(RefusalCode::no_sale, "There is no open sale: scan an item.");
  if (!sale_.tenders().empty()) {
    return refuse(RefusalCode::sale_open,
                  "A part is paid already: take the rest, or void the sale.");
  }
  return {};
}

FactHeader Register::header() {
  FactHeader h;
  h.at = clock_.now();
  h.utc_offset_min = clock_.utc_offset_min(h.at);
  h.id = ledger_.new_transaction_id(h.at);
  h.business_date = shift_ ? shift_->business_date : local_date(h.at, h.utc_offset_min);
  if (shift_) h.shift = shift_->id;
  if (person_) h.cashier = person_->id;
  return h;
}

// On disk first, then in memory: a failure leaves both as they were.
void Register::keep(Sale next) {
  ledger_.save_draft({person_ ? person_->id : PersonId{}, next});
  sale_ = std::move(next);
  last_sale_in_doubt_ = false;
  unheard_ = false;
}

void Register::handed_out() {
  if ((unheard_ || last_sale_in_doubt_) && !sale_.open()) keep({});
}

Outcome<Person> Register::login(std::string_view pin) {
  const Staff::Answer answer = staff_.by_pin(pin, clock_.now());
  if (answer.wait_ms > 0) {
    return refuse(RefusalCode::locked_out, "Too many wrong PINs. Wait " +
                                               std::to_string((answer.wait_ms + 999) / 1000) +
                                               " seconds, then try again.");
  }
  if (!answer.person) return refuse(RefusalCode::wrong_pin, "This PIN is not known. Try again.");
  person_ = answer.person;
  return *person_;
}

Outcome<Done> Register::logout() {
  if (auto no = logged_in()) return *no;
  person_.reset();
  return Done{};
}

Outcome<Shift> Register::open_shift(Money float_amount) {
  if (auto no = logged_in()) return *no;
  if (shift_) return refuse(RefusalCode::shift_open, "A shift is open already: close it first.");
  if (float_amount.minor < 0 || float_amount.minor > kMaxPriceMinor) {
    return refuse(RefusalCode::bad_amount, "The float is the money in the drawer, 0 or more.");
  }
  ShiftOpened opened{header(), float_amount};
  opened.header.shift = ShiftId{opened.header.id.value};
  ledger_.record(opened);
  shift_ = ledger_.shift();
  assert(shift_);
  return *shift_;
}

ShiftClosed Register::totals_now() {
  ShiftClosed totals = ledger_.shift_totals();
  totals.header = header();
  return totals;
}

Outcome<ShiftClosed> Register::x_report() {
  if (auto no = may_sell()) return *no;
  return totals_now();
}

Outcome<ShiftClosed> Register::close_shift(Money counted) {
  if (auto no = may_sell()) return *no;
  if (sale_.open()) {
    return refuse(RefusalCode::sale_open, "A sale is open: take the payment or void it first.");
  }
  if (counted.minor < 0 || counted.minor > kMaxPriceMinor) {
    return refuse(RefusalCode::bad_amount, "Count the money in the drawer: 0 or more.");
  }
  ShiftClosed closed = totals_now();
  closed.counted = counted;
  closed.variance = counted - closed.expected;
  ledger_.record(closed);
  shift_.reset();
  return closed;
}

Outcome<Register::Pick> Register::look_up(std::string_view text) {
  const Instant now = clock_.now();
  const auto scanned = read_scanned(text, {settings_.labels, currency_digits(settings_.currency),
                                           local_date(now, clock_.utc_offset_min(now))});
  if (!scanned) return scanned.refusal();
  for (const Scanned::Meaning& meaning : scanned->meanings) {
    auto item = catalogue_.find(meaning.key);
    if (!item) continue;
    const bool weighed = item->unit == "kg" && meaning.weight;
    return Pick{std::move(*item), scanned->code, weighed ? meaning.weight : meaning.quantity,
                meaning.price};
  }
  if (scanned->misread) {
    return refuse(RefusalCode::bad_code, "The label was not read well: scan it again, or type it.");
  }
  return refuse(RefusalCode::unknown_item,
                "This code is not in the catalogue: look the item up by name.");
}

Outcome<Line> Register::scan(std::string_view code, std::optional<Quantity> quantity) {
  if (auto no = may_sell()) return *no;
  const auto found = look_up(code);
  if (!found) return found.refusal();
  Pick pick = *found;
  if (quantity && quantity != kOnePiece && (pick.quantity || pick.marked)) {
    return refuse(RefusalCode::bad_quantity,
                  "The label says how much it is: scan each package by itself.");
  }
  if (!pick.quantity) pick.quantity = quantity;
  return put(std::move(pick));
}

Outcome<Line> Register::add(const ProductId& product, std::optional<Quantity> quantity) {
  if (auto no = may_sell()) return *no;
  const auto item = catalogue_.by_id(product);
  if (!item)
    return refuse(RefusalCode::unknown_item, "This item is not in the catalogue any more.");
  return put({*item, item->codes.empty() ? "" : item->codes.front(), quantity, {}});
}

Outcome<Line> Register::put(Pick pick) {
  if (auto no = fault_of(pick.item, wanted(pick.quantity))) return *no;
  if (!sale_.tenders().empty()) return *may_change_sale();
  Sale next = sale_.open() ? sale_ : Sale(ledger_.new_transaction_id(clock_.now()), {}, {}, 1);
  const Line line = pick.marked ? next.add_marked(pick.item, std::move(pick.code), *pick.marked)
                                : next.add(pick.item, std::move(pick.code), wanted(pick.quantity));
  if (auto no = fault_of(next)) return *no;
  if (next.lines().size() > kLinesThatAlwaysFit) {
    Sale paid = next;
    const Money total = paid.total();
    if (!paid.tender(TenderKind::cash, total, "") ||
        ledger_.size_of(paid.complete(header(), settings_.currency)) > kMaxBodyBytes) {
      return refuse(RefusalCode::sale_full, "This sale is full: pay it, then start another.");
    }
  }
  keep(std::move(next));
  return line;
}

Outcome<Done> Register::set_quantity(int32_t line, Quantity quantity) {
  if (auto no = may_change_sale()) return *no;
  Sale next = sale_;
  if (auto done = next.set_quantity(line, quantity); !done) return done;
  if (auto no = fault_of(next)) return *no;
  keep(std::move(next));
  return Done{};
}

Outcome<Done> Register::void_line(int32_t line) {
  if (auto no = may_change_sale()) return *no;
  Sale next = sale_;
  if (auto done = next.void_line(line); !done) return done;
  keep(std::move(next));
  return Done{};
}

Outcome<Done> Register::void_sale(std::string_view reason) {
  if (auto no = may_sell()) return *no;
  if (!sale_.open()) return refuse(RefusalCode::no_sale, "There is no open sale to void.");
  if (auto no = fault_of(reason, kMaxReason)) return *no;
  SaleVoided voided{header(), static_cast<int64_t>(sale_.lines().size()), sale_.total(),
                    std::string(reason)};
  ledger_.record(voided);
  sale_ = {};
  return Done{};
}

Outcome<Payment> Register::pay(TenderKind kind, std::optional<Money> amount,
                               std::string_view reference) {
  if (auto no = may_sell()) return *no;
  if (!sale_.open() || sale_.lines().empty()) {
    return refuse(RefusalCode::no_sale, "There is nothing to pay: scan an item first.");
  }
  if (kind != TenderKind::cash) {
    return refuse(RefusalCode::tender_not_taken, "This till takes cash only, in this version.");
  }
  if (auto no = fault_of(reference, kMaxReference)) return *no;
  Sale next = sale_;
  const Money given = amount.value_or(next.due());
  if (auto done = next.tender(kind, given, std::string(reference)); !done) return done.refusal();
  if (next.paid()) return complete(next);
  keep(std::move(next));
  return Payment{};
}

Outcome<Payment> Register::complete(const Sale& paid) {
  CompletedSale sale = paid.complete(header(), settings_.currency);
  Recorded recorded = ledger_.record(sale);  // the draft is cleared in the same commit
  sale.receipt = recorded.receipt;
  sale_ = {};
  last_sale_ = sale;
  last_sale_in_doubt_ = false;
  unheard_ = true;
  return Payment{CompletedPayment{std::move(sale), std::move(recorded)}};
}

Outcome<std::vector<Item>> Register::find(std::string_view text, int limit) {
  if (auto no = logged_in()) return *no;
  if (auto no = fault_of(text, kMaxReason)) return *no;
  return catalogue_.search(text, limit);
}

Outcome<Item> Register::check(std::string_view code) {
  if (auto no = logged_in()) return *no;
  const auto pick = look_up(code);
  if (!pick) return pick.refusal();
  return pick->item;
}

Outcome<ShownStock> Register::stock(const ProductId& product) {
  if (auto no = logged_in()) return *no;
  if (!catalogue_.by_id(product)) {
    return refuse(RefusalCode::unknown_item, "There is no such product in the catalogue.");
  }
  return catalogue_.stock(product).value_or(ShownStock{});
}

Outcome<CompletedSale> Register::receipt(std::string_view number) {
  if (auto no = logged_in()) return *no;
  auto sale = ledger_.sale(number);
  if (!sale)
    return refuse(RefusalCode::unknown_receipt, "This till has no receipt of that number.");
  return *sale;
}

Outcome<std::vector<JournalEntry>> Register::journal(int64_t after, int limit) {
  if (auto no = logged_in()) return *no;
  return ledger_.journal(after, limit);
}

}  // namespace pos

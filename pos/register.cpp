#include "pos/register.h"

#include <algorithm>
#include <cassert>

#include "pos/kept_text.h"
#include "pos/receipt.h"
#include "pos/scanned.h"

namespace pos {
namespace {

constexpr size_t kMaxBodyBytes = 60 * 1024;  // the wire takes 64 KiB; the rest is for tenders
constexpr size_t kLinesThatAlwaysFit = 40;   // even with the longest names

Quantity wanted(std::optional<Quantity> quantity) { return quantity.value_or(kOnePiece); }

std::optional<Refusal> fault_of(const Item& item, Quantity quantity) {
  if (quantity.milli <= 0 || quantity.milli > kMaxQuantityMilli) {
    return refuse(RefusalCode::bad_quantity,
                  "The quantity must be more than 0 and at most 100,000.");
  }
  if (item.unit == "each" && quantity.milli % 1000 != 0) {
    return refuse(RefusalCode::bad_quantity, "This item is sold by the piece: a whole number.");
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

Rate limit_of(const DiscountLimits& limits, Role role) {
  switch (role) {
    case Role::cashier:
      return limits.cashier;
    case Role::supervisor:
      return limits.supervisor;
    case Role::manager:
      return limits.manager;
  }
  return {};
}

// What share of `full` it takes off, rounded up.
Rate share_of(const Reduction& r, Money full) {
  if (r.percent.ppm > 0 || full.minor <= 0) return r.percent;
  const __int128 raw = static_cast<__int128>(r.amount.minor) * kMaxRatePpm;
  return {static_cast<int64_t>(std::min<__int128>((raw + full.minor - 1) / full.minor, INT64_MAX))};
}

Quantity quantity_of(const Sale& sale, int32_t line) {
  for (const Line& l : sale.lines()) {
    if (l.id == line) return l.quantity;
  }
  return {};
}

// 1970-01-01 was a Thursday.
Moment moment_at(Instant now, int utc_offset_min) {
  constexpr int64_t kDayMs = 86'400'000;
  const int64_t wall = now.unix_ms + utc_offset_min * 60'000LL;
  const int64_t day = (wall - (wall % kDayMs + kDayMs) % kDayMs) / kDayMs;
  return {local_date(now, utc_offset_min),
          static_cast<int>(((day + 3) % 7 + 7) % 7),
          static_cast<int>((wall - day * kDayMs) / 60'000),
          {}};
}

}  // namespace

const char* to_word(Question::Kind kind) {
  constexpr const char* words[] = {"age", "price", "weight"};
  return words[static_cast<int>(kind)];
}

Register::Register(Catalogue& catalogue, Ledger& ledger, Staff& staff, Clock& clock,
                   RegisterSettings settings, Rules* rules, Claims* claims)
    : catalogue_(catalogue),
      ledger_(ledger),
      staff_(staff),
      clock_(clock),
      rules_(rules),
      claims_(claims),
      provisioned_(std::move(settings)),
      settings_(provisioned_) {
  reload();
}

void Register::reload() {
  const Draft draft = ledger_.load_draft();
  sale_ = draft.sale;
  under_its_rules(sale_);
  forget_question();
  training_ = draft.training;
  shift_ = ledger_.shift();
  last_recorded_ = ledger_.last_recorded();
  open_claims_ = ledger_.open_claims();
  last_sale_ = ledger_.last_sale();
  last_sale_in_doubt_ = draft.just_sold && last_sale_.has_value();
}

std::optional<Refusal> Register::may(Command command) const {
  return refused_by_role(command, {person_, approver_, training_});
}

std::optional<Refusal> Register::may_sell(Command command) const {
  if (auto no = may(command)) return no;
  if (!shift_) return refuse(RefusalCode::no_shift, "Open a shift first: count the float.");
  return {};
}

std::optional<Refusal> Register::may_change_sale(Command command) const {
  if (auto no = may_sell(command)) return no;
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
  if (approver_) h.approved_by = approver_->id;
  return h;
}

// On disk first, then in memory: a failure leaves both as they were.
void Register::keep(Sale next) {
  ledger_.save_draft({person_ ? person_->id : PersonId{}, next});
  sale_ = std::move(next);
  forget_question();
  last_sale_in_doubt_ = false;
  unheard_ = false;
}

void Register::handed_out() {
  if ((unheard_ || last_sale_in_doubt_) && !sale_.open()) keep({});
}

Outcome<Person> Register::person_of(std::string_view pin, const char* what_for) {
  const Staff::Answer answer = staff_.by_pin(pin, clock_.now());
  if (answer.wait_ms > 0) {
    return refuse(RefusalCode::locked_out, "Too many wrong PINs. Wait " +
                                               std::to_string((answer.wait_ms + 999) / 1000) +
                                               " seconds, then try again.");
  }
  if (answer.person) return *answer.person;
  note_for_real("wrong_pin", what_for);
  if (answer.locks_ms > 0) {
    note_for_real("locked_out", "for " + std::to_string(answer.locks_ms / 1000) + " seconds");
  }
  return refuse(RefusalCode::wrong_pin, "This PIN is not known. Try again.");
}

Outcome<Person> Register::login(std::string_view pin) {
  const auto person = person_of(pin, "login");
  if (person) person_ = *person;
  return person;
}

Outcome<Person> Register::approve(std::string_view pin) {
  if (!person_) return refuse(RefusalCode::not_logged_in, "Type your PIN first.");
  const auto person = person_of(pin, "approval");
  if (!person) return person;
  if (person->role < Role::supervisor) {
    return refuse(RefusalCode::not_allowed, "Only a supervisor or a manager can approve this.");
  }
  approver_ = *person;
  return person;
}

TillNoted Register::noted(std::string code, const std::string& text) {
  return {header(), std::move(code), printable(text, kMaxReason)};
}

void Register::note(std::string code, const std::string& text) {
  if (!training_) note_for_real(std::move(code), text);
}

void Register::note_for_real(std::string code, const std::string& text) {
  record(noted(std::move(code), text));
}

Outcome<Done> Register::logout() {
  if (auto no = may(Command::logout)) return *no;
  person_.reset();
  forget_question();
  return Done{};
}

Outcome<Shift> Register::open_shift(Money float_amount) {
  if (auto no = may(Command::open_shift)) return *no;
  if (shift_) return refuse(RefusalCode::shift_open, "A shift is open already: close it first.");
  if (float_amount.minor < 0 || float_amount.minor > kMaxPriceMinor) {
    return refuse(RefusalCode::bad_amount, "The float is the money in the drawer, 0 or more.");
  }
  ShiftOpened opened{header(), float_amount};
  opened.header.shift = ShiftId{opened.header.id.value};
  record(opened);
  shift_ = ledger_.shift();
  assert(shift_);
  return *shift_;
}

Outcome<Register::Pick> Register::look_up(std::string_view text) {
  take_up_rules();  // a label is read as today's scales print it
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
  if (auto no = may_sell(Command::scan)) return *no;
  const auto found = look_up(code);
  if (!found) return found.refusal();
  Pick pick = *found;
  if (quantity && quantity != kOnePiece && (pick.quantity || pick.marked)) {
    return refuse(RefusalCode::bad_quantity,
                  "The label says how much it is: scan each package by itself.");
  }
  if (!pick.quantity) pick.quantity = quantity;
  return offer(std::move(pick));
}

Outcome<Line> Register::add(const ProductId& product, std::optional<Quantity> quantity) {
  if (auto no = may_sell(Command::scan)) return *no;
  take_up_rules();
  const auto item = catalogue_.by_id(product);
  if (!item)
    return refuse(RefusalCode::unknown_item, "This item is not in the catalogue any more.");
  return offer({*item, item->codes.empty() ? "" : item->codes.front(), quantity});
}

// Age before price before weight: nobody weighs what may not be sold.
Outcome<Line> Register::offer(Pick pick) {
  forget_question();
  if (!sale_.tenders().empty()) return *may_change_sale(Command::scan);
  if (auto no = must_have_room(); no && !sale_.open()) return *no;
  const Item& item = pick.item;
  if (pick.quantity) {
    if (auto no = fault_of(item, *pick.quantity)) return *no;
  }
  if (item.age_limit > 0 && !pick.of_age && item.age_limit > sale_.conditions().age_checked) {
    std::string words =
        "Is the customer " + std::to_string(item.age_limit) + " or older? Look at a pass.";
    return ask(Question::Kind::age, std::move(pick), std::move(words));
  }
  if (item.open_price && !pick.marked) {
    return ask(Question::Kind::price, std::move(pick), "What does it cost? Type the price.");
  }
  if (item.unit != "each" && !pick.quantity && !pick.marked) {
    // Not among the arguments: a compiler may move `pick` away before it reads its unit.
    std::string words = "How much is it? Type the quantity in " + item.unit + ".";
    return ask(Question::Kind::weight, std::move(pick), std::move(words));
  }
  return put(std::move(pick));
}

Outcome<Line> Register::ask(Question::Kind kind, Pick pick, std::string words) {
  question_ = Question{kind, pick.item, std::move(words)};
  picked_ = std::move(pick);
  return refuse(RefusalCode::needs_answer, picked_.item.name + ": " + question_->words);
}

Outcome<Line> Register::answer(const Answer& answer) {
  if (auto no = may_sell(Command::answer)) return *no;
  if (!question_) {
    return refuse(RefusalCode::no_question, "Nothing was asked: scan the item first.");
  }
  Pick pick = picked_;
  switch (question_->kind) {
    case Question::Kind::age:
      if (!answer.of_age) break;
      if (!*answer.of_age) {
        note("age_refused", pick.item.name);
        forget_question();
        return refuse(RefusalCode::not_for_sale, "Not sold: the customer is too young.");
      }
      pick.of_age = true;
      return offer(std::move(pick));
    case Question::Kind::price:
      if (!answer.price) break;
      if (answer.price->minor <= 0 || answer.price->minor > kMaxPriceMinor) {
        return refuse(RefusalCode::bad_amount, "The price must be more than 0, in minor units.");
      }
      pick.item.price = *answer.price;
      pick.item.price_scale = 0;
      pick.item.open_price = false;
      return offer(std::move(pick));
    case Question::Kind::weight:
      if (!answer.weight) break;
      if (auto no = fault_of(pick.item, *answer.weight)) return *no;
      pick.quantity = answer.weight;
      return offer(std::move(pick));
  }
  return refuse(RefusalCode::no_question, "The question is another one: answer the " +
                                              std::string(to_word(question_->kind)) + " of " +
                                              pick.item.name + ".");
}

Outcome<Line> Register::put(Pick pick) {
  if (auto no = fault_of(pick.item, wanted(pick.quantity))) return *no;
  if (is_gift_card(pick.item)) {
    return refuse(RefusalCode::not_for_sale, "A gift card is sold by its own command.");
  }
  std::optional<Item> deposit;
  if (!pick.item.deposit.empty() && !(deposit = catalogue_.by_id(pick.item.deposit))) {
    return refuse(RefusalCode::not_for_sale, "Its deposit, product " + pick.item.deposit.value +
                                                 ", is not in the catalogue: tell the office.");
  }
  const Item* with = deposit ? &*deposit : nullptr;
  Sale next = sale_.open() ? sale_ : new_sale();
  if (pick.of_age)
    next.conditions().age_checked = std::max(next.conditions().age_checked, pick.item.age_limit);
  const Line line = pick.marked
                        ? next.add_marked(pick.item, std::move(pick.code), *pick.marked, with)
                        : next.add(pick.item, std::move(pick.code), wanted(pick.quantity), with);
  if (auto no = fault_of(next)) return *no;
  if (next.lines().size() > kLinesThatAlwaysFit && too_large(next)) {
    return refuse(RefusalCode::sale_full, "This sale is full: pay it, then start another.");
  }
  keep(std::move(next));
  return line;
}

Sale Register::new_sale() {
  take_up_rules();
  take_up_rules();
  const Instant now = clock_.now();
  Sale sale(ledger_.new_transaction_id(now), {}, {}, 1);
  sale.under(settings_.terms);
  sale.conditions().moment = moment_at(now, clock_.utc_offset_min(now));
  return sale;
}

bool Register::too_large(Sale sale) {
  const Money due = sale.due(TenderKind::cash);
  return !sale.tender(TenderKind::cash, due, "") ||
         ledger_.size_of(sale.complete(header(), settings_.currency)) > kMaxBodyBytes;
}

Outcome<Done> Register::set_quantity(int32_t line, Quantity quantity) {
  if (auto no = may_change_sale(Command::set_quantity)) return *no;
  Sale next = sale_;
  if (auto done = next.set_quantity(line, quantity); !done) return done;
  if (auto no = fault_of(next)) return *no;
  if (const Quantity was = quantity_of(sale_, line); quantity < was) {
    note("quantity_lowered", name_of(line) + ": " + to_text(was) + " to " + to_text(quantity));
  }
  keep(std::move(next));
  return Done{};
}

Outcome<Done> Register::void_line(int32_t line) {
  if (auto no = may_change_sale(Command::void_line)) return *no;
  Sale next = sale_;
  if (auto done = next.void_line(line); !done) return done;
  note("line_voided",
       name_of(line) + ": " + to_text(quantity_of(sale_, line)) + ", " +
           to_text(sale_.total() - next.total(), currency_digits(settings_.currency)));
  keep(std::move(next));
  return Done{};
}

Outcome<Done> Register::set_price(int32_t line, Money price, std::string_view reason) {
  if (auto no = may_change_sale(Command::set_price)) return *no;
  if (auto no = fault_of_reason(reason)) return *no;
  Sale next = sale_;
  if (auto done = next.set_price(line, price, std::string(reason)); !done) return done;
  if (auto no = fault_of(next)) return *no;
  note_change("price_override", line, to_text(price, currency_digits(settings_.currency)), reason);
  if (approver_) next.conditions().approved_by = approver_->id;
  keep(std::move(next));
  return Done{};
}

Outcome<Done> Register::discount(int32_t line, Reduction reduction) {
  if (auto no = may_change_sale(Command::discount)) return *no;
  if (!reduction.empty()) {
    if (auto no = fault_of_reason(reduction.reason)) return *no;
  }
  const Reduction asked = reduction;
  Sale next = sale_;
  if (auto done = next.discount(line, std::move(reduction)); !done) return done;
  if (auto no = fault_of(next)) return *no;
  if (too_large(next)) {
    return refuse(RefusalCode::sale_full, "This sale is full: pay it, or use a shorter reason.");
  }
  const Rate share = share_of(asked, sale_.reducible(line));
  if (share >
      limit_of(settings_.limits, power(right_of(Command::discount), {person_, approver_}))) {
    return refuse(RefusalCode::not_allowed,
                  "So large a discount needs a supervisor's or a manager's PIN.");
  }
  const std::string size = asked.percent.ppm > 0
                               ? to_text(Quantity{asked.percent.ppm / 10}) + "%"
                               : to_text(asked.amount, currency_digits(settings_.currency));
  note_change("discount", line, size, asked.reason);
  if (approver_) next.conditions().approved_by = approver_->id;
  keep(std::move(next));
  return Done{};
}

// "line 2 Ham"; "sale" for line 0.
std::string Register::name_of(int32_t line) const {
  for (const Line& l : sale_.lines()) {
    if (line != 0 && l.id == line)
      return "line " + std::to_string(line) + " " + printable(l.item.name, 60);
  }
  return "sale";
}

// First the journal, then the draft: a power cut between them leaves a note of what was meant,
// never a change that nobody noted.
void Register::note_change(const char* code, int32_t line, const std::string& what,
                           std::string_view reason) {
  note(code, name_of(line) + ": " + what + ", " + std::string(reason));
}

Outcome<Done> Register::void_sale(std::string_view reason) {
  if (auto no = may_sell(Command::void_sale)) return *no;
  if (!sale_.open()) return refuse(RefusalCode::no_sale, "There is no open sale to void.");
  if (auto no = fault_of_kept(reason, kMaxReason)) return *no;
  if (training_) {
    keep({});
    return Done{};
  }
  SaleVoided voided{header(), static_cast<int64_t>(sale_.lines().size()), sale_.total(),
                    std::string(reason)};
  record(voided);
  sale_ = {};
  forget_question();
  return Done{};
}

Outcome<Payment> Register::pay(TenderKind kind, std::optional<Money> amount,
                               std::string_view reference) {
  if (auto no = may_sell(Command::pay)) return *no;
  if (!sale_.open() || sale_.lines().empty()) {
    return refuse(RefusalCode::no_sale, "There is nothing to pay: scan an item first.");
  }
  const auto& taken = settings_.tenders;
  if (std::find(taken.begin(), taken.end(), kind) == taken.end()) {
    return refuse(RefusalCode::tender_not_taken,
                  "This till does not take " + std::string(to_word(kind)) + ".");
  }
  if (auto no = fault_of_kept(reference, kMaxReference)) return *no;
  if (kind == TenderKind::gift) {
    if (auto no = fault_of_card(reference)) return *no;
  }
  if (auto no = may_give_back(kind, reference)) return *no;
  if (auto no = must_have_room()) return *no;
  Sale next = sale_;
  const Money given = amount.value_or(next.due(kind));
  if (auto done = next.tender(kind, given, std::string(reference)); !done) return done.refusal();
  if (kind == TenderKind::gift && given.minor > 0 && !training_) {
    return take_from_card(std::move(next), std::string(reference));
  }
  return keep_paid(std::move(next));
}

Outcome<Payment> Register::keep_paid(Sale paid) {
  if (paid.paid()) return complete(paid);
  keep(std::move(paid));
  return Payment{};
}

Outcome<Payment> Register::complete(const Sale& paid) {
  CompletedSale sale = paid.complete(header(), settings_.currency);
  if (training_) return practised(std::move(sale));
  Recorded recorded = record(sale);  // the draft is cleared in the same commit
  sale.receipt = recorded.receipt;
  std::erase_if(open_claims_, [&](const OpenClaim& c) { return c.by == sale.header.id.value; });
  sale_ = {};
  forget_question();
  last_sale_ = sale;
  last_sale_in_doubt_ = false;
  unheard_ = true;
  return Payment{CompletedPayment{std::move(sale), std::move(recorded)}};
}

Outcome<std::vector<Item>> Register::find(std::string_view text, int limit) {
  if (auto no = may(Command::find)) return *no;
  if (auto no = fault_of_text(text, kMaxReason)) return *no;
  return catalogue_.search(text, limit);
}

Outcome<Item> Register::check(std::string_view code) {
  if (auto no = may(Command::check)) return *no;
  const auto pick = look_up(code);
  if (!pick) return pick.refusal();
  return pick->item;
}

Outcome<ShownStock> Register::stock(const ProductId& product) {
  if (auto no = may(Command::stock)) return *no;
  if (!catalogue_.by_id(product)) {
    return refuse(RefusalCode::unknown_item, "There is no such product in the catalogue.");
  }
  return catalogue_.stock(product).value_or(ShownStock{});
}

Outcome<CompletedSale> Register::receipt(std::string_view number) {
  if (auto no = may(Command::reprint)) return *no;
  auto sale = ledger_.sale(receipt_as_printed(number));
  if (!sale)
    return refuse(RefusalCode::unknown_receipt, "This till has no receipt of that number.");
  return *sale;
}

Outcome<std::vector<JournalEntry>> Register::journal(int64_t after, int limit) {
  if (auto no = may(Command::journal)) return *no;
  return ledger_.journal(after, limit);
}

}  // namespace pos

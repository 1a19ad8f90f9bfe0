// The counter beyond one sale: the drawer, sales put aside, training, the shift's end, the clock.
#include <algorithm>
#include <cstdlib>

#include "pos/kept_text.h"
#include "pos/receipt.h"
#include "pos/register.h"

namespace pos {
namespace {

// A clock that is set right moves by less, and rows of one moment may cross.
constexpr int64_t kClockSlackMs = 2'000;
constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kMaxNoteMinor = 1'000'000'000, kMaxPieces = 100'000;
constexpr size_t kMaxCounts = 64;  // kinds of notes and coins
constexpr size_t kMaxNoteBytes = 60 * 1024;

std::string lines_and_total(const Sale& sale, const std::string& currency) {
  return sale.id().value + ": " + std::to_string(sale.lines().size()) + " lines, " +
         to_text(sale.total(), currency_digits(currency));
}

std::optional<Refusal> fault_of(const std::vector<CountOf>& counts) {
  const bool sane =
      counts.size() <= kMaxCounts &&
      std::all_of(counts.begin(), counts.end(), [](const CountOf& c) {
        return c.value > 0 && c.value <= kMaxNoteMinor && c.pieces >= 0 && c.pieces <= kMaxPieces;
      });
  if (sane) return {};
  return refuse(RefusalCode::bad_amount,
                "Count notes and coins by their value in minor units: 0 or more pieces each.");
}

Money sum_of(const std::vector<CountOf>& counts) {
  Money sum;
  for (const CountOf& c : counts) sum.minor += c.value * c.pieces;
  return sum;
}

}  // namespace

// ---- the clock
// -----------------------------------------------------------------------------------

Recorded Register::record(const Fact& fact) {
  watch_clock();
  Recorded recorded = ledger_.record(fact);
  last_recorded_ = header_of(fact).at;
  return recorded;
}

// Rows keep the order in which they were written, whatever the clock says; that it jumped is noted
// once, since the next row is measured against this note. Forwards only within a shift: between two
// shifts a shop may be closed for as long as it likes.
void Register::watch_clock() {
  if (last_recorded_.unix_ms == 0) return;
  const int64_t by_ms = clock_.now().unix_ms - last_recorded_.unix_ms;
  const bool back = by_ms < -kClockSlackMs, forward = shift_ && by_ms > kDayMs;
  if (!back && !forward) return;
  const TillNoted note = noted(back ? "clock_back" : "clock_forward",
                               "by " + std::to_string(std::abs(by_ms) / 1000) + " seconds");
  ledger_.record(note);
  last_recorded_ = note.header.at;
}

// ---- the drawer
// ----------------------------------------------------------------------------------

Outcome<Done> Register::open_drawer(std::string_view reason) {
  if (auto no = may_sell(Command::open_drawer)) return *no;
  if (auto no = fault_of_reason(reason)) return *no;
  record(DrawerOpened{header(), std::string(reason)});
  return Done{};
}

Outcome<CashMoved> Register::move_cash(Money in, std::string_view reason) {
  if (auto no = may_sell(Command::move_cash)) return *no;
  if (auto no = fault_of_reason(reason)) return *no;
  if (in.minor == 0 || in.minor > kMaxPriceMinor || in.minor < -kMaxPriceMinor) {
    return refuse(RefusalCode::bad_amount, "Type how much: more than 0 in, less than 0 out.");
  }
  const Money expected = ledger_.shift_totals().expected;
  if (in.minor < 0 && -in > expected) {
    return refuse(RefusalCode::bad_amount,
                  "There should be only " + to_text(expected, currency_digits(settings_.currency)) +
                      " in the drawer: no more than that can be taken out.");
  }
  CashMoved moved{header(), in, std::string(reason)};
  record(moved);
  return moved;
}

// ---- the shift's end
// -----------------------------------------------------------------------------

ShiftClosed Register::totals_now() {
  ShiftClosed totals = ledger_.shift_totals();
  totals.header = header();
  return totals;
}

Outcome<ShiftClosed> Register::x_report() {
  if (auto no = may_sell(Command::x_report)) return *no;
  return totals_now();
}

Outcome<ShiftClosed> Register::z_report(int64_t number) {
  if (auto no = may(Command::z_report)) return *no;
  auto report = ledger_.z_report(number);
  if (report) return std::move(*report);
  return refuse(RefusalCode::unknown_report, "This till has no Z report of that number.");
}

Outcome<ShiftClosed> Register::close_shift(std::optional<Money> counted,
                                           std::vector<CountOf> counts) {
  if (auto no = may_sell(Command::close_shift)) return *no;
  if (sale_.open()) {
    return refuse(RefusalCode::sale_open, "A sale is open: take the payment or void it first.");
  }
  if (auto no = fault_of(counts)) return *no;
  if ((!counted && counts.empty()) || (counted && counted->minor < 0) ||
      counted.value_or(sum_of(counts)).minor > kMaxPriceMinor) {
    return refuse(RefusalCode::bad_amount, "Count the money in the drawer: 0 or more.");
  }
  if (counted && !counts.empty() && *counted != sum_of(counts)) {
    return refuse(RefusalCode::bad_amount,
                  "The notes and coins do not sum to what was counted: count again.");
  }
  ShiftClosed closed = totals_now();
  closed.counted = counted.value_or(sum_of(counts));
  closed.variance = closed.counted - closed.expected;
  closed.counts = std::move(counts);
  record(closed);
  shift_.reset();
  return closed;
}

// ---- sales put aside
// -----------------------------------------------------------------------------

Outcome<HeldSale> Register::hold(std::string_view name) {
  if (auto no = may_change_sale(Command::hold)) return *no;
  if (sale_.lines().empty()) return refuse(RefusalCode::no_sale, "There is nothing to hold.");
  if (auto no = fault_of_kept(name, kMaxReason)) return *no;
  const std::vector<HeldSale> all = ledger_.held();
  if (std::count_if(all.begin(), all.end(), [](const HeldSale& h) { return h.till.empty(); }) >=
      static_cast<std::ptrdiff_t>(kMaxHeld)) {
    return refuse(RefusalCode::too_many_held,
                  "As many sales are held as there may be: recall one and void it first.");
  }
  watch_clock();
  TillNoted note = noted("sale_held", lines_and_total(sale_, settings_.currency));
  if (sale_.conditions().original.id.empty()) {
    note.held_sale = encode(Draft{note.header.cashier, sale_});
    if (ledger_.size_of(note) > kMaxNoteBytes) note.held_sale.clear();  // then it stays here
  }
  HeldSale held{std::string(name), note.header.cashier, note.header.at, sale_, note.header.id};
  ledger_.hold(note, held);
  last_recorded_ = note.header.at;
  sale_ = {};
  forget_question();
  return held;
}

Outcome<std::vector<HeldSale>> Register::held() {
  if (auto no = may(Command::held)) return *no;
  return ledger_.held();
}

Outcome<Done> Register::recall(std::string_view id) {
  if (auto no = may_sell(Command::recall)) return *no;
  if (!sale_.lines().empty()) {
    return refuse(RefusalCode::sale_open, "A sale is open: pay it, hold it or void it first.");
  }
  const std::vector<HeldSale> all = ledger_.held();
  const auto held =
      std::find_if(all.begin(), all.end(), [&](const HeldSale& h) { return h.id() == id; });
  if (held == all.end()) {
    return refuse(RefusalCode::unknown_held, "No such sale is held: it may be back already.");
  }
  if (held->till.empty() && !held->told) return take_up(*held);
  const Claim claim{held_thing(*held), settings_.till.value, {{0, 1}}, {{0, 1}}};
  return only_done(
      ask_store(claim, [this, held = *held, approver = approver_](const ClaimAnswer& answer) {
        return with_nothing_to_tell(recall_claimed(held, answer, approver));
      }));
}

Outcome<Done> Register::recall_claimed(const HeldSale& held, const ClaimAnswer& answer,
                                       const std::optional<Person>& approver) {
  if (answer.state == ClaimAnswer::State::lost) {
    return refuse(RefusalCode::held_elsewhere,
                  "Till " + answer.till + " has this sale now: it goes on there.");
  }
  const bool alone = held.till.empty() && !ledger_.has_neighbours();
  if (answer.state == ClaimAnswer::State::unreachable && !alone) {
    const auto by = unasked_by(approver);
    if (!by) {
      return refuse(RefusalCode::store_unreachable,
                    "The store's other tills cannot be asked whether they have this sale: a "
                    "supervisor may allow it.");
    }
    note("recall_unasked", held.id() + ", approved by " + by->value);
  }
  return take_up(held);
}

Outcome<Done> Register::take_up(const HeldSale& held) {
  watch_clock();
  TillNoted note = noted("sale_recalled", lines_and_total(held.sale, settings_.currency));
  note.recalls = held.hold;
  ledger_.recall(note, held);
  std::erase_if(open_claims_, [&](const OpenClaim& c) { return c.of == held_thing(held); });
  last_recorded_ = note.header.at;
  sale_ = held.sale;
  under_its_rules(sale_);
  forget_question();
  last_sale_in_doubt_ = unheard_ = false;
  return Done{};
}

// ---- training
// ------------------------------------------------------------------------------------

Outcome<Done> Register::set_training(bool on) {
  if (auto no = may(Command::training)) return *no;
  if (on == training_) return Done{};
  if (!sale_.lines().empty()) {
    return refuse(RefusalCode::sale_open, "A sale is open: pay it, hold it or void it first.");
  }
  watch_clock();
  const TillNoted note = noted(on ? "training_on" : "training_off", "");
  ledger_.set_training(note, on);
  reload();
  return Done{};
}

Outcome<Payment> Register::practised(CompletedSale sale) {
  sale.receipt = kTrainingReceipt;
  keep({});
  last_sale_ = sale;
  Recorded nothing{sale.header.id, sale.receipt, "", 0};
  return Payment{CompletedPayment{std::move(sale), std::move(nothing)}};
}

}  // namespace pos

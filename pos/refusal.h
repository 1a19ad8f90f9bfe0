// What a person may not do, as a value with helpful words. The codes are stable: scripts and the
// headless till's users depend on them (docs/operate.md lists them all).
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace pos {

enum class RefusalCode {
  bad_request,  // the command cannot be understood
  unknown_command,
  not_logged_in,
  wrong_pin,
  locked_out,   // too many wrong PINs; the message says for how long
  not_allowed,  // the role is too low
  no_shift,
  shift_open,
  no_sale,
  sale_open,  // finish or void the open sale first
  unknown_item,
  bad_code,      // a check digit is wrong: scan again
  not_for_sale,  // the item was withdrawn, or its price is not known
  unknown_line,
  bad_quantity,
  bad_amount,
  sale_full,         // the row would pass 60 KiB: pay and start another
  tender_not_taken,  // this kind of tender is not taken here
  tender_short,
  unknown_receipt,
  text_too_long,
  not_yet,  // named in docs/wire.md as later
  out_of_space,
  storage_failed,     // the machine failed; the outcome of the last command is not known
  expired,            // the lot's date is past
  linked_line,        // a deposit: change the line of its item
  needs_answer,       // nothing was added yet: Register::question() says what is asked
  no_question,        // nothing was asked
  reason_missing,     // say why
  returned_line,      // brought back: void it and take it back anew
  returned_already,   // nothing of it is left to come back
  more_than_sold,     // more than is left to come back
  return_of_return,   // what was given back cannot come back
  one_original,       // a sale takes back goods of one receipt
  other_till,         // the receipt is of another till
  reference_missing,  // a card or voucher that is paid out needs its slip's number
  gift_card,          // a gift card's line is not changed, and no gift card comes back
  card_number,        // never type a card's number: the journal is kept for ever
  in_training,        // not while training, or training may not begin or end now
  unknown_held,       // no such sale is held
  too_many_held,
  unknown_report,     // this till has no Z report of that number
  bad_pin,            // 4 to 6 digits, not all the same, nobody else's
  last_manager,       // somebody must be left who may change the staff
  moving_weight,      // the scale has not settled
  no_weight,          // the scale is empty, below zero or over
  bad_customer,       // not an id
  no_scale,           // none is connected, or it does not answer
  asks_store,         // the leaf is asked: Register::go_on() is the command's outcome
  held_elsewhere,     // another till has taken that sale up
  store_unreachable,  // the store's other tills cannot be asked: a supervisor may allow it
  card_short,         // there is not so much left on the gift card
  unknown_card,       // nobody has told of that gift card: a supervisor may take it
};

// The stable word: "unknown_item".
const char* to_word(RefusalCode);

struct Refusal {
  RefusalCode code = RefusalCode::bad_request;
  std::string message;  // says what to do
  bool operator==(const Refusal&) const = default;
};

inline Refusal refuse(RefusalCode code, std::string message) { return {code, std::move(message)}; }

// Either a value or a Refusal.
//   if (auto sale = register.scan(code)) show(*sale); else beep(sale.refusal().message);
template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : held_(std::move(value)) {}            // NOLINT: meant to convert
  Outcome(Refusal refusal) : held_(std::move(refusal)) {}  // NOLINT: meant to convert
  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const T& operator*() const { return assert(ok()), std::get<0>(held_); }
  T& operator*() { return assert(ok()), std::get<0>(held_); }
  const T* operator->() const { return &**this; }
  const Refusal& refusal() const { return assert(!ok()), std::get<1>(held_); }

 private:
  std::variant<T, Refusal> held_;
};
struct Done {};  // Outcome<Done>: it happened, there is nothing to tell

}  // namespace pos

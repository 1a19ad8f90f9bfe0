#include "pos/refusal.h"

namespace pos {

const char* to_word(RefusalCode code) {
  switch (code) {
    case RefusalCode::bad_request:
      return "bad_request";
    case RefusalCode::unknown_command:
      return "unknown_command";
    case RefusalCode::not_logged_in:
      return "not_logged_in";
    case RefusalCode::wrong_pin:
      return "wrong_pin";
    case RefusalCode::locked_out:
      return "locked_out";
    case RefusalCode::not_allowed:
      return "not_allowed";
    case RefusalCode::no_shift:
      return "no_shift";
    case RefusalCode::shift_open:
      return "shift_open";
    case RefusalCode::no_sale:
      return "no_sale";
    case RefusalCode::sale_open:
      return "sale_open";
    case RefusalCode::unknown_item:
      return "unknown_item";
    case RefusalCode::bad_code:
      return "bad_code";
    case RefusalCode::not_for_sale:
      return "not_for_sale";
    case RefusalCode::unknown_line:
      return "unknown_line";
    case RefusalCode::bad_quantity:
      return "bad_quantity";
    case RefusalCode::bad_amount:
      return "bad_amount";
    case RefusalCode::sale_full:
      return "sale_full";
    case RefusalCode::tender_not_taken:
      return "tender_not_taken";
    case RefusalCode::tender_short:
      return "tender_short";
    case RefusalCode::unknown_receipt:
      return "unknown_receipt";
    case RefusalCode::text_too_long:
      return "text_too_long";
    case RefusalCode::not_yet:
      return "not_yet";
    case RefusalCode::out_of_space:
      return "out_of_space";
    case RefusalCode::storage_failed:
      return "storage_failed";
    case RefusalCode::expired:
      return "expired";
    case RefusalCode::linked_line:
      return "linked_line";
    case RefusalCode::needs_answer:
      return "needs_answer";
    case RefusalCode::no_question:
      return "no_question";
    case RefusalCode::reason_missing:
      return "reason_missing";
    case RefusalCode::returned_line:
      return "returned_line";
    case RefusalCode::returned_already:
      return "returned_already";
    case RefusalCode::more_than_sold:
      return "more_than_sold";
    case RefusalCode::return_of_return:
      return "return_of_return";
    case RefusalCode::one_original:
      return "one_original";
    case RefusalCode::other_till:
      return "other_till";
    case RefusalCode::reference_missing:
      return "reference_missing";
    case RefusalCode::card_number:
      return "card_number";
    case RefusalCode::in_training:
      return "in_training";
    case RefusalCode::unknown_held:
      return "unknown_held";
    case RefusalCode::too_many_held:
      return "too_many_held";
    case RefusalCode::unknown_report:
      return "unknown_report";
    case RefusalCode::bad_pin:
      return "bad_pin";
    case RefusalCode::last_manager:
      return "last_manager";
  }
  return "bad_request";
}

}  // namespace pos

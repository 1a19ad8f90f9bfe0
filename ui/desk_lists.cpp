// Desk: sales that were put aside, and goods that come back.
#include <algorithm>

#include "pos/gtin.h"
#include "ui/desk.h"
#include "ui/utf8.h"

namespace pos::ui {
namespace {

constexpr size_t kLongestNumber = 40;
constexpr size_t kDigitsOfReceipt = 6;

// "42" is the newest of this till's receipts with that number: its last one says how they are
// called ("s1-till1-B000017"), and an older series has an earlier letter.
std::vector<std::string> receipts_called(const std::string& typed, const std::string& last) {
  const bool short_form = !typed.empty() && typed.size() <= kDigitsOfReceipt &&
                          typed.find_first_not_of("0123456789") == std::string::npos;
  if (!short_form) return {typed};
  const size_t dash = last.rfind('-');
  if (dash == std::string::npos) return {typed};
  const size_t digits = last.find_first_of("0123456789", dash);
  const std::string till = last.substr(0, dash + 1);
  const std::string number = std::string(kDigitsOfReceipt - typed.size(), '0') + typed;
  std::string series = last.substr(dash + 1, digits - dash - 1);
  std::vector<std::string> all;
  for (; !series.empty() && series.back() >= 'A'; --series.back()) {
    all.push_back(till + series + number);
  }
  if (all.empty()) all.push_back(typed);
  return all;
}

}  // namespace

// Held sales ----------------------------------------------------------------------------------

// What is typed becomes its name: the number of a table, or of a loyalty card's last digits.
void Desk::hold() {
  std::string name;
  if (state_.typing.place == Place::sale) name = std::exchange(state_.typing.entry, {});
  const auto held = register_.hold(name);
  if (!held) return refuse(held.refusal());
  state_.selected = 0;
  state_.failed.clear();
  go(home());
  state_.done = name.empty() ? "Put aside" : "Put aside: " + name;
  look_at_held();
  recorded();
}

// The list may have changed since somebody looked: what is picked is a sale, not a place.
void Desk::look_at_held() {
  auto held = register_.held();
  if (!held) return;
  const auto at = static_cast<size_t>(std::max(0, state_.held_at));
  const std::string picked = at < state_.held.size() ? state_.held[at].id() : "";
  state_.held = std::move(*held);
  const auto found = std::find_if(state_.held.begin(), state_.held.end(),
                                  [&](const HeldSale& sale) { return sale.id() == picked; });
  if (found != state_.held.end()) state_.held_at = static_cast<int>(found - state_.held.begin());
  if (found == state_.held.end() && !picked.empty()) state_.held_at = -1;
}

void Desk::show_held() {
  look_at_held();
  state_.held_at = 0;
  go(Place::held);
}

// By its id: while the store is asked, or a PIN is typed, the list may change too.
void Desk::enter_held() {
  if (state_.held.empty()) return go(home());
  if (state_.held_at < 0) {
    state_.trouble = "That sale is not held any more: pick another.";
    return;
  }
  const RecallHeld picked{state_.held[static_cast<size_t>(state_.held_at)].id()};
  attempt_->action = picked;
  act(picked);
}

void Desk::act(const RecallHeld& held) { brought(register_.recall(held.id)); }

// To the counter, now or when the store has answered.
void Desk::brought(const Outcome<Done>& done) {
  if (done || done.refusal().code == RefusalCode::asks_store) go(home());
  done ? recalled() : refuse(done.refusal());
}

// Or goods came back: either way lines are on the counter that were not there before.
void Desk::recalled() {
  const auto& lines = register_.sale().lines();
  state_.selected = lines.empty() ? 0 : lines.back().id;
  look_at_held();
  recorded();
}

// Goods that come back --------------------------------------------------------------------------

void Desk::start_give_back() {
  register_.forget_question();
  state_.giving_back.reset();
  go(Place::give_back);
}

// A receipt's number has letters and dashes; a quantity has not.
void Desk::type_give_back(char32_t c) {
  std::string& entry = state_.typing.entry;
  const bool of_a_quantity = (c >= U'0' && c <= U'9') || c == U'.';
  if ((state_.giving_back ? of_a_quantity : of_an_id(c)) && entry.size() < kLongestNumber) {
    append_utf8(entry, c);
  }
}

void Desk::enter_give_back() {
  if (state_.giving_back) return act(PickReturned{state_.giving_back->at});
  const std::string typed = std::exchange(state_.typing.entry, {});
  if (typed.empty()) {
    state_.trouble = "Scan the receipt, or type its number.";
    return;
  }
  find_receipt(typed);
}

void Desk::find_receipt(const std::string& number) {
  const auto& last = register_.last_sale();
  std::optional<Refusal> no;
  for (const auto& receipt : receipts_called(number, last ? last->receipt : "")) {
    auto from = register_.comes_back(receipt);
    if (from) {
      state_.giving_back = GivingBack{std::move(*from)};
      return;
    }
    if (!no) no = from.refusal();
  }
  refuse(*no);
}

// The receipt; then the goods: each scan is one piece, or the whole of what was weighed. Of two
// packages of one product it is the one with that label, where the receipt has it.
void Desk::scan_give_back(const std::string& code) {
  const bool a_receipt = code.find('-') != std::string::npos;
  if (!state_.giving_back || a_receipt) return find_receipt(code);
  GivingBack& back = *state_.giving_back;
  const auto item = register_.check(code);
  if (!item) return refuse(item.refusal());
  const auto parsed = parse_code(code);
  const auto& lines = back.from.sale.lines;
  const auto left = [&](size_t i) { return back.from.left[i].milli - back.takes[i]; };
  size_t found = lines.size();
  bool on_it = false, labelled = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].item.id != item->id) continue;
    on_it = true;
    const bool same_label = lines[i].code == code || (parsed && lines[i].code == parsed->text);
    const bool better = found == lines.size() || (same_label && !labelled);
    if (left(i) > 0 && better) found = i, labelled = same_label;
  }
  if (found == lines.size()) {
    state_.trouble = on_it ? "All of " + item->name + " on this receipt is picked or came back."
                           : item->name + " is not on this receipt.";
    return;
  }
  back.takes[found] +=
      lines[found].item.unit == "each" ? std::min<int64_t>(left(found), 1000) : left(found);
  back.at = static_cast<int>(found);
}

void Desk::act(const PickReturned& row) {
  if (!state_.giving_back) return;
  GivingBack& back = *state_.giving_back;
  if (row.index < 0 || row.index >= static_cast<int>(back.takes.size())) return;
  const auto at = static_cast<size_t>(row.index);
  back.at = row.index;
  if (!state_.typing.entry.empty()) return take_some();
  if (back.from.left[at].milli <= 0) {
    state_.trouble = back.from.sale.lines[at].item.name + " cannot come back (any more).";
    return;
  }
  back.takes[at] = back.takes[at] > 0 ? 0 : back.from.left[at].milli;
}

void Desk::take_some() {
  GivingBack& back = *state_.giving_back;
  const auto some = parse_quantity(std::exchange(state_.typing.entry, {}));
  const auto at = static_cast<size_t>(back.at);
  const Line& line = back.from.sale.lines[at];
  const bool part_of_a_piece = some && line.item.unit == "each" && some->milli % 1000 != 0;
  if (!some || *some > back.from.left[at] || part_of_a_piece) {
    state_.trouble = "Of " + line.item.name + " at most " + to_text(back.from.left[at]) +
                     " can come back" + (line.item.unit == "each" ? ", in whole pieces." : ".");
    return;
  }
  back.takes[at] = some->milli;
}

void Desk::ask_return_reason() {
  if (!state_.giving_back) return enter_give_back();
  if (!state_.typing.entry.empty()) take_some();
  if (!state_.trouble.empty()) return;
  const auto& takes = state_.giving_back->takes;
  if (std::all_of(takes.begin(), takes.end(), [](int64_t milli) { return milli == 0; })) {
    state_.trouble = "Pick what comes back: scan it, tap it, or press Enter on its row.";
    return;
  }
  go(Place::reasons);
  state_.typing.why = Why::give_back;
}

// All that it is goes into the action: while the store is asked, or a PIN is typed, another receipt
// may be looked at.
void Desk::give_back(const char* reason) {
  const GivingBack& back = *state_.giving_back;
  GiveBack picked{back.from.sale.receipt, reason, {}};
  for (size_t i = 0; i < back.takes.size(); ++i) {
    if (back.takes[i] <= 0) continue;
    picked.parts.push_back({back.from.sale.lines[i].id, Quantity{back.takes[i]}});
  }
  attempt_->action = picked;
  act(picked);
}

void Desk::act(const GiveBack& picked) {
  std::vector<Register::Wish> wishes;
  for (const auto& part : picked.parts) wishes.push_back({part.line, part.quantity});
  if (wishes.empty()) return;  // none would mean all
  const auto done = register_.take_back(picked.receipt, wishes, picked.reason);
  if (done) state_.giving_back.reset();
  brought(done);
}

}  // namespace pos::ui

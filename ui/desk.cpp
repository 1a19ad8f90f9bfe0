#include "ui/desk.h"

#include <algorithm>
#include <exception>

#include "ui/utf8.h"

namespace pos::ui {
namespace {

constexpr size_t kLongestEntry = 32, kLongestAmount = 9, kLongestPin = 12, kLongestSearch = 60;
constexpr size_t kFailedRows = 3;
constexpr int kFoundRows = 40;
constexpr int kApproveKey = 11;
constexpr int64_t kMostPieces = 99'999;
// Where the drawer is counted nothing is sold: digits typed as fast as a scanner types them are a
// count when they are shorter than a GTIN. While paying they are a scan: a code must never be
// money.
constexpr size_t kShorterThanCodes = 7;

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c >= 0xC0;
}
bool all_digits(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

int64_t number_of(const std::string& digits) {
  int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::optional<Quantity> parse_quantity(const std::string& text) {
  const size_t point = text.find('.');
  const std::string whole = text.substr(0, point);
  std::string part = point == std::string::npos ? "" : text.substr(point + 1);
  if (whole.empty() && part.empty()) return {};
  if (whole.size() > 6 || part.size() > 3) return {};
  if ((!whole.empty() && !all_digits(whole)) || (!part.empty() && !all_digits(part))) return {};
  part.resize(3, '0');
  return Quantity{number_of(whole) * 1000 + number_of(part)};
}

std::span<const char* const> reasons_of(const Typing& typing) {
  switch (typing.why) {
    case Why::give_back:
      return kReturnReasons;
    case Why::discount:
      return kCutReasons;
    case Why::drawer:
      return kDrawerReasons;
    case Why::void_sale:
      return kVoidReasons;
  }
  return kVoidReasons;
}

// Money goes back to a card by the number of its terminal's slip, for which the window does not
// ask.
std::vector<TenderKind> other_tenders(const std::vector<TenderKind>& taken, Money due) {
  std::vector<TenderKind> others = taken;
  std::erase_if(others, [&](TenderKind kind) {
    return kind == TenderKind::cash || (due.minor < 0 && kind != TenderKind::gift);
  });
  return others;
}

std::vector<Money> next_notes(Money due, const std::vector<int64_t>& notes) {
  std::vector<Money> out;
  if (due.minor <= 0) return out;  // nobody gives anything
  for (const int64_t note : notes) {
    if (note <= 0) continue;
    const Money up{(due.minor + note - 1) / note * note};
    if (up > due && std::find(out.begin(), out.end(), up) == out.end()) out.push_back(up);
  }
  std::sort(out.begin(), out.end());
  if (out.size() > 3) out.resize(3);
  return out;
}

Desk::Desk(Register& reg, DeskSettings settings) : register_(reg), settings_(std::move(settings)) {
  state_.look = settings_.look;
  touched_ = register_.clock().now();
  if (register_.person()) go(home());
  if (!register_.sale().lines().empty()) state_.selected = register_.sale().lines().back().id;
  refresh();
}

void Desk::apply(const Action& action) {
  touched_ = register_.clock().now();
  const auto* typed = std::get_if<Typed>(&action);
  if (typed && typed->fresh) before_burst_ = state_.typing;
  if (!typed && !std::holds_alternative<Scanned>(action)) before_burst_.reset();
  const std::string refused = std::exchange(state_.trouble, {});
  state_.done.clear();
  const bool approvable = std::exchange(state_.approvable, false);
  if (approvable && action == Action{FunctionKey{kApproveKey}}) {
    state_.typing.pin = "";
    state_.trouble = refused;
    return;
  }
  const TransactionId paying = register_.sale().id();
  const bool asked = register_.asks_store();
  try {
    if (state_.typing.pin && feeds_pin(action)) return;
    attempt_ = Attempt{state_.typing, action};
    carry_out(action);
    tell_of_question(action, asked, refused);
  } catch (const std::exception& e) {
    failed(e.what());
    // The outcome of the last command is unknown until it is read back.
    const auto& last = register_.last_sale();
    if (!paying.empty() && last && last->header.id == paying) go(Place::done);
  }
}

// What the store is asked is said until it answers; and that it is not asked any more, because
// something else was done, is said too: the goods or the sale would only never appear.
void Desk::tell_of_question(const Action& action, bool asked, const std::string& words) {
  if (!asked || !state_.trouble.empty() || std::holds_alternative<Back>(action)) return;
  state_.trouble = register_.asks_store()
                       ? words
                       : "The store is not asked any more: do it once more if it is still wanted.";
}

void Desk::carry_out(const Action& action) {
  std::visit([this](const auto& what) { act(what); }, action);
}

// False: something else is done, and the PIN is asked for no more.
bool Desk::feeds_pin(const Action& action) {
  std::string& pin = *state_.typing.pin;
  if (const auto* typed = std::get_if<Typed>(&action)) {
    if (is_digit(typed->character) && pin.size() < kLongestPin) append_utf8(pin, typed->character);
    return true;
  }
  if (std::holds_alternative<Erase>(action)) return erase_last_utf8(pin), true;
  if (std::holds_alternative<Enter>(action)) return approve(), true;
  const auto* scanned = std::get_if<Scanned>(&action);
  if (scanned && scanned->was_typed && before_burst_) state_.typing = *before_burst_;
  if (scanned) before_burst_.reset();
  state_.typing.pin.reset();
  return std::holds_alternative<Back>(action);
}

void Desk::approve() {
  const std::string pin = std::exchange(*state_.typing.pin, {});
  if (pin.empty()) {
    state_.trouble = "A supervisor types the PIN, then Enter. Esc: go on without it.";
    return;
  }
  const auto approver = register_.approve(pin);
  if (!approver) return void(state_.trouble = approver.refusal().message);
  struct End {
    Register& reg;
    ~End() { reg.end_approval(); }
  } end{register_};
  const Attempt again = *attempt_;
  state_.typing = again.typing;
  carry_out(again.action);
}

void Desk::refuse(const Refusal& refusal) {
  state_.trouble = refusal.message;
  if (refusal.code == RefusalCode::asks_store) asked_ = attempt_;
  state_.approvable =
      attempt_ && register_.person() &&
      (refusal.code == RefusalCode::not_allowed || refusal.code == RefusalCode::store_unreachable ||
       refusal.code == RefusalCode::unknown_card);
}

// The machine failed. What is on disk is the truth; a second failure leaves the words alone.
void Desk::failed(const char* words) {
  try {
    register_.reload();
    state_.trouble = std::string(words) + " — What you see now is what is on disk.";
  } catch (const std::exception&) {
    state_.trouble = std::string(words) + " — The disk does not answer: call for help.";
  }
}

void Desk::refresh() {
  try {
    std::vector<Stocked> tiles;
    for (Item& item : register_.tiles()) {
      const auto stock = register_.stock(item.id);
      tiles.push_back({std::move(item), stock.ok() ? std::optional(*stock) : std::nullopt});
    }
    state_.tiles = std::move(tiles);
    look_at_held();
  } catch (const std::exception& e) {
    state_.trouble = e.what();
  }
}

// What it is asked stands in the words of the refusal, until there is an outcome.
void Desk::hear_store() {
  if (!register_.asks_store()) return;
  try {
    const auto heard = register_.go_on();
    if (!heard) attempt_ = asked_;
    if (!heard && state_.typing.asks_card) return refuse_card(heard.refusal());
    if (!heard) return refuse(heard.refusal());
    state_.trouble.clear();
    if (heard->card) return void(state_.checked_card = heard->card);
    if (heard->completed || state_.typing.place == Place::pay) return paid(heard->completed);
    recalled();
  } catch (const std::exception& e) {
    failed(e.what());
  }
}

void Desk::tick() {
  hear_store();
  if (settings_.lock_after_ms <= 0 || !register_.person()) return;
  const Instant now = register_.clock().now();
  touched_ = std::min(touched_, now);  // a clock that was set back must not keep the till open
  const int64_t idle = now.unix_ms - touched_.unix_ms;
  if (idle >= settings_.lock_after_ms) lock();
}

// Typing --------------------------------------------------------------------------------------

void Desk::act(const Typed& typed) {
  const char32_t c = typed.character == U',' ? U'.' : typed.character;
  switch (state_.typing.place) {
    case Place::login:
      return type_amount(c, kLongestPin);
    case Place::open_shift:
      return type_amount(c, kLongestAmount);
    case Place::pay:
      if (state_.typing.asks_card) return type_card(c);
      return type_amount(c, kLongestAmount);
    case Place::done:
      leave_done();
      return type_for_sale(c);
    case Place::sale:
      return type_for_sale(c);
    case Place::search:
      return type_search(c);
    case Place::price:
      if (is_digit(c) && state_.typing.entry.size() < kLongestEntry) {
        append_utf8(state_.typing.entry, c);
      }
      return;
    case Place::count:
      return type_count(c);
    case Place::give_back:
      return type_give_back(c);
    case Place::discount:
      return type_cut(c);
    case Place::menu:
    case Place::reasons: {
      const int entries = state_.typing.place == Place::menu
                              ? kMenuEntries
                              : static_cast<int>(reasons_of(state_.typing).size());
      if (c >= U'1' && c < U'1' + static_cast<char32_t>(entries)) {
        state_.typing.chosen = static_cast<int>(c - U'1');
      }
      return;
    }
    case Place::held:
    case Place::report:
    case Place::sync:
    case Place::help:
      return;
  }
}

void Desk::type_amount(char32_t c, size_t most) {
  if (is_digit(c) && state_.typing.entry.size() < most) append_utf8(state_.typing.entry, c);
}

void Desk::type_for_sale(char32_t c) {
  Typing& t = state_.typing;
  if (c == U'*' || c == U'×') {
    const auto times = typed_quantity();
    if (!times) return;
    t.times = times;
    t.entry.clear();
  } else if (is_digit(c) || c == U'.') {
    if (t.entry.size() < kLongestEntry) append_utf8(t.entry, c);
  } else if (is_letter(c) && t.entry.empty()) {
    go(Place::search);
    type_search(c);
  } else if (c > U' ' && !t.entry.empty() && t.entry.size() < kLongestEntry) {
    append_utf8(t.entry, c);  // codes may have letters and dashes after their first digit
  }
}

void Desk::type_card(char32_t c) {
  if (of_an_id(c) && state_.typing.entry.size() < kLongestEntry)
    append_utf8(state_.typing.entry, c);
}

void Desk::type_search(char32_t c) {
  if (c < U' ' || state_.typing.search.size() >= kLongestSearch) return;
  if (c == U' ' && state_.typing.search.empty()) return;
  append_utf8(state_.typing.search, c);
  search();
}

void Desk::type_count(char32_t c) {
  Typing& t = state_.typing;
  if (!is_digit(c)) return;
  int64_t& pieces = t.counts[static_cast<size_t>(t.count_at)];
  const int64_t more = pieces * 10 + static_cast<int64_t>(c - U'0');
  if (more <= kMostPieces) pieces = more;
}

void Desk::act(const DoubleZero&) {
  act(Typed{U'0', true});
  act(Typed{U'0', false});
}

void Desk::act(const Erase&) {
  Typing& t = state_.typing;
  if (t.place == Place::search) {
    erase_last_utf8(t.search);
    search();
  } else if (t.place == Place::count) {
    t.counts[static_cast<size_t>(t.count_at)] /= 10;
  } else if (!t.entry.empty()) {
    erase_last_utf8(t.entry);
  } else {
    t.times.reset();
  }
}

void Desk::search() {
  Typing& t = state_.typing;
  t.found_at = 0;
  t.found.clear();
  if (t.search.empty()) return;
  const auto found = register_.find(t.search, kFoundRows);
  if (found) {
    t.found = *found;
  } else {
    refuse(found.refusal());
  }
}

std::optional<Quantity> Desk::typed_quantity() const {
  const auto quantity = parse_quantity(state_.typing.entry);
  return quantity && quantity->milli > 0 ? quantity : std::nullopt;
}

// Keys ----------------------------------------------------------------------------------------

void Desk::act(const Enter&) {
  Typing& t = state_.typing;
  switch (t.place) {
    case Place::login:
      return login();
    case Place::open_shift:
      return open_shift();
    case Place::sale:
      if (register_.question()) return answer();
      if (t.asks_quantity) return set_quantity();
      if (!t.entry.empty()) return sell(std::exchange(t.entry, {}));
      return start_pay();
    case Place::search:
      return act(PickFound{t.found_at});
    case Place::price:
      if (!t.entry.empty()) return check(std::exchange(t.entry, {}));
      if (state_.checked) return act(TapTile{state_.checked->item.id});
      return;
    case Place::pay: {
      const std::string given = std::exchange(t.entry, {});
      if (t.asks_card) return pay_by_card(given);
      if (given.empty()) return act(PutTender{TenderKind::cash, {}});
      return act(PutTender{TenderKind::cash, Money{number_of(given)}});
    }
    case Place::done:
      return leave_done();
    case Place::discount:
      return enter_discount();
    case Place::menu:
    case Place::reasons:
      return choose(t.chosen);
    case Place::count:
      return act(Move{1});
    case Place::held:
      return enter_held();
    case Place::give_back:
      return enter_give_back();
    case Place::report:
    case Place::sync:
    case Place::help:
      return act(Back{});
  }
}

void Desk::act(const Back&) {
  Typing& t = state_.typing;
  if (!t.entry.empty()) return t.entry.clear();
  if (t.asks_card) {
    register_.forget_question();  // whatever the store answers, this card does not pay
    t.asks_card = false;
    return;
  }
  if (t.times || t.asks_quantity || t.asks_cut) {
    t.times.reset();
    t.asks_quantity = t.asks_cut = false;
    return;
  }
  switch (t.place) {
    case Place::login:
      return;
    case Place::open_shift:
      return lock();
    case Place::sale:
      if (register_.question()) return refuse_item();
      if (!state_.failed.empty()) return state_.failed.clear();
      return go(Place::menu);
    case Place::search:
      if (!t.search.empty()) {
        t.search.clear();
        return search();
      }
      return go(home());
    case Place::done:
      return leave_done();
    case Place::report:
      if (state_.report_is_z) return lock();
      return go(home());
    case Place::reasons:
      if (t.why == Why::discount) return go(Place::discount);
      return go(t.why == Why::give_back ? Place::give_back : home());
    case Place::price:
    case Place::pay:
    case Place::menu:
    case Place::discount:
    case Place::held:
    case Place::give_back:
    case Place::count:
    case Place::sync:
    case Place::help:
      return go(home());
  }
}

void Desk::act(const FunctionKey& key) {
  const Place place = state_.typing.place;
  if (place == Place::login) return;
  if (key.number == 1) return go(place == Place::help ? home() : Place::help);
  if (place == Place::open_shift) return key.number == 12 ? open_shift() : void();
  if (place == Place::count) return key.number == 12 ? close_shift() : void();
  if (place == Place::report || !register_.shift()) return;
  if (place == Place::pay) return pay_key(key.number);
  if (place == Place::done) leave_done();
  if (place == Place::give_back && key.number == 12) return ask_return_reason();
  switch (key.number) {
    case 2:
      return go(Place::search);
    case 3:
      if (place != Place::sale) go(Place::sale);
      return set_quantity();
    case 4:
      return go(Place::price);
    case 5:
      return hold();
    case 6:
      return show_held();
    case 7:
      return start_discount();
    case 8:
      return start_give_back();
    case 9:
      if (place != Place::sale) go(Place::sale);
      return void_line();
    case 10:
      return ask_drawer_reason();
    case 12:
      return start_pay();
    default:
      return;
  }
}

// While paying the function keys are tenders: F2 to F4 the next notes, F5 on the other kinds.
void Desk::pay_key(int number) {
  const Money due = register_.sale().due(TenderKind::cash);
  const auto notes = next_notes(due, settings_.notes);
  const int note = number - 2, other = number - 5;
  if (number == 12) return act(Enter{});
  if (note >= 0 && note < static_cast<int>(notes.size())) {
    return act(PutTender{TenderKind::cash, notes[static_cast<size_t>(note)]});
  }
  const auto others = other_tenders(settings_.tenders, due);
  if (other >= 0 && other < static_cast<int>(others.size())) {
    return act(PutTender{others[static_cast<size_t>(other)], {}});
  }
}

void Desk::act(const Move& move) {
  Typing& t = state_.typing;
  const auto moved = [&](int from, size_t count) {
    return std::clamp(from + move.by, 0, std::max(0, static_cast<int>(count) - 1));
  };
  if (t.place == Place::search) {
    t.found_at = moved(t.found_at, t.found.size());
  } else if (t.place == Place::count) {
    t.count_at = moved(t.count_at, t.counts.size());
  } else if (t.place == Place::sync) {
    state_.journal_at = moved(state_.journal_at, state_.journal.size());
  } else if (t.place == Place::menu) {
    t.chosen = moved(t.chosen, kMenuEntries);
  } else if (t.place == Place::discount) {
    t.chosen = moved(t.chosen, kCuts);
  } else if (t.place == Place::reasons) {
    t.chosen = moved(t.chosen, reasons_of(t).size());
  } else if (t.place == Place::held) {
    state_.held_at = moved(state_.held_at, state_.held.size());
  } else if (t.place == Place::give_back) {
    GivingBack* back = state_.giving_back ? &*state_.giving_back : nullptr;
    if (back) back->at = moved(back->at, back->takes.size());
  } else {
    const auto& lines = register_.sale().lines();
    if (lines.empty()) return;
    const auto at = std::find_if(lines.begin(), lines.end(),
                                 [&](const Line& l) { return l.id == state_.selected; });
    const auto from =
        at == lines.end() ? lines.size() - 1 : static_cast<size_t>(at - lines.begin());
    state_.selected = lines[static_cast<size_t>(moved(static_cast<int>(from), lines.size()))].id;
  }
}

// Selling -------------------------------------------------------------------------------------

void Desk::act(const Scanned& scanned) {
  Typing& t = state_.typing;
  if (scanned.was_typed && before_burst_) t = *before_burst_;
  before_burst_.reset();
  const bool short_digits = all_digits(scanned.code) && scanned.code.size() < kShorterThanCodes;
  switch (t.place) {
    case Place::login:
      if (!all_digits(scanned.code) || scanned.code.size() > kLongestPin) return;
      t.entry += scanned.code;
      return login();
    case Place::open_shift:
      if (short_digits && t.entry.size() + scanned.code.size() <= kLongestAmount) {
        t.entry += scanned.code;
        return act(Enter{});
      }
      state_.trouble = "That was a scan. Type the cash in the drawer first.";
      return;
    case Place::count:
      if (!short_digits) {
        state_.trouble = "That was a scan. Finish the count, or press Esc to sell on.";
        return;
      }
      for (const char c : scanned.code) type_count(static_cast<char32_t>(c));
      return act(Move{1});
    case Place::report:
      if (!state_.report_is_z) break;
      state_.trouble = "The shift is closed: log in and open the next one to sell.";
      return;
    case Place::price:
      return check(scanned.code);
    case Place::give_back:
      return scan_give_back(scanned.code);
    case Place::reasons:
      if (t.why != Why::give_back) break;
      go(Place::give_back);
      return scan_give_back(scanned.code);
    case Place::pay:
      if (t.asks_card) return pay_by_card(scanned.code);
      break;
    case Place::done:
      leave_done();
      break;
    default:
      break;
  }
  t.asks_quantity = false;
  sell(scanned.code);
}

void Desk::sell(const std::string& code) {
  const auto times = std::exchange(state_.typing.times, {});
  if (state_.typing.place != Place::sale) go(home());
  sold(register_.scan(code, times), code);
}

void Desk::sold(const Outcome<Line>& line, const std::string& code) {
  if (line) {
    state_.selected = line->id;
    state_.last = *line;
    return;
  }
  const Refusal& no = line.refusal();
  if (no.code == RefusalCode::needs_answer) return;  // the readout asks
  const bool about_the_code = no.code == RefusalCode::unknown_item ||
                              no.code == RefusalCode::bad_code || no.code == RefusalCode::expired ||
                              no.code == RefusalCode::not_for_sale;
  if (!about_the_code) return refuse(no);
  state_.failed.push_back({code, no.message});
  if (state_.failed.size() > kFailedRows) state_.failed.erase(state_.failed.begin());
}

// Enter says yes to an age, and takes what is typed as the weight or the price; with nothing typed,
// the weight is what lies on the scale.
void Desk::answer() {
  const Question asked = *register_.question();
  const std::string typed = std::exchange(state_.typing.entry, {});
  Answer given;
  switch (asked.kind) {
    case Question::Kind::age:
      given.of_age = true;
      break;
    case Question::Kind::price:
      if (all_digits(typed) && typed.size() <= kLongestAmount)
        given.price = Money{number_of(typed)};
      break;
    case Question::Kind::weight:
      if (typed.empty() && weigh && asked.item.unit == "kg") {
        const auto weight = weigh();
        if (!weight) return refuse(weight.refusal());
        given.weight = *weight;
      } else {
        given.weight = parse_quantity(typed);
      }
      break;
  }
  if (!given.of_age && !given.price && !given.weight) {
    state_.trouble = asked.item.name + ": " + asked.words;
    return;
  }
  sold(register_.answer(given), asked.item.id.value);
}

// Esc: the customer is too young, or the item stays here.
void Desk::refuse_item() {
  const Question asked = *register_.question();
  if (asked.kind != Question::Kind::age) return register_.forget_question();
  Answer given;
  given.of_age = false;
  sold(register_.answer(given), asked.item.id.value);
  recorded();
}

void Desk::act(const TapTile& tile) {
  Typing& t = state_.typing;
  auto times = std::exchange(t.times, {});
  if (!times && t.place == Place::sale && t.entry.size() <= 3) times = typed_quantity();
  if (t.place == Place::done) leave_done();
  go(home());
  sold(register_.add(tile.product, times), tile.product.value);
}

void Desk::act(const PickFound& row) {
  const auto& found = state_.typing.found;
  if (row.index < 0 || row.index >= static_cast<int>(found.size())) {
    state_.trouble = "Nothing is found to add: type a word of its name.";
    return;
  }
  const ProductId product = found[static_cast<size_t>(row.index)].id;
  act(TapTile{product});
}

void Desk::act(const PickLine& line) { state_.selected = line.line; }
void Desk::act(const DismissFailed&) { state_.failed.clear(); }
void Desk::act(const NextTab&) { act(ShowTab{state_.tab + 1}); }
void Desk::act(const ShowTab& tab) {
  state_.tab = tab.tab;
  state_.page = 0;
}
void Desk::act(const ShowPage& page) { state_.page = std::max(0, page.page); }

// "5 F3" sets five at once; F3 alone asks.
void Desk::set_quantity() {
  Typing& t = state_.typing;
  if (register_.sale().lines().empty()) {
    state_.trouble = "Pick a line first: there is nothing in the basket.";
    return;
  }
  if (t.entry.empty()) {
    t.asks_quantity = !t.asks_quantity;
    return;
  }
  t.asks_quantity = false;
  const auto quantity = typed_quantity();
  t.entry.clear();
  if (!quantity) {
    state_.trouble = "This is no quantity: type a number like 3 or 0.250.";
    return;
  }
  const auto done = register_.set_quantity(state_.selected, *quantity);
  if (!done) return refuse(done.refusal());
  for (const Line& line : register_.sale().lines()) {
    if (line.id == state_.selected) state_.last = line;
  }
}

void Desk::void_line() {
  const auto& lines = register_.sale().lines();
  const auto at = std::find_if(lines.begin(), lines.end(),
                               [&](const Line& l) { return l.id == state_.selected; });
  if (at == lines.end()) {
    state_.trouble = "Pick a line first: there is nothing to void.";
    return;
  }
  const auto index = static_cast<size_t>(at - lines.begin());
  const auto done = register_.void_line(state_.selected);
  if (!done) return refuse(done.refusal());
  state_.last.reset();
  const auto& left = register_.sale().lines();
  state_.selected = left.empty() ? 0 : left[std::min(index, left.size() - 1)].id;
}

void Desk::check(const std::string& code) {
  state_.checked.reset();
  state_.checked_card.reset();
  const auto item = register_.check(code);
  if (!item && look_at_card(code)) return;
  if (!item) return refuse(item.refusal());
  const auto stock = register_.stock(item->id);
  state_.checked = Stocked{*item, stock.ok() ? std::optional(*stock) : std::nullopt};
}

// A gift card is scanned for what is on it as an item is for its price.
bool Desk::look_at_card(const std::string& number) {
  const auto card = register_.gift_balance(number);
  if (!card && card.refusal().code == RefusalCode::asks_store) return refuse(card.refusal()), true;
  if (!card || !card->known) return false;
  state_.checked_card = *card;
  return true;
}

// Paying --------------------------------------------------------------------------------------

void Desk::start_pay() {
  register_.forget_question();
  if (register_.sale().lines().empty()) {
    state_.trouble = "Nothing to pay yet: scan an item or tap a product.";
    return;
  }
  go(Place::pay);
}

void Desk::act(const PutTender& tender) {
  if (tender.kind == TenderKind::gift) return ask_card(tender.amount);
  state_.typing.asks_card = false;
  const auto payment = register_.pay(tender.kind, tender.amount, "");
  if (!payment) return refuse(payment.refusal());
  paid(payment->completed);
}

// A gift card pays by its number: what is typed already is how much of it.
void Desk::ask_card(std::optional<Money> amount) {
  Typing& t = state_.typing;
  const std::string typed = t.asks_card ? "" : std::exchange(t.entry, {});
  if (!amount && !typed.empty()) amount = Money{number_of(typed)};
  t.asks_card = true;
  t.of_card = amount;
}

void Desk::pay_by_card(const std::string& number) {
  state_.typing.entry.clear();
  const auto payment = register_.pay(TenderKind::gift, state_.typing.of_card, number);
  if (!payment) return refuse_card(payment.refusal());
  paid(payment->completed);
}

// Where another number may help the card is asked for once more; else another amount or tender.
void Desk::refuse_card(const Refusal& refusal) {
  state_.typing.asks_card =
      refusal.code == RefusalCode::asks_store || refusal.code == RefusalCode::unknown_card ||
      refusal.code == RefusalCode::bad_code || refusal.code == RefusalCode::reference_missing;
  refuse(refusal);
}

void Desk::paid(const std::optional<CompletedPayment>& completed) {
  state_.typing.entry.clear();
  state_.typing.asks_card = false;
  if (!completed) return;  // a part: the rest is due
  state_.failed.clear();
  go(Place::done);
  recorded();
  refresh();
}

void Desk::leave_done() {
  state_.doubt_answered = true;
  go(home());
  register_.handed_out();
}

void Desk::recorded() {
  if (on_record) on_record();
}

}  // namespace pos::ui

// Desk: discounts and other prices, and the drawer that is opened without a sale.
#include <algorithm>

#include "ui/desk.h"
#include "ui/utf8.h"

namespace pos::ui {
namespace {

constexpr size_t kLongestSize = 9;
constexpr int64_t kWholePercentMilli = 100'000;

}  // namespace

std::optional<Rate> parse_percent(const std::string& text) {
  const auto milli = parse_quantity(text);
  if (!milli || milli->milli > kWholePercentMilli || milli->milli % 10 != 0) return {};
  return Rate{milli->milli * 10};
}

std::optional<Money> parse_money(const std::string& text, int digits) {
  const size_t point = text.find('.');
  const std::string whole = text.substr(0, point);
  std::string part = point == std::string::npos ? "" : text.substr(point + 1);
  const bool numbers = (whole + part).find_first_not_of("0123456789") == std::string::npos;
  if (!numbers || text.size() > kLongestSize || (whole + part).empty()) return {};
  if (point == std::string::npos) return Money{number_of(whole)};
  if (part.size() > static_cast<size_t>(digits)) return {};
  part.resize(static_cast<size_t>(digits), '0');
  return Money{number_of(whole + part)};
}

// "10 F7" has said how much; F7 alone asks for it after its kind.
void Desk::start_discount() {
  register_.forget_question();
  const auto& lines = register_.sale().lines();
  if (lines.empty()) {
    state_.trouble = "Pick a line first: there is nothing in the basket.";
    return;
  }
  // A line that is not there would be the whole sale.
  const auto picked = [&](const Line& line) { return line.id == state_.selected; };
  if (std::none_of(lines.begin(), lines.end(), picked)) state_.selected = lines.back().id;
  std::string typed;
  if (state_.typing.place == Place::sale && !state_.typing.asks_quantity) {
    typed = std::exchange(state_.typing.entry, {});
  }
  go(Place::discount);
  state_.typing.cut_size = std::move(typed);
}

void Desk::type_cut(char32_t c) {
  Typing& t = state_.typing;
  if (!t.asks_cut) {
    if (c >= U'1' && c < U'1' + static_cast<char32_t>(kCuts)) t.chosen = static_cast<int>(c - U'1');
    return;
  }
  const bool of_a_number = (c >= U'0' && c <= U'9') || c == U'.';
  if (of_a_number && t.entry.size() < kLongestSize) append_utf8(t.entry, c);
}

void Desk::enter_discount() {
  Typing& t = state_.typing;
  if (!t.asks_cut) return pick_cut(static_cast<Cut>(t.chosen));
  const std::string typed = std::exchange(t.entry, {});
  if (typed.empty()) {
    state_.trouble = "Type how much it is, then Enter.";
    return;
  }
  size_cut(typed);
}

void Desk::pick_cut(Cut kind) {
  Typing& t = state_.typing;
  t.cut = kind;
  t.chosen = static_cast<int>(kind);
  if (!t.cut_size.empty()) return size_cut(t.cut_size);
  t.asks_cut = true;
}

// Nothing off takes a discount away, and needs no reason.
void Desk::size_cut(const std::string& typed) {
  Typing& t = state_.typing;
  t.cut_size = typed;
  const auto cut = typed_cut();
  if (!cut) {
    t.asks_cut = true;
    t.cut_size.clear();
    state_.trouble = is_percent(t.cut) ? "A discount is 0 to 100 percent, like 10 or 7.5."
                                       : "This is no amount: type it like 150 or 1.50.";
    return;
  }
  if (!cut->price && cut->percent.ppm == 0 && cut->amount.minor == 0) {
    attempt_->action = *cut;
    return act(*cut);
  }
  const Typing kept = t;
  go(Place::reasons);
  t.why = Why::discount;
  t.cut = kept.cut;
  t.cut_size = kept.cut_size;
}

std::optional<CutPrice> Desk::typed_cut() const {
  const Typing& t = state_.typing;
  CutPrice cut;
  const bool of_the_sale = t.cut == Cut::sale_percent || t.cut == Cut::sale_amount;
  if (!of_the_sale) cut.line = state_.selected;
  if (is_percent(t.cut)) {
    const auto percent = parse_percent(t.cut_size);
    if (!percent) return {};
    cut.percent = *percent;
    return cut;
  }
  const auto money = parse_money(t.cut_size, currency_digits(register_.settings().currency));
  if (!money) return {};
  if (t.cut == Cut::line_price) {
    cut.price = *money;
  } else {
    cut.amount = *money;
  }
  return cut;
}

// All that it is goes into the action: a supervisor's PIN does it once more.
void Desk::cut(const char* reason) {
  auto cut = typed_cut();
  if (!cut) return start_discount();
  cut->reason = reason;
  attempt_->action = *cut;
  act(*cut);
}

void Desk::act(const CutPrice& cut) {
  const auto done = cut.price ? register_.set_price(cut.line, *cut.price, cut.reason)
                              : register_.discount(cut.line, {cut.percent, cut.amount, cut.reason});
  if (!done) return refuse(done.refusal());
  go(home());
  recorded();
}

void Desk::ask_drawer_reason() {
  go(Place::reasons);
  state_.typing.why = Why::drawer;
}

void Desk::act(const OpenDrawer& open) {
  const auto done = register_.open_drawer(open.reason);
  if (!done) return refuse(done.refusal());
  go(home());
  state_.done = "Drawer opened";
  recorded();
  if (on_drawer) on_drawer();
}

}  // namespace pos::ui

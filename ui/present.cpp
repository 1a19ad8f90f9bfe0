#include "ui/present.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include "ui/utf8.h"

namespace pos::ui {
namespace {

constexpr int64_t kFewLeftMilli = 5'000;

KeyView key(Action action, std::string name, std::string label, Icon icon = Icon::none,
            Tone tone = Tone::plain, bool enabled = true) {
  return {std::move(action), std::move(name), std::move(label), "", icon, tone, enabled, false};
}

std::string plain(Money money, const std::string& currency) {
  return to_text(money, currency_digits(currency));
}

std::string hidden(const std::string& pin) {
  std::string dots;
  for (size_t i = 0; i < pin.size(); ++i) dots += "•";
  return dots;
}

std::string spaced(const char* word) {  // "cash" -> "Cash"
  std::string out(word);
  if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
  return out;
}

// Where words say which way the money goes.
Money size_of(Money money) { return Money{std::abs(money.minor)}; }

Tone stock_tone(const std::optional<ShownStock>& stock) {
  if (!stock || stock->version == 0) return Tone::plain;
  if (stock->shown.milli <= 0) return Tone::bad;
  return stock->shown.milli <= kFewLeftMilli ? Tone::warn : Tone::plain;
}

// "Tuesday, 24 November 2026"
std::string long_date(Instant at, int offset_min) {
  static constexpr std::array<const char*, 7> kDays = {"Thursday", "Friday",  "Saturday", "Sunday",
                                                       "Monday",   "Tuesday", "Wednesday"};
  static constexpr std::array<const char*, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  constexpr int64_t kDayMs = 86'400'000;
  const int64_t day = (at.unix_ms + int64_t{offset_min} * 60'000) / kDayMs;  // 0: a Thursday
  const std::string date = local_date(at, offset_min);
  const auto month = static_cast<size_t>(std::atoi(date.substr(5, 2).c_str()));
  return std::string(kDays[static_cast<size_t>(((day % 7) + 7) % 7)]) + ", " +
         std::to_string(std::atoi(date.substr(8, 2).c_str())) + " " + kMonths[month - 1] + " " +
         date.substr(0, 4);
}

// Everything that the parts below share.
struct Maker {
  const Desk& desk;
  const SyncChip& chip;
  Register& reg = desk.reg();
  const DeskState& state = desk.state();
  const Typing& t = state.typing;
  const std::string currency = reg.settings().currency;
  Instant now = reg.clock().now();
  int offset = reg.clock().utc_offset_min(now);

  std::string money(Money m) const { return money_text(m, currency); }
  std::string clock() const { return local_text(now, offset).substr(11, 5); }
  std::string store() const {
    return desk.settings().store_name.empty() ? "Store " + reg.settings().store.value
                                              : desk.settings().store_name;
  }
  std::string till() const {
    const std::string& id = reg.settings().till.value;
    return "Till " + (id.starts_with("till") && id.size() > 4 ? id.substr(4) : id);
  }
  // Without the currency's sign, which a tile has no room for.
  std::string unit_price(const Item& item) const {
    const std::string amount = to_text(item.price, currency_digits(currency) + item.price_scale);
    return item.unit == "each" ? amount : amount + " / " + item.unit;
  }
  const Line* selected() const;
  bool in_doubt() const { return reg.last_sale_in_doubt() && !state.doubt_answered; }
  Money typed_money() const { return Money{t.entry.empty() ? 0 : std::atoll(t.entry.c_str())}; }

  StripView strip() const;
  void asked(ReadoutView&) const;
  BasketView basket() const;
  BasketView sold_basket(const CompletedSale&) const;
  LineView line(const Line&, bool is_selected) const;
  ReadoutView readout() const;
  void last_sold(ReadoutView&) const;
  Money counted() const;
  KeyView primary() const;
  KeyView pad_extra() const;
  std::vector<KeyView> functions() const;
  Middle middle() const;

  LoginView login() const;
  TilesView tiles() const;
  TendersView tenders() const;
  DoneView done() const;
  ChoicesView menu() const;
  ChoicesView reasons() const;
  AmountView float_amount() const;
  CountView count() const;
  ReportView report() const;
  SyncView sync() const;
  ListView held() const;
  ListView give_back() const;
  ListRow coming_back(size_t line) const;
  std::string when(Instant, int offset_min) const;
  SearchView search() const;
  PriceView price() const;
  PriceView on_card(const GiftBalance&) const;
  HelpView help() const;
};

const Line* Maker::selected() const {
  const auto& lines = reg.sale().lines();
  const auto at = std::find_if(lines.begin(), lines.end(),
                               [&](const Line& l) { return l.id == state.selected; });
  return at == lines.end() ? nullptr : &*at;
}

StripView Maker::strip() const {
  return {reg.training() ? "TRAINING" : store(),
          till(),
          reg.person() ? reg.person()->name : "",
          clock(),
          chip,
          reg.training()};
}

LineView Maker::line(const Line& l, bool is_selected) const {
  LineView view{l.id, l.item.name, "", plain(l.total, currency), is_selected};
  if (l.quantity != kOnePiece || l.item.unit != "each") {
    const std::string unit = l.item.unit == "each" ? "" : " " + l.item.unit;
    view.detail = to_text(l.quantity) + unit + " × " +
                  to_text(l.item.price, currency_digits(currency) + l.item.price_scale);
  }
  if (l.discount.minor > 0) view.detail += "  −" + plain(l.discount, currency);
  return view;
}

std::string pieces_of(const std::vector<Line>& lines) {
  int64_t pieces = 0;
  for (const Line& l : lines) {
    pieces += l.item.unit == "each" ? std::abs(l.quantity.milli) / 1000 : 1;
  }
  if (pieces == 0) return "";
  return pieces == 1 ? "1 item" : std::to_string(pieces) + " items";
}

const char* sold_or_given_back(const CompletedSale& sale) {
  return sale.total.minor < 0 ? "Given back" : "Sold";
}

BasketView Maker::sold_basket(const CompletedSale& sale) const {
  BasketView view;
  for (const Line& l : sale.lines) view.lines.push_back(line(l, false));
  view.sold = true;
  view.caption = sale.training() ? "TRAINING" : sold_or_given_back(sale);
  view.pieces = pieces_of(sale.lines);
  view.amount = money(size_of(sale.total));
  return view;
}

BasketView Maker::basket() const {
  if (t.place == Place::done && reg.last_sale()) return sold_basket(*reg.last_sale());
  BasketView view;
  const Sale& sale = reg.sale();
  for (const Line& l : sale.lines()) {
    const bool is_selected = l.id == state.selected;
    if (is_selected) view.selected = static_cast<int>(view.lines.size());
    view.lines.push_back(line(l, is_selected));
  }
  for (const Tender& tender : sale.tenders()) {
    view.tendered.push_back({spaced(to_word(tender.kind)), "−" + plain(tender.amount, currency)});
  }
  view.failed = state.failed;
  view.caption = sale.due().minor < 0     ? "To give back"
                 : sale.tenders().empty() ? "Total"
                                          : "Still due";
  view.pieces = pieces_of(sale.lines());
  view.amount = money(size_of(sale.due()));
  view.hint = "Scan an item or tap a product.";
  return view;
}

ReadoutView Maker::readout() const {
  ReadoutView view;
  view.trouble = state.trouble;
  view.entry = t.entry;
  const auto idle = [&](Icon icon, std::string words) {
    view.icon = icon;
    view.idle = std::move(words);
  };
  if (t.pin) {
    view.caption = "Supervisor PIN";
    view.ghost = "4 to 6 digits";
    view.entry = hidden(*t.pin);
    idle(Icon::lock, "Supervisor");
    return view;
  }
  switch (t.place) {
    case Place::login:
      view.caption = "PIN";
      view.ghost = "4 to 6 digits";
      view.entry = hidden(t.entry);
      idle(Icon::lock, "Locked");
      break;
    case Place::open_shift:
      view.caption = "Float";
      view.ghost = money({});
      if (!t.entry.empty()) view.entry = money(typed_money());
      idle(Icon::coins, "Float");
      break;
    case Place::pay:
      if (t.asks_card) {
        view.caption = "Gift card";
        view.ghost = "Scan or type";
        idle(Icon::gift, money(t.of_card.value_or(reg.sale().due(TenderKind::gift))));
        break;
      }
      view.caption = reg.sale().due().minor < 0 ? "Paid out" : "Given";
      view.ghost = money(size_of(reg.sale().due()));
      if (!t.entry.empty()) view.entry = money(typed_money());
      idle(Icon::cash, "Cash");
      break;
    case Place::search:
      view.ghost = "Type a name";
      view.entry = t.search;
      idle(Icon::search, t.search.empty() ? "Search" : std::to_string(t.found.size()) + " found");
      break;
    case Place::count:
      view.caption = "Counted";
      view.entry = money(counted());
      idle(Icon::coins, "Count");
      break;
    case Place::price:
      view.ghost = "Scan or type";
      idle(Icon::tag, "Price check");
      break;
    case Place::sale:
    case Place::menu:
    case Place::reasons:
      last_sold(view);
      break;
    case Place::done:
      view.ghost = "Scan or type";
      idle(Icon::check, in_doubt()        ? "Recorded"
                        : reg.last_sale() ? sold_or_given_back(*reg.last_sale())
                                          : "Sold");
      break;
    case Place::held:
      idle(Icon::undo, "Held sales");
      break;
    case Place::give_back:
      view.caption = state.giving_back ? "Quantity" : "Receipt";
      view.ghost = state.giving_back ? "All of it" : "Scan or type";
      idle(Icon::receipt, "Return");
      break;
    case Place::report:
      idle(Icon::chart, state.report_is_z ? "Shift closed" : "X report");
      break;
    case Place::sync:
      idle(Icon::cloud_upload, "Sync");
      break;
    case Place::help:
      idle(Icon::help, "Help");
      break;
  }
  return view;
}

// What must be known of an item before it is on the counter.
void Maker::asked(ReadoutView& view) const {
  const Question& question = *reg.question();
  const bool age = question.kind == Question::Kind::age;
  view.ghost = age ? "Enter = yes, Esc = no" : "Type it, then Enter";
  view.title = question.item.name;
  view.detail = question.words;
  view.icon = icon_for(question.item.category, question.item.name);
  view.colour = colour_of(question.item);
  if (!age) return;
  view.note = "Age " + std::to_string(question.item.age_limit) + "+";
  view.note_tone = Tone::warn;
}

// While selling: what the entry is for, and the picked line with its price.
void Maker::last_sold(ReadoutView& view) const {
  view.ghost = t.asks_quantity ? "How many?" : "Scan or type";
  if (t.times && !t.asks_quantity) view.entry = to_text(*t.times) + " × " + t.entry;
  view.icon = Icon::barcode;
  view.idle = state.done.empty() ? "Ready" : state.done;
  if (reg.question()) return asked(view);
  const Line* l = selected();
  if (!l) return;
  view.title = l->item.name;
  view.amount = money(l->total);
  view.detail = line(*l, true).detail;
  view.icon = icon_for(l->item.category, l->item.name);
  view.colour = colour_of(l->item);
  if (l->item.age_limit == 0) return;
  view.note = "Age " + std::to_string(l->item.age_limit) + "+";
  view.note_tone = Tone::warn;
}

Money Maker::counted() const {
  const DeskSettings& s = desk.settings();
  Money sum;
  for (size_t i = 0; i < t.counts.size(); ++i) {
    sum.minor += t.counts[i] * (i < s.notes.size() ? s.notes[i] : s.coins[i - s.notes.size()]);
  }
  return sum;
}

KeyView Maker::pad_extra() const {
  if (t.pin) return key(Back{}, "Esc", "C");
  switch (t.place) {
    case Place::open_shift:
    case Place::pay:
      return key(DoubleZero{}, "", "00");
    case Place::login:
    case Place::count:
    case Place::done:
    case Place::report:
    case Place::sync:
    case Place::help:
      return key(Back{}, "Esc", "C");
    case Place::give_back:
      if (state.giving_back) return key(Typed{U'.', true}, "", ".");
      return key(Back{}, "Esc", "C");
    case Place::sale:
      if (t.asks_quantity) return key(Typed{U'.', true}, "", ".");
      return key(Typed{U'*', true}, "", "×");
    default:
      return key(Back{}, "Esc", "C");
  }
}

KeyView Maker::primary() const {
  const bool has_lines = !reg.sale().lines().empty();
  if (t.pin) return key(Enter{}, "Enter", "Approve", Icon::check, Tone::accent);
  switch (t.place) {
    case Place::login:
      return key(Enter{}, "Enter", "Log in", Icon::enter, Tone::accent);
    case Place::open_shift:
      return key(Enter{}, "Enter", "Open shift", Icon::enter, Tone::accent);
    case Place::sale:
      if (reg.question()) {
        const bool age = reg.question()->kind == Question::Kind::age;
        return key(Enter{}, "Enter", age ? "Old enough" : "Set", Icon::enter, Tone::accent);
      }
      if (t.asks_quantity) return key(Enter{}, "Enter", "Set", Icon::enter, Tone::accent);
      if (!t.entry.empty()) return key(Enter{}, "Enter", "Add", Icon::enter, Tone::accent);
      return key(FunctionKey{12}, "F12 · Enter", "PAY", Icon::cash, Tone::good, has_lines);
    case Place::search:
      return key(Enter{}, "Enter", "Add", Icon::enter, Tone::accent, !t.found.empty());
    case Place::price:
      if (!t.entry.empty()) return key(Enter{}, "Enter", "Check", Icon::enter, Tone::accent);
      return key(Enter{}, "Enter", "Add", Icon::enter, Tone::accent, state.checked.has_value());
    case Place::pay:
      if (t.asks_card) return key(Enter{}, "Enter", "Take card", Icon::gift, Tone::good);
      if (reg.sale().due().minor < 0)
        return key(Enter{}, "Enter", "Pay out", Icon::cash, Tone::good);
      return key(Enter{}, "Enter", t.entry.empty() ? "Exact cash" : "Take cash", Icon::cash,
                 Tone::good);
    case Place::done:
      return key(Enter{}, "Enter", in_doubt() ? "Yes, go on" : "Next sale", Icon::enter,
                 Tone::accent);
    case Place::menu:
    case Place::reasons:
      return key(Enter{}, "Enter", "Choose", Icon::enter, Tone::accent);
    case Place::held:
      if (state.held.empty()) return key(Enter{}, "Enter", "Back", Icon::enter, Tone::accent);
      return key(Enter{}, "Enter", "Recall", Icon::undo, Tone::accent);
    case Place::give_back: {
      if (!state.giving_back) return key(Enter{}, "Enter", "Find", Icon::enter, Tone::accent);
      if (!t.entry.empty()) return key(Enter{}, "Enter", "Set", Icon::enter, Tone::accent);
      const auto& takes = state.giving_back->takes;
      const bool any = std::any_of(takes.begin(), takes.end(), [](int64_t n) { return n > 0; });
      return key(FunctionKey{12}, "F12", "Take back", Icon::check, Tone::good, any);
    }
    case Place::count:
      return key(FunctionKey{12}, "F12", "Close shift", Icon::check, Tone::good);
    case Place::report:
      return key(Enter{}, "Enter", state.report_is_z ? "Log out" : "Back", Icon::enter,
                 Tone::accent);
    case Place::sync:
    case Place::help:
      return key(Enter{}, "Enter", "Back", Icon::enter, Tone::accent);
  }
  return {};
}

std::vector<KeyView> Maker::functions() const {
  const bool selling = reg.person() && reg.shift();
  const Place p = t.place;
  if (p == Place::login) return {};
  const bool free = selling && p != Place::pay && p != Place::count && p != Place::report;
  const bool lines = free && !reg.sale().lines().empty();
  std::vector<KeyView> keys = {
      key(FunctionKey{1}, "F1", "Help", Icon::help, Tone::plain),
      key(FunctionKey{2}, "F2", "Search", Icon::search, Tone::plain, free),
      key(FunctionKey{3}, "F3", "Quantity", Icon::quantity, Tone::plain, lines),
      key(FunctionKey{4}, "F4", "Price", Icon::tag, Tone::plain, free),
      lines ? key(FunctionKey{5}, "F5", "Hold", Icon::clock)
            : key(FunctionKey{6}, "F6", "Recall", Icon::clock, Tone::plain, free),
      key(FunctionKey{9}, "F9", "Void line", Icon::close, Tone::plain, lines),
      key(Back{}, "Esc", p == Place::sale ? "Menu" : "Back",
          p == Place::sale ? Icon::menu : Icon::undo),
  };
  if (state.approvable || t.pin) {
    keys.insert(keys.end() - 1,
                key(FunctionKey{11}, "F11", "Supervisor", Icon::account, Tone::warn));
    keys[keys.size() - 2].chosen = t.pin.has_value();
  }
  keys[0].chosen = p == Place::help;
  keys[1].chosen = p == Place::search;
  keys[2].chosen = t.asks_quantity;
  keys[3].chosen = p == Place::price;
  keys[4].chosen = p == Place::held && !lines;
  if (!lines && !state.held.empty()) keys[4].detail = std::to_string(state.held.size());
  return keys;
}

LoginView Maker::login() const {
  LoginView view{store(), till(), clock(), long_date(now, offset), ""};
  view.words = reg.sale().lines().empty() ? "Type your PIN to start."
                                          : "A sale is open: it goes on with your PIN.";
  if (reg.training()) view.words = "TRAINING: nothing that is sold here is recorded.";
  return view;
}

TilesView Maker::tiles() const {
  TilesView view;
  for (const Stocked& s : state.tiles) {
    const std::string& tab = s.item.category;
    if (!tab.empty() && std::find(view.tabs.begin(), view.tabs.end(), tab) == view.tabs.end()) {
      view.tabs.push_back(tab);
    }
  }
  if (view.tabs.size() > 1) view.tabs.insert(view.tabs.begin(), "All");
  if (view.tabs.empty()) view.tabs = {"All"};
  view.tab = state.tab % static_cast<int>(view.tabs.size());
  view.page = state.page;
  const bool all = view.tab == 0 && view.tabs.front() == "All";
  for (const Stocked& s : state.tiles) {
    if (!all && s.item.category != view.tabs[static_cast<size_t>(view.tab)]) continue;
    view.tiles.push_back({s.item.id, s.item.name, unit_price(s.item), stock_text(s.item, s.stock),
                          stock_tone(s.stock), colour_of(s.item),
                          icon_for(s.item.category, s.item.name)});
  }
  return view;
}

TendersView Maker::tenders() const {
  const Money due = reg.sale().due(TenderKind::cash);
  TendersView view;
  const bool pays_out = due.minor < 0;
  view.caption = pays_out ? "To give back" : reg.sale().tenders().empty() ? "To pay" : "Still due";
  view.due = money(size_of(due));
  view.hint = pays_out ? "Enter gives it back in cash."
                       : "Type what the customer gives, then Enter. Enter alone is exact cash.";
  if (t.pin) {
    view.hint = "A supervisor types the PIN, then Enter. Esc: go on without it.";
  } else if (t.asks_card) {
    view.hint = "Scan the gift card, or type its number, then Enter. Esc: another tender.";
  } else if (!t.entry.empty()) {
    const Money given = typed_money();
    view.given = money(given);
    const bool enough = given >= due;
    view.back_label = enough ? "Change" : "Still due after it";
    view.back = money(enough ? given - due : due - given);
    view.back_tone = enough ? Tone::good : Tone::bad;
  }
  const bool enter_is_exact = t.entry.empty() && !t.asks_card;
  view.exact = key(PutTender{TenderKind::cash, {}}, enter_is_exact ? "Enter" : "",
                   pays_out ? "Cash back" : "Exact cash", Icon::cash,
                   enter_is_exact ? Tone::good : Tone::plain);
  view.exact.detail = money(size_of(due));
  int number = 2;
  for (const Money note : next_notes(due, desk.settings().notes)) {
    view.notes.push_back(
        key(PutTender{TenderKind::cash, note}, "F" + std::to_string(number++), money(note)));
  }
  number = 5;
  for (const TenderKind kind : other_tenders(desk.settings().tenders, due)) {
    view.others.push_back(key(PutTender{kind, {}}, "F" + std::to_string(number++),
                              spaced(to_word(kind)),
                              kind == TenderKind::card ? Icon::credit_card : Icon::gift));
    view.others.back().chosen = kind == TenderKind::gift && t.asks_card;
  }
  return view;
}

DoneView Maker::done() const {
  DoneView view;
  if (!reg.last_sale()) return view;
  const CompletedSale& sale = *reg.last_sale();
  view.in_doubt = in_doubt();
  Money given;
  for (const Tender& tender : sale.tenders) {
    view.rows.push_back({spaced(to_word(tender.kind)), plain(tender.amount, currency)});
    given += tender.amount;
  }
  view.rows.insert(view.rows.begin(), {"Total", plain(sale.total, currency), true});
  view.rows.push_back({"of which tax", plain(sale.tax, currency)});
  view.rows.push_back({"Receipt", sale.receipt});
  const bool change = sale.change().minor > 0;
  view.headline = view.in_doubt          ? "Was this one handed out?"
                  : change               ? "Change"
                  : sale.total.minor < 0 ? "Given back"
                                         : "Paid";
  view.amount = money(change && !view.in_doubt ? sale.change() : size_of(sale.total));
  view.words =
      view.in_doubt
          ? "The till stopped while this sale was being finished. It is recorded and counts."
          : "Scan the next item, or press Enter.";
  if (view.in_doubt && change)
    view.rows.push_back({"Change", plain(sale.change(), currency), true});
  return view;
}

ChoicesView Maker::menu() const {
  static constexpr std::array<const char*, 3> kLooks = {"light", "dark", "high contrast"};
  const bool open = reg.sale().open();
  ChoicesView view{"Menu", "", {}};
  const auto add = [&](const char* label, std::string detail, Icon icon, bool enabled) {
    const int index = static_cast<int>(view.choices.size());
    KeyView k = key(Choose{index}, std::to_string(index + 1), label, icon, Tone::plain, enabled);
    k.detail = std::move(detail);
    k.chosen = t.chosen == index;
    view.choices.push_back(std::move(k));
  };
  add("X report", "", Icon::chart, true);
  add("Close shift", "", Icon::coins, !open || reg.sale().lines().empty());
  add("Void this sale", "", Icon::close, open);
  add("Sync", "", Icon::cloud_upload, true);
  add("Colours", kLooks[static_cast<size_t>(state.look)], Icon::contrast, true);
  add("Lock", "", Icon::lock, true);
  add("Return goods", "F8", Icon::undo, true);
  return view;
}

ChoicesView Maker::reasons() const {
  ChoicesView view{
      "Why is this sale voided?", "Its lines are taken off and the void is recorded.", {}};
  if (t.gives_back) {
    view = {"Why does it come back?", "The reason is recorded with each line.", {}};
  }
  for (const char* reason : reasons_of(t)) {
    const int index = static_cast<int>(view.choices.size());
    KeyView k = key(Choose{index}, std::to_string(index + 1), reason,
                    t.gives_back ? Icon::undo : Icon::close);
    k.chosen = t.chosen == index;
    view.choices.push_back(std::move(k));
  }
  return view;
}

AmountView Maker::float_amount() const {
  return {"Open the shift",
          "Count the cash in the drawer and type it, then Enter. 0 if there is none.",
          money(typed_money())};
}

CountView Maker::count() const {
  const DeskSettings& s = desk.settings();
  CountView view;
  view.title = "Count the drawer";
  view.words = "Enter: next · F12: close the shift";
  for (size_t i = 0; i < t.counts.size(); ++i) {
    const bool coin = i >= s.notes.size();
    const Money value{coin ? s.coins[i - s.notes.size()] : s.notes[i]};
    const Money amount{value.minor * t.counts[i]};
    view.rows.push_back({plain(value, currency), t.counts[i] ? std::to_string(t.counts[i]) : "",
                         t.counts[i] ? plain(amount, currency) : "", coin,
                         static_cast<int>(i) == t.count_at});
  }
  view.total = money(counted());
  return view;
}

ReportView Maker::report() const {
  ReportView view;
  if (!state.report) return view;
  const ShiftClosed& r = *state.report;
  const auto text = [&](Money m) { return plain(m, currency); };
  view.title = state.report_is_z ? "Z report " + std::to_string(r.z_number) : "X report";
  view.subtitle =
      store() + " · " + till() + " · " + local_text(r.header.at, r.header.utc_offset_min);
  view.headline_label = "Turnover";
  view.headline = money(r.turnover);
  std::vector<RowView> sales = {{"Sales", std::to_string(r.sales)}};
  if (!r.first_receipt.empty()) {
    sales.push_back({"From", r.first_receipt});
    sales.push_back({"To", r.last_receipt});
  }
  for (const AmountOf& a : r.tenders) sales.push_back({spaced(a.key.c_str()), text(a.amount)});
  sales.push_back({"Turnover", text(r.turnover), true});
  sales.push_back({"Grand total", text(r.grand_total)});
  view.sections.push_back(std::move(sales));
  std::vector<RowView> drawer = {{"Float", text(r.float_amount)}, {"Expected", text(r.expected)}};
  if (state.report_is_z) {
    drawer.push_back({"Counted", text(r.counted)});
    const Tone tone = r.variance.minor == 0 ? Tone::good : Tone::bad;
    const std::string sign = r.variance.minor > 0 ? "+" : "";
    drawer.push_back({"Difference", sign + text(r.variance), true, tone});
  }
  view.sections.push_back(std::move(drawer));
  std::vector<RowView> taxes;
  for (const TaxTotal& tax : r.taxes) {
    taxes.push_back({"Tax " + to_text(Quantity{tax.rate.ppm / 10}) + " %", text(tax.tax)});
    taxes.push_back({"net", text(tax.net)});
  }
  if (!taxes.empty()) view.sections.push_back(std::move(taxes));
  std::vector<RowView> categories;
  for (const AmountOf& a : r.categories) {
    categories.push_back({a.key.empty() ? "Other" : a.key, text(a.amount)});
  }
  if (!categories.empty()) view.sections.push_back(std::move(categories));
  view.words = "Sync: " + chip.words;
  return view;
}

SyncView Maker::sync() const {
  SyncView view;
  view.chip = chip;
  switch (chip.kind) {
    case SyncChip::Kind::confirmed:
      view.words = "Central holds everything that this till recorded.";
      break;
    case SyncChip::Kind::sending:
      view.words = "Central is being told. Sell on.";
      break;
    case SyncChip::Kind::offline:
      view.words =
          "Everything is safe on this till's disk. Sell on: it is sent when the line is back.";
      break;
    case SyncChip::Kind::attention:
      view.words = "Central refused something. Sell on, and call for help today.";
      break;
  }
  for (const JournalEntry& e : state.journal) {
    std::string what = e.type;
    std::replace(what.begin(), what.end(), '.', ' ');
    view.rows.push_back({std::to_string(e.seq), spaced(what.c_str()), e.receipt,
                         e.settled ? "confirmed" : "on this till",
                         e.settled ? Tone::good : Tone::warn});
  }
  view.first = state.journal_at;
  return view;
}

// Of today the time is enough.
std::string Maker::when(Instant at, int offset_min) const {
  const std::string text = local_text(at, offset_min);
  const bool today = text.substr(0, 10) == local_text(now, offset).substr(0, 10);
  return today ? text.substr(11, 5) : text.substr(0, 16);
}

ListView Maker::held() const {
  ListView view;
  view.title = "Held sales";
  view.words = state.held.empty() ? "" : "Enter or a tap brings a sale back to the counter.";
  view.nothing = "No sale is put aside. F5 does it, with the number of a table if you type one.";
  view.icon = Icon::clock;
  view.at = state.held_at;
  for (const HeldSale& sale : state.held) {
    ListRow row;
    row.id = sale.id();
    row.action = RecallHeld{sale.id()};
    row.selected = static_cast<int>(view.rows.size()) == state.held_at;
    const auto& lines = sale.sale.lines();
    const std::string first = lines.empty() ? "" : lines.front().item.name;
    row.name = sale.name.empty() ? first : sale.name;
    row.detail = when(sale.at, offset) + "  ·  " + pieces_of(lines);
    if (!sale.name.empty()) row.detail += "  ·  " + first;
    row.amount = plain(sale.sale.due(), currency);
    if (!sale.till.empty()) row.note = "at till " + sale.till;
    view.rows.push_back(std::move(row));
  }
  return view;
}

ListRow Maker::coming_back(size_t at) const {
  const GivingBack& back = *state.giving_back;
  const Line& sold = back.from.sale.lines[at];
  const Quantity takes{back.takes[at]}, left = back.from.left[at];
  ListRow row;
  row.id = std::to_string(sold.id);
  row.action = PickReturned{static_cast<int>(at)};
  row.name = sold.item.name;
  row.detail = line(sold, false).detail;
  row.amount = plain(sold.total, currency);
  row.selected = static_cast<int>(at) == back.at;
  row.chosen = takes.milli > 0;
  row.enabled = left.milli > 0;
  if (row.chosen) {
    row.note = takes == sold.quantity ? "comes back" : to_text(takes) + " comes back";
    row.note_tone = Tone::accent;
  } else if (!row.enabled) {
    row.note = "cannot come back";
  } else if (left < sold.quantity) {
    row.note = to_text(left) + " left";
    row.note_tone = Tone::warn;
  }
  return row;
}

ListView Maker::give_back() const {
  ListView view;
  view.title = "Return goods";
  view.icon = Icon::receipt;
  view.picks = true;
  view.nothing = "Scan the receipt, or type its number: 42 is number 42 of this till.";
  if (!state.giving_back) return view;
  const CompletedSale& sale = state.giving_back->from.sale;
  view.title = "Receipt " + sale.receipt;
  view.words = when(sale.header.at, sale.header.utc_offset_min) + "  ·  " + money(sale.total) +
               "  ·  Scan what comes back, or pick it: Enter or a tap takes all of a row, a number "
               "and Enter so much.";
  view.at = state.giving_back->at;
  for (size_t i = 0; i < sale.lines.size(); ++i) view.rows.push_back(coming_back(i));
  return view;
}

SearchView Maker::search() const {
  SearchView view;
  view.text = t.search;
  view.hint = t.search.empty()  ? "Type the start of a word: mi, bread, 4006…"
              : t.found.empty() ? "Nothing is called that."
                                : "";
  for (const Item& item : t.found) {
    const auto stock = std::find_if(state.tiles.begin(), state.tiles.end(),
                                    [&](const Stocked& s) { return s.item.id == item.id; });
    const auto shown = stock == state.tiles.end() ? std::nullopt : stock->stock;
    view.rows.push_back({item.name, item.codes.empty() ? item.id.value : item.codes.front(),
                         price_text(item, currency), stock_text(item, shown), stock_tone(shown),
                         colour_of(item), icon_for(item.category, item.name),
                         static_cast<int>(view.rows.size()) == t.found_at});
  }
  return view;
}

PriceView Maker::price() const {
  PriceView view;
  if (state.checked_card) return on_card(*state.checked_card);
  if (!state.checked) {
    view.words = "Scan an item, or type its code and Enter. Nothing is sold.";
    return view;
  }
  const Item& item = state.checked->item;
  view.name = item.name;
  view.price = money_text(item.price, currency);
  if (item.price_scale > 0 || item.unit != "each") view.price = price_text(item, currency);
  view.code = item.codes.empty() ? item.id.value : item.codes.front();
  view.colour = colour_of(item);
  view.icon = icon_for(item.category, item.name);
  const auto& stock = state.checked->stock;
  if (!stock || stock->version == 0) {
    view.rows.push_back({"Stock", "not known here"});
  } else {
    view.rows.push_back({"In this store", to_text(stock->shown), true, stock_tone(stock)});
    view.rows.push_back({"Central's figure", to_text(stock->on_hand)});
    view.rows.push_back({"as of", local_text({stock->version}, offset)});
  }
  if (item.age_limit > 0) view.rows.push_back({"Age limit", std::to_string(item.age_limit) + "+"});
  view.words = "Enter adds it to the sale.";
  return view;
}

PriceView Maker::on_card(const GiftBalance& card) const {
  PriceView view;
  view.name = "Gift card";
  view.price = money(card.balance);
  view.code = card.card;
  view.icon = Icon::gift;
  if (card.counted_at.unix_ms > 0) {
    view.rows.push_back({"Central's figure of", local_text(card.counted_at, offset)});
  } else {
    view.rows.push_back({"Central's figure", "not known here"});
  }
  view.rows.push_back({"Other tills", card.asked ? "asked just now" : "could not be asked", false,
                       card.asked ? Tone::plain : Tone::warn});
  view.words = "Esc goes back to the sale.";
  return view;
}

HelpView Maker::help() const {
  return {{
      {"Add what is typed", "Enter"},
      {"Three of the next item", "3 ×"},
      {"Search by name", "F2"},
      {"Quantity of the line", "F3"},
      {"Price check", "F4"},
      {"Put the sale aside", "F5"},
      {"Bring one back", "F6"},
      {"Return goods", "F8"},
      {"Void the picked line", "F9"},
      {"A supervisor allows it", "F11"},
      {"Pay, then exact cash", "Enter"},
      {"Pay", "F12"},
      {"Pick a line", "↑ ↓"},
      {"Next category of tiles", "Tab"},
      {"Clear, back, menu", "Esc"},
      {"Reports, shift, lock", "Esc, 1–7"},
  }};
}

Middle Maker::middle() const {
  switch (t.place) {
    case Place::login:
      return login();
    case Place::open_shift:
      return float_amount();
    case Place::sale:
      return tiles();
    case Place::search:
      return search();
    case Place::price:
      return price();
    case Place::pay:
      return tenders();
    case Place::done:
      return done();
    case Place::menu:
      return menu();
    case Place::reasons:
      return reasons();
    case Place::count:
      return count();
    case Place::report:
      return report();
    case Place::held:
      return held();
    case Place::give_back:
      return give_back();
    case Place::sync:
      return sync();
    case Place::help:
      return help();
  }
  return login();
}

}  // namespace

std::string money_text(Money money, const std::string& currency) {
  const std::string amount = to_text(money, currency_digits(currency));
  if (currency == "EUR") return "€ " + amount;
  if (currency == "GBP") return "£ " + amount;
  if (currency == "USD") return "$ " + amount;
  if (currency == "JPY") return "¥ " + amount;
  return currency + " " + amount;
}

std::string price_text(const Item& item, const std::string& currency) {
  std::string text = money_text({}, currency);
  text.resize(text.find(' ') + 1);
  text += to_text(item.price, currency_digits(currency) + item.price_scale);
  return item.unit == "each" ? text : text + " / " + item.unit;
}

std::string stock_text(const Item& item, const std::optional<ShownStock>& stock) {
  if (!stock || stock->version == 0) return "";
  if (stock->shown.milli <= 0) return "out";
  if (item.unit == "each") return to_text(stock->shown) + " left";
  return to_text(stock->shown) + " " + item.unit;
}

uint32_t colour_of(const Item& item) {
  static constexpr uint32_t kColours[] = {0x2F6FDE, 0x0E8A7D, 0xB4552D, 0x8A4FBF,
                                          0x3D8B37, 0xC0392B, 0xB8860B, 0x2C7FA8,
                                          0xA83C7B, 0x5F6B2F, 0x6B4E3D, 0x4B5A78};
  if (item.colour.size() == 7 && item.colour[0] == '#') {
    return static_cast<uint32_t>(std::strtoul(item.colour.c_str() + 1, nullptr, 16));
  }
  uint32_t hash = 2166136261U;  // FNV-1a: the same on every till
  for (const char c : item.id.value) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return kColours[hash % std::size(kColours)];
}

View present(const Desk& desk, const SyncChip& chip) {
  const Maker make{desk, chip};
  View view;
  view.place = make.t.place;
  view.look = make.state.look;
  view.strip = make.strip();
  if (shows_basket(view.place)) view.basket = make.basket();
  view.readout = make.readout();
  view.pad_extra = make.pad_extra();
  view.primary = make.primary();
  view.functions = make.functions();
  view.middle = make.middle();
  return view;
}

}  // namespace pos::ui

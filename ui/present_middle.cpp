// present(): the middle of each place.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "ui/maker.h"

namespace pos::ui {
namespace {

constexpr int64_t kFewLeftMilli = 5'000;

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

}  // namespace

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
  add("Open drawer", "F10", Icon::coins, true);
  return view;
}

ChoicesView Maker::discount() const {
  static constexpr std::array<const char*, kCuts> kLabels = {"Percent off line", "Amount off line",
                                                             "Percent off sale", "Amount off sale",
                                                             "Another price"};
  ChoicesView view{"Discount", "", {}};
  if (const Line* l = selected()) view.words = "The line is " + l->item.name + ".";
  if (t.asks_cut) view.words = "How much? Type it, then Enter. 0 takes the discount away.";
  if (t.asks_cut && t.cut == Cut::line_price) view.words = "Type the price of one, then Enter.";
  for (const char* label : kLabels) {
    const int index = static_cast<int>(view.choices.size());
    KeyView k = key(Choose{index}, std::to_string(index + 1), label,
                    index == static_cast<int>(Cut::line_price) ? Icon::pencil : Icon::tag);
    k.chosen = t.chosen == index;
    view.choices.push_back(std::move(k));
  }
  return view;
}

ChoicesView Maker::reasons() const {
  ChoicesView view{
      "Why is this sale voided?", "Its lines are taken off and the void is recorded.", {}};
  Icon icon = Icon::close;
  if (t.why == Why::give_back) {
    view = {"Why does it come back?", "The reason is recorded with each line.", {}};
    icon = Icon::undo;
  } else if (t.why == Why::discount) {
    view = {"Why is it reduced?", "The discount is recorded with its reason.", {}};
    icon = Icon::tag;
  } else if (t.why == Why::drawer) {
    view = {"Why is the drawer opened?", "The journal keeps the reason.", {}};
    icon = Icon::coins;
  }
  for (const char* reason : reasons_of(t)) {
    const int index = static_cast<int>(view.choices.size());
    KeyView k = key(Choose{index}, std::to_string(index + 1), reason, icon);
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
      {"Discount, another price", "F7"},
      {"Return goods", "F8"},
      {"Void the picked line", "F9"},
      {"Open the drawer", "F10"},
      {"A supervisor allows it", "F11"},
      {"Pay, then exact cash", "Enter"},
      {"Pay", "F12"},
      {"Pick a line", "↑ ↓"},
      {"Next category of tiles", "Tab"},
      {"Clear, back, menu", "Esc"},
      {"Reports, shift, lock", "Esc, 1–8"},
  }};
}

}  // namespace pos::ui

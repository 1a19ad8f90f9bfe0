#include "ui/present.h"

#include <algorithm>

#include "ui/maker.h"
#include "ui/utf8.h"

namespace pos::ui {
namespace {

std::string hidden(const std::string& pin) {
  std::string dots;
  for (size_t i = 0; i < pin.size(); ++i) dots += "•";
  return dots;
}

}  // namespace

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
    case Place::discount:
      if (!t.asks_cut) {
        last_sold(view);
        if (!t.cut_size.empty()) view.entry = t.cut_size;
        break;
      }
      view.caption = is_percent(t.cut)          ? "Percent"
                     : t.cut == Cut::line_price ? "New price"
                                                : "Amount";
      view.ghost = is_percent(t.cut) ? "10" : "1.50";
      idle(Icon::tag, "Discount");
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
    case Place::discount:
      if (t.asks_cut) return key(Typed{U'.', true}, "", ".");
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
    case Place::discount:
    case Place::menu:
    case Place::reasons:
      return key(Enter{}, "Enter", t.asks_cut ? "Set" : "Choose", Icon::enter, Tone::accent);
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
      key(FunctionKey{3}, "F3", "Qty", Icon::quantity, Tone::plain, lines),
      key(FunctionKey{4}, "F4", "Price", Icon::tag, Tone::plain, free),
      lines ? key(FunctionKey{5}, "F5", "Hold", Icon::clock)
            : key(FunctionKey{6}, "F6", "Recall", Icon::clock, Tone::plain, free),
      lines ? key(FunctionKey{7}, "F7", "% off", Icon::pencil)
            : key(FunctionKey{8}, "F8", "Return", Icon::undo, Tone::plain, free),
      lines ? key(FunctionKey{9}, "F9", "Void", Icon::close)
            : key(FunctionKey{10}, "F10", "Drawer", Icon::coins, Tone::plain, free),
      key(Back{}, "Esc", p == Place::sale ? "Menu" : "Back",
          p == Place::sale ? Icon::menu : Icon::undo),
  };
  if (state.approvable || t.pin) {
    keys[6] = key(FunctionKey{11}, "F11", "PIN", Icon::account, Tone::warn);
    keys[6].chosen = t.pin.has_value();
  }
  keys[0].chosen = p == Place::help;
  keys[1].chosen = p == Place::search;
  keys[2].chosen = t.asks_quantity;
  keys[3].chosen = p == Place::price;
  keys[4].chosen = p == Place::held && !lines;
  keys[5].chosen = lines ? p == Place::discount : p == Place::give_back;
  if (!lines && !state.held.empty()) {
    keys[4].detail = std::to_string(state.held.size());
    keys[4].icon = Icon::none;  // there is room for one of them
  }
  return keys;
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
    case Place::discount:
      return discount();
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

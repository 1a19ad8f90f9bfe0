// What present() makes a view of, in parts: what stands around the middle (present.cpp), and the
// middle of each place (present_middle.cpp).
#pragma once

#include <cctype>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "ui/present.h"

namespace pos::ui {

// Everything that the parts of a view share.
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
  ChoicesView discount() const;
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

  static KeyView key(Action action, std::string name, std::string label, Icon icon = Icon::none,
                     Tone tone = Tone::plain, bool enabled = true) {
    return {std::move(action), std::move(name), std::move(label), "", icon, tone, enabled, false};
  }
  static std::string plain(Money money, const std::string& currency) {
    return to_text(money, currency_digits(currency));
  }
  static std::string spaced(const char* word) {  // "cash" -> "Cash"
    std::string out(word);
    if (!out.empty()) out[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(out[0])));
    return out;
  }
  // Where words say which way the money goes.
  static Money size_of(Money money) { return Money{std::abs(money.minor)}; }
  static std::string pieces_of(const std::vector<Line>& lines) {
    int64_t pieces = 0;
    for (const Line& l : lines) {
      pieces += l.item.unit == "each" ? std::abs(l.quantity.milli) / 1000 : 1;
    }
    if (pieces == 0) return "";
    return pieces == 1 ? "1 item" : std::to_string(pieces) + " items";
  }
  static const char* sold_or_given_back(const CompletedSale& sale) {
    return sale.total.minor < 0 ? "Given back" : "Sold";
  }
};

}  // namespace pos::ui

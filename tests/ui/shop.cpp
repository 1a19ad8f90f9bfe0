#include "shop.h"

#include <algorithm>
#include <cctype>
#include <type_traits>

namespace pos::ui::test {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string normal(std::string_view code) {
  const auto parsed = parse_code(code);
  return parsed ? parsed->text : std::string(code);
}

}  // namespace

std::optional<Item> Shelf::find(std::string_view code) {
  for (const Item& item : items) {
    for (const std::string& own : item.codes) {
      if (normal(own) == code || own == code) return item;
    }
  }
  return {};
}

std::optional<Item> Shelf::by_id(const ProductId& id) {
  for (const Item& item : items) {
    if (item.id == id) return item;
  }
  return {};
}

std::vector<Item> Shelf::search(std::string_view text, int limit) {
  std::vector<Item> out;
  const std::string wanted = lower(text);
  for (const Item& item : items) {
    const std::string name = " " + lower(item.name);
    const bool in_code = !item.codes.empty() && item.codes.front().starts_with(wanted);
    if (name.find(" " + wanted) == std::string::npos && !in_code) continue;
    out.push_back(item);
    if (static_cast<int>(out.size()) == limit) break;
  }
  return out;
}

std::vector<Item> Shelf::tiles() {
  std::vector<Item> out;
  std::copy_if(items.begin(), items.end(), std::back_inserter(out),
               [](const Item& item) { return item.tile > 0; });
  return out;
}

std::optional<ShownStock> Shelf::stock(const ProductId& id) {
  const auto found = stocks.find(id.value);
  return found == stocks.end() ? std::nullopt : std::optional(found->second);
}

TransactionId Book::new_transaction_id(Instant now) {
  return {uuid_v7(now.unix_ms, {0, 0, 0, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(++ids_)})};
}

void Book::save_draft(const Draft& d) {
  if (fails) throw std::runtime_error("The disk is full");
  const bool training = draft.training;
  draft = d;
  draft.training = training;
}

void Book::hold(const TillNoted& note, const HeldSale& held) {
  record(note);
  put_aside.push_back(held);
  draft = {};
}

void Book::recall(const TillNoted& note, const HeldSale& held) {
  record(note);
  draft = {note.header.cashier, held.sale};
  std::erase_if(put_aside, [&](const HeldSale& h) { return h.id() == draft.sale.id().value; });
}

void Book::set_training(const TillNoted& note, bool on) {
  record(note);
  draft = {};
  draft.training = on;
}

Instant Book::last_recorded() { return facts.empty() ? Instant{} : header_of(facts.back()).at; }

Recorded Book::record(const Fact& fact) {
  if (fails) throw std::runtime_error("The disk is full");
  facts.push_back(fact);
  const auto seq = static_cast<int64_t>(facts.size());
  Recorded out{header_of(fact).id, "", "00000000000000e1", seq};
  if (const auto* sale = std::get_if<CompletedSale>(&fact)) {
    char number[16];
    snprintf(number, sizeof number, "%06zu", sales.size() + 1);
    out.receipt = std::string("s1-till1-A") + number;
    sales.push_back(*sale);
    sales.back().receipt = out.receipt;
    std::get<CompletedSale>(facts.back()).receipt = out.receipt;
    draft = {};
    draft.just_sold = true;
  }
  if (std::holds_alternative<SaleVoided>(fact)) draft = {};
  if (const auto* opened = std::get_if<ShiftOpened>(&fact)) {
    open = Shift{opened->header.shift, opened->header.cashier, opened->header.business_date,
                 opened->header.at, opened->float_amount};
  }
  if (std::holds_alternative<ShiftClosed>(fact)) open.reset();
  if (fails_after) throw std::runtime_error("The disk did not answer");
  return out;
}

std::optional<Returnable> Book::returnable(std::string_view receipt) {
  const auto sold = std::find_if(sales.begin(), sales.end(),
                                 [&](const CompletedSale& s) { return s.receipt == receipt; });
  if (sold == sales.end()) return {};
  Returnable out{*sold, std::vector<pos::Part>(sold->lines.size()), elsewhere, {}};
  for (const CompletedSale& later : sales) {
    if (later.original != sold->header.id) continue;
    for (const Line& l : later.lines) {
      for (size_t i = 0; i < sold->lines.size(); ++i) {
        if (l.back && l.original_line == sold->lines[i].id) out.back[i] += *l.back;
      }
    }
  }
  return out;
}

ShiftClosed Book::shift_totals() {
  ShiftClosed r;
  r.z_number = ++z_;
  r.float_amount = open ? open->float_amount : Money{};
  r.sales = static_cast<int64_t>(sales.size());
  Money tax;
  for (const CompletedSale& s : sales) {
    r.turnover += s.total;
    tax += s.tax;
  }
  if (!sales.empty()) {
    r.first_receipt = sales.front().receipt;
    r.last_receipt = sales.back().receipt;
  }
  r.tenders = {{"cash", r.turnover}};
  r.taxes = {{Rate{200'000}, r.turnover - tax, tax, r.turnover}};
  r.expected = r.float_amount + r.turnover;
  r.grand_total = r.turnover;
  return r;
}

std::optional<CompletedSale> Book::last_sale() {
  return sales.empty() ? std::nullopt : std::optional(sales.back());
}

std::vector<JournalEntry> Book::journal(int64_t after, int limit) {
  std::vector<JournalEntry> out;
  for (auto seq = after + 1; seq <= static_cast<int64_t>(facts.size()); ++seq) {
    if (static_cast<int>(out.size()) == limit) break;
    const Fact& fact = facts[static_cast<size_t>(seq - 1)];
    JournalEntry e{"00000000000000e1", seq, "till.noted",        "",
                   header_of(fact).id, "",  seq <= settled_up_to};
    std::visit(
        [&e](const auto& f) {
          using F = std::decay_t<decltype(f)>;
          if constexpr (std::is_same_v<F, CompletedSale>)
            e.type = "product.sold", e.receipt = f.receipt;
          if constexpr (std::is_same_v<F, ShiftOpened>) e.type = "shift.opened";
          if constexpr (std::is_same_v<F, ShiftClosed>) e.type = "shift.closed";
          if constexpr (std::is_same_v<F, SaleVoided>) e.type = "sale.voided";
        },
        fact);
    out.push_back(std::move(e));
  }
  return out;
}

Staff::Answer Badges::by_pin(std::string_view pin, Instant) {
  const auto found = by_pins.find(std::string(pin));
  if (found == by_pins.end()) return {};
  return {found->second, 0};
}

Shop::Shop() {
  struct Good {
    const char *id, *name, *code, *category, *colour;
    int64_t price, stock;
  };
  static constexpr Good kGoods[] = {
      {"P01", "Espresso", "2001", "Hot drinks", "#6f4e37", 220, 120},
      {"P02", "Café crème", "2002", "Hot drinks", "#926848", 340, 88},
      {"P03", "Green tea, loose leaf", "2003", "Hot drinks", "", 290, 14},
      {"P04", "Butter croissant", "3001", "Bakery", "#c98c3c", 180, 24},
      {"P05", "Sourdough bread 1 kg", "3002", "Bakery", "#aa6e3c", 465, 3},
      {"P06", "Kaiser roll", "3003", "Bakery", "", 55, 0},
      {"P07", "Milk 1 l", "4006381333931", "Dairy", "#4678b4", 129, 40},
      {"P08", "Salted butter 250 g", "9001", "Dairy", "", 289, 18},
      {"P09", "Emmental, mature, sliced 150 g", "9002", "Dairy", "", 349, 2},
      {"P10", "Πορτοκάλι", "4001", "Fruit & vegetables", "#e6821e", 75, 310},
      {"P11", "Carrots 1 kg", "4002", "Fruit & vegetables", "", 149, 60},
      {"P12", "Яблоки", "4003", "Fruit & vegetables", "", 99, 75},
      {"P13", "Żurek, soup of the day with bread", "3110", "Kitchen", "#b04834", 590, 9},
      {"P14", "Борщ", "3111", "Kitchen", "#96283c", 540, 12},
      {"P15", "Extra virgin olive oil 750 ml", "1100", "Grocery", "#6e8232", 899, 33},
      {"P16", "Basmati rice 1 kg", "1101", "Grocery", "", 329, 41},
      {"P17", "Free-range eggs ×10", "1102", "Grocery", "#c4aa6e", 310, 18},
      {"P18", "Mineral water 0.5 l", "1103", "Cold drinks", "", 95, 200},
      {"P19", "Orange juice", "1104", "Cold drinks", "", 210, 35},
      {"P20", "Lager 0.5 l", "1105", "Cold drinks", "", 180, 96},
      {"P21", "Gift card", "9101", "Gifts", "#7846a0", 2500, -1},
      {"P22", "Carrier bag", "9102", "Bags", "#5a646e", 20, -1},
      {"P23", "White hanging heart T-light holder", "9103", "Gifts", "", 295, 6},
      {"P24", "Set of 3 cake tins, pantry design", "9104", "Gifts", "", 495, 4},
      {"P25", "Daily newspaper", "9105", "Press", "", 260, 11},
      {"P26", "Washing-up liquid 500 ml", "9106", "Household", "", 199, 27},
  };
  int place = 0;
  for (const Good& g : kGoods) {
    Item item;
    item.id = {g.id};
    item.name = g.name;
    item.codes = {g.code};
    item.price = {g.price};
    item.price_version = 1;
    item.tax_rate = Rate{200'000};
    item.category = g.category;
    item.colour = g.colour;
    item.tile = ++place;
    if (item.name.starts_with("Lager")) item.age_limit = 16;
    shelf.items.push_back(item);
    if (g.stock >= 0) {
      shelf.stocks[g.id] = {Quantity{g.stock * 1000}, Quantity{g.stock * 1000},
                            watch.time.unix_ms - 60'000};
    }
  }
  Item loose = shelf.items[10];
  loose.id = {"P30"};
  loose.name = "Grapes, loose";
  loose.codes = {"4010"};
  loose.unit = "kg";
  loose.price = {449};
  loose.tile = 0;
  shelf.items.push_back(loose);
  badges.by_pins["1234"] = {PersonId{"7"}, "Anna Huber", Role::cashier};
  badges.by_pins["8642"] = {PersonId{"8"}, "Mehmet Yılmaz", Role::supervisor};
}

}  // namespace pos::ui::test

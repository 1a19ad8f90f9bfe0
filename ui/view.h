// What a screen shows, as values. present.h makes them from the Register and the desk's state;
// screens draw them and add nothing of their own: an `if` about business in a screen means that a
// field is missing here. Equal views look equal, so that no frame is drawn for nothing.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "ui/action.h"
#include "ui/icons.h"

namespace pos::ui {

enum class Place {
  login,
  open_shift,
  sale,
  search,
  price,
  pay,
  done,
  menu,
  discount,
  reasons,
  count,
  held,
  give_back,
  report,
  sync,
  help
};
enum class Tone { plain, accent, good, busy, warn, bad };
enum class Look { light, dark, contrast };

// The words about sync come from the sync thread's status, never from the window's memory.
struct SyncChip {
  enum class Kind { confirmed, sending, offline, attention };
  Kind kind = Kind::offline;
  std::string words;  // "all 1,284 confirmed"
  bool operator==(const SyncChip&) const = default;
};

struct StripView {
  std::string store, till, cashier, clock;
  SyncChip chip;
  bool training = false;  // the whole strip is a band of its own colour, on every screen
  bool operator==(const StripView&) const = default;
};

// A button: what it does, the key that does the same, words and picture.
struct KeyView {
  Action action;
  std::string key, label, detail;
  Icon icon = Icon::none;
  Tone tone = Tone::plain;
  bool enabled = true;
  bool chosen = false;
  bool operator==(const KeyView&) const = default;
};

struct LineView {
  int32_t id = 0;
  std::string name, detail, amount;  // detail: "2 × 2.20", empty for one piece at its price
  bool selected = false;
  bool operator==(const LineView&) const = default;
};
struct FailedScan {
  std::string code, words;
  bool operator==(const FailedScan&) const = default;
};
struct RowView {  // a label and a figure
  std::string label, value;
  bool strong = false;
  Tone tone = Tone::plain;
  bool operator==(const RowView&) const = default;
};
struct BasketView {
  std::vector<LineView> lines;
  int selected = -1;  // index into lines
  std::vector<FailedScan> failed;
  std::vector<RowView> tendered;        // parts that are paid already
  std::string caption, pieces, amount;  // the total bar
  std::string hint;                     // of an empty basket
  bool sold = false;                    // the lines are a receipt already
  bool operator==(const BasketView&) const = default;
};

// Above the pad: what is being typed, and what happened last.
struct ReadoutView {
  std::string caption, entry, ghost;  // ghost: shown while nothing is typed
  std::string trouble;                // words of a refusal
  std::string idle;                   // a word while there is no title
  std::string title, detail, amount, note;
  Tone note_tone = Tone::plain;
  uint32_t colour = 0;  // of the title's badge
  Icon icon = Icon::none;
  bool operator==(const ReadoutView&) const = default;
};

struct TileView {
  ProductId product;
  std::string name, price, stock;
  Tone stock_tone = Tone::plain;
  uint32_t colour = 0;  // 0xRRGGBB
  Icon icon = Icon::none;
  bool operator==(const TileView&) const = default;
};
struct TilesView {
  std::vector<std::string> tabs;
  int tab = 0, page = 0;
  std::vector<TileView> tiles;  // of the tab
  bool operator==(const TilesView&) const = default;
};
struct LoginView {
  std::string store, till, clock, date, words;
  bool operator==(const LoginView&) const = default;
};
struct TendersView {
  std::string caption, due, hint;
  std::string given, back_label, back;  // of the typed amount; empty while none is typed
  Tone back_tone = Tone::good;
  KeyView exact;
  std::vector<KeyView> notes, others;
  bool operator==(const TendersView&) const = default;
};
struct DoneView {
  std::string headline, amount, words;
  std::vector<RowView> rows;
  bool in_doubt = false;
  bool operator==(const DoneView&) const = default;
};
struct ChoicesView {
  std::string title, words;
  std::vector<KeyView> choices;
  bool operator==(const ChoicesView&) const = default;
};
struct AmountView {  // one amount is asked for
  std::string title, words, amount;
  bool operator==(const AmountView&) const = default;
};
struct CountRow {
  std::string label, pieces, amount;
  bool coin = false, selected = false;
  bool operator==(const CountRow&) const = default;
};
struct CountView {
  std::string title, words, total;
  std::vector<CountRow> rows;
  bool operator==(const CountView&) const = default;
};
struct ReportView {
  std::string title, subtitle, headline_label, headline, words;
  std::vector<std::vector<RowView>> sections;
  bool operator==(const ReportView&) const = default;
};
struct SyncRow {
  std::string number, what, receipt, state;
  Tone tone = Tone::plain;
  bool operator==(const SyncRow&) const = default;
};
struct SyncView {
  SyncChip chip;
  std::string words;
  std::vector<SyncRow> rows;  // newest first
  int first = 0;
  bool operator==(const SyncView&) const = default;
};
struct ListRow {
  std::string id;            // stays with what the row is about
  Action action;             // of a touch
  std::string name, detail;  // one above the other
  std::string amount, note;  // on the right; the note is a pill
  Tone note_tone = Tone::plain;
  bool selected = false, chosen = false, enabled = true;
  bool operator==(const ListRow&) const = default;
};
struct ListView {  // rows to pick from
  std::string title, words;
  std::string nothing;  // said where there is no row
  Icon icon = Icon::none;
  bool picks = false;  // rows are picked, several of them: there is room for their marks
  std::vector<ListRow> rows;
  int at = 0;  // the row that keys act on: its page is shown
  bool operator==(const ListView&) const = default;
};
struct FoundRow {
  std::string name, code, price, stock;
  Tone stock_tone = Tone::plain;
  uint32_t colour = 0;
  Icon icon = Icon::none;
  bool selected = false;
  bool operator==(const FoundRow&) const = default;
};
struct SearchView {
  std::string text, hint;
  std::vector<FoundRow> rows;
  bool operator==(const SearchView&) const = default;
};
struct PriceView {
  std::string name, price, unit, code, words;  // an empty name: nothing was asked yet
  std::vector<RowView> rows;
  uint32_t colour = 0;
  Icon icon = Icon::none;
  bool operator==(const PriceView&) const = default;
};
struct HelpView {
  std::vector<RowView> keys;  // value: the key's name
  bool operator==(const HelpView&) const = default;
};

using Middle =
    std::variant<LoginView, TilesView, TendersView, DoneView, ChoicesView, AmountView, CountView,
                 ReportView, SyncView, ListView, SearchView, PriceView, HelpView>;

struct View {
  Place place = Place::login;
  Look look = Look::light;
  StripView strip;
  BasketView basket;
  ReadoutView readout;
  KeyView pad_extra;  // the twelfth key of the number pad
  KeyView primary;    // the big key at the bottom right: PAY, or what Enter does now
  std::vector<KeyView> functions;
  Middle middle;
  bool operator==(const View&) const = default;
};

// Words of a picture's shape are the theme's business; whether the basket and its total are on the
// screen belongs to the place.
constexpr bool shows_basket(Place place) {
  return place == Place::sale || place == Place::price || place == Place::pay ||
         place == Place::done || place == Place::menu || place == Place::discount ||
         place == Place::reasons;
}

}  // namespace pos::ui

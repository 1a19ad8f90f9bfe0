// What the cashier asked for, by key, touch or scanner. Screens and the wedge make actions, Desk
// carries them out: a screen never acts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "pos/ids.h"
#include "pos/money.h"
#include "pos/sale.h"

namespace pos::ui {

// A character. `fresh`: not part of a burst so far; what stood before it comes back if the burst
// turns out to be a scan.
struct Typed {
  char32_t character = 0;
  bool fresh = true;
  bool operator==(const Typed&) const = default;
};
struct DoubleZero {  // the 00 key
  bool operator==(const DoubleZero&) const = default;
};
struct Erase {
  bool operator==(const Erase&) const = default;
};
struct Enter {
  bool operator==(const Enter&) const = default;
};
struct Back {  // Esc
  bool operator==(const Back&) const = default;
};
struct FunctionKey {  // F1 … F12, printed on the buttons
  int number = 0;
  bool operator==(const FunctionKey&) const = default;
};
struct Move {  // arrows and page keys, in rows
  int by = 0;
  bool operator==(const Move&) const = default;
};
struct Scanned {
  std::string code;
  bool was_typed = false;  // its characters came as Typed before: they were no typing
  bool operator==(const Scanned&) const = default;
};
struct NextTab {
  bool operator==(const NextTab&) const = default;
};
struct ShowTab {
  int tab = 0;
  bool operator==(const ShowTab&) const = default;
};
struct ShowPage {
  int page = 0;
  bool operator==(const ShowPage&) const = default;
};
struct TapTile {
  ProductId product;
  bool operator==(const TapTile&) const = default;
};
struct PickLine {
  int32_t line = 0;
  bool operator==(const PickLine&) const = default;
};
struct DismissFailed {  // the red rows were read
  bool operator==(const DismissFailed&) const = default;
};
struct PickFound {  // a row of the search
  int index = 0;
  bool operator==(const PickFound&) const = default;
};
struct RecallHeld {  // a sale that was put aside
  std::string id;
  bool operator==(const RecallHeld&) const = default;
};
struct GiveBack {  // lines of a receipt come back: so much of each
  struct Part {
    int32_t line = 0;
    Quantity quantity;
    bool operator==(const Part&) const = default;
  };
  std::string receipt, reason;
  std::vector<Part> parts;
  bool operator==(const GiveBack&) const = default;
};
struct PickReturned {  // a line of a receipt: what is typed of it comes back, or all or nothing
  int index = 0;
  bool operator==(const PickReturned&) const = default;
};
struct CutPrice {  // a discount, or another price; line 0: the whole sale
  int32_t line = 0;
  Rate percent;
  Money amount;
  std::optional<Money> price;  // of one piece, in place of a discount
  std::string reason;
  bool operator==(const CutPrice&) const = default;
};
struct OpenDrawer {
  std::string reason;
  bool operator==(const OpenDrawer&) const = default;
};
struct Choose {  // an entry of the menu or a reason
  int index = 0;
  bool operator==(const Choose&) const = default;
};
struct PickCount {  // a note or coin of the count
  int index = 0;
  bool operator==(const PickCount&) const = default;
};
struct PutTender {  // no amount: what is due
  TenderKind kind = TenderKind::cash;
  std::optional<Money> amount;
  bool operator==(const PutTender&) const = default;
};
struct ShowSync {
  bool operator==(const ShowSync&) const = default;
};

using Action = std::variant<Typed, DoubleZero, Erase, Enter, Back, FunctionKey, Move, Scanned,
                            NextTab, ShowTab, ShowPage, TapTile, PickLine, DismissFailed, PickFound,
                            RecallHeld, GiveBack, PickReturned, CutPrice, OpenDrawer, Choose,
                            PickCount, PutTender, ShowSync>;

}  // namespace pos::ui

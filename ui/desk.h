// Desk: the counter between the screens and the Register. It keeps what the Register does not know,
// which screen is up, what is typed and not yet said, the red rows of failed scans; and it carries
// out actions. No drawing, no GLFW: a test drives it as a cashier would.
//
//   Desk desk(reg, {});
//   desk.apply(Scanned{"4006381333931"});
//   desk.apply(FunctionKey{12});  desk.apply(Enter{});   // PAY, exact cash
//
// What the Register refuses is shown in its words. What the machine throws is shown too, the
// Register reads its state back from the disk, and work goes on. What a supervisor may allow is
// done once more when F11 and her PIN follow.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pos/register.h"
#include "ui/action.h"
#include "ui/view.h"

namespace pos::ui {

struct DeskSettings {
  std::string store_name;  // empty: the store's id
  Look look = Look::light;
  std::vector<TenderKind> tenders = {TenderKind::cash};  // what this till takes
  // Notes and coins of the drawer in minor units, large to small.
  std::vector<int64_t> notes = {50000, 20000, 10000, 5000, 2000, 1000, 500};
  std::vector<int64_t> coins = {200, 100, 50, 20, 10, 5, 2, 1};
  int64_t lock_after_ms = 0;  // without a key or a touch; 0: never
};

// What the reasons on the screen are for.
enum class Why { void_sale, give_back, discount, drawer };

// The kinds of a discount, in their order on the screen.
enum class Cut { line_percent, line_amount, sale_percent, sale_amount, line_price };
inline constexpr int kCuts = 5;
constexpr bool is_percent(Cut cut) { return cut == Cut::line_percent || cut == Cut::sale_percent; }

// What keys alone change. A scan puts it back as it was before the scanner typed.
struct Typing {
  Place place = Place::login;
  std::string entry;              // typed, not said yet
  std::optional<Quantity> times;  // "3 ×"
  bool asks_quantity = false;     // the entry is for the selected line
  bool asks_card = false;         // the entry is the number of a gift card that pays
  bool asks_cut = false;          // the entry is how much a discount is
  Cut cut = Cut::line_percent;
  std::string cut_size;            // as it was typed
  Why why = Why::void_sale;        // the reason is asked
  std::optional<Money> of_card;    // so much of it; none: what is due
  std::optional<std::string> pin;  // a supervisor's, typed for what was refused; none: not asked
  std::string search;
  std::vector<Item> found;
  int found_at = 0;
  int chosen = 0;               // of a menu
  std::vector<int64_t> counts;  // parallel to notes and coins
  int count_at = 0;
};

struct Stocked {
  Item item;
  std::optional<ShownStock> stock;
};

// A receipt whose goods come back, and how much of each line in thousandths.
struct GivingBack {
  ComesBack from;
  std::vector<int64_t> takes = std::vector<int64_t>(from.left.size(), 0);
  int at = 0;
};

struct DeskState {
  Typing typing;
  int32_t selected = 0;            // line id; 0: none
  std::optional<Line> last;        // what the last scan or tap changed
  std::vector<FailedScan> failed;  // at most 3, newest last
  std::string trouble;             // words of the last refusal
  std::string done;                // words of what was done last, where the screen does not show it
  bool approvable = false;         // a supervisor may allow what was refused: F11 asks for her PIN
  int tab = 0, page = 0;
  std::vector<Stocked> tiles;
  std::optional<Stocked> checked;  // price check: an item, or
  std::optional<GiftBalance> checked_card;
  std::vector<HeldSale> held;  // oldest first; then the neighbours'
  int held_at = 0;             // -1: the one that was picked is not there any more
  std::optional<GivingBack> giving_back;
  std::optional<ShiftClosed> report;
  bool report_is_z = false;
  bool doubt_answered = false;
  std::vector<JournalEntry> journal;  // newest first
  int journal_at = 0;
  Look look = Look::light;
};

// The entries of the menu, in their order.
enum class MenuEntry { x_report, close_shift, void_sale, sync, look, lock, give_back, drawer };
inline constexpr int kMenuEntries = 8;
inline const char* const kVoidReasons[] = {"Customer left", "Wrong items", "Could not pay"};
inline const char* const kReturnReasons[] = {"Faulty", "Wrong item", "Not wanted", "Wrong price"};
inline const char* const kCutReasons[] = {"Damaged", "Best before", "Price on the shelf",
                                          "Goodwill"};
inline const char* const kDrawerReasons[] = {"Change needed", "Wrong change given",
                                             "Looked into it"};
std::span<const char* const> reasons_of(const Typing&);
// By which the customer may pay or, where money is due to her, be paid, after cash.
std::vector<TenderKind> other_tenders(const std::vector<TenderKind>& taken, Money due);

class Desk {
 public:
  Desk(Register&, DeskSettings);

  void apply(const Action&);
  // The catalogue, prices or stock may have changed.
  void refresh();
  // Looks for what the store answers, if it is asked; locks when nobody touched the till for long.
  void tick();

  const DeskState& state() const { return state_; }
  const DeskSettings& settings() const { return settings_; }
  Register& reg() const { return register_; }

  std::function<void()> on_record;                            // a fact was recorded: nudge sync
  std::function<void(const ShiftClosed&, bool z)> on_report;  // shown on screen: print it too
  std::function<void()> on_drawer;                            // open it
  // Asks the scale, for at most a second; empty: there is none, weights are typed.
  std::function<Outcome<Quantity>()> weigh;

 private:
  void act(const Typed&);
  void act(const DoubleZero&);
  void act(const Erase&);
  void act(const Enter&);
  void act(const Back&);
  void act(const FunctionKey&);
  void act(const Move&);
  void act(const Scanned&);
  void act(const NextTab&);
  void act(const ShowTab&);
  void act(const ShowPage&);
  void act(const TapTile&);
  void act(const PickLine&);
  void act(const DismissFailed&);
  void act(const PickFound&);
  void act(const RecallHeld&);
  void act(const GiveBack&);
  void act(const PickReturned&);
  void act(const CutPrice&);
  void act(const OpenDrawer&);
  void act(const Choose&);
  void act(const PickCount&);
  void act(const PutTender&);
  void act(const ShowSync&);

  // What was done last, and with what typed before it: a supervisor's PIN does it once more.
  struct Attempt {
    Typing typing;
    Action action;
  };
  void carry_out(const Action&);
  bool feeds_pin(const Action&);
  void approve();

  void type_for_sale(char32_t);
  void type_amount(char32_t, size_t most);
  void type_card(char32_t);
  void type_search(char32_t);
  void type_count(char32_t);
  void pay_key(int number);

  Place home() const;
  void go(Place);
  void leave_done();
  void login();
  void lock();
  void open_shift();
  void close_shift();
  void show_x_report();
  void show_sync();
  void sell(const std::string& code);
  void sold(const Outcome<Line>&, const std::string& code);
  void answer();
  void refuse_item();
  void set_quantity();
  void void_line();
  void hold();
  void look_at_held();
  void show_held();
  void enter_held();
  void brought(const Outcome<Done>&);
  void recalled();
  void start_give_back();
  void type_give_back(char32_t);
  void enter_give_back();
  void scan_give_back(const std::string& code);
  void find_receipt(const std::string& number);
  void take_some();
  void ask_return_reason();
  void give_back(const char* reason);
  void start_discount();
  void enter_discount();
  void pick_cut(Cut);
  void type_cut(char32_t);
  void size_cut(const std::string& typed);
  void cut(const char* reason);
  void ask_drawer_reason();
  void choose_reason(size_t index);
  std::optional<CutPrice> typed_cut() const;
  void tell_of_question(const Action&, bool asked, const std::string& words);
  void check(const std::string& code);
  bool look_at_card(const std::string& number);
  void start_pay();
  void ask_card(std::optional<Money>);
  void pay_by_card(const std::string& number);
  void refuse_card(const Refusal&);
  void paid(const std::optional<CompletedPayment>&);
  void search();
  void choose(int);
  void refuse(const Refusal&);
  void hear_store();
  void recorded();
  void failed(const char* words);
  std::optional<Quantity> typed_quantity() const;
  int64_t counted() const;
  std::vector<CountOf> pieces() const;

  Register& register_;
  DeskSettings settings_;
  DeskState state_;
  std::optional<Typing> before_burst_;
  std::optional<Attempt> attempt_, asked_;  // asked_: what the store has not answered yet
  Instant touched_;
};

// "042" -> 42. Precondition: digits, at most 18.
int64_t number_of(const std::string& digits);
// "1.5" -> 1500 thousandths; nullopt for anything that is no quantity. For the entry line.
std::optional<Quantity> parse_quantity(const std::string&);
// "7.5" -> 75,000 ppm, of 0 to 100 with two decimals at most; nullopt for anything else.
std::optional<Rate> parse_percent(const std::string&);
// "150" -> 150 minor units, "1.50" with 2 digits too; nullopt for anything else.
std::optional<Money> parse_money(const std::string&, int digits);
// What a customer may give for `due`: the next notes up, at most 3, never `due` itself.
std::vector<Money> next_notes(Money due, const std::vector<int64_t>& notes);

}  // namespace pos::ui

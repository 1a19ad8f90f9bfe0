// Register: the cashier's one door. The window and `leaftill --headless` are two faces of it.
//
//   reg.login("1234");  reg.open_shift({10000});
//   reg.scan("4006381333931");
//   auto paid = reg.pay(TenderKind::cash, Money{500}, "");
//   if (paid && paid->completed) print(paid->completed->receipt);
//
// A command either happens and its result is on disk, or it is refused with words and nothing has
// changed. It throws only what its ports throw (the machine failed).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pos/claims.h"
#include "pos/gift_card.h"
#include "pos/held.h"
#include "pos/label.h"
#include "pos/people.h"
#include "pos/ports.h"
#include "pos/receipt.h"
#include "pos/refusal.h"
#include "pos/roles.h"
#include "pos/rules.h"

namespace pos {

struct RegisterSettings {
  StoreId store;
  TillId till;
  std::string currency = "EUR";
  std::vector<LabelPattern> labels = {};  // of the shop's scales; none by default
  Terms terms = {};
  DiscountLimits limits = {};
  std::vector<TenderKind> tenders = {TenderKind::cash, TenderKind::card, TenderKind::voucher,
                                     TenderKind::gift};
};

// What must be known of an item before it is on the counter.
struct Question {
  enum class Kind { age, price, weight };
  Kind kind = Kind::weight;
  Item item;
  std::string words;  // for the cashier
};
const char* to_word(Question::Kind);
// To the question of that kind.
struct Answer {
  std::optional<bool> of_age;
  std::optional<Money> price;
  std::optional<Quantity> weight;
};

struct CompletedPayment {
  CompletedSale sale;
  Recorded recorded;
};
// A sale to print again, and which copy it is; 0: the first invoice of it.
struct Reprint {
  CompletedSale sale;
  int64_t copy = 0;
};
struct Payment {
  std::optional<CompletedPayment> completed;  // empty: a part was paid, the rest is due
};

// The outcome of a command that asked the store: of a payment, of a look at a gift card; of any
// other there is nothing to tell.
struct StoreHeard {
  std::optional<CompletedPayment> completed = {};
  std::optional<GiftBalance> card = {};
};

// What of the lines of a sale can still come back. `left` is parallel to its lines, and 0 of what
// is spent, was given back with this receipt, came back already or is on the counter to do so.
struct ComesBack {
  CompletedSale sale;
  std::vector<Quantity> left;
  std::string till = {};  // of a neighbour's; empty: it is this till's
};

// Between the outcome of a command and that of go_on().
Outcome<Done> only_done(const Outcome<StoreHeard>&);
Outcome<StoreHeard> with_nothing_to_tell(const Outcome<Done>&);

// What an open sale takes back of the one sale that it takes back from, by that sale's lines.
Portions back_of(const Sale&);

class Register {
 public:
  // Takes up the draft that is on disk. Whoever stood there types the PIN again. Without `rules`
  // the settings stay as they are; with them, what the office has set counts in their place.
  // Without `claims` the store's other tills can never be asked.
  Register(Catalogue&, Ledger&, Staff&, Clock&, RegisterSettings, Rules* rules = nullptr,
           Claims* claims = nullptr);
  Register(const Register&) = delete;  // the open sale points to the settings

  Outcome<Person> login(std::string_view pin);
  // A supervisor's PIN beside the cashier's, until end_approval(): what her role may not do is done
  // in the supervisor's name too, as far as roles.h lets it. A wrong PIN counts for the lock-out.
  Outcome<Person> approve(std::string_view pin);
  void end_approval() { approver_.reset(); }
  Outcome<Done> logout();  // an open sale stays on the counter for whoever logs in next

  Outcome<Shift> open_shift(Money float_amount);
  // Notes and coins, if they are given, must sum to `counted`; without it, it is their sum.
  Outcome<ShiftClosed> close_shift(std::optional<Money> counted, std::vector<CountOf> counts = {});
  Outcome<ShiftClosed> x_report();
  // Of a closed shift, out of its row of the journal.
  Outcome<ShiftClosed> z_report(int64_t number);

  // Money put into the drawer or (negative) taken out, never more than is expected in it; and the
  // drawer opened without a sale. Both leave an open sale alone.
  Outcome<CashMoved> move_cash(Money in, std::string_view reason);
  Outcome<Done> open_drawer(std::string_view reason);

  // The open sale is put aside, as long as nothing of it is paid; and comes back, here or at
  // another till of the store: at the first that claims it (asks_store). Where nobody can be asked,
  // one that others may have taken up needs a supervisor. A sale with goods of a receipt in it
  // stays here.
  Outcome<HeldSale> hold(std::string_view name);
  Outcome<std::vector<HeldSale>> held();  // oldest first; then the neighbours'
  Outcome<Done> recall(std::string_view id);

  // Between on and off a sale leaves nothing behind but its answer: receipt kTrainingReceipt, no
  // number, no row, no stock. On disk, so that a restart does not end it.
  Outcome<Done> set_training(bool on);
  bool training() const { return training_; }

  // The people of the store, by a manager, without any line to central.
  Outcome<std::vector<StaffEntry>> staff();
  Outcome<StaffEntry> set_staff(const StaffChange&);

  // `quantity` default: one piece; weighed goods are asked for. Refused with needs_answer while
  // question() asks something: nothing is on the counter until it is answered, and any other
  // command forgets it.
  Outcome<Line> scan(std::string_view code, std::optional<Quantity> quantity = {});
  Outcome<Line> add(const ProductId&, std::optional<Quantity> quantity = {});  // a tile was tapped
  const std::optional<Question>& question() const { return question_; }
  Outcome<Line> answer(const Answer&);
  void forget_question() { question_.reset(), asked_.reset(); }
  Outcome<Done> set_quantity(int32_t line, Quantity);
  Outcome<Done> void_line(int32_t line);
  // Another price, by a supervisor. A row of the journal, as is a discount.
  Outcome<Done> set_price(int32_t line, Money price, std::string_view reason);
  // Line 0: the whole sale. Beyond the role's limit it needs a higher one's approval.
  Outcome<Done> discount(int32_t line, Reduction);

  // What must happen once in the store, though its tills may be cut off from everything else, is
  // asked of the store's leaf first: such a command is refused with asks_store, and go_on() is its
  // outcome as soon as there is one. Any other command that changes the counter forgets it.
  bool asks_store() const { return asked_.has_value(); }
  Outcome<StoreHeard> go_on();
  void wait_for_store();  // for whoever has nothing to draw meanwhile: at most Claims::kLimit_ms
  // Tells the store what is not needed of what was claimed, once it can be reached. Any time.
  void give_back_claims();

  // Goods come back. By the receipt of a sale of this store: these lines of it (no quantity: all
  // that is left), or without lines everything that is left; what is given back is a share of what
  // was paid, whatever prices and terms are today. Then pay() what is due, which may be negative.
  // It is claimed (asks_store). Where nobody can be asked, goods of another till's receipt need a
  // supervisor (store_unreachable).
  struct Wish {
    int32_t line = 0;
    std::optional<Quantity> quantity;
  };
  Outcome<Done> take_back(std::string_view receipt, const std::vector<Wish>&,
                          std::string_view reason);
  // Looks what could: changes nothing, and asks nobody.
  Outcome<ComesBack> comes_back(std::string_view receipt);
  // Without a receipt, by a supervisor: at today's price or a lower one.
  Outcome<Line> take_back_without_receipt(std::string_view code, std::optional<Quantity> quantity,
                                          std::optional<Money> price, std::string_view reason);
  // Sells a gift card, or loads one; its row is in the journal when the sale is.
  Outcome<Line> sell_gift_card(std::string_view card, Money amount);
  // What is on a card as far as this till knows, and (asks_store) what the store's other tills take
  // of it now. Changes nothing, also where nobody can be asked.
  Outcome<GiftBalance> gift_balance(std::string_view card);
  // Whose sale it is, and the groups whose promotions she gets; an empty id: nobody's. Opaque ids:
  // no name and no address ever comes into a row.
  Outcome<Done> set_customer(std::string_view id, std::vector<std::string> groups);
  Outcome<Done> void_sale(std::string_view reason);
  // No amount: what is due by that tender. A negative due is paid out. With a gift card its number
  // is the reference, and what is taken of it is claimed (asks_store): card_short says what is
  // left. A card that nobody has told of takes a supervisor's PIN (unknown_card), and so does one
  // where nobody can be asked (store_unreachable).
  Outcome<Payment> pay(TenderKind, std::optional<Money> amount, std::string_view reference);

  // Looking, which changes nothing.
  Outcome<std::vector<Item>> find(std::string_view text, int limit = 20);
  Outcome<Item> check(std::string_view code);
  Outcome<ShownStock> stock(const ProductId&);
  Outcome<CompletedSale> receipt(std::string_view number);
  // Paper again: counted on disk and noted in the journal (the buyer is not).
  Outcome<Reprint> reprint(std::string_view number);
  Outcome<Reprint> invoice(std::string_view number, const Buyer&);
  Outcome<std::vector<JournalEntry>> journal(int64_t after, int limit = 200);
  std::vector<Item> tiles() { return catalogue_.tiles(); }

  // True between a sale's commit and handed_out().
  bool unheard() const { return unheard_; }
  // The receipt was given: the last sale is not in doubt after a restart.
  void handed_out();
  // After the machine failed: what is on disk is the truth. Afterwards last_sale() tells whether
  // the sale that was being paid is recorded.
  void reload();

  const std::optional<Person>& person() const { return person_; }
  const std::optional<Shift>& shift() const { return shift_; }
  const Sale& sale() const { return sale_; }
  // The last sale of this till, from the ledger at start: shown when its handing out is in doubt.
  const std::optional<CompletedSale>& last_sale() const { return last_sale_; }
  // True when the last run ended without an answer for it: "was this one handed out?".
  bool last_sale_in_doubt() const { return last_sale_in_doubt_; }
  const RegisterSettings& settings() const { return settings_; }
  Clock& clock() { return clock_; }

 private:
  // What goes on the counter once every question about it is answered.
  struct Pick {
    Item item;
    std::string code;
    std::optional<Quantity> quantity;
    std::optional<Money> marked = {};  // printed on its label
    bool of_age = false;
  };
  Outcome<Line> offer(Pick);  // asks what must be asked, then puts it on the counter
  Outcome<Line> put(Pick);
  Outcome<Line> ask(Question::Kind, Pick, std::string words);
  Sale new_sale();
  // The office's rules (register_rules.cpp): new ones, between two sales; and a sale's own.
  void take_up_rules();
  void under_its_rules(Sale&);
  void use(const StoreRules&);
  bool too_large(Sale);
  Outcome<Person> person_of(std::string_view pin, const char* what_for);
  TillNoted noted(std::string code, const std::string& text);
  void note(std::string code, const std::string& text);  // of what a sale leaves: not in training
  void note_for_real(std::string code, const std::string& text);
  Recorded record(const Fact&);  // every row goes through here
  void watch_clock();
  std::string name_of(int32_t line) const;
  void note_change(const char* code, int32_t line, const std::string& what,
                   std::string_view reason);
  Outcome<Pick> look_up(std::string_view code);
  // The one place where a role is asked for (roles.h): every command begins with one of these.
  std::optional<Refusal> may(Command) const;
  std::optional<Refusal> may_sell(Command) const;         // and a shift is open
  std::optional<Refusal> may_change_sale(Command) const;  // and a sale of which nothing is paid
  std::optional<Refusal> may_take_back(Command, std::string_view reason) const;
  std::optional<Refusal> may_give_back(TenderKind, std::string_view reference);
  std::optional<Refusal> fit_for_return(Pick&, std::optional<Quantity>, std::optional<Money> price);
  Outcome<Sale> with_all_of(const Returnable&, std::string_view reason);
  Outcome<Sale> with_some_of(const Returnable&, const std::vector<Wish>&, std::string_view reason);
  Refusal no_receipt(std::string_view receipt) const;
  std::optional<Refusal> fault_of_returned(Sale next);
  Outcome<Done> keep_returned(Sale next);
  void name_categories(Returnable&);
  Outcome<Done> claim_returned(Sale next, const Returnable& from);
  Outcome<Done> claimed(Sale next, const Returnable& from, const ClaimAnswer&,
                        const std::optional<Person>& approver);
  Outcome<Done> recall_claimed(const HeldSale&, const ClaimAnswer&,
                               const std::optional<Person>& approver);
  Outcome<Done> take_up(const HeldSale&);
  // Register asks the store (register_claims.cpp): `then` gets the answer.
  using Then = std::function<Outcome<StoreHeard>(const ClaimAnswer&)>;
  Outcome<StoreHeard> ask_store(Claim, Then then);
  Outcome<StoreHeard> ask_now(Claim, Then then);  // without a note of it: it takes nothing
  Portions needed(const OpenClaim&);
  std::optional<PersonId> unasked_by(const std::optional<Person>& approver) const;
  std::optional<Refusal> must_have_room();
  Outcome<Payment> keep_paid(Sale);
  Outcome<Payment> complete(const Sale& paid);
  // With gift cards (register_gift.cpp).
  Outcome<Payment> take_from_card(Sale next, const std::string& card);
  Outcome<StoreHeard> card_claimed(Sale next, const std::string& card, bool known,
                                   const ClaimAnswer&, const std::optional<Person>& approver);
  Refusal card_short(const std::string& card, Money left, const std::string& till) const;
  Outcome<Payment> practised(CompletedSale);
  ShiftClosed totals_now();
  FactHeader header();
  void keep(Sale next);

  Catalogue& catalogue_;
  Ledger& ledger_;
  Staff& staff_;
  Clock& clock_;
  Rules* const rules_;
  Claims* const claims_;
  const RegisterSettings provisioned_;
  RegisterSettings settings_;
  std::optional<Person> person_;
  std::optional<Person> approver_;
  std::optional<Shift> shift_;
  std::optional<Question> question_;
  Pick picked_;  // what question_ is about
  struct Asked {
    Claim claim;
    Then then;
  };
  std::optional<Asked> asked_;          // of the store
  std::vector<OpenClaim> open_claims_;  // as the ledger has them
  Instant give_back_at_;                // not before; 0: now
  Sale sale_;
  std::optional<CompletedSale> last_sale_;
  bool last_sale_in_doubt_ = false;
  bool unheard_ = false;
  bool training_ = false;
  Instant last_recorded_;  // when the last row of the journal was written; 0: none is
};

}  // namespace pos

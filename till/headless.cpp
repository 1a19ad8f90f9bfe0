#include "till/headless.h"

#include <nlohmann/json.hpp>

#include "pos/receipt.h"
#include "storage/database.h"
#include "till/headless_command.h"

namespace pos::till {
namespace {

constexpr size_t kMaxCommand = 64 * 1024;

json item_json(const Item& item) {
  return {{"productId", item.id.value},   {"name", item.name},
          {"codes", item.codes},          {"unit", item.unit},
          {"price", item.price.minor},    {"priceScale", item.price_scale},
          {"taxRate", item.tax_rate.ppm}, {"category", item.category},
          {"ageLimit", item.age_limit}};
}

json line_json(const Line& l) {
  json line = {{"lineId", l.id},
               {"productId", l.item.id.value},
               {"code", l.code},
               {"name", l.item.name},
               {"quantity", l.quantity.milli},
               {"unit", l.item.unit},
               {"price", l.item.price.minor},
               {"discount", l.discount.minor},
               {"totalAmount", l.total.minor},
               {"taxRate", l.item.tax_rate.ppm}};
  if (l.item.price_scale) line["priceScale"] = l.item.price_scale;
  if (!l.promotions.empty()) line["promotions"] = l.promotions;
  if (!l.reason.empty()) line["reason"] = l.reason;
  if (l.deposit_of) line["depositOf"] = l.deposit_of;
  if (l.original_line) line["originalLineId"] = l.original_line;
  return line;
}

json taxes_json(const std::vector<TaxTotal>& taxes) {
  json all = json::array();
  for (const TaxTotal& t : taxes) {
    all.push_back({{"rate", t.rate.ppm},
                   {"net", t.net.minor},
                   {"tax", t.tax.minor},
                   {"gross", t.gross.minor}});
  }
  return all;
}

json amounts_json(const std::vector<AmountOf>& amounts) {
  json all = json::object();
  for (const AmountOf& a : amounts) all[a.key] = a.amount.minor;
  return all;
}

json shift_json(const Shift& s) {
  return {{"id", s.id.value},
          {"businessDate", s.business_date},
          {"openedBy", s.opened_by.value},
          {"float", s.float_amount.minor}};
}

json status_json(const sync::Status& s) {
  json status = {{"link", sync::to_word(s.link)},
                 {"waiting", s.waiting},
                 {"sent", s.sent},
                 {"settled", s.settled},
                 {"needs_attention", s.needs_attention},
                 {"lastReceipt", s.last_receipt}};
  if (s.needs_attention) status["attention"] = s.attention;
  if (s.left_s >= 0) status["leftSeconds"] = s.left_s;
  if (s.oldest_waiting.unix_ms) status["oldestWaiting"] = to_iso(s.oldest_waiting);
  if (s.central_heard.unix_ms) status["centralHeard"] = to_iso(s.central_heard);
  return status;
}

}  // namespace

json sale_json(const Sale& sale) {
  json lines = json::array();
  for (const Line& l : sale.lines()) lines.push_back(line_json(l));
  json out = {{"lines", lines},
              {"total", sale.total().minor},
              {"tax", sale.tax().minor},
              {"due", sale.due().minor}};
  if (!sale.conditions().customer.empty()) out["customerId"] = sale.conditions().customer;
  const Money cash = sale.due(TenderKind::cash);
  if (cash != sale.due()) out["dueInCash"] = cash.minor;
  if (const Original& from = sale.conditions().original; !from.id.empty()) {
    out["originalReceipt"] = from.receipt;
  }
  for (const Saving& s : sale.savings()) {
    out["savings"].push_back(
        {{"promotion", s.id}, {"name", s.name}, {"times", s.times}, {"amount", s.amount.minor}});
  }
  return out;
}

json report_json(const ShiftClosed& z) {
  json report = {{"zNumber", z.z_number},
                 {"businessDate", z.header.business_date},
                 {"firstReceipt", z.first_receipt},
                 {"lastReceipt", z.last_receipt},
                 {"sales", z.sales},
                 {"turnover", z.turnover.minor},
                 {"taxes", taxes_json(z.taxes)},
                 {"tenders", amounts_json(z.tenders)},
                 {"categories", amounts_json(z.categories)},
                 {"cashiers", amounts_json(z.cashiers)},
                 {"float", z.float_amount.minor},
                 {"expected", z.expected.minor},
                 {"counted", z.counted.minor},
                 {"variance", z.variance.minor},
                 {"returns", z.returns},
                 {"returned", z.returned.minor},
                 {"grandTotal", z.grand_total.minor},
                 {"rounding", z.rounding.minor},
                 {"cashMoved", z.cash_moved.minor}};
  for (const CountOf& c : z.counts) report["counts"][std::to_string(c.value)] = c.pieces;
  return report;
}

json person_json(const Person& p) {
  return {{"id", p.id.value}, {"name", p.name}, {"role", to_word(p.role)}};
}

json with_sale(Register& reg) { return {{"sale", sale_json(reg.sale())}}; }

namespace {

Outcome<json> sale_after(Context& c, const Outcome<Done>& done) {
  if (!done) return done.refusal();
  return with_sale(c.reg);
}

Outcome<json> login(Context& c, const Command& in) {
  const auto person = c.reg.login(in.text("pin", true));
  if (!person) return person.refusal();
  json out = {{"person", person_json(*person)}, {"sale", sale_json(c.reg.sale())}};
  if (c.reg.shift()) out["shift"] = shift_json(*c.reg.shift());
  if (c.reg.last_sale_in_doubt()) {
    out["wasThisOneHandedOut"] = {{"receipt", c.reg.last_sale()->receipt},
                                  {"transactionId", c.reg.last_sale()->header.id.value},
                                  {"total", c.reg.last_sale()->total.minor}};
  }
  return out;
}

Outcome<json> logout(Context& c, const Command&) {
  const auto done = c.reg.logout();
  if (!done) return done.refusal();
  return json::object();
}

Outcome<json> open_shift(Context& c, const Command& in) {
  const auto shift = c.reg.open_shift({in.maybe_integer("float").value_or(0)});
  if (!shift) return shift.refusal();
  c.hooks.nudge();
  return json{{"shift", shift_json(*shift)}};
}

// A line, or the question that comes before it.
Outcome<json> line_after(Context& c, const Outcome<Line>& line) {
  if (line) return json{{"line", line_json(*line)}, {"sale", sale_json(c.reg.sale())}};
  if (line.refusal().code != RefusalCode::needs_answer) return line.refusal();
  const Question& asked = *c.reg.question();
  return json{{"needs", to_word(asked.kind)},
              {"message", line.refusal().message},
              {"item", item_json(asked.item)},
              {"sale", sale_json(c.reg.sale())}};
}

Outcome<json> scan(Context& c, const Command& in) {
  return line_after(c, c.reg.scan(in.text("code", true), in.quantity()));
}

ScaleReading read_scale(const Context& c) {
  return c.hooks.scale ? c.hooks.scale->read() : ScaleReading{};
}

// {"do":"scale"}, or with "set": "zero", "tare" or "clear".
Outcome<json> scale(Context& c, const Command& in) {
  const std::string set = in.text("set");
  if (!set.empty() && set != "zero" && set != "tare" && set != "clear")
    throw BadRequest{"\"set\" is zero, tare or clear."};
  Scale* const scale = c.hooks.scale;
  if (!scale) return Refusal{RefusalCode::no_scale, "No scale is configured at this till."};
  const ScaleReading reading = set.empty()     ? scale->read()
                               : set == "zero" ? scale->zero()
                               : set == "tare" ? scale->tare()
                                               : scale->clear();
  return json{{"scale",
               {{"state", to_word(reading.state)},
                {"weight", reading.weight.milli},
                {"net", reading.net}}}};
}

Outcome<json> customer(Context& c, const Command& in) {
  return sale_after(c, c.reg.set_customer(in.text("id"), in.texts("groups")));
}

Outcome<json> answer(Context& c, const Command& in) {
  Answer given;
  if (in.has("age")) {
    const std::string word = in.text("age");
    if (word != "yes" && word != "no") throw BadRequest{"\"age\" is answered by yes or no."};
    given.of_age = word == "yes";
  }
  if (const auto price = in.maybe_integer("price")) given.price = Money{*price};
  if (in.is("weight", "scale")) {
    const auto weight = weight_of(read_scale(c));
    if (!weight) return weight.refusal();
    given.weight = *weight;
  } else if (const auto weight = in.maybe_integer("weight")) {
    given.weight = Quantity{*weight};
  }
  return line_after(c, c.reg.answer(given));
}

Outcome<json> price(Context& c, const Command& in) {
  const auto done = c.reg.set_price(in.line(), {in.integer("price")}, in.text("reason"));
  if (done) c.hooks.nudge();
  return sale_after(c, done);
}

Outcome<json> discount(Context& c, const Command& in) {
  if (in.has("percent") == in.has("amount")) throw BadRequest{"Give \"percent\" or \"amount\"."};
  Reduction reduction;
  if (in.has("percent")) reduction.percent = in.percent();
  if (in.has("amount")) reduction.amount = {in.integer("amount")};
  reduction.reason = in.text("reason");
  const auto done = c.reg.discount(in.line_or_sale(), std::move(reduction));
  if (done) c.hooks.nudge();
  return sale_after(c, done);
}

std::vector<Register::Wish> wishes_in(const Command& in) {
  std::vector<Register::Wish> wishes;
  in.each("lines", [&](const Command& line) {
    wishes.push_back({line.line("lineId"), line.quantity()});
  });
  return wishes;
}

}  // namespace

// Nothing is drawn here meanwhile: the answer to the command waits for the store's.
Outcome<StoreHeard> heard_of_store(Register& reg) {
  for (;;) {
    reg.wait_for_store();
    auto heard = reg.go_on();
    if (heard || heard.refusal().code != RefusalCode::asks_store) return heard;
  }
}

Outcome<Done> heard(Register& reg, Outcome<Done> done) {
  if (done || done.refusal().code != RefusalCode::asks_store) return done;
  return only_done(heard_of_store(reg));
}

namespace {

bool asks_store(const Refusal& refusal) { return refusal.code == RefusalCode::asks_store; }

Outcome<Payment> paid(Register& reg, Outcome<Payment> payment) {
  if (payment || !asks_store(payment.refusal())) return payment;
  const auto heard = heard_of_store(reg);
  if (!heard) return heard.refusal();
  return Payment{heard->completed};
}

Outcome<GiftBalance> told(Register& reg, Outcome<GiftBalance> balance) {
  if (balance || !asks_store(balance.refusal())) return balance;
  const auto heard = heard_of_store(reg);
  if (!heard) return heard.refusal();
  return *heard->card;
}

// With "receipt", or with "code": without one.
Outcome<json> take_back(Context& c, const Command& in) {
  if (in.has("receipt")) {
    const auto done = c.reg.take_back(in.text("receipt"), wishes_in(in), in.text("reason"));
    return sale_after(c, heard(c.reg, done));
  }
  if (!in.has("code")) throw BadRequest{"Give the \"receipt\", or the \"code\" of the goods."};
  std::optional<Money> price;
  if (const auto n = in.maybe_integer("price")) price = Money{*n};
  const auto line =
      c.reg.take_back_without_receipt(in.text("code"), in.quantity(), price, in.text("reason"));
  if (!line) return line.refusal();
  return json{{"line", line_json(*line)}, {"sale", sale_json(c.reg.sale())}};
}

Outcome<json> gift(Context& c, const Command& in) {
  return line_after(c, c.reg.sell_gift_card(in.text("code", true), {in.integer("amount")}));
}

// What is on a card, as this till knows it: "asked" says whether the store's other tills were.
Outcome<json> gift_balance(Context& c, const Command& in) {
  const auto card = told(c.reg, c.reg.gift_balance(in.text("code", true)));
  if (!card) return card.refusal();
  json out = {{"code", card->card},
              {"known", card->known},
              {"balance", card->balance.minor},
              {"asked", card->asked}};
  if (card->counted_at.unix_ms) out["countedAt"] = to_iso(card->counted_at);
  return json{{"card", out}};
}

Outcome<json> find(Context& c, const Command& in) {
  const auto items = c.reg.find(in.text("text", true));
  if (!items) return items.refusal();
  json all = json::array();
  for (const Item& item : *items) all.push_back(item_json(item));
  return json{{"items", all}};
}

json stock_json(const ShownStock& s) {
  return {{"shown", s.shown.milli}, {"onHand", s.on_hand.milli}, {"version", s.version}};
}

Outcome<json> check(Context& c, const Command& in) {
  const auto item = c.reg.check(in.text("code", true));
  if (!item) return item.refusal();
  json out = {{"item", item_json(*item)}};
  if (const auto stock = c.reg.stock(item->id); stock) out["stock"] = stock_json(*stock);
  return out;
}

Outcome<json> stock(Context& c, const Command& in) {
  const std::string product = in.text("productId", true);
  const auto s = c.reg.stock({product});
  if (!s) return s.refusal();
  json figures = stock_json(*s);
  figures["productId"] = product;
  return json{{"stock", figures}};
}

Outcome<json> quantity(Context& c, const Command& in) {
  return sale_after(c, c.reg.set_quantity(in.line(), {in.integer("quantity")}));
}

Outcome<json> void_line(Context& c, const Command& in) {
  return sale_after(c, c.reg.void_line(in.line()));
}

Outcome<json> void_sale(Context& c, const Command& in) {
  const auto done = c.reg.void_sale(in.text("reason"));
  if (done) c.hooks.nudge();
  return sale_after(c, done);
}

json completed_json(const Context& c, const CompletedPayment& p) {
  return {{"transactionId", p.recorded.id.value},
          {"receipt", p.recorded.receipt},
          {"seq", p.recorded.seq},
          {"epoch", p.recorded.epoch},
          {"total", p.sale.total.minor},
          {"rounding", p.sale.rounding.minor},
          {"change", p.sale.change().minor},
          {"taxes", taxes_json(p.sale.taxes)},
          {"receiptText", c.hooks.receipt(p.sale)}};
}

Outcome<json> pay(Context& c, const Command& in) {
  const std::string word = in.has("tender") ? in.text("tender") : "cash";
  const auto kind = tender_kind(word);
  if (!kind)
    return Refusal{RefusalCode::tender_not_taken, "Tenders are cash, card, voucher and gift."};
  std::optional<Money> amount;
  if (const auto n = in.maybe_integer("amount")) amount = Money{*n};
  std::string reference = in.text("reference");
  if (const std::string last = in.text("lastFour"); !last.empty()) {
    if (last.size() != 4 || last.find_first_not_of("0123456789") != std::string::npos)
      throw BadRequest{"\"lastFour\" is the last four digits of the card, as text."};
    reference = reference.empty() ? last : last + "-" + reference;
  }
  const auto payment = paid(c.reg, c.reg.pay(*kind, amount, reference));
  if (!payment) return payment.refusal();
  json out = with_sale(c.reg);
  if (payment->completed) {
    c.hooks.nudge();
    out["completed"] = completed_json(c, *payment->completed);
  }
  return out;
}

Outcome<json> journal(Context& c, const Command& in) {
  const auto rows = c.reg.journal(in.maybe_integer("after").value_or(0));
  if (!rows) return rows.refusal();
  json all = json::array();
  for (const JournalEntry& r : *rows) {
    all.push_back({{"epoch", r.epoch},
                   {"seq", r.seq},
                   {"type", r.type},
                   {"transactionId", r.id.value},
                   {"receipt", r.receipt},
                   {"settled", r.settled},
                   {"body", json::parse(r.body, nullptr, false)}});
  }
  return json{{"rows", all}};
}

Outcome<json> reprint(Context& c, const Command& in) {
  const auto again = c.reg.reprint(in.text("receipt", true));
  if (!again) return again.refusal();
  c.hooks.nudge();
  return json{{"copy", again->copy}, {"receiptText", c.hooks.copy(*again)}};
}

Outcome<json> invoice(Context& c, const Command& in) {
  const Buyer buyer{in.texts("buyer", true), in.text("taxNumber")};
  const auto invoice = c.reg.invoice(in.text("receipt", true), buyer);
  if (!invoice) return invoice.refusal();
  c.hooks.nudge();
  return json{{"copy", invoice->copy}, {"receiptText", c.hooks.invoice(*invoice, buyer)}};
}

Outcome<json> print_jobs(Context& c, const Command&) {
  json jobs = json::array();
  for (const PrintJob& j : c.hooks.jobs()) {
    jobs.push_back(
        {{"id", j.id}, {"job", j.title}, {"state", to_word(j.state)}, {"message", j.words}});
  }
  return json{{"jobs", jobs}};
}

Outcome<json> show_sale(Context& c, const Command&) { return with_sale(c.reg); }

Outcome<json> status(Context& c, const Command&) {
  json status = status_json(c.hooks.status());
  int64_t waiting = 0, failed = 0;
  for (const PrintJob& j : c.hooks.jobs()) {
    waiting += j.state == PrintState::queued || j.state == PrintState::printing;
    failed += j.state == PrintState::failed;
  }
  if (waiting || failed) status["printer"] = {{"waiting", waiting}, {"failed", failed}};
  return json{{"status", status}};
}

Outcome<json> quit(Context& c, const Command&) {
  c.quit = true;
  return json::object();
}

Outcome<json> later(Context&, const Command&) {
  return Refusal{RefusalCode::not_yet, "This version of Leaftill cannot do that yet."};
}

const Handlers& handlers() {
  static const Handlers all = [] {
    Handlers own = {{"login", login},
                    {"logout", logout},
                    {"lock", logout},
                    {"open_shift", open_shift},
                    {"scan", scan},
                    {"find", find},
                    {"check", check},
                    {"stock", stock},
                    {"quantity", quantity},
                    {"void_line", void_line},
                    {"void_sale", void_sale},
                    {"pay", pay},
                    {"journal", journal},
                    {"sale", show_sale},
                    {"status", status},
                    {"quit", quit},
                    {"reprint", reprint},
                    {"invoice", invoice},
                    {"print_jobs", print_jobs},
                    {"answer", answer},
                    {"price", price},
                    {"discount", discount},
                    {"scale", scale},
                    {"customer", customer},
                    {"return", take_back},
                    {"gift", gift},
                    {"gift_balance", gift_balance},
                    {"list", later}};
    own.merge(counter_handlers());
    return own;
  }();
  return all;
}

json refused(const std::string& word, const Refusal& refusal) {
  return {{"ok", false},
          {"do", word},
          {"refused", to_word(refusal.code)},
          {"message", refusal.message}};
}

// With "approve", in the name of a supervisor too; only this one command.
Outcome<json> run(Context& c, Handler handler, const Command& in) {
  if (!in.has("approve")) return handler(c, in);
  const auto approver = c.reg.approve(in.text("approve"));
  if (!approver) return approver.refusal();
  struct End {
    Register& reg;
    ~End() { reg.end_approval(); }
  } const end{c.reg};
  return handler(c, in);
}

}  // namespace

std::string Headless::answer(std::string_view line) {
  std::string word;
  json out;
  const auto refuse = [&](RefusalCode code, std::string message) {
    out = refused(word, {code, std::move(message)});
  };
  try {
    if (line.size() > kMaxCommand) throw BadRequest{"A command is at most 64 KiB."};
    const json in = json::parse(line, nullptr, false);
    if (!in.is_object()) throw BadRequest{"A command is one JSON object on one line."};
    const Command command(in);
    word = command.text("do", true);
    const auto handler = handlers().find(word);
    Context context{register_, hooks_, quit_};
    if (handler == handlers().end()) {
      word = printable(word, 32);
      refuse(RefusalCode::unknown_command,
             "There is no such command: docs/operate.md has them all.");
    } else if (auto result = run(context, handler->second, command); result) {
      out = {{"ok", true}, {"do", word}};
      out.update(*result);
    } else {
      out = refused(word, result.refusal());
    }
  } catch (const BadRequest& bad) {
    refuse(RefusalCode::bad_request, bad.message);
  } catch (const storage::Error& failure) {
    const bool full = failure.code == 13;  // SQLITE_FULL
    refuse(
        full ? RefusalCode::out_of_space : RefusalCode::storage_failed,
        std::string(failure.what()) + ". Look at the last receipt before you ring this up again.");
    try {
      hooks_.recover();
      if (register_.last_sale()) out["lastReceipt"] = register_.last_sale()->receipt;
    } catch (const storage::Error&) {  // it is in the log, and the next command tries again
    }
  }
  if (register_.training()) out["training"] = true;
  // Names were checked at the door; a replaced character is better than no answer.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace pos::till

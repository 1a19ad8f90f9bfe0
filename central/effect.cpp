#include "central/effect.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "central/books.h"
#include "central/gift_books.h"
#include "central/missing_receipts.h"
#include "central/receipt_number.h"
#include "sync/planted.h"
#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::central {
namespace {

// One row of the transaction log, ready to be written.
struct Entry {
  const Letter* letter;
  std::string content_hash;
  const CompletedSale* sale() const { return std::get_if<CompletedSale>(&letter->row->fact); }
  std::string key() const {
    return letter->store + "/" + letter->till + "/" + letter->transaction_id;
  }
};

constexpr size_t kTotal = 14;
Cells cells_of(const Entry& entry, Instant now) {
  const Letter& l = *entry.letter;
  const auto& header = header_of(l.row->fact);
  const CompletedSale* sale = entry.sale();
  return {l.transaction_id,
          l.store,
          l.till,
          l.epoch,
          l.seq,
          l.hash(),
          entry.content_hash,
          l.row->type,
          sale ? sale->kind : "",
          sale ? sale->receipt : "",
          header.business_date,
          to_iso(header.at),
          header.cashier.value,
          sale ? sale->currency : "",
          sale ? sale->total.minor : int64_t{0},
          sale ? sale->tax.minor : int64_t{0},
          l.carrier,
          l.arrival->key_id,
          l.arrival->signature,
          l.arrival->body,
          to_iso(now)};
}

// A mistake to plant: what a sale would come to at the prices of now.
int64_t at_prices_of_now(Session& session, const CompletedSale& sale) {
  int64_t total = sale.total.minor;
  for (const Line& line : sale.lines) {
    for (const auto& row :
         session.query("SELECT price FROM product WHERE id = $1", {line.item.id.value}))
      total += extend(Money{row.integer(0)}, line.quantity, line.item.price_scale).minor -
               extend(line.item.price, line.quantity, line.item.price_scale).minor;
  }
  return total;
}

class Effect {
 public:
  Effect(Session& session, Instant now, std::vector<std::string>& words)
      : session_(session), now_(now), words_(words) {}

  int64_t take(const std::vector<const Letter*>& letters) {
    gather(letters);
    insert();
    compare_known();
    look_for_missing();
    move_gifts();
    if (new_sales_.empty()) return flush();
    look_for_known_products();
    flag_sales();
    flag_receipts();
    flag_returns();
    move_stock();
    tell_others();
    raise_last_receipts();
    resolve_missing(session_, tills_with_sales(), now_);
    return flush();
  }

 private:
  void gather(const std::vector<const Letter*>&);
  void insert();
  void compare_known();
  void conflict(const Entry&, const std::string& held_hash);
  void look_for_missing();
  std::vector<std::pair<std::string, std::string>> tills_with_sales() const;
  void look_for_known_products();
  void flag_sales();
  void flag_receipts();
  void keep_returns();
  void flag_returns();
  void compare_returns(const ResultRows& back);
  void move_gifts();
  void move_stock();
  void tell_others();
  void raise_last_receipts();
  void problem(Problem p) { problems_.push_back(std::move(p)); }
  int64_t flush();

  Session& session_;
  const Instant now_;
  std::vector<std::string>& words_;
  std::vector<Entry> entries_;                     // one of each (store, till, transaction)
  std::vector<Entry> repeated_;                    // further copies in the same batch
  std::unordered_map<std::string, size_t> first_;  // key -> place in entries_
  std::vector<const Entry*> known_;                // were in the log already
  std::vector<const Entry*> new_sales_, new_series_;
  std::vector<GiftMove> gift_moves_;  // of new rows
  int64_t inserted_ = 0;
  std::unordered_set<std::string> products_;  // of the new sales, those in the catalogue
  std::vector<Problem> problems_;
};

void Effect::gather(const std::vector<const Letter*>& letters) {
  for (const Letter* letter : letters) {
    Entry entry{letter, *sync::content_hash(letter->arrival->body)};
    auto [at, fresh] = first_.try_emplace(entry.key(), entries_.size());
    (fresh ? entries_ : repeated_).push_back(std::move(entry));
  }
}

void Effect::insert() {
  std::vector<Cells> rows;
  for (const auto& entry : entries_) {
    rows.push_back(cells_of(entry, now_));
    if (entry.sale() && sync::planted("the price of now"))
      rows.back()[kTotal] = at_prices_of_now(session_, *entry.sale());
  }
  const auto added = many(
      session_,
      "INSERT INTO journal_row (transaction_id, store, till, epoch, seq, hash, content_hash, type, "
      "kind, receipt, business_date, at, cashier_id, currency, total, tax, carrier, key_id, "
      "signature, "
      "body, applied_at) VALUES ",
      rows,
      " ON CONFLICT (transaction_id, store, till) DO NOTHING RETURNING store, till, "
      "transaction_id");
  std::unordered_set<std::string> keys;
  for (const auto& row : added) keys.insert(row.text(0) + "/" + row.text(1) + "/" + row.text(2));
  inserted_ = static_cast<int64_t>(keys.size());
  for (const auto& entry : entries_) {
    if (!keys.contains(entry.key()) && !(entry.sale() && sync::planted("every copy counts")))
      known_.push_back(&entry);
    else if (entry.sale())
      new_sales_.push_back(&entry);
    else if (auto move =
                 gift_move(entry.letter->store, entry.letter->till, entry.letter->row->fact))
      gift_moves_.push_back(std::move(*move));
    else if (const auto* noted = std::get_if<TillNoted>(&entry.letter->row->fact);
             noted && !noted->next_receipt.empty())
      new_series_.push_back(&entry);
  }
}

// A known id: the same contents are the same row (re-chained, carried, sent again). Other contents
// are kept beside it, and a person has to look.
void Effect::compare_known() {
  std::vector<Cells> rows;
  for (const Entry* entry : known_)
    rows.push_back({entry->letter->transaction_id, entry->letter->store, entry->letter->till});
  const auto found =
      look_up(session_,
              "SELECT store, till, transaction_id, content_hash, hash FROM journal_row "
              "WHERE (transaction_id, store, till)",
              rows);
  std::unordered_map<std::string, std::pair<std::string, std::string>> held;
  for (const auto& row : found)
    held[row.text(0) + "/" + row.text(1) + "/" + row.text(2)] = {row.text(3), row.text(4)};
  for (const Entry* entry : known_)
    if (auto at = held.find(entry->key());
        at != held.end() && at->second.first != entry->content_hash)
      conflict(*entry, at->second.second);
  for (const auto& entry : repeated_) {
    const Entry& first = entries_[first_.at(entry.key())];
    const auto at = held.find(entry.key());  // empty: the first copy is the one that is new
    if (entry.content_hash != (at == held.end() ? first.content_hash : at->second.first))
      conflict(entry, at == held.end() ? first.letter->hash() : at->second.second);
  }
}

void Effect::conflict(const Entry& entry, const std::string& held_hash) {
  const Letter& l = *entry.letter;
  session_.execute(
      "INSERT INTO quarantine (reason, hash, store, till, epoch, seq, transaction_id, subject, "
      "headers, "
      "body, received_at) VALUES ('conflict', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
      "ON CONFLICT (reason, hash) DO UPDATE SET times = quarantine.times + 1",
      {l.hash(), l.store, l.till, l.epoch, l.seq, l.transaction_id,
       sync::base64(l.arrival->subject), sync::base64(headers_text(*l.arrival)),
       sync::base64(l.arrival->body), to_iso(now_)});
  problem({"conflict", l.store, l.till, l.transaction_id, l.hash(),
           "two rows with the same transaction id and other contents: " + held_hash.substr(0, 16) +
               " counted, " + l.hash().substr(0, 16) +
               " was kept in quarantine and did not count"});
}

void Effect::look_for_missing() {
  for (const Entry* entry : new_series_) {
    const Letter& l = *entry->letter;
    for (auto& p :
         missing_receipts(session_, l.store, l.till, std::get<TillNoted>(l.row->fact).next_receipt))
      problem(std::move(p));
  }
}

std::vector<std::pair<std::string, std::string>> Effect::tills_with_sales() const {
  std::set<std::pair<std::string, std::string>> tills;
  for (const Entry* entry : new_sales_) tills.insert({entry->letter->store, entry->letter->till});
  return {tills.begin(), tills.end()};
}

void Effect::look_for_known_products() {
  std::set<std::string> ids;
  for (const Entry* entry : new_sales_)
    for (const auto& line : entry->sale()->lines) ids.insert(line.item.id.value);
  std::vector<Cells> rows;
  for (const auto& id : ids) rows.push_back({id});
  for (const auto& row : look_up(session_, "SELECT id FROM product WHERE id", rows))
    products_.insert(row.text(0));
}

void Effect::flag_sales() {
  for (const Entry* entry : new_sales_) {
    const Letter& l = *entry->letter;
    const CompletedSale& sale = *entry->sale();
    if (const std::string words = wrong_sum(sale); !words.empty())
      problem({"wrong_sum", l.store, l.till, l.transaction_id, sale.receipt,
               "receipt " + sale.receipt + ": " + words});
    std::set<std::string> unknown;
    for (const auto& line : sale.lines)
      if (!is_gift_card(line.item) && !products_.contains(line.item.id.value))
        unknown.insert(line.item.id.value);
    for (const auto& id : unknown)
      problem({"unknown_product", l.store, l.till, l.transaction_id, id,
               "receipt " + sale.receipt + " sold " + id + ", which is not in the catalogue"});
  }
}

void Effect::flag_receipts() {
  std::vector<Cells> rows;
  std::map<std::pair<std::string, std::string>, const Entry*> last;
  for (const Entry* entry : new_sales_)
    if (!entry->sale()->receipt.empty())
      last[{entry->letter->store, entry->sale()->receipt}] = entry;
  for (const auto& [key, entry] : last) rows.push_back({key.first, key.second});
  const auto twice = look_up(session_,
                             "SELECT store, receipt FROM journal_row WHERE receipt <> '' AND "
                             "(store, receipt)",
                             rows, " GROUP BY store, receipt HAVING count(*) > 1");
  for (const auto& row : twice) {
    const Letter& l = *last.at({row.text(0), row.text(1)})->letter;
    problem({"duplicate_receipt", l.store, l.till, l.transaction_id, row.text(1),
             "receipt number " + row.text(1) + " was given to more than one sale"});
  }
}

// Each line that came back by receipt.
void Effect::keep_returns() {
  std::vector<Cells> rows;
  for (const Entry* entry : new_sales_) {
    const CompletedSale& sale = *entry->sale();
    for (const auto& line : sale.lines)
      if (!sale.original.empty() && line.original_line > 0 && line.quantity.milli < 0)
        rows.push_back({entry->letter->store, sale.original.value,
                        static_cast<int64_t>(line.original_line), entry->letter->till,
                        entry->letter->transaction_id, static_cast<int64_t>(line.id),
                        -line.quantity.milli});
  }
  if (rows.empty()) return;
  many(session_,
       "INSERT INTO returned_line (store, original, line_id, till, transaction_id, return_line, "
       "quantity) VALUES ",
       rows, " ON CONFLICT DO NOTHING");
}

// Tills of a store that could not ask each other may have taken the same goods back. The sale that
// sold them may come before or after.
void Effect::flag_returns() {
  keep_returns();
  std::set<std::pair<std::string, std::string>> touched;
  for (const Entry* entry : new_sales_) {
    touched.insert({entry->letter->store, entry->letter->transaction_id});
    if (!entry->sale()->original.empty())
      touched.insert({entry->letter->store, entry->sale()->original.value});
  }
  std::vector<Cells> keys;
  for (const auto& [store, original] : touched) keys.push_back({store, original});
  const auto back = look_up(session_,
                            "SELECT store, original, line_id, CAST(sum(quantity) AS BIGINT), "
                            "min(till), max(till) FROM returned_line WHERE (store, original)",
                            keys, " GROUP BY store, original, line_id");
  if (!back.empty()) compare_returns(back);
}

void Effect::compare_returns(const ResultRows& back) {
  std::set<std::pair<std::string, std::string>> originals;
  for (const auto& row : back) originals.insert({row.text(1), row.text(0)});
  std::vector<Cells> keys;
  for (const auto& [original, store] : originals) keys.push_back({original, store});
  std::map<std::pair<std::string, std::string>, CompletedSale> sold;
  for (const auto& row : look_up(session_,
                                 "SELECT store, transaction_id, body FROM journal_row WHERE type = "
                                 "'product.sold' AND (transaction_id, store)",
                                 keys)) {
    auto read = sync::decode_row(row.text(2));
    if (!read) continue;
    if (auto* sale = std::get_if<CompletedSale>(&read->fact))
      sold[{row.text(0), row.text(1)}] = std::move(*sale);
  }
  for (const auto& row : back) {
    const auto sale = sold.find({row.text(0), row.text(1)});
    if (sale == sold.end()) continue;  // not here yet: looked at when it comes
    Quantity of_line;
    for (const auto& line : sale->second.lines)
      if (line.id == row.integer(2)) of_line = line.quantity;
    if (row.integer(3) <= of_line.milli) continue;
    const std::string& receipt = sale->second.receipt;
    const std::string tills = row.text(4) == row.text(5)
                                  ? "till " + row.text(4)
                                  : "tills " + row.text(4) + " and " + row.text(5);
    problem({"returned_twice", row.text(0), "", row.text(1),
             receipt + "/" + std::to_string(row.integer(2)),
             "of receipt " + receipt + ", line " + std::to_string(row.integer(2)) + ", " +
                 to_text(of_line) + " were sold and " + to_text(Quantity{row.integer(3)}) +
                 " came back, at " + tills +
                 ": look at both returns, and count the goods and the money"});
  }
}

void Effect::move_gifts() {
  for (auto& p : move_gift_money(session_, gift_moves_, now_)) problem(std::move(p));
}

void Effect::move_stock() {
  StockDeltas deltas;
  std::map<std::pair<std::string, std::string>, const Entry*> last;
  for (const Entry* entry : new_sales_)
    for (const auto& line : entry->sale()->lines) {
      if (is_gift_card(line.item)) continue;
      deltas[{entry->letter->store, line.item.id.value}] -= line.quantity.milli;
      last[{entry->letter->store, line.item.id.value}] = entry;
    }
  for (const auto& s : change_stock(session_, deltas, now_)) {
    if (s.before < 0 || s.on_hand >= 0 || !products_.contains(s.product)) continue;
    problem({"oversold", s.store, "", "", s.product,
             "stock of " + s.product + " in " + s.store + " is " + to_text(Quantity{s.on_hand}) +
                 " after receipt " + last.at({s.store, s.product})->sale()->receipt +
                 ": count it, or enter the missing delivery",
             true});
  }
}

void Effect::tell_others() {
  std::vector<Event> events;
  for (const Entry* entry : new_sales_) {
    const Letter& l = *entry->letter;
    if (entry->sale()->lines.empty()) continue;
    events.push_back(
        {"product.sold", "sold/" + entry->key(), sold_events(l.store, l.till, *entry->sale())});
  }
  queue_events(session_, events);
}

void Effect::raise_last_receipts() {
  std::map<std::pair<std::string, std::string>, std::string> highest;
  for (const Entry* entry : new_sales_) {
    const Letter& l = *entry->letter;
    auto& best = highest[{l.store, l.till}];
    if (later_receipt(l.store, l.till, entry->sale()->receipt, best)) best = entry->sale()->receipt;
  }
  for (const auto& [till, receipt] : highest) {
    const auto rows = session_.query("SELECT last_receipt FROM till WHERE store = $1 AND till = $2",
                                     {till.first, till.second});
    if (!rows.empty() && later_receipt(till.first, till.second, receipt, rows[0].text(0)))
      session_.execute("UPDATE till SET last_receipt = $3 WHERE store = $1 AND till = $2",
                       {till.first, till.second, receipt});
  }
}

int64_t Effect::flush() {
  open_problems(session_, problems_, now_);
  for (const auto& p : problems_) words_.push_back(p.kind + ": " + p.text);
  return inserted_;
}

}  // namespace

std::optional<ReceiptNumber> parse_receipt(const std::string& store, const std::string& till,
                                           const std::string& text) {
  const std::string start = store + "-" + till + "-";
  if (!text.starts_with(start)) return {};
  ReceiptNumber r;
  size_t at = start.size();
  while (at < text.size() && text[at] >= 'A' && text[at] <= 'Z') r.series += text[at++];
  if (r.series.empty() || at == text.size() || text.size() - at > 18) return {};
  for (; at < text.size(); ++at) {
    if (text[at] < '0' || text[at] > '9') return {};
    r.number = r.number * 10 + (text[at] - '0');
  }
  return r;
}

int64_t take_effect(Session& session, const std::vector<const Letter*>& letters, Instant now,
                    std::vector<std::string>& words) {
  return letters.empty() ? 0 : Effect(session, now, words).take(letters);
}

std::string major_units(int64_t amount, int digits) {
  const uint64_t size =
      amount < 0 ? 0 - static_cast<uint64_t>(amount) : static_cast<uint64_t>(amount);
  std::string text = std::to_string(size);
  if (digits > 0) {
    const auto wanted = static_cast<size_t>(digits) + 1;
    if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
    text.insert(text.size() - static_cast<size_t>(digits), 1, '.');
  }
  return amount < 0 ? "-" + text : text;
}

// Ids are of [A-Za-z0-9_-]: nothing here needs escaping.
std::string sold_events(const std::string& store, const std::string& till,
                        const CompletedSale& sale) {
  const int digits = currency_digits(sale.currency);
  std::string text;
  for (const auto& line : sale.lines) {
    if (!text.empty()) text += '\n';
    text += R"({"transactionId":")" + sale.header.id.value + R"(","productId":")" +
            line.item.id.value + R"(","quantity":)" + to_text(line.quantity) + R"(,"price":)" +
            major_units(line.item.price.minor, digits + line.item.price_scale) +
            R"(,"totalAmount":)" + major_units(line.total.minor, digits) + R"(,"storeId":")" +
            store + R"(","tillId":")" + till + R"(","lineId":)" + std::to_string(line.id) + "}";
  }
  return text;
}

std::string wrong_sum(const CompletedSale& sale) {
  Money lines, tendered;
  uint64_t tax = 0;  // a hostile row's totals may wrap; then they do not fit either
  for (const auto& line : sale.lines) lines += line.total;
  for (const auto& tender : sale.tenders) tendered += tender.amount - tender.change;
  for (const auto& total : sale.taxes) {
    tax += static_cast<uint64_t>(total.tax.minor);
    if (total.net + total.tax != total.gross)
      return "net and tax do not make the gross of a tax rate";
  }
  const std::string total = to_text(sale.total, currency_digits(sale.currency));
  if (lines + sale.rounding != sale.total)
    return "its lines make " + to_text(lines + sale.rounding, currency_digits(sale.currency)) +
           ", its total says " + total;
  if (tendered != sale.total)
    return "its tenders make " + to_text(tendered, currency_digits(sale.currency)) +
           ", its total says " + total;
  return tax == static_cast<uint64_t>(sale.tax.minor) ? ""
                                                      : "the taxes per rate do not make its tax";
}

bool later_receipt(const std::string& store, const std::string& till, const std::string& a,
                   const std::string& b) {
  const auto left = parse_receipt(store, till, a);
  if (!left) return false;
  const auto right = parse_receipt(store, till, b);
  return !right || left->key() > right->key();
}

}  // namespace pos::central

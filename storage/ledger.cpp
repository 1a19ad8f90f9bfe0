#include "storage/ledger.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "storage/gift_cards.h"
#include "storage/ledger_head.h"
#include "storage/store_held.h"
#include "storage/store_returns.h"
#include "sync/hold.h"
#include "sync/planted.h"
#include "sync/wire.h"

namespace pos::storage {

namespace {

std::string series_letters(int64_t series) {
  std::string letters;
  for (; series > 0; series = (series - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (series - 1) % 26));
  }
  return letters;
}

// A UUIDv7's milliseconds must not fall when the clock does: lookups by id stay in order.
std::array<uint8_t, 10> random10() {
  std::array<uint8_t, 10> bytes{};
  const std::string random = sync::random_bytes(bytes.size());
  std::copy(random.begin(), random.end(), bytes.begin());
  return bytes;
}

// What came back of that line, with what is being written, is no more than was sold.
bool within_what_was_sold(Database& database, int64_t sale, int32_t line) {
  Query q(database,
          "SELECT l.quantity - sum(r.quantity), l.total - sum(r.total), l.tax - sum(r.tax)"
          " FROM returned r JOIN sale_line l ON l.sale_id = r.sale_id AND l.line_id = r.line_id"
          " WHERE r.sale_id = ? AND r.line_id = ?");
  q << sale << line;
  return q.row() && !q.null(0) && q.integer(0) >= 0 && q.integer(1) >= 0 && q.integer(2) >= 0;
}

int64_t how_many_wait(Database& database) {
  Query q(database, "SELECT count(*) FROM outbox");
  return q.row() ? q.integer(0) : 0;
}

bool within_what_was_sold(const Returnable& from, int32_t line) {
  for (size_t i = 0; i < from.sale.lines.size(); ++i) {
    const Line& sold = from.sale.lines[i];
    if (sold.id == line) {
      return from.back[i].quantity <= sold.quantity && from.back[i].total <= sold.total &&
             from.back[i].tax <= from.sale.line_taxes[i];
    }
  }
  return false;
}

Error too_much_of(const CompletedSale& sale) {
  return Error("More would come back of receipt " + sale.original_receipt +
               " than was sold: void this return, and start it anew.");
}

std::string portions_text(const Portions& portions) {
  std::string text;
  for (const auto& [line, portion] : portions) {
    text += (text.empty() ? "" : ",") + std::to_string(line) + ":" + std::to_string(portion);
  }
  return text;
}
Portions portions_in(const std::string& text) {
  Portions portions;
  const char* at = text.c_str();
  while (*at) {
    char* end = nullptr;
    const auto line = static_cast<int32_t>(std::strtol(at, &end, 10));
    if (*end != ':') break;
    portions[line] = std::strtoll(end + 1, &end, 10);
    at = *end == ',' ? end + 1 : end;
  }
  return portions;
}

Draft draft_in(const std::string& text) {
  auto read = decode_draft(text);
  if (!read) throw Error("The open sale on disk cannot be read by this version of Leaftill.");
  return std::move(*read);
}

}  // namespace

std::string receipt_text(const std::string& store, const std::string& till, int64_t series,
                         int64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return store + "-" + till + "-" + series_letters(series) + digits;
}

std::optional<int64_t> sale_id_of(std::string_view receipt, const std::string& store,
                                  const std::string& till) {
  const std::string head = store + "-" + till + "-";
  if (receipt.substr(0, head.size()) != head) return {};
  receipt.remove_prefix(head.size());
  int64_t series = 0;
  while (!receipt.empty() && receipt[0] >= 'A' && receipt[0] <= 'Z' && series < 10'000) {
    series = series * 26 + (receipt[0] - 'A' + 1);
    receipt.remove_prefix(1);
  }
  int64_t number = 0;
  const auto [end, error] =
      std::from_chars(receipt.data(), receipt.data() + receipt.size(), number);
  if (series == 0 || error != std::errc() || end != receipt.data() + receipt.size() || number < 1 ||
      number >= int64_t{1} << kSeqBits) {
    return {};
  }
  return series << kSeqBits | number;
}

std::optional<CompletedSale> sale_in(const std::string& body) {
  auto row = sync::decode_row(body);
  if (!row) return {};
  auto* sale = std::get_if<CompletedSale>(&row->fact);
  if (!sale) return {};
  return std::move(*sale);
}

Ledger::Ledger(Database& database, PendingStock& pending, sync::SigningKey key, Ballast* ballast,
               std::function<bool()> told)
    : database_(database),
      pending_(pending),
      key_(std::move(key)),
      ballast_(ballast),
      told_(std::move(told)) {
  const Database::Turn turn(database_, Database::Who::cashier);
  database_.transact(Database::Durability::normal, [&] { remember_key(key_); });
}

TransactionId Ledger::new_transaction_id(Instant now) { return {uuid_v7(now.unix_ms, random10())}; }

Ledger::Head Ledger::head() {
  Query q(database_,
          "SELECT t.store, t.till, e.epoch, t.seq, t.head, t.epoch_no, t.series, t.number,"
          " t.z_number, t.grand_total, t.last_transaction"
          " FROM till t JOIN epoch e ON e.no = t.epoch_no");
  if (!q.row()) throw Error("This database has no till in it: restore a backup.");
  Head h;
  h.place = {q.text(0), q.text(1), q.text(2), q.integer(3), q.text(4)};
  h.epoch_no = q.integer(5);
  h.series = q.integer(6);
  h.number = q.integer(7);
  h.z_number = q.integer(8);
  h.grand_total = {q.integer(9)};
  h.last_transaction = q.text(10);
  return h;
}

// After an unclear commit the same sale may come again: it is answered, not written twice.
Recorded Ledger::already_recorded(const Head& h, const TransactionId& id) {
  Query q(database_, "SELECT sale_id FROM journal WHERE id = ?");
  q << h.row_id();
  const bool sold = q.row() && !q.null(0);
  return {id, sold ? receipt_text(h.place.store, h.place.till, h.series, h.number) : "",
          h.place.epoch, h.place.seq};
}

// The same, where the sync thread began an epoch in between.
std::optional<Recorded> Ledger::recorded_before_epoch(const Head& h, const TransactionId& id) {
  if (!std::exchange(epoch_begun_, false)) return {};
  Query q(database_,
          "SELECT j.id, j.sale_id, e.epoch FROM (SELECT id, sale_id, transaction_id FROM journal"
          " ORDER BY id DESC LIMIT 16) j JOIN epoch e ON e.no = j.id >> 40"
          " WHERE j.transaction_id = ?");
  q << id.value;
  if (!q.row()) return {};
  const int64_t sale = q.null(1) ? 0 : q.integer(1);
  const std::string receipt =
      sale ? receipt_text(h.place.store, h.place.till, sale >> kSeqBits, seq_of(sale)) : "";
  return Recorded{id, receipt, q.text(2), seq_of(q.integer(0))};
}

Recorded Ledger::record(const Fact& fact) { return record_with(fact, {}); }

Recorded Ledger::record_with(const Fact& given, const std::function<void()>& more) {
  sync::hold_at("before_begin");
  const Database::Turn turn(database_, Database::Who::cashier);
  const TransactionId& id = header_of(given).id;
  Head h = head();  // nobody else writes: the one connection, and the door, are ours
  if (h.last_transaction == id.value) return already_recorded(h, id);
  if (const auto before = recorded_before_epoch(h, id)) return *before;
  Recorded recorded;
  const auto* sale = std::get_if<CompletedSale>(&given);
  const PendingStock::Change sold = sale ? sold_in(*sale) : PendingStock::Change{};
  if (sale && sync::planted("the draft goes before the commit")) {
    database_.transact(Database::Durability::normal, [&] { put_draft({}); });
  }
  database_.transact(Database::Durability::full, [&] {
    if (sale) h.number += 1;
    if (sale && sync::planted("receipts are numbered by what waits"))
      h.number = how_many_wait(database_) + 1;
    const std::string receipt =
        sale ? receipt_text(h.place.store, h.place.till, h.series, h.number) : "";
    if (sale) append_gifts(h, *sale, receipt);
    h.place.seq += 1;
    append(h, given, receipt);
    if (sale) h.grand_total += Money{keep_sale(h, *sale)};
    keep_deltas(h, sold);
    keep_shift(h, given);
    if (std::holds_alternative<ShiftClosed>(given)) h.z_number += 1;
    move_head(h, id);
    // Only a sale that nobody heard of yet leaves the draft without a word (Draft::just_sold).
    if (sale) Query(database_, "UPDATE draft SET body = ''").run();
    if (sale) Query(database_, "DELETE FROM claim WHERE by = ?").operator<<(id.value).run();
    if (std::holds_alternative<SaleVoided>(given)) put_draft({});
    if (more) more();
    recorded = {id, receipt, h.place.epoch, h.place.seq};
    sync::hold_at("in_transaction");
  });
  pending_.add(sold);
  sync::hold_at("after_commit");
  return recorded;
}

void Ledger::append(Head& h, const Fact& fact, const std::string& receipt) {
  settle_key();
  const std::string body = sync::encode(h.place, fact, receipt);
  assert(body.size() <= sync::kMaxRowBytes);
  const std::string hash = sync::row_hash(*sync::unhex(h.place.prev), body);
  h.hash = sync::hex(hash);
  Query q(
      database_,
      "INSERT INTO journal (id, type, transaction_id, sale_id, at, key_id, hash, signature, body)"
      " VALUES (?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?)");
  const std::string type = sync::type_of(fact);
  q << h.row_id() << type << header_of(fact).id.value << (receipt.empty() ? 0 : h.sale_id())
    << header_of(fact).at.unix_ms << key_.id;
  q.blob(hash).blob(sync::sign(key_, hash)) << body;
  q.run();
  Query out(database_, "INSERT INTO outbox (id) VALUES (?)");
  out << h.row_id();
  out.run();
}

// Before the sale's own row, which must be the last of its commit: by it a repeated record() is
// known.
void Ledger::append_gifts(Head& h, const CompletedSale& sale, const std::string& receipt) {
  const auto add = [&](auto gift, const std::string& card, Money amount) {
    gift.header = sale.header;
    gift.header.id = new_transaction_id(sale.header.at);
    gift.card = card;
    gift.receipt = receipt;
    gift.sale = sale.header.id;
    gift.amount = amount;
    h.place.seq += 1;
    append(h, gift, "");
    h.place.prev = h.hash;
  };
  for (const Line& l : sale.lines) {
    if (is_gift_card(l.item)) add(GiftIssued{}, l.code, l.total);
  }
  for (const Tender& t : sale.tenders) {
    if (t.kind != TenderKind::gift || t.reference.empty()) continue;
    // Money that is given back goes onto the card.
    if (t.amount.minor < 0) add(GiftIssued{}, t.reference, -t.amount);
    if (t.amount.minor > 0) add(GiftRedeemed{}, t.reference, t.amount);
  }
}

// Returns what the sale adds to the grand total.
int64_t Ledger::keep_sale(const Head& h, const CompletedSale& sale) {
  Money lines, tendered;
  for (const Line& l : sale.lines) lines += l.total;
  for (const Tender& t : sale.tenders) tendered += t.amount - t.change;
  Query q(database_,
          "INSERT INTO sale (id, journal_id, shift_no, at, cashier, total, tax, rounding, tendered,"
          " lines) VALUES (?, ?, (SELECT max(no) FROM shift), ?, ?, ?, ?, ?, ?, ?)");
  q << h.sale_id() << h.row_id() << sale.header.at.unix_ms << sale.header.cashier.value
    << sale.total.minor << sale.tax.minor << sale.rounding.minor << tendered.minor << lines.minor;
  q.run();
  for (size_t i = 0; i < sale.lines.size(); ++i) {
    const Line& l = sale.lines[i];
    Query line(database_,
               "INSERT INTO sale_line (sale_id, line_id, product_id, category, quantity, price,"
               " price_version, discount, total, tax_rate, tax) VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    line << h.sale_id() << l.id << l.item.id.value << l.item.category << l.quantity.milli
         << l.item.price.minor << l.item.price_version << l.discount.minor << l.total.minor
         << l.item.tax_rate.ppm << sale.line_taxes[i].minor;
    line.run();
  }
  for (size_t i = 0; i < sale.tenders.size(); ++i) {
    const Tender& t = sale.tenders[i];
    const std::string kind = to_word(t.kind);
    Query tender(database_,
                 "INSERT INTO tender (sale_id, no, kind, amount, change, reference)"
                 " VALUES (?, ?, ?, ?, ?, ?)");
    tender << h.sale_id() << static_cast<int64_t>(i + 1) << kind << t.amount.minor << t.change.minor
           << t.reference;
    tender.run();
  }
  keep_returned(h, sale);
  return sale.total.minor;
}

void Ledger::keep_deltas(const Head& h, const PendingStock::Change& sold) {
  for (const auto& [product, quantity] : sold) {
    Query delta(database_,
                "INSERT INTO stock_delta (journal_id, product_id, quantity) VALUES (?, ?, ?)");
    delta << h.row_id() << product << quantity;
    delta.run();
  }
}

void Ledger::keep_returned(const Head& h, const CompletedSale& sale) {
  if (sale.original.empty()) return;
  const auto original = sale_id_of(sale.original_receipt, h.place.store, h.place.till);
  if (!original) return keep_neighbours(h, sale);
  for (size_t i = 0; i < sale.lines.size(); ++i) {
    const Line& l = sale.lines[i];
    if (l.original_line == 0) continue;
    Query back(database_,
               "INSERT INTO returned (return_id, return_line, sale_id, line_id, quantity, total,"
               " tax, discount) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    back << h.sale_id() << l.id << *original << l.original_line << -l.quantity.milli
         << -l.total.minor << -sale.line_taxes[i].minor << -l.discount.minor;
    back.run();
    if (!within_what_was_sold(database_, *original, l.original_line)) throw too_much_of(sale);
  }
}

// Goods of a neighbour's receipt.
void Ledger::keep_neighbours(const Head& h, const CompletedSale& sale) {
  keep_store_return(database_, h.place.till, sale);
  auto from = neighbours_sale(database_, sale.original_receipt);
  if (!from || from->sale.header.id != sale.original) throw too_much_of(sale);
  add_store_returns(database_, *from);
  for (const Line& l : sale.lines) {
    if (l.original_line != 0 && !within_what_was_sold(*from, l.original_line))
      throw too_much_of(sale);
  }
}

void Ledger::keep_shift(const Head& h, const Fact& fact) {
  if (const auto* opened = std::get_if<ShiftOpened>(&fact)) {
    Query q(database_,
            "INSERT INTO shift (shift_id, opened_by, business_date, opened_at, float_amount,"
            " first_sale) VALUES (?, ?, ?, ?, ?, ?)");
    q << opened->header.shift.value << opened->header.cashier.value << opened->header.business_date
      << opened->header.at.unix_ms << opened->float_amount.minor << h.sale_id();
    q.run();
  }
  if (const auto* closed = std::get_if<ShiftClosed>(&fact)) {
    Query q(database_,
            "UPDATE shift SET closed_at = ?, z_number = ?, counted = ?, closing = ?"
            " WHERE closed_at IS NULL");
    q << closed->header.at.unix_ms << closed->z_number << closed->counted.minor << h.row_id();
    q.run();
  }
  if (const auto* moved = std::get_if<CashMoved>(&fact)) {
    Query q(database_, "UPDATE shift SET cash_moved = cash_moved + ? WHERE closed_at IS NULL");
    q << moved->in.minor;
    q.run();
  }
}

void Ledger::move_head(const Head& h, const TransactionId& id) {
  Query q(database_,
          "UPDATE till SET seq = ?, head = ?, number = ?, z_number = ?, grand_total = ?,"
          " last_transaction = ?");
  q << h.place.seq << h.hash << h.number << h.z_number << h.grand_total.minor << id.value;
  q.run();
}

size_t Ledger::size_of(const Fact& fact) {
  // Numbers of full length, so that the figure is never too small.
  const sync::Place place{std::string(12, 's'), std::string(12, 't'), std::string(16, 'e'),
                          int64_t{1} << kSeqBits, sync::kZeroHash};
  return sync::encode(place, fact, std::string(40, 'r')).size();
}

void Ledger::save_draft(const Draft& draft) {
  sync::hold_at("scan");
  const Database::Turn turn(database_, Database::Who::cashier);
  database_.transact(Database::Durability::normal, [&] { put_draft(draft); });
}

void Ledger::put_draft(const Draft& draft) {
  const std::string body = encode(draft);
  Query q(database_, "UPDATE draft SET body = ?");
  q << body;
  q.run();
}

Draft Ledger::load_draft() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT body, training FROM draft");
  Draft draft;
  draft.just_sold = true;
  if (!q.row()) return draft;
  const bool training = q.integer(1) != 0;
  if (!q.text(0).empty()) draft = draft_in(q.text(0));
  draft.training = training;
  return draft;
}

void Ledger::hold(const TillNoted& note, const HeldSale& held) {
  record_with(note, [&] {
    const std::string body = encode(Draft{held.by, held.sale});
    Query q(database_,
            "INSERT INTO held (held_id, name, held_by, held_at, body, hold_id, told)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)");
    const bool told = !note.held_sale.empty() && (!told_ || told_());
    q << held.id() << held.name << held.by.value << held.at.unix_ms << body << note.header.id.value
      << static_cast<int>(told);
    q.run();
    put_draft({});
  });
}

void Ledger::recall(const TillNoted& note, const HeldSale& held) {
  record_with(note, [&] {
    if (held.till.empty()) {
      Query q(database_, "DELETE FROM held WHERE held_id = ?");
      q << held.id();
      q.run();
    } else {
      end_store_hold(database_, held.hold);
    }
    const std::string thing = held_thing(held);
    Query claim(database_, "DELETE FROM claim WHERE thing = ?");
    claim << thing;
    claim.run();
    put_draft({note.header.cashier, held.sale});
  });
}

std::vector<HeldSale> Ledger::held() {
  const Database::Turn turn(database_, Database::Who::cashier);
  std::vector<HeldSale> all;
  {
    Query q(database_, "SELECT name, held_by, held_at, body, hold_id, told FROM held ORDER BY no");
    while (q.row()) {
      all.push_back({q.text(0),
                     {q.text(1)},
                     {q.integer(2)},
                     draft_in(q.text(3)).sale,
                     {q.text(4)},
                     {},
                     q.integer(5) != 0});
    }
  }
  for (HeldSale& held : store_held(database_)) all.push_back(std::move(held));
  return all;
}

bool Ledger::has_neighbours() {
  const Database::Turn turn(database_, Database::Who::cashier);
  return storage::has_neighbours(database_);
}

void Ledger::tell_held() {
  const Database::Turn turn(database_, Database::Who::sync);
  database_.transact(Database::Durability::full, [&] {
    Query(database_, "UPDATE held SET told = 1 WHERE told = 0 AND hold_id <> ''").run();
  });
}

void Ledger::set_training(const TillNoted& note, bool on) {
  record_with(note, [&] {
    const std::string empty = encode(Draft{});  // a sale in doubt stays so
    Query q(database_,
            "UPDATE draft SET training = ?, body = CASE body WHEN '' THEN '' ELSE ? END");
    q << static_cast<int>(on) << empty;
    q.run();
  });
}

std::optional<Shift> Ledger::shift() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_,
          "SELECT shift_id, opened_by, business_date, opened_at, float_amount FROM shift"
          " WHERE closed_at IS NULL");
  if (!q.row()) return {};
  return Shift{{q.text(0)}, {q.text(1)}, q.text(2), {q.integer(3)}, {q.integer(4)}};
}

ShiftClosed Ledger::shift_totals() {
  const Database::Turn turn(database_, Database::Who::cashier);
  const Head h = head();
  ShiftClosed z;
  z.z_number = h.z_number + 1;
  z.grand_total = h.grand_total;
  int64_t shift_no = 0, first = 0;
  {
    Query q(database_,
            "SELECT no, float_amount, first_sale, cash_moved FROM shift WHERE closed_at IS NULL");
    if (!q.row()) return z;
    z.cash_moved = {q.integer(3)};
    shift_no = q.integer(0);
    z.float_amount = {q.integer(1)};
    first = q.integer(2);
  }
  const auto sums = [&](const char* sql, std::vector<AmountOf>& out) {
    Query q(database_, sql);
    q << first << shift_no;
    while (q.row()) out.push_back({q.text(0), {q.integer(1)}});
  };
  {
    Query q(database_,
            "SELECT count(*), min(id), max(id), coalesce(sum(total), 0), coalesce(sum(rounding), 0)"
            " FROM sale WHERE id > ? AND shift_no = ?");
    q << first << shift_no;
    q.row();
    z.sales = q.integer(0);
    z.turnover = {q.integer(3)};
    z.rounding = {q.integer(4)};
    const auto receipt = [&](int64_t id) {
      return receipt_text(h.place.store, h.place.till, id >> kSeqBits, seq_of(id));
    };
    if (z.sales > 0)
      z.first_receipt = receipt(q.integer(1)), z.last_receipt = receipt(q.integer(2));
  }
  {
    Query q(
        database_,
        "SELECT l.tax_rate, sum(l.total), sum(l.tax) FROM sale s JOIN sale_line l ON l.sale_id ="
        " s.id WHERE s.id > ? AND s.shift_no = ? GROUP BY l.tax_rate ORDER BY l.tax_rate");
    q << first << shift_no;
    while (q.row()) {
      const Money gross{q.integer(1)}, tax{q.integer(2)};
      z.taxes.push_back({{q.integer(0)}, gross - tax, tax, gross});
    }
  }
  sums(
      "SELECT t.kind, sum(t.amount - t.change) FROM sale s JOIN tender t ON t.sale_id = s.id"
      " WHERE s.id > ? AND s.shift_no = ? GROUP BY t.kind ORDER BY t.kind",
      z.tenders);
  sums(
      "SELECT l.category, sum(l.total) FROM sale s JOIN sale_line l ON l.sale_id = s.id"
      " WHERE s.id > ? AND s.shift_no = ? GROUP BY l.category ORDER BY l.category",
      z.categories);
  sums(
      "SELECT cashier, sum(total) FROM sale WHERE id > ? AND shift_no = ? GROUP BY cashier"
      " ORDER BY cashier",
      z.cashiers);
  z.expected = z.float_amount + z.cash_moved;
  {
    Query q(database_,
            "SELECT count(DISTINCT s.id), coalesce(sum(l.total), 0) FROM sale s JOIN sale_line l ON"
            " l.sale_id = s.id WHERE s.id > ? AND s.shift_no = ? AND l.quantity < 0");
    q << first << shift_no;
    q.row();
    z.returns = q.integer(0);
    z.returned = {q.integer(1)};
  }
  for (const AmountOf& t : z.tenders) {
    if (t.key == to_word(TenderKind::cash)) z.expected += t.amount;
  }
  return z;
}

std::optional<ShiftClosed> Ledger::z_report(int64_t number) {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_,
          "SELECT j.body FROM shift s JOIN journal j ON j.id = s.closing WHERE s.z_number = ?");
  q << number;
  if (!q.row()) return {};
  auto row = sync::decode_row(q.text(0));
  auto* closed = row ? std::get_if<ShiftClosed>(&row->fact) : nullptr;
  if (!closed) return {};
  return std::move(*closed);
}

Instant Ledger::last_recorded() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT at FROM journal ORDER BY id DESC LIMIT 1");
  return {q.row() ? q.integer(0) : 0};
}

std::optional<CompletedSale> Ledger::sale(std::string_view receipt) {
  const Database::Turn turn(database_, Database::Who::cashier);
  const Head h = head();
  const auto id = sale_id_of(receipt, h.place.store, h.place.till);
  if (!id) return {};
  Query q(database_,
          "SELECT j.body FROM sale s JOIN journal j ON j.id = s.journal_id WHERE s.id = ?");
  q << *id;
  return q.row() ? sale_in(q.text(0)) : std::nullopt;
}

std::optional<Returnable> Ledger::returnable(std::string_view receipt) {
  auto found = sale(receipt);
  const Database::Turn turn(database_, Database::Who::cashier);
  if (!found) {
    auto from = neighbours_sale(database_, receipt);
    if (from) add_store_returns(database_, *from);
    return from;
  }
  const Head h = head();
  Returnable from{std::move(*found), {}, {}, {}};
  from.back.resize(from.sale.lines.size());
  Query q(database_,
          "SELECT l.line_id, l.category, coalesce(sum(r.quantity), 0), coalesce(sum(r.total), 0),"
          " coalesce(sum(r.tax), 0), coalesce(sum(r.discount), 0) FROM sale_line l LEFT JOIN"
          " returned r ON r.sale_id = l.sale_id AND r.line_id = l.line_id WHERE l.sale_id = ?"
          " GROUP BY l.line_id");
  q << *sale_id_of(receipt, h.place.store, h.place.till);
  while (q.row()) {
    for (size_t i = 0; i < from.sale.lines.size(); ++i) {
      if (from.sale.lines[i].id != q.integer(0)) continue;
      from.sale.lines[i].item.category = q.text(1);
      from.back[i] = {{q.integer(2)}, {q.integer(3)}, {q.integer(4)}, {q.integer(5)}};
    }
  }
  Query by(database_,
           "SELECT j.transaction_id, r.line_id, r.quantity FROM returned r JOIN sale s ON s.id ="
           " r.return_id JOIN journal j ON j.id = s.journal_id WHERE r.sale_id = ?");
  by << *sale_id_of(receipt, h.place.store, h.place.till);
  while (by.row()) {
    from.taken.push_back(
        {by.text(0), h.place.till, {{static_cast<int32_t>(by.integer(1)), by.integer(2)}}});
  }
  add_store_returns(database_, from);
  return from;
}

void Ledger::note_claim(const OpenClaim& claim) {
  const Database::Turn turn(database_, Database::Who::cashier);
  const std::string wanted = portions_text(claim.wanted);
  database_.transact(Database::Durability::full, [&] {
    Query q(database_,
            "INSERT INTO claim (thing, by, wanted) VALUES (?, ?, ?) ON CONFLICT (thing, by) DO"
            " UPDATE SET wanted = excluded.wanted");
    q << claim.of << claim.by << wanted;
    q.run();
  });
}

void Ledger::forget_claim(const OpenClaim& claim) {
  const Database::Turn turn(database_, Database::Who::cashier);
  database_.transact(Database::Durability::normal, [&] {
    Query q(database_, "DELETE FROM claim WHERE thing = ? AND by = ?");
    q << claim.of << claim.by;
    q.run();
  });
}

std::vector<OpenClaim> Ledger::open_claims() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_, "SELECT thing, by, wanted FROM claim");
  std::vector<OpenClaim> all;
  while (q.row()) all.push_back({q.text(0), q.text(1), portions_in(q.text(2))});
  return all;
}

GiftCard Ledger::gift_card(std::string_view card) {
  const Database::Turn turn(database_, Database::Who::cashier);
  return known_gift_card(database_, card);
}

std::optional<CompletedSale> Ledger::last_sale() {
  const Database::Turn turn(database_, Database::Who::cashier);
  Query q(database_,
          "SELECT j.body FROM sale s JOIN journal j ON j.id = s.journal_id ORDER BY s.id DESC"
          " LIMIT 1");
  return q.row() ? sale_in(q.text(0)) : std::nullopt;
}

std::vector<JournalEntry> Ledger::journal(int64_t after, int limit) {
  const Database::Turn turn(database_, Database::Who::cashier);
  const Head h = head();
  Query q(database_,
          "SELECT j.id, j.type, j.transaction_id, j.sale_id, j.body,"
          " j.id NOT IN (SELECT id FROM outbox)"
          " FROM journal j WHERE j.id > ? ORDER BY j.id LIMIT ?");
  q << journal_id(h.epoch_no, after) << limit;
  std::vector<JournalEntry> rows;
  while (q.row()) {
    const int64_t sale = q.integer(3);
    rows.push_back(
        {h.place.epoch,
         seq_of(q.integer(0)),
         q.text(1),
         sale ? receipt_text(h.place.store, h.place.till, sale >> kSeqBits, seq_of(sale)) : "",
         {q.text(2)},
         q.text(4),
         q.integer(5) != 0});
  }
  return rows;
}

}  // namespace pos::storage

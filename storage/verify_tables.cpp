#include "storage/verify_tables.h"

#include <map>

#include "pos/draft.h"
#include "sync/seal.h"

namespace pos::storage {
namespace {

// The row that a query is at, column by column, held against what the bytes say.
class Columns {
 public:
  explicit Columns(const Query& q) : q_(q) {}
  Columns& is(int64_t value) { return put(!q_.null(at_) && q_.integer(at_) == value); }
  Columns& is(Money value) { return is(value.minor); }
  Columns& is(const std::string& value) { return put(!q_.null(at_) && q_.text(at_) == value); }
  bool agree() const { return agree_; }

 private:
  Columns& put(bool same) {
    agree_ = agree_ && same;
    ++at_;
    return *this;
  }
  const Query& q_;
  int at_ = 0;
  bool agree_ = true;
};

bool sale_agrees(Database& db, int64_t journal_id, int64_t sale_id, int64_t shift_no,
                 const CompletedSale& sale) {
  Money lines, tendered;
  for (const Line& l : sale.lines) lines += l.total;
  for (const Tender& t : sale.tenders) tendered += t.amount - t.change;
  Query q(db,
          "SELECT journal_id, shift_no, at, cashier, total, tax, rounding, tendered, lines"
          " FROM sale WHERE id = ?");
  q << sale_id;
  return q.row() && Columns(q)
                        .is(journal_id)
                        .is(shift_no)
                        .is(sale.header.at.unix_ms)
                        .is(sale.header.cashier.value)
                        .is(sale.total)
                        .is(sale.tax)
                        .is(sale.rounding)
                        .is(tendered)
                        .is(lines)
                        .agree();
}

bool lines_agree(Database& db, int64_t sale_id, const CompletedSale& sale) {
  Query q(db,
          "SELECT line_id, product_id, quantity, price, price_version, discount, total, tax_rate,"
          " tax FROM sale_line WHERE sale_id = ? ORDER BY line_id");
  q << sale_id;
  for (size_t i = 0; i < sale.lines.size(); ++i) {
    const Line& l = sale.lines[i];
    const bool same = q.row() && Columns(q)
                                     .is(l.id)
                                     .is(l.item.id.value)
                                     .is(l.quantity.milli)
                                     .is(l.item.price)
                                     .is(l.item.price_version)
                                     .is(l.discount)
                                     .is(l.total)
                                     .is(l.item.tax_rate.ppm)
                                     .is(sale.line_taxes[i])
                                     .agree();
    if (!same) return false;
  }
  return !q.row();
}

bool tenders_agree(Database& db, int64_t sale_id, const CompletedSale& sale) {
  Query q(db,
          "SELECT no, kind, amount, change, reference FROM tender WHERE sale_id = ? ORDER BY no");
  q << sale_id;
  int64_t no = 0;
  for (const Tender& t : sale.tenders) {
    const std::string kind = to_word(t.kind);
    if (!q.row() || !Columns(q).is(++no).is(kind).is(t.amount).is(t.change).is(t.reference).agree())
      return false;
  }
  return !q.row();
}

// What this sale took back, line by line, and of a sale that is the one it names.
bool returns_agree(Database& db, int64_t sale_id, const CompletedSale& sale) {
  Query q(db,
          "SELECT r.return_line, r.line_id, r.quantity, r.total, r.tax, r.discount,"
          " j.transaction_id FROM returned r LEFT JOIN sale s ON s.id = r.sale_id LEFT JOIN journal"
          " j ON j.id = s.journal_id WHERE r.return_id = ?1 UNION ALL SELECT r.return_line,"
          " r.line_id, r.quantity, r.total, r.tax, r.discount, r.original FROM store_return r"
          " WHERE r.transaction_id = ?2 AND r.receipt = ?3 ORDER BY 1");
  q << sale_id << sale.header.id.value << sale.original_receipt;
  for (size_t i = 0; i < sale.lines.size(); ++i) {
    const Line& l = sale.lines[i];
    if (l.original_line == 0 || sale.original_receipt.empty()) continue;
    const bool same = q.row() && Columns(q)
                                     .is(l.id)
                                     .is(l.original_line)
                                     .is(-l.quantity.milli)
                                     .is(-l.total)
                                     .is(-sale.line_taxes[i])
                                     .is(-l.discount)
                                     .is(sale.original.value)
                                     .agree();
    if (!same) return false;
  }
  return !q.row();
}

// Up to this return, no more came back of any line that it names than was sold.
bool sold_enough(Database& db, int64_t sale_id) {
  Query q(db,
          "SELECT 1 FROM returned r JOIN sale_line l ON l.sale_id = r.sale_id AND l.line_id ="
          " r.line_id JOIN returned a ON a.sale_id = r.sale_id AND a.line_id = r.line_id AND"
          " a.return_id <= r.return_id WHERE r.return_id = ? GROUP BY r.return_line HAVING"
          " sum(a.quantity) > l.quantity OR sum(a.total) > l.total OR sum(a.tax) > l.tax");
  q << sale_id;
  return !q.row();
}

int64_t count(Database& db, const char* sql) {
  Query q(db, sql);
  q.row();
  return q.integer(0);
}

bool any_between(Database& db, const char* sql, int64_t after, int64_t before) {
  Query q(db, sql);
  q << after << before;
  return q.row();
}

}  // namespace

std::string fault_of_sale(Database& db, int64_t journal_id, int64_t sale_id, int64_t shift_no,
                          const CompletedSale& sale) {
  if (!sale_agrees(db, journal_id, sale_id, shift_no, sale)) return "the table `sale`";
  if (!lines_agree(db, sale_id, sale)) return "the table `sale_line`";
  if (!tenders_agree(db, sale_id, sale)) return "the table `tender`";
  if (!returns_agree(db, sale_id, sale)) return "the table `returned`";
  if (!sold_enough(db, sale_id)) return "it gives back more than was sold; what was sold";
  return {};
}

std::string fault_of_opened(Database& db, int64_t shift_no, int64_t last_sale_before,
                            const ShiftOpened& opened) {
  Query q(db,
          "SELECT shift_id, opened_by, business_date, opened_at, float_amount, first_sale FROM"
          " shift WHERE no = ?");
  q << shift_no;
  const bool same = q.row() && Columns(q)
                                   .is(opened.header.shift.value)
                                   .is(opened.header.cashier.value)
                                   .is(opened.header.business_date)
                                   .is(opened.header.at.unix_ms)
                                   .is(opened.float_amount)
                                   .is(last_sale_before)
                                   .agree();
  return same ? "" : "the table `shift`";
}

std::string fault_of_closed(Database& db, int64_t journal_id, int64_t shift_no,
                            const ShiftClosed& z) {
  {
    Query q(db, "SELECT closed_at, z_number, counted, cash_moved, closing FROM shift WHERE no = ?");
    q << shift_no;
    if (!q.row() || !Columns(q)
                         .is(z.header.at.unix_ms)
                         .is(z.z_number)
                         .is(z.counted)
                         .is(z.cash_moved)
                         .is(journal_id)
                         .agree()) {
      return "the table `shift`";
    }
  }
  Query q(db,
          "SELECT l.category, sum(l.total) FROM shift h JOIN sale s ON s.id > h.first_sale AND"
          " s.shift_no = h.no JOIN sale_line l ON l.sale_id = s.id WHERE h.no = ?"
          " GROUP BY l.category ORDER BY l.category");
  q << shift_no;
  for (const AmountOf& category : z.categories) {
    if (!q.row() || !Columns(q).is(category.key).is(category.amount).agree()) {
      return "a category in the table `sale_line`";
    }
  }
  return q.row() ? "a category in the table `sale_line`" : "";
}

std::string fault_of_waiting(Database& db, int64_t journal_id, const CompletedSale* sale) {
  bool waits = false, should = false;
  {
    Query q(db,
            "SELECT ?1 & 0xffffffffff > e.settled_seq, EXISTS (SELECT 1 FROM outbox WHERE id = ?1)"
            " FROM epoch e WHERE e.no = ?1 >> 40");
    q << journal_id;
    q.row();
    should = q.integer(0) != 0;
    waits = q.integer(1) != 0;
  }
  if (waits != should) {
    return waits ? "it waits in the outbox though it is settled; that"
                 : "it is missing in the outbox, so that central may never get it; that";
  }
  std::map<std::string, int64_t> sold;
  if (waits && sale) {
    for (const Line& l : sale->lines) {
      if (!is_gift_card(l.item)) sold[l.item.id.value] += l.quantity.milli;
    }
  }
  Query q(db, "SELECT product_id, quantity FROM stock_delta WHERE journal_id = ? ORDER BY 1");
  q << journal_id;
  for (const auto& [product, quantity] : sold) {
    if (!q.row() || !Columns(q).is(product).is(quantity).agree()) return "the table `stock_delta`";
  }
  return q.row() ? "the table `stock_delta`" : "";
}

std::string strangers_among_rows(Database& db, int64_t after, int64_t before) {
  if (any_between(db, "SELECT 1 FROM outbox WHERE id > ? AND id < ? LIMIT 1", after, before)) {
    return "outbox: a row waits there that the journal does not have";
  }
  if (any_between(db, "SELECT 1 FROM stock_delta WHERE journal_id > ? AND journal_id < ? LIMIT 1",
                  after, before)) {
    return "stock_delta: something is taken from the stock that the journal does not have";
  }
  return {};
}

std::string strangers_among_sales(Database& db, int64_t after, int64_t before) {
  if (any_between(db, "SELECT 1 FROM sale WHERE id > ? AND id < ? LIMIT 1", after, before)) {
    return "sale: a sale stands there that the journal does not have";
  }
  if (any_between(db, "SELECT 1 FROM sale_line WHERE sale_id > ? AND sale_id < ? LIMIT 1", after,
                  before)) {
    return "sale_line: a line stands there of no sale";
  }
  if (any_between(db, "SELECT 1 FROM tender WHERE sale_id > ? AND sale_id < ? LIMIT 1", after,
                  before)) {
    return "tender: a tender stands there of no sale";
  }
  if (any_between(db, "SELECT 1 FROM returned WHERE return_id > ? AND return_id < ? LIMIT 1", after,
                  before)) {
    return "returned: something came back there with no sale";
  }
  return {};
}

std::vector<std::string> faults_of_small_tables(Database& db, int64_t begin,
                                                const JournalsEnd& end) {
  std::vector<std::string> faults;
  // The oldest shifts go with their rows; the numbers of the others have no gap.
  if (count(db, "SELECT coalesce(max(no), 0) FROM shift") != end.last_shift_no ||
      count(db, "SELECT coalesce(max(no) - min(no) + 1 - count(*), 0) FROM shift") != 0 ||
      (begin == 0 && count(db, "SELECT coalesce(min(no), 1) FROM shift") != 1)) {
    faults.push_back("shift: there are not the shifts that the journal has");
  }
  if (count(db,
            "SELECT count(*) FROM shift WHERE closed_at IS NULL AND z_number IS NULL AND"
            " counted IS NULL AND closing IS NULL") != (end.shift_is_open ? 1 : 0)) {
    faults.push_back("shift: what is open there is not what the journal left open");
  }
  if (end.shift_is_open &&
      count(db, "SELECT cash_moved FROM shift WHERE closed_at IS NULL") != end.cash_moved.minor) {
    faults.push_back("shift: the cash moved in and out is not what the journal says");
  }
  Query held(db, "SELECT held_id, body FROM held");
  while (held.row()) {
    const auto draft = decode_draft(held.text(1));
    if (!draft || draft->sale.id().value != held.text(0)) {
      faults.push_back("held: the sale " + held.text(0) + " cannot be read");
    }
  }
  Query settled(
      db,
      "SELECT count(*) FROM epoch e WHERE settled_seq <> 0 AND e.no << 40 | settled_seq > ?"
      " AND NOT EXISTS (SELECT 1 FROM journal WHERE id = e.no << 40 | settled_seq)");
  settled << begin;
  settled.row();
  if (settled.integer(0) != 0) {
    faults.push_back("epoch: more is settled there than was ever written");
  }
  Query keys(db, "SELECT key_id, public_key FROM signing_key");
  while (keys.row()) {
    if (sync::key_id(keys.text(1)) != keys.text(0)) {
      faults.push_back("signing_key: the key " + keys.text(0) + " is not the one of that name");
    }
  }
  return faults;
}

}  // namespace pos::storage

#include "storage/verify.h"

#include <algorithm>
#include <limits>
#include <map>

#include "storage/ledger.h"
#include "storage/provision.h"
#include "storage/pruner.h"
#include "storage/verify_tables.h"
#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::storage {
namespace {

constexpr int64_t kVerifiedATurn = 30;  // rows a turn: at most 5 ms

struct StoredRow {
  int64_t id = 0;
  std::optional<int64_t> sale_id;
  int64_t at = 0;
  std::string type, transaction_id, key_id, hash, signature, body;
};

class Verification {
 public:
  explicit Verification(Database& database) : database_(database), till_(identity(database)) {
    const Database::Turn turn(database_, Database::Who::sync);
    Query epochs(database_, "SELECT no, epoch FROM epoch");
    while (epochs.row()) epochs_[epochs.integer(0)] = epochs.text(1);
    Query keys(database_, "SELECT key_id, public_key FROM signing_key");
    while (keys.row()) keys_[keys.text(0)] = keys.text(1);
    if (const auto begin = journal_begin(database_)) begin_at(*begin);
  }

  VerifyReport run() {
    while (step()) {
    }
    return report_;
  }

 private:
  // One slice with the door held, so that a row and its tables are seen at one moment.
  bool step() {
    const Database::Turn turn(database_, Database::Who::sync);
    const std::vector<StoredRow> rows = slice();
    for (const StoredRow& row : rows) {
      if (report_.faults.size() >= kMaxFaults) return false;
      check(row);
    }
    if (rows.empty()) check_end();
    return !rows.empty();
  }

  std::vector<StoredRow> slice() {
    Query q(database_,
            "SELECT id, sale_id, type, transaction_id, key_id, hash, signature, body, at"
            " FROM journal WHERE id > ? ORDER BY id LIMIT ?");
    q << last_id_ << kVerifiedATurn;
    std::vector<StoredRow> rows;
    while (q.row()) {
      StoredRow row{q.integer(0), {},        q.integer(8), q.text(2), q.text(3),
                    q.text(4),    q.text(5), q.text(6),    q.text(7)};
      if (!q.null(1)) row.sale_id = q.integer(1);
      rows.push_back(std::move(row));
    }
    return rows;
  }

  // Where the signed row says that pruning has stopped; that row itself is checked in its turn.
  void begin_at(const JournalBegin& begin) {
    const Pruned& p = begin.pruned;
    begin_ = last_id_ = begin.boundary;
    epoch_no_ = epoch_no_of(begin.boundary);
    seq_ = p.last.seq;
    head_ = p.last.hash;
    if (const auto sale = sale_id_of(p.last_receipt, till_.store, till_.till))
      last_sale_ = last_stored_sale_ = *sale;
    shift_no_ = p.shifts;
    z_number_ = p.z_number;
    shift_is_open_ = p.shift_is_open;
    grand_total_ = p.grand_total;
    report_.pruned_rows = p.rows;
  }

  std::string where(int64_t id) const {
    const auto epoch = epochs_.find(epoch_no_of(id));
    return "row " + std::to_string(seq_of(id)) + " of epoch " +
           (epoch == epochs_.end() ? "?" : epoch->second);
  }
  void fault(int64_t id, const std::string& what) {
    report_.faults.push_back(where(id) + ": " + what);
  }
  void fault(const StoredRow& row, const std::string& what) { fault(row.id, what); }

  void check(const StoredRow& row) {
    ++report_.rows;
    place(row);
    said(strangers_among_rows(database_, last_id_, row.id));
    last_id_ = row.id;
    if (!epochs_.contains(epoch_no_of(row.id))) return;
    check_bytes(row);
    head_ = sync::hex(row.hash);
    last_transaction_ = row.transaction_id;
  }

  // Where the row stands, and what is missing in front of it.
  void place(const StoredRow& row) {
    if (!epochs_.contains(epoch_no_of(row.id))) {
      return fault(row, "stands in an epoch that this till never had: inserted, or moved there");
    }
    if (epoch_no_of(row.id) != epoch_no_) {
      if (epoch_no_ != 0) end_before_ = {epochs_.at(epoch_no_), seq_, head_};
      epoch_no_ = epoch_no_of(row.id);
      seq_ = 0;
      head_ = sync::kZeroHash;
    }
    if (seq_of(row.id) != seq_ + 1) {
      fault(journal_id(epoch_no_, seq_ + 1),
            "is missing; the next that is there is row " + std::to_string(seq_of(row.id)));
    }
    seq_ = seq_of(row.id);
  }

  void check_bytes(const StoredRow& row) {
    if (sync::row_hash(*sync::unhex(head_), row.body) != row.hash) {
      fault(row,
            "the bytes do not match their hash and the row before: edited, swapped or inserted");
    }
    const auto key = keys_.find(row.key_id);
    if (key == keys_.end() || !sync::verify(key->second, row.hash, row.signature)) {
      fault(row, "the signature is not this till's");
    }
    const auto read = sync::decode_row(row.body);
    if (!read) return fault(row, "cannot be read");
    const sync::Place& p = read->place;
    if (p.store != till_.store || p.till != till_.till || p.seq != seq_ || p.prev != head_ ||
        p.epoch != epochs_.at(epoch_no_)) {
      fault(row, "says another place than it stands in");
    }
    if (seq_ == 1) check_fork(row, read->fact);
    if (const auto* noted = std::get_if<TillNoted>(&read->fact)) check_next_receipt(row, *noted);
    const FactHeader& header = header_of(read->fact);
    const auto* sale = std::get_if<CompletedSale>(&read->fact);
    if (header.id.value != row.transaction_id || read->type != row.type ||
        header.at.unix_ms != row.at || row.sale_id.has_value() != (sale != nullptr)) {
      fault(row, "the columns beside its bytes do not agree with them");
    }
    said_of(row, fault_of_waiting(database_, row.id, sale));
    if (sale) check_sale(row, *sale);
    if (const auto* opened = std::get_if<ShiftOpened>(&read->fact)) check_opened(row, *opened);
    if (const auto* closed = std::get_if<ShiftClosed>(&read->fact)) check_closed(row, *closed);
    if (const auto* moved = std::get_if<CashMoved>(&read->fact)) cash_moved_ += moved->in;
  }

  // A later epoch says where it leaves the one before, and with which receipt it goes on.
  void check_fork(const StoredRow& row, const Fact& fact) {
    if (end_before_.seq < 0) return;  // the first epoch
    const auto* noted = std::get_if<TillNoted>(&fact);
    if (!noted || !(noted->forked_from == end_before_)) {
      return fault(row, "does not begin its epoch where the one before it ends");
    }
  }

  void check_next_receipt(const StoredRow& row, const TillNoted& noted) {
    if (noted.next_receipt.empty()) return;
    const auto next = sale_id_of(noted.next_receipt, till_.store, till_.till);
    if (!next || *next <= last_sale_) return fault(row, "its next receipt is not a new one");
    last_sale_ = *next - 1;
  }

  void check_sale(const StoredRow& row, const CompletedSale& sale) {
    ++report_.sales;
    report_.last_receipt = sale.receipt;
    const auto id = sale_id_of(sale.receipt, till_.store, till_.till);
    if (!id || id != row.sale_id) return fault(row, "its receipt number is not its own");
    const bool next = *id == last_sale_ + 1;
    const bool first_of_series = seq_of(*id) == 1 && *id >> kSeqBits > last_sale_ >> kSeqBits;
    if (!next && !first_of_series)
      fault(row, "receipt " + sale.receipt + " leaves a gap in the numbers");
    said(strangers_among_sales(database_, last_stored_sale_, *id));
    last_sale_ = last_stored_sale_ = *id;
    Money lines, tendered;
    for (const Line& l : sale.lines) lines += l.total;
    for (const Tender& t : sale.tenders) tendered += t.amount - t.change;
    if (lines + sale.rounding != sale.total || tendered != sale.total) {
      fault(row, "its sums do not add up");
    }
    if (sale.currency != till_.currency) fault(row, "its currency is not this till's");
    grand_total_ += sale.total;
    said_of(row, fault_of_sale(database_, row.id, *id, shift_no_, sale));
  }

  void check_opened(const StoredRow& row, const ShiftOpened& opened) {
    ++shift_no_;
    said_of(row, fault_of_opened(database_, shift_no_, last_sale_, opened));
    shift_is_open_ = true;
  }

  void check_closed(const StoredRow& row, const ShiftClosed& z) {
    if (z.z_number != ++z_number_) fault(row, "its Z number leaves a gap");
    if (z.grand_total != grand_total_) fault(row, "its grand total is not the sum of the sales");
    Money expected = z.float_amount + cash_moved_;
    for (const AmountOf& t : z.tenders) {
      if (t.key == to_word(TenderKind::cash)) expected += t.amount;
    }
    if (z.cash_moved != cash_moved_ || z.expected != expected) {
      fault(row,
            "what it expects in the drawer is not the float, the cash taken and the cash moved");
    }
    said_of(row, fault_of_closed(database_, row.id, shift_no_, z));
    shift_is_open_ = false;
    cash_moved_ = {};
  }

  void said_of(const StoredRow& row, const std::string& which) {
    if (!which.empty()) fault(row, which + " does not agree with its bytes");
  }

  // The one row of `till` says where the chain must end.
  void check_end() {
    Query q(database_,
            "SELECT epoch_no, seq, head, series << 40 | number, grand_total, z_number,"
            " last_transaction FROM till");
    q.row();
    const int64_t no = q.integer(0), last = q.integer(1), seq = no == epoch_no_ ? seq_ : 0;
    if (last > seq) {
      fault(journal_id(no, seq + 1), "is missing; rows are missing at the end");
    } else if (last < seq || (last > 0 && q.text(2) != head_) || !epochs_.contains(no)) {
      said("till: its last row is not the one where the chain ends");
    }
    const bool new_series = q.integer(3) == ((last_sale_ >> kSeqBits) + 1) << kSeqBits;
    if (q.integer(3) != last_sale_ && !new_series) {
      said("till: the number of its last receipt is not that of the last sale");
    }
    if (q.integer(4) != grand_total_.minor) said("till: its grand total is not that of the sales");
    if (q.integer(5) != z_number_) said("till: its Z number is not that of the last closing");
    if (q.text(6) != last_transaction_) said("till: its last transaction is not the last row's");
    for (const std::string& what :
         faults_of_small_tables(database_, begin_, {shift_no_, shift_is_open_, cash_moved_})) {
      said(what);
    }
    constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
    said(strangers_among_rows(database_, last_id_, kEnd));
    said(strangers_among_sales(database_, last_stored_sale_, kEnd));
  }
  void said(const std::string& what) {
    if (!what.empty()) report_.faults.push_back(what);
  }

  Database& database_;
  NewTill till_;
  std::map<int64_t, std::string> epochs_;
  std::map<std::string, std::string> keys_;
  VerifyReport report_;
  int64_t last_id_ = std::numeric_limits<int64_t>::min(), last_stored_sale_ = last_id_;
  int64_t begin_ = 0;  // rows up to this one are pruned
  int64_t epoch_no_ = 0, seq_ = 0, last_sale_ = int64_t{1} << kSeqBits;
  int64_t shift_no_ = 0, z_number_ = 0;
  bool shift_is_open_ = false;
  std::string head_ = sync::kZeroHash, last_transaction_;
  Money grand_total_, cash_moved_;
  RowName end_before_{"", -1, ""};  // the last row of the epoch before this one
};

}  // namespace

VerifyReport verify_journal(Database& database) { return Verification(database).run(); }

}  // namespace pos::storage

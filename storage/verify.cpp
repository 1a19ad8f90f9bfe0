#include "storage/verify.h"

#include <map>

#include "storage/ledger.h"
#include "storage/provision.h"
#include "sync/seal.h"
#include "sync/wire.h"

namespace pos::storage {
namespace {

struct StoredRow {
  int64_t id = 0, sale_id = 0;
  std::string type, transaction_id, key_id, hash, signature, body;
  std::string where(const std::map<int64_t, std::string>& epochs) const {
    const auto epoch = epochs.find(epoch_no_of(id));
    return "row " + std::to_string(seq_of(id)) + " of epoch " +
           (epoch == epochs.end() ? "?" : epoch->second);
  }
};

class Verification {
 public:
  explicit Verification(Database& database) : database_(database), till_(identity(database)) {
    const Database::Turn turn(database_, Database::Who::sync);
    Query epochs(database_, "SELECT no, epoch FROM epoch");
    while (epochs.row()) epochs_[epochs.integer(0)] = epochs.text(1);
    Query keys(database_, "SELECT key_id, public_key FROM signing_key");
    while (keys.row()) keys_[keys.text(0)] = keys.text(1);
  }

  VerifyReport run() {
    for (int64_t after = 0;;) {
      const std::vector<StoredRow> rows = slice(after);
      if (rows.empty()) break;
      for (const StoredRow& row : rows) {
        if (report_.faults.size() >= kMaxFaults) return report_;
        check(row);
      }
      after = rows.back().id;
    }
    check_head();
    return report_;
  }

 private:
  std::vector<StoredRow> slice(int64_t after) {
    const Database::Turn turn(database_, Database::Who::sync);
    Query q(database_,
            "SELECT id, coalesce(sale_id, 0), type, transaction_id, key_id, hash, signature, body"
            " FROM journal WHERE id > ? ORDER BY id LIMIT 100");
    q << after;
    std::vector<StoredRow> rows;
    while (q.row()) {
      rows.push_back({q.integer(0), q.integer(1), q.text(2), q.text(3), q.text(4), q.text(5),
                      q.text(6), q.text(7)});
    }
    return rows;
  }

  void fault(const StoredRow& row, const std::string& what) {
    report_.faults.push_back(row.where(epochs_) + ": " + what);
  }

  void check(const StoredRow& row) {
    ++report_.rows;
    if (epoch_no_of(row.id) != epoch_no_) {
      epoch_no_ = epoch_no_of(row.id);
      seq_ = 0;
      head_ = sync::kZeroHash;
    }
    if (seq_of(row.id) != seq_ + 1) {
      fault(row, "comes after row " + std::to_string(seq_) + ": rows are missing before it");
    }
    seq_ = seq_of(row.id);
    check_bytes(row);
    head_ = sync::hex(row.hash);
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
    const auto epoch = epochs_.find(epoch_no_);
    if (p.store != till_.store || p.till != till_.till || p.seq != seq_ || p.prev != head_ ||
        epoch == epochs_.end() || p.epoch != epoch->second) {
      fault(row, "says another place than it stands in");
    }
    if (header_of(read->fact).id.value != row.transaction_id || read->type != row.type) {
      fault(row, "its index does not agree with its bytes");
    }
    if (const auto* sale = std::get_if<CompletedSale>(&read->fact)) check_sale(row, *sale);
    if (const auto* closed = std::get_if<ShiftClosed>(&read->fact)) check_z(row, *closed);
  }

  void check_sale(const StoredRow& row, const CompletedSale& sale) {
    ++report_.sales;
    report_.last_receipt = sale.receipt;
    const auto id = sale_id_of(sale.receipt, till_.store, till_.till);
    if (!id || *id != row.sale_id) return fault(row, "its receipt number is not its own");
    const bool next = *id == last_sale_ + 1;
    const bool first_of_series =
        seq_of(*id) == 1 && *id >> kSeqBits == (last_sale_ >> kSeqBits) + 1;
    if (!next && !first_of_series)
      fault(row, "receipt " + sale.receipt + " leaves a gap in the numbers");
    last_sale_ = *id;
    Money lines, tendered;
    for (const Line& l : sale.lines) lines += l.total;
    for (const Tender& t : sale.tenders) tendered += t.amount - t.change;
    if (lines + sale.rounding != sale.total || tendered != sale.total) {
      fault(row, "its sums do not add up");
    }
    grand_total_ += sale.total;
    compare_index(row, sale);
  }

  void compare_index(const StoredRow& row, const CompletedSale& sale) {
    const Database::Turn turn(database_, Database::Who::sync);
    Query q(database_,
            "SELECT s.total, s.tax, (SELECT coalesce(sum(total), 0) FROM sale_line WHERE sale_id ="
            " s.id), (SELECT coalesce(sum(amount - change), 0) FROM tender WHERE sale_id = s.id)"
            " FROM sale s WHERE s.id = ? AND s.journal_id = ?");
    q << row.sale_id << row.id;
    if (!q.row() || q.integer(0) != sale.total.minor || q.integer(1) != sale.tax.minor ||
        q.integer(2) + sale.rounding.minor != sale.total.minor ||
        q.integer(3) != sale.total.minor) {
      fault(row, "the tables do not agree with the journal");
    }
  }

  void check_z(const StoredRow& row, const ShiftClosed& z) {
    if (z.z_number != ++z_number_) fault(row, "its Z number leaves a gap");
    if (z.grand_total != grand_total_) fault(row, "its grand total is not the sum of the sales");
  }

  void check_head() {
    const Database::Turn turn(database_, Database::Who::sync);
    Query q(database_, "SELECT epoch_no, seq, head, series << 40 | number, grand_total FROM till");
    q.row();
    const bool empty = q.integer(1) == 0;
    if ((!empty || report_.rows > 0) &&
        (q.integer(0) != epoch_no_ || q.integer(1) != seq_ || q.text(2) != head_)) {
      report_.faults.push_back(
          "the last row is not where the chain ends: rows are missing at the end");
    }
    if (report_.sales > 0 && q.integer(3) != last_sale_) {
      report_.faults.push_back("the last receipt is not the till's counter");
    }
    if (q.integer(4) != grand_total_.minor) {
      report_.faults.push_back("the grand total is not the sum of the sales");
    }
  }

  Database& database_;
  NewTill till_;
  std::map<int64_t, std::string> epochs_;
  std::map<std::string, std::string> keys_;
  VerifyReport report_;
  int64_t epoch_no_ = 0, seq_ = 0, last_sale_ = int64_t{1} << kSeqBits, z_number_ = 0;
  std::string head_ = sync::kZeroHash;
  Money grand_total_;
};

}  // namespace

VerifyReport verify_journal(Database& database) { return Verification(database).run(); }

}  // namespace pos::storage

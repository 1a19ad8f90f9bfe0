#include "storage/store_returns.h"

#include <algorithm>

#include "storage/ledger.h"

namespace pos::storage {
namespace {

bool names_a_line(const CompletedSale& sale, const Line& l) {
  return l.original_line > 0 && l.quantity.milli < 0 && l.quantity.milli >= -kMaxQuantityMilli &&
         !sale.original.empty() && !sale.original_receipt.empty();
}

}  // namespace

void keep_store_return(Database& database, const std::string& till, const CompletedSale& sale) {
  for (size_t i = 0; i < sale.lines.size(); ++i) {
    const Line& l = sale.lines[i];
    if (!names_a_line(sale, l)) continue;
    Query q(database,
            "INSERT INTO store_return (receipt, transaction_id, return_line, original, till,"
            " line_id, quantity, total, tax, discount) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING");
    q << sale.original_receipt << sale.header.id.value << l.id << sale.original.value << till
      << l.original_line << -l.quantity.milli << -l.total.minor << -sale.line_taxes[i].minor
      << -l.discount.minor;
    q.run();
  }
}

std::optional<Returnable> neighbours_sale(Database& database, std::string_view receipt) {
  const std::string text(receipt);
  Query q(database,
          "SELECT n.till, n.body FROM neighbour n, till t WHERE n.receipt = ? AND n.receipt <> ''"
          " AND substr(n.receipt, 1, length(t.store) + length(n.till) + 2) ="
          " t.store || '-' || n.till || '-' LIMIT 1");
  q << text;
  if (!q.row()) return {};
  auto sale = sale_in(q.text(1));
  if (!sale) return {};
  Returnable from{std::move(*sale), {}, q.text(0), {}};
  from.back.resize(from.sale.lines.size());
  return from;
}

void add_store_returns(Database& database, Returnable& from) {
  Query q(database,
          "SELECT transaction_id, till, line_id, quantity, total, tax, discount FROM store_return"
          " WHERE receipt = ? AND original = ? ORDER BY transaction_id, return_line");
  q << from.sale.receipt << from.sale.header.id.value;
  while (q.row()) {
    const auto line = static_cast<int32_t>(q.integer(2));
    for (size_t i = 0; i < from.sale.lines.size(); ++i) {
      if (from.sale.lines[i].id != line) continue;
      from.back[i] += {{q.integer(3)}, {q.integer(4)}, {q.integer(5)}, {q.integer(6)}};
    }
    if (from.taken.empty() || from.taken.back().by != q.text(0)) {
      from.taken.push_back({q.text(0), q.text(1), {}});
    }
    from.taken.back().portions[line] += q.integer(3);
  }
}

}  // namespace pos::storage

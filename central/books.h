// The verbs of central's books: what is written in one place and used by the reconciler, the
// service, and the catalogue's desk. Each works inside the transaction that the caller has open.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "central/sql.h"
#include "pos/time.h"
#include "sync/wire.h"

namespace pos::central {

// ---- small values: generation, catalogue_version, sales_position … ----
std::string meta(Session&, const std::string& name);  // empty: never set
void set_meta(Session&, const std::string& name, const std::string& value);
int64_t meta_number(Session&, const std::string& name);

// ---- many rows at once, in few round trips ----
// Runs `head ($1,$2),($3,$4)… tail` for all rows, in chunks of a few fixed sizes so that the
// statements stay prepared. Every row has the same number of cells, of the same types.
using Cells = std::vector<Param>;
ResultRows many(Session&, std::string_view head, const std::vector<Cells>& rows,
                std::string_view tail);

// `select WHERE (a, b)`, or a single column, for all of `keys`: each is looked up in the index.
ResultRows look_up(Session&, std::string_view select, const std::vector<Cells>& keys,
                   std::string_view tail = "");

// ---- what goes down (contract 4.11) ----
// "all.product.p1", "down.s1.stock.p1": publish the present value after the commit.
void mark_down(Session&, const std::string& subject);
void mark_down(Session&, const std::vector<std::string>& subjects);
// Acks and forks, which go after everything else. `seq`: the place of a fork.
struct LateMark {
  std::string subject, epoch;
  int64_t seq = 0;
};
void mark_down_late(Session&, const std::vector<LateMark>&);
// After a restore, or when a stream is new: everything is published again.
void mark_all_down(Session&);

// ---- events for other services (contract section 6) ----
// `body` may be several events of the same subject, one a line; each gets msg_id "/<n>".
struct Event {
  std::string subject, msg_id, body;
};
void queue_events(Session&, const std::vector<Event>&);

// ---- problems for people ----
// Kinds, which scripts may depend on: oversold, unknown_product, wrong_sum, duplicate_receipt,
// returned_twice, gift_overspent, conflict, forked, quarantined, unknown_key, key_refused,
// foreign_event, receipts_missing.
struct Problem {
  std::string kind, store, till, transaction_id;
  std::string about;     // a product, a receipt, a hash; the same about the same counts up
  std::string text;      // what happened and what to do
  bool reopens = false;  // it may come back after it was resolved (stock below zero again)
};
void open_problems(Session&, const std::vector<Problem>&, Instant now);

// ---- what a figure for a store's tills counts ----
// The marks of all chains that moved in the last 30 days, from the snapshot of the figure itself.
sync::Covers covers_of(Session&, const std::string& store, Instant now);

// ---- stock ----
// (store, product) -> thousandths to add. Marks each for publishing.
using StockDeltas = std::map<std::pair<std::string, std::string>, int64_t>;
struct StockNow {
  std::string store, product;
  int64_t on_hand = 0, before = 0;
};
std::vector<StockNow> change_stock(Session&, const StockDeltas&, Instant now);
// The highest version of a store's stock; 0: it has none.
int64_t stock_version(Session&, const std::string& store);

// ---- catalogue ----
// Select these columns, in this order, and hand the row to product_of().
inline constexpr const char* kProductColumns =
    "id, name, codes, unit, price, price_scale, currency, tax_rate, category, age_limit, "
    "open_price, "
    "plu, deposit, colour, tile, picture, version, effective_from, deleted";
sync::Product product_of(const ResultRow&);

}  // namespace pos::central

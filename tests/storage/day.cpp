#include "tests/storage/day.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <sstream>

#include "pos/returns.h"
#include "storage/catalogue_import.h"
#include "storage/provision.h"
#include "storage/pruner.h"
#include "storage/verify.h"

namespace pos::storage {
namespace {

constexpr const char* kFile = "till.db";
constexpr int64_t kMorning = 1'763'806'530'123;

Item item_no(int n) {
  Item item;
  item.id = {"p" + std::to_string(n)};
  item.name = "Item number " + std::to_string(n);
  item.category = n % 2 ? "dairy" : "bread";
  item.price = {99 + n};
  item.tax_rate = {200'000};
  return item;
}

sync::Product product_no(int64_t n) {
  sync::Product p;
  p.productId = "p" + std::to_string(n);
  p.name = "Item number " + std::to_string(n) + " of the import";
  p.codes = {"code" + std::to_string(n)};
  p.currency = "EUR";
  p.price = 99 + n;
  p.version = n;
  return p;
}

int64_t number(Database& db, const char* sql) {
  Query q(db, sql);
  return q.row() ? q.integer(0) : -1;
}

// The soft state as it is on this till's disk.
Soft soft_of(Database& db) {
  const Database::Turn turn(db, Database::Who::cashier);
  Soft soft;
  Query draft(db, "SELECT body FROM draft");
  if (draft.row()) soft.draft = draft.text(0);
  soft.training = number(db, "SELECT training FROM draft") == 1;
  Query held(db,
             "SELECT coalesce(group_concat(name), '') FROM (SELECT name FROM held ORDER BY no)");
  if (held.row()) soft.held = held.text(0);
  soft.settled = number(
      db, "SELECT coalesce(min(id) & 0xffffffffff, (SELECT seq FROM till) + 1) - 1 FROM outbox");
  soft.products = number(db, "SELECT count(*) FROM product");
  soft.catalogue_version = number(db,
                                  "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM note"
                                  " WHERE name = 'catalogue_version'");
  return soft;
}

std::string words(const Soft& s) {
  return "draft of " + std::to_string(s.draft.size()) + " bytes, " + std::to_string(s.settled) +
         " settled, " + std::to_string(s.products) + " products, catalogue version " +
         std::to_string(s.catalogue_version) + ", held: " + s.held +
         (s.training ? ", training" : "");
}

// What no test of one row can see: the tables among themselves.
std::string fault_of_tables(Database& db) {
  const Database::Turn turn(db, Database::Who::cashier);
  Query whole(db, "PRAGMA integrity_check");
  if (!whole.row() || whole.text(0) != "ok") return "SQLite finds damage: " + whole.text(0);
  if (number(db, "SELECT count(*) FROM outbox") !=
      number(db, "SELECT count(*) FROM journal WHERE id >= (SELECT min(id) FROM outbox)")) {
    return "the outbox has a hole";
  }
  if (number(db, "SELECT coalesce(sum(quantity), 0) FROM stock_delta") !=
      number(db,
             "SELECT coalesce(sum(l.quantity), 0) FROM outbox o JOIN journal j ON j.id = o.id"
             " JOIN sale_line l ON l.sale_id = j.sale_id")) {
    return "the stock deltas are not those of the outbox";
  }
  if (number(db, "SELECT count(*) FROM product") !=
      number(db, "SELECT count(*) FROM product_code c JOIN product p ON p.no = c.product_no")) {
    return "a product has lost its code";
  }
  return {};
}

std::string fault_of_search(TillOnDisk& till, int64_t products) {
  if (products == 0) return {};
  const auto item = till.catalogue.find("code" + std::to_string(products));
  if (!item || item->id.value != "p" + std::to_string(products))
    return "the last code is not found";
  if (till.catalogue.search("num imp", 5).empty()) return "the catalogue cannot be searched";
  return {};
}

}  // namespace

TillOnDisk::TillOnDisk(SimDisk& disk, const sync::SigningKey& key)
    : database(kFile, disk.vfs()), ledger(database, pending, key) {}

void Day::provision(SimDisk& disk) {
  storage::provision(kFile, {"s1", "till1", "EUR", "Europe/Vienna", {"Shop"}, "Bye", {}},
                     {kMorning}, disk.vfs());
}

std::vector<Day::Step> Day::steps() {
  std::vector<Step> steps;
  const auto add = [&](const std::string& name, std::function<void(Day&, TillOnDisk&)> run) {
    steps.push_back({name, std::move(run)});
  };
  const auto sales = [&](const std::string& when, int count) {
    for (int i = 1; i <= count; ++i) {
      add("sale " + std::to_string(i) + " of the " + when, [i](Day& day, TillOnDisk& till) {
        for (int line = 0; line <= i % 4; ++line) day.scan(till, i + line);
        day.sell(till);
      });
    }
  };
  add("opening the shift", [](Day& d, TillOnDisk& t) { d.open_shift(t); });
  sales("morning", 10);
  add("central's ack", [](Day& d, TillOnDisk& t) { d.settle(t); });
  for (int i = 1; i <= 4; ++i) {
    add("import, part " + std::to_string(i), [](Day& d, TillOnDisk& t) { d.import(t, 50); });
  }
  add("a checkpoint", [](Day& d, TillOnDisk& t) { d.checkpoint(t); });
  sales("noon", 12);
  add("central forgets", [](Day& d, TillOnDisk& t) { d.requeue(t, 3); });
  add("an item on the counter at a checkpoint", [](Day& d, TillOnDisk& t) {
    d.scan(t, 1);
    d.checkpoint(t);
    d.scan(t, 2);
    d.sell(t);
  });
  add("a sale put aside", [](Day& d, TillOnDisk& t) { d.hold(t, "a"); });
  add("another put aside and taken back", [](Day& d, TillOnDisk& t) {
    d.hold(t, "b");
    d.sell_one(t);
    d.recall(t);
    d.sell(t);
  });
  add("training", [](Day& d, TillOnDisk& t) {
    d.train(t, true);
    d.scan(t, 3);
    d.train(t, false);
    d.sell_one(t);
  });
  add("central's second ack", [](Day& d, TillOnDisk& t) { d.settle(t); });
  sales("evening", 10);
  add("a return", [](Day& d, TillOnDisk& t) {
    d.take_back(t, 4);
    d.sell(t);
  });
  add("an exchange", [](Day& d, TillOnDisk& t) {
    d.take_back(t, 7);
    d.scan(t, 9);
    d.sell(t);
  });
  add("closing the shift", [](Day& d, TillOnDisk& t) { d.close_shift(t); });
  for (int i = 1; i <= 2; ++i) {
    add("a product list, part " + std::to_string(i),
        [](Day& d, TillOnDisk& t) { d.import_list(t, 40); });
  }
  add("a backup", [](Day& d, TillOnDisk& t) { d.back_up(t); });
  add("the next shift", [](Day& d, TillOnDisk& t) {
    d.open_shift(t);
    d.sell_one(t);
    d.checkpoint(t);
  });
  add("central's ack of the night", [](Day& d, TillOnDisk& t) { d.settle(t); });
  add("pruning", [](Day& d, TillOnDisk& t) { d.prune(t); });
  add("a sale after pruning", [](Day& d, TillOnDisk& t) { d.sell_one(t); });
  return steps;
}

FactHeader Day::header(TillOnDisk& till) {
  FactHeader h;
  h.at = {kMorning + ++tick_};
  h.id = till.ledger.new_transaction_id(h.at);
  h.business_date = "2025-11-22";
  h.shift = {"0193a1c2-0000-7000-8000-000000000000"};
  h.cashier = {"1"};
  return h;
}

void Day::record(TillOnDisk& till, const Fact& fact) {
  const bool note = std::holds_alternative<TillNoted>(fact);
  record_with(
      till, fact,
      [&](Soft& next) {
        if (!note) next.draft = "";
      },
      [&] { till.ledger.record(fact); });
}

void Day::record_with(TillOnDisk& till, const Fact& fact, const std::function<void(Soft&)>& how,
                      const std::function<void()>& work) {
  promises_.asked = fact;
  Soft next = promises_.soft.back();
  how(next);
  promises_.soft_asked = next;
  work();
  promises_.asked.reset();
  promises_.soft_asked.reset();
  promises_.soft = {next};  // the commit's sync was everything's before it
  const auto row = till.ledger.journal(static_cast<int64_t>(promises_.rows.size()), 1).at(0);
  promises_.rows.push_back({row.id.value, row.receipt, row.body, row.seq});
}

void Day::change(const std::function<void(Soft&)>& how, const std::function<void()>& work) {
  Soft next = promises_.soft.back();
  how(next);
  promises_.soft_asked = next;
  work();
  promises_.soft_asked.reset();
  promises_.soft.push_back(next);
}

void Day::open_shift(TillOnDisk& till) { record(till, ShiftOpened{header(till), {10'000}}); }

void Day::scan(TillOnDisk& till, int item) {
  Sale next = sale_.open() ? sale_ : Sale(till.ledger.new_transaction_id({kMorning}), {}, {}, 1);
  next.add(item_no(item), "1", kOnePiece);
  const Draft draft{{"1"}, next};
  change([&](Soft& soft) { soft.draft = encode(draft); }, [&] { till.ledger.save_draft(draft); });
  sale_ = next;
}

void Day::sell(TillOnDisk& till) {
  Sale paid = sale_;
  if (!paid.tender(TenderKind::cash, paid.total(), "")) std::abort();
  sale_ = {};
  record(till, paid.complete(header(till), "EUR"));
}

void Day::take_back(TillOnDisk& till, int number) {
  const auto from = till.ledger.returnable(receipt_text("s1", "till1", 1, number)).value();
  sale_ = Sale(till.ledger.new_transaction_id({kMorning + tick_}), {}, {}, 1);
  for (size_t i = 0; i < from.sale.lines.size(); ++i) {
    const Line& line = from.sale.lines[i];
    const Part sold{line.quantity, line.total, from.sale.line_taxes[i], line.discount};
    sale_.take_back({from.sale.header.id, from.sale.receipt}, line,
                    next_part(sold, from.back[i], kOnePiece), "broken");
  }
  const Draft draft{{"1"}, sale_};
  change([&](Soft& soft) { soft.draft = encode(draft); }, [&] { till.ledger.save_draft(draft); });
}

void Day::sell_one(TillOnDisk& till) {
  sale_ = {};
  scan(till, 7);
  sell(till);
}

void Day::settle(TillOnDisk& till) {
  const std::string epoch = till.outbox.current_epoch();
  const auto seq = static_cast<int64_t>(promises_.rows.size()) - 1;  // one row is on its way
  const auto hash = till.outbox.hash_at(epoch, seq);
  change([&](Soft& soft) { soft.settled = seq; },
         [&] { till.outbox.settle(epoch, seq, hash.value(), {kMorning}); });
}

void Day::requeue(TillOnDisk& till, int64_t after) {
  change([&](Soft& soft) { soft.settled = after; },
         [&] { till.outbox.requeue_after(till.outbox.current_epoch(), after); });
}

void Day::import(TillOnDisk& till, int count) {
  std::vector<sync::Product> products;
  const int64_t have = promises_.soft.back().products;
  for (int i = 1; i <= count; ++i) products.push_back(product_no(have + i));
  change([&](Soft& soft) { soft.products += count; }, [&] { till.projections.apply(products); });
  change([&](Soft& soft) { soft.catalogue_version = soft.products; },
         [&] { till.projections.set_catalogue_version(have + count); });
}

void Day::import_list(TillOnDisk& till, int count) {
  const int64_t have = promises_.soft.back().products;
  std::stringstream csv("id,name,codes,price,tax_rate\n",
                        std::ios::in | std::ios::out | std::ios::ate);
  for (int64_t n = have + 1; n <= have + count; ++n) {
    csv << "p" << n << ",Item number " << n << " of the import,code" << n << "," << 99 + n
        << ",0\n";
  }
  change([&](Soft& soft) { soft.products += count; },
         [&] { import_catalogue(till.database, csv, {}); });
}

void Day::back_up(TillOnDisk& till) {
  SQLite::Database copy(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  const Database::Turn turn(till.database, Database::Who::sync);
  for (bool first = true, more = true; more; first = false)
    more = till.database.copy_slice(copy, 16, first);
  const auto rows = static_cast<size_t>(copy.execAndGet("SELECT count(*) FROM journal").getInt64());
  if (rows < promises_.rows.size()) throw std::logic_error("the backup lacks rows");
}

// The pruner appends a row of its own, and then rows go: any number of the first ones at any time.
void Day::prune(TillOnDisk& till) {
  promises_.asked = TillNoted{};
  promises_.soft_asked = promises_.soft.back();
  promises_.may_be_gone = promises_.soft.back().settled;
  end_pruning(till);
}

// Central confirms first, as it does every day; a power cut may have cost its last word.
void Day::end_pruning(TillOnDisk& till) {
  constexpr Instant kNextYear{kMorning + 400 * 86'400'000LL};
  const std::string epoch = till.outbox.current_epoch();
  const int64_t settled = promises_.may_be_gone;
  till.outbox.settle(epoch, settled, till.outbox.hash_at(epoch, settled).value(), kNextYear);
  Pruner pruner(till.database, till.ledger, 30);
  while (pruner.step(kNextYear)) {
  }
  promises_.asked.reset();
  promises_.soft_asked.reset();
  const auto rows = till.ledger.journal(static_cast<int64_t>(promises_.rows.size()), 10);
  for (const auto& row : rows)
    promises_.rows.push_back({row.id.value, row.receipt, row.body, row.seq});
}

void Day::checkpoint(TillOnDisk& till) {
  const Database::Turn turn(till.database, Database::Who::cashier);
  till.database.checkpoint();
}

void Day::close_shift(TillOnDisk& till) {
  ShiftClosed z = till.ledger.shift_totals();
  z.header = header(till);
  z.counted = z.expected;
  record(till, z);
}

void Day::hold(TillOnDisk& till, const std::string& name) {
  scan(till, 1);
  scan(till, 2);
  const TillNoted note{header(till), "sale_held", ""};
  const HeldSale held{name, {"1"}, note.header.at, sale_};
  record_with(
      till, note,
      [&](Soft& next) {
        next.draft = encode(Draft{}), next.held += (next.held.empty() ? "" : ",") + name;
      },
      [&] { till.ledger.hold(note, held); });
  sale_ = {};
}

void Day::recall(TillOnDisk& till) {
  const HeldSale held = till.ledger.held().back();
  const TillNoted note{header(till), "sale_recalled", ""};
  record_with(
      till, note,
      [&](Soft& next) {
        next.draft = encode(Draft{note.header.cashier, held.sale});
        const size_t comma = next.held.rfind(',');
        next.held.resize(comma == std::string::npos ? 0 : comma);
      },
      [&] { till.ledger.recall(note, held); });
  sale_ = held.sale;
}

void Day::train(TillOnDisk& till, bool on) {
  const TillNoted note{header(till), on ? "training_on" : "training_off", ""};
  record_with(
      till, note,
      [&](Soft& next) {
        if (!next.draft.empty()) next.draft = encode(Draft{});  // a sale in doubt stays so
        next.training = on;
      },
      [&] { till.ledger.set_training(note, on); });
}

std::string Day::fault_of(TillOnDisk& till, bool power_was_cut) const {
  const Promises& p = promises_;
  const auto rows = till.ledger.journal(0, 10'000);
  const size_t gone = rows.empty() ? 0 : static_cast<size_t>(rows.front().seq - 1);
  if (gone > static_cast<size_t>(p.may_be_gone)) return "rows are pruned that must not be";
  if (gone + rows.size() < p.rows.size()) {
    return "lost: " + std::to_string(p.rows.size()) + " facts were answered, the journal has " +
           std::to_string(rows.size());
  }
  for (size_t i = gone; i < p.rows.size(); ++i) {
    const Answered& a = p.rows[i];
    const JournalEntry& row = rows[i - gone];
    if (row.id.value != a.id || row.seq != a.seq || row.receipt != a.receipt ||
        row.body != a.body) {
      return "row " + std::to_string(a.seq) + " is not what was answered";
    }
  }
  const bool asked_is_there = gone + rows.size() == p.rows.size() + 1;
  if (gone + rows.size() > p.rows.size() + (p.asked ? 1 : 0))
    return "there are rows that nobody asked for";
  const std::string asked_id = p.asked ? header_of(*p.asked).id.value : "";  // empty: the pruner's
  if (asked_is_there && !asked_id.empty() && rows.back().id.value != asked_id) {
    return "the last row is not the one that was asked for";
  }
  const VerifyReport report = verify_journal(till.database);
  if (!report.ok()) return "verify: " + report.faults.front();
  if (auto fault = fault_of_tables(till.database); !fault.empty()) return fault;
  const Soft soft = soft_of(till.database);
  if (asked_is_there) {
    if (!(soft == *p.soft_asked)) return "beside the fact that was asked for: " + words(soft);
  } else {
    const auto from = power_was_cut ? p.soft.begin() : p.soft.end() - 1;
    if (std::find(from, p.soft.end(), soft) == p.soft.end() && soft != p.soft_asked) {
      return words(soft) + "; it should be: " + words(p.soft.back());
    }
  }
  return fault_of_search(till, soft.products);
}

std::string Day::fault_selling_on(TillOnDisk& till) {
  const auto last_seq = [&] {
    return static_cast<size_t>(till.ledger.journal(0, 10'000).back().seq);
  };
  const auto before = till.ledger.journal(0, 10'000).empty() ? 0 : last_seq();
  const Soft soft = soft_of(till.database);
  promises_.soft = {soft};
  promises_.soft_asked.reset();
  const bool asked = promises_.asked.has_value();
  const bool there = asked && before == promises_.rows.size() + 1;
  if (asked && header_of(*promises_.asked).id.value.empty()) {
    end_pruning(till);
  } else if (asked) {
    record(till, Fact(*promises_.asked));
  }
  promises_.soft = {soft_of(till.database)};
  if (asked && last_seq() != before + (there ? 0 : 1)) {
    return "asked twice, it is not there exactly once";
  }
  if (!till.ledger.shift()) open_shift(till);
  sell_one(till);
  return fault_of(till, false);
}

}  // namespace pos::storage

// Day: a till over a SimDisk, step by step through a day, and what it has promised at each moment.
//
// A fact whose record() returned is promised for ever. Everything else (the draft, what is settled,
// the catalogue) is promised against kill -9 only: a power cut may put it back to how it stood at
// any commit since the last one that was synced, never further, never mixed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "storage/catalogue.h"
#include "storage/ledger.h"
#include "storage/outbox.h"
#include "storage/projections.h"
#include "sync/seal.h"
#include "tests/storage/sim_disk.h"

namespace pos::storage {

struct Answered {
  std::string id, receipt, body;
  int64_t seq = 0;
};
struct Soft {  // what a power cut may put back
  std::string draft;
  int64_t settled = 0;  // rows that have left the outbox
  int64_t products = 0, catalogue_version = 0;
  std::string held;  // names of the sales put aside
  bool training = false;
  bool operator==(const Soft&) const = default;
};

struct Promises {
  std::vector<Answered> rows;
  std::optional<Fact> asked;   // record() was called and has not answered
  int64_t may_be_gone = 0;     // of the first of them: pruned, or being pruned
  std::vector<Soft> soft{{}};  // since the last synced commit; back() is now
  std::optional<Soft> soft_asked;
};

// The rooms of a till over one disk.
struct TillOnDisk {
  TillOnDisk(SimDisk&, const sync::SigningKey&);
  Database database;
  PendingStock pending{database};
  Ledger ledger;
  Outbox outbox{database, pending};
  Catalogue catalogue{database, pending};
  Projections projections{database};
};

class Day {
 public:
  explicit Day(sync::SigningKey key) : key_(std::move(key)) {}

  struct Step {
    std::string name;
    std::function<void(Day&, TillOnDisk&)> run;
  };
  static std::vector<Step> steps();
  static void provision(SimDisk&);

  const sync::SigningKey& key() const { return key_; }
  const Promises& promises() const { return promises_; }

  void open_shift(TillOnDisk&);
  void scan(TillOnDisk&, int item);
  void sell(TillOnDisk&);  // what was scanned
  void settle(TillOnDisk&);
  void requeue(TillOnDisk&, int64_t after);
  void import(TillOnDisk&, int count);
  void checkpoint(TillOnDisk&);
  void close_shift(TillOnDisk&);
  void hold(TillOnDisk&, const std::string& name);
  void recall(TillOnDisk&);
  void train(TillOnDisk&, bool on);
  void import_list(TillOnDisk&, int count);  // a CSV, in one commit
  void back_up(TillOnDisk&);
  void prune(TillOnDisk&);  // a year later
  void sell_one(TillOnDisk&);
  void take_back(TillOnDisk&,
                 int number);  // a piece of each line of that receipt, onto the counter

  // ---- what must hold; words for the first thing that does not, empty if all does ----
  // A till that was opened again after kill -9 (or a failure), or after a power cut.
  std::string fault_of(TillOnDisk&, bool power_was_cut) const;
  // Asks again for what was not answered, sells on, and looks again.
  std::string fault_selling_on(TillOnDisk&);

 private:
  void record(TillOnDisk&, const Fact&);
  // A fact that changes more than its own tables: `work` writes both.
  void record_with(TillOnDisk&, const Fact&, const std::function<void(Soft&)>& how,
                   const std::function<void()>& work);
  void change(const std::function<void(Soft&)>& how, const std::function<void()>& work);
  FactHeader header(TillOnDisk&);
  void end_pruning(TillOnDisk&);

  sync::SigningKey key_;
  Promises promises_;
  Sale sale_;
  int64_t tick_ = 0;
};

}  // namespace pos::storage

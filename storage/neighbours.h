// Neighbours over SQLite: the rows of the store's other tills, and what they sold that central's
// stock figures do not count yet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pos/money.h"
#include "pos/sale.h"
#include "storage/database.h"
#include "sync/neighbours.h"

namespace pos::storage {

class Neighbours final : public sync::Neighbours {
 public:
  // The newest `always` rows stay, whatever the clock says of their age: one that was wrong when a
  // row came, or is wrong now, would let go of the last copy of a dead till's sale.
  explicit Neighbours(Database& database, int64_t always = 100'000)
      : database_(database), always_(always) {}

  sync::LogPlace place() override;
  void keep(const std::vector<sync::NeighbourRow>&, const sync::LogPlace&, Instant now) override;
  std::vector<sync::NeighbourRow> open(int64_t after, int limit) override;
  void held(const std::vector<int64_t>& nos) override;
  void missed(const std::vector<int64_t>& nos, Instant now) override;
  void open_all() override;
  std::vector<sync::NeighbourRow> to_carry(const std::vector<std::string>& silent,
                                           int64_t missed_for_ms, Instant now, int limit) override;
  std::vector<std::string> open_tills() override;
  bool forget_old(Instant now) override;

  // What neighbours sold of a product, less what came back, that its stock figure of this version
  // does not cover and central does not name. Needs a Turn.
  Quantity pending_of(const std::string& product, int64_t stock_version);
  // The sale of a neighbour's receipt, if its row came here.
  std::optional<CompletedSale> sale(std::string_view receipt);
  // After the database was reopened.
  void forget_sums() { sums_.clear(); }

 private:
  struct Sum {  // over neighbour_delta; kept in memory, for a long outage leaves many rows
    int64_t version = 0, quantity = 0;
  };
  struct Place {
    int64_t no = 0;
    bool held = false;
    std::string hash;
  };
  std::optional<Place> found(const sync::NeighbourRow&);
  bool is_own(const sync::NeighbourRow&, const std::string& receipt);
  void keep(const sync::NeighbourRow&, Instant now);
  void add_deltas(int64_t no, const CompletedSale&);
  void forget_sums_of(int64_t no);

  Database& database_;
  const int64_t always_;
  std::unordered_map<std::string, Sum> sums_;  // by product
};

}  // namespace pos::storage

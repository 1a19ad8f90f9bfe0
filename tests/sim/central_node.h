// CentralNode: central in the world: its real books over SQLite, the real decisions of the applier
// and the real answers; the hub under it is the model. It may die at any place of its work, lose
// its database for a while, be slow, or go back to a backup.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "central/sales_work.h"
#include "central/sql.h"
#include "tests/sim/memory_disk.h"

namespace pos::sim {

class World;

// A central that knows the store, its tills (none enrolled yet) and its goods.
const Image& central_at_start();
inline constexpr int64_t kStartStock = 1'000'000;  // thousandths of each product

class CentralNode final : public central::SalesHub {
 public:
  explicit CentralNode(World& world);
  ~CentralNode() override;

  void start();
  void crash();
  void die_at(std::string place, int passes);
  void set_books_down(bool down) { books_down_ = down; }
  void set_clock(int64_t off_ms) { clock_off_ms_ = off_ms; }
  void set_pause(int64_t ms) { pause_ms_ = ms; }  // between two batches: a slow one
  bool running() const { return books_ != nullptr; }

  void back_up() { backup_ = disk_.image(); }
  bool has_backup() const { return !backup_.empty(); }
  void restore();  // the backup takes the place of its database, while it is off

  // The hub has something for it, or it may reach the hub again.
  void poke();
  void hub_gone() { connected_ = false; }
  // The answer to sync.hello, sync.enrol or sync.pull; nullopt: there is none.
  std::optional<std::string> answer(const sync::NatsMessage&);
  void hear_beat(const sync::NatsMessage&) { ++beats_; }
  void change_price(int product, int64_t price);

  // ---- for checks; it runs ----
  central::ResultRows query(const std::string& sql, const std::vector<central::Param>& = {});
  std::string busy_with();  // empty: nothing is marked, and SALES is read
  // Whether its database has ever held that row, committed.
  bool ever_held(const std::string& till, const std::string& epoch, int64_t seq,
                 const std::string& hash) const;
  int64_t restores() const { return restores_; }

  // ---- SalesHub ----
  void ack(const central::StreamRow&) override;
  void hand_back(const central::StreamRow&, std::chrono::milliseconds delay) override;
  int64_t stored_ns(int64_t seq) override;
  std::map<std::string, int64_t> publish_confirmed(const std::vector<central::Outgoing>&) override;

 private:
  struct Books;
  void run(const std::function<void()>& piece);
  void stop_running();
  void connect();
  void work();
  void look_at_marks();
  void check_ack(const central::Outgoing&);
  Instant now() const;

  World& world_;
  MemoryDisk disk_;
  Image backup_;
  std::unique_ptr<Books> books_;
  std::optional<central::SalesWork> work_;
  bool connected_ = false, books_down_ = false, poked_ = false, dirty_ = true;
  bool waiting_ = true;
  int64_t clock_off_ms_ = 0;
  int64_t pause_ms_ = 0, next_work_ms_ = 0, restores_ = 0, beats_ = 0;
  uint64_t starts_ = 0;
  std::string dies_at_;
  int passes_ = 0;
  using Chain = std::pair<std::string, std::string>;  // till, epoch
  std::map<Chain, int64_t> marks_;
  struct Committed {
    int64_t on_hand = 0, version = 0;
  };
  std::map<std::string, Committed> stocks_;
  std::set<std::tuple<std::string, std::string, int64_t, std::string>> held_;
};

}  // namespace pos::sim

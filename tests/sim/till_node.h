// TillNode: a till in the world: the real register, ledger, database and sync core over a disk of
// the simulation; the cashier and her customers, who are the driver; and the till's end of its line
// to the leaf.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.h"
#include "sync/bus.h"
#include "sync/seal.h"
#include "tests/sim/hub.h"
#include "tests/sim/memory_disk.h"
#include "tests/sim/promises.h"
#include "tests/storage/sim_disk.h"

namespace pos::sim {

class World;

// The goods of the shop: the same at central and at every till.
inline constexpr int kProducts = 4;
std::string product_id(int n);    // "p1" …
std::string product_code(int n);  // what is scanned

// The disks of three tills as they were provisioned, a shift opened and nothing sold; made once.
const Image& provisioned(int till);        // 1, 2 …
const Image& provisioned_again(int till);  // the same till, provisioned a second time
const Image& of_first_version();           // till1 of the first schema, with rows that wait
const std::map<std::string, Sold>& sales_of_first_version();
const sync::SigningKey& key_of(const std::string& till);
const sync::SigningKey& central_key();
inline constexpr int64_t kMorning = 1'763'806'530'123;

class TillNode final : public sync::Bus {
 public:
  TillNode(World& world, std::string name, Image image, bool on_crash_disk, OnDisk promised);
  ~TillNode() override;

  // ---- the machine ----
  void start();
  void crash();                                // kill -9
  void die_at(std::string place, int passes);  // at that place of the program, the next time
  void cut_power(int64_t after_operations);    // of its disk; 0: now. Only on a crash disk
  void destroy();                              // for good
  void fill_disk(bool full);
  void replace_disk(Image, OnDisk);  // somebody puts an old image in; the till is off
  Image copy_disk();                 // as kill -9 would leave it
  void set_clock(int64_t skew_ms) { skew_ms_ = skew_ms; }
  bool running() const { return running_ != nullptr; }
  bool alive() const { return !destroyed_; }
  bool on_crash_disk() const { return crash_disk_ != nullptr; }

  // ---- the line ----
  void line_down();
  void line_up(int session);
  int session() const { return session_; }
  void take(const sync::NatsMessage&);  // came over it

  // ---- the people ----
  void serve(int lines);  // a customer with so many lines; she waits while the till is off
  void write_poison();    // a row of a version to come
  void write_conflict();  // an old transaction id with other contents

  // ---- for checks; the till runs ----
  struct Row {
    std::string type, transaction_id, body, epoch, hash;
    int64_t seq = 0;
    bool understood = true;
  };
  std::vector<Row> journal();
  std::vector<Stored> neighbours();  // rows of other tills that it keeps, as they may be carried
  int64_t waiting();
  std::optional<int64_t> shown(const std::string& product);
  int64_t price_version(const std::string& product);
  bool busy() const { return cart_.has_value(); }  // a customer waits
  std::string fault_of_stock();  // shown is central's figure less what it does not cover
  std::string fault_of_journal();
  std::string attention();
  const std::string& name() const { return name_; }
  const OnDisk& promised() const { return promised_; }
  std::map<std::string, int64_t> versions() const { return versions_; }

  // ---- Bus ----
  bool connected() override { return session_ > 0 && !power_is_off_; }
  std::string new_inbox() override;
  std::string new_delivery(int slot) override;
  bool publish(std::string_view subject, std::string_view reply, const sync::Headers&,
               std::string_view body) override;

 private:
  struct Running;
  // Runs a piece of the program; what it throws is what it would do to the program.
  void run(const std::function<void()>& piece);
  void sync(const std::function<void()>& piece);  // of the sync thread, which rests after an error
  bool resting() const;
  void take_all();
  void pump();
  void stop_running();
  void look_after_start();
  void fail(const std::string& words);
  template <class Result>
  void must(const Result&);  // it is no refusal
  void pay();
  void adopt_last_sale();
  std::map<std::string, int64_t> basket() const;
  sync::Tick tick() const;
  bool recover();

  World& world_;
  const std::string name_;
  std::unique_ptr<MemoryDisk> memory_disk_;
  std::unique_ptr<storage::SimDisk> crash_disk_;
  Image after_cut_;  // what is on the platter since the power went
  bool power_is_off_ = false, disk_is_full_ = false;
  int64_t cut_at_ = -1;  // operation of the disk
  std::string dies_at_;
  int passes_ = 0;
  bool destroyed_ = false;
  int64_t skew_ms_ = 0;
  std::unique_ptr<Running> running_;
  int64_t starts_ = 0, errors_ = 0;

  int session_ = 0;                     // 0: no line
  std::deque<sync::NatsMessage> came_;  // not taken yet
  int64_t rests_until_ = 0;
  int64_t names_ = 0, due_ = 0;
  uint64_t pumps_ = 0;

  OnDisk promised_;
  struct Cart {  // what is on the counter, by what the till has answered
    std::vector<std::pair<int, int64_t>> lines;  // product, pieces
    std::vector<int64_t> prices;
    bool paying = false;
    bool soft = false;  // a power cut may have taken it
  };
  std::optional<Cart> cart_;
  std::map<std::string, int64_t> versions_;  // of stock, the highest that was shown
};

}  // namespace pos::sim

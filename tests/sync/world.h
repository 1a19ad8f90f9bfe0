// World: one till with the real SyncCore, and small models of its leaf, the hub and central, in
// simulated time. Messages are lost, doubled, late and out of order; lines are cut with and without
// a word; streams are purged; central goes back to a backup; the till restarts. Same seed, same
// day.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/sync_core.h"
#include "tests/sync/memory.h"

namespace pos::sync {

struct Weather {
  int lose_percent = 0, double_percent = 0;  // of messages, each way
  int64_t latest_ms = 5;                     // a message takes 1 ms to so long
  bool reorders = false;                     // else they arrive in the order they were sent
};

struct SalesMessage {
  std::string subject, body;
  Headers headers;
};

struct CentralState {  // what a backup of central's database holds
  struct Chain {
    int64_t mark = 0;
    std::string head = kZeroHash;
    std::vector<std::string> hashes;  // of seq 1, 2 …
  };
  std::map<std::string, Chain> chains;         // by epoch
  std::map<std::string, std::string> applied;  // transactionId -> contentHash
  std::set<std::string> neighbours;            // transactionIds of till2
  size_t position = 0;                         // in SALES
  std::string generation = "g1";
  int64_t catalogue = 0;        // the one counter
  int64_t product_version = 0;  // the last of it that a product took
  std::map<std::string, Product> products;
  int64_t office = 0;  // the last version of a price, the settings or a promotion
  std::map<std::string, Price> prices;
  std::map<std::string, OfferedPromotion> promotions;
  Settings settings;
  int64_t stock_version = 0;
  int64_t gift_version = 0;
  std::map<std::string, GiftCard> gift_cards;
};

class World final : public Bus {
 public:
  explicit World(uint64_t seed);

  // ---- what a test does ----
  void run_ms(int64_t ms);
  bool run_until(const std::function<bool()>& done, int64_t limit_ms);
  void sell() { outbox.record(wall()), core_->nudge(); }
  void nudge() { core_->nudge(); }
  void change_product(const std::string& id);
  void change_stock(const std::string& id);
  void send_down(const std::string& subject, const std::string& body);
  void change_price(const std::string& product);
  void change_promotion(const std::string& id);
  void change_settings();
  void change_gift_card(const std::string& card);
  void cut_leaf();        // the till's connection breaks; it comes back by itself a second later
  void restart_till();    // what it had in memory is gone
  void purge_sales();     // the message ids stay known for ten minutes
  void lose_downlocal();  // the leaf's disk was wiped
  // On the store's own network: an ack of this till's last row, under a key that is not central's.
  void forge_ack();
  void stall_downlocal() { downlocal.stalled = true; }  // its source stands still, silently
  void forget_consumers() { consumers_.clear(); }
  void neighbour_remakes_downlocal();
  // A row of till2 comes over STORELOG; its outbox is what that till keeps.
  void neighbour_sells();
  CentralState backup() const { return central; }
  void restore(CentralState, const std::string& generation);
  Status status() { return core_->status(tick()); }
  bool all_settled();
  // Words for the first thing that is not as it should be after a heal; empty if all is well.
  std::string fault();

  Weather weather;
  bool wan_up = true;       // leaf to hub
  bool wan_silent = false;  // a cut line says nothing instead of 503
  bool central_up = true;
  bool enrol_answers = true;  // off: they are lost
  bool answers_signed_well = true;
  int lose_deliveries = 0;   // so many of what DOWNLOCAL sends next
  std::string false_stream;  // a stream of the leaf that takes our rows, and says so

  MemoryOutbox outbox;
  MemoryProjections projections;
  MemoryNeighbours neighbours;
  CentralState central;
  MemoryOutbox neighbour{"s1", "till2"};
  std::vector<SalesMessage> sales;
  struct Downlocal {
    bool exists = true, stalled = false;
    int made = 1;  // the how-manieth; its "created"
    int64_t last_seq = 0;
    std::map<std::string, std::pair<int64_t, std::string>> last;  // subject -> seq, body
  } downlocal;
  struct LogMessage {
    std::string subject, body;
    Headers headers;
  };
  std::vector<LogMessage> storelog;  // what the till wrote, and what a test adds for a neighbour
  int64_t duplicates = 0, forks = 0, conflicts = 0;
  int64_t carried = 0;                      // rows that came by way of this till
  int64_t hellos = 0, beats = 0, rows = 0;  // that came to the leaf
  int64_t wakes = 0;                        // that the till's core asked for
  std::vector<std::string> order;           // transactionIds as they took effect

  // ---- Bus ----
  bool connected() override { return leaf_up_; }
  std::string new_inbox() override { return "_INBOX.s1.till1." + std::to_string(++names_); }
  std::string new_delivery(int slot) override {
    return deliveries_[slot] = "_INBOX.d." + std::to_string(++names_);
  }
  bool publish(std::string_view subject, std::string_view reply, const Headers&,
               std::string_view body) override;

 private:
  struct Consumer {
    std::string stream, name, deliver;
    int64_t stream_seq = 0, consumer_seq = 0, beat_ms = 0;
  };
  struct Redelivery {
    int64_t at_ms;
    int tries;
    SalesMessage message;
  };

  Tick tick() const { return {now_ms_, wall()}; }
  Instant wall() const { return {1'800'000'000'000 + now_ms_}; }
  void at(int64_t ms, std::function<void()> what) { events_.emplace(ms, std::move(what)); }
  void reach(std::function<void()> arrive);  // over a lossy line
  void to_till(NatsMessage);
  void answer(const std::string& reply, std::string body) {
    to_till({reply, "", std::move(body), {}, "", ""});
  }
  void no_responders(const std::string& reply) { to_till({reply, "", "", {}, "503", ""}); }
  void at_leaf(const NatsMessage&);
  bool beyond_wan(const NatsMessage&);
  void hub_stores(const NatsMessage&);
  void leaf_api(const NatsMessage&);
  void log_api(const NatsMessage&);
  void add_consumer(const std::string& stream, const NatsMessage&);
  void feed_consumers();
  void feed(Consumer&);
  void deliver(Consumer&, int64_t seq, const std::string& subject, const Headers&,
               const std::string& body);
  void central_works();
  bool apply(const SalesMessage&, bool last_try);
  void effect(const Envelope&, const SalesMessage&);
  void make_downlocal();
  void send_ack(const std::string& epoch);
  void answer_hello(const NatsMessage&);
  void answer_enrol(const NatsMessage&);
  void answer_pull(const NatsMessage&);
  template <class Item>
  void answer_page(const NatsMessage&, const PullRequest&, const std::map<std::string, Item>&);
  template <class T>
  void sign_answer(T&) const;

  Dice dice_;
  int64_t arrived_ms_ = 0;  // the last of those in order
  int64_t now_ms_ = 1000, due_ms_ = 1000, names_ = 0, core_seed_;
  std::multimap<int64_t, std::function<void()>> events_;
  bool leaf_up_ = true;
  int session_ = 1;
  std::string deliveries_[kSlots];
  std::vector<Consumer> consumers_;
  std::map<std::string, int64_t> known_ids_;  // Nats-Msg-Id -> until
  std::map<std::string, std::string> down_;   // DOWN and DOWNALL: last of each subject
  std::vector<Redelivery> redeliveries_;
  std::set<std::string> to_ack_, verified_;
  std::unique_ptr<SyncCore> core_;
};

}  // namespace pos::sync

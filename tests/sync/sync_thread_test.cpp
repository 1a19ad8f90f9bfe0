// The sync thread against a real hub and a real leaf.
#include "sync/sync_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/sync/memory.h"
#include "tests/sync/nats_server.h"
#include "tests/sync/tiny_central.h"

namespace pos::sync {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Instant wall() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<milliseconds>(now).count()};
}

// The cashier's thread records while the sync thread reads: one lock, as the till's database has.
class SharedOutbox final : public Outbox {
 public:
  void record() {
    locked([&] { return outbox_.record(wall()).id; });
  }
  std::vector<SealedRow> rows(int64_t after, int limit) override {
    return locked([&] { return outbox_.rows(after, limit); });
  }
  int64_t last_id() override {
    return locked([&] { return outbox_.last_id(); });
  }
  int64_t first_kept(const std::string& epoch) override {
    return locked([&] { return outbox_.first_kept(epoch); });
  }
  int64_t first_waiting(const std::string& epoch) override {
    return locked([&] { return outbox_.first_waiting(epoch); });
  }
  void begin_epoch(const NewEpoch& e, Instant now) override {
    locked([&] { return outbox_.begin_epoch(e, now), 0; });
  }
  bool receipt_is_ahead(const std::string& receipt) override {
    return locked([&] { return outbox_.receipt_is_ahead(receipt); });
  }
  std::vector<SealedRow> waiting(int64_t after, int limit) override {
    return locked([&] { return outbox_.waiting(after, limit); });
  }
  std::string current_epoch() override { return outbox_.current_epoch(); }
  std::vector<EpochSeq> epochs() override {
    return locked([&] { return outbox_.epochs(); });
  }
  std::optional<std::string> hash_at(const std::string& epoch, int64_t seq) override {
    return locked([&] { return outbox_.hash_at(epoch, seq); });
  }
  std::optional<int64_t> settle(const std::string& epoch, int64_t seq, const std::string& hash,
                                Instant now) override {
    return locked([&] { return outbox_.settle(epoch, seq, hash, now); });
  }
  int64_t requeue_after(const std::string& epoch, int64_t seq) override {
    return locked([&] { return outbox_.requeue_after(epoch, seq); });
  }
  Counts counts() override {
    if (broken) throw std::runtime_error("disk I/O error");
    return locked([&] { return outbox_.counts(); });
  }
  std::string note(const std::string& name) override {
    return locked([&] { return outbox_.note(name); });
  }
  void set_note(const std::string& name, const std::string& value) override {
    locked([&] { outbox_.set_note(name, value); });
  }
  std::atomic<bool> broken{false};

 private:
  template <class Work>
  std::invoke_result_t<Work> locked(Work work) {
    const std::lock_guard lock(mutex_);
    return work();
  }
  std::mutex mutex_;
  MemoryOutbox outbox_;
};

class SharedProjections final : public Projections {
 public:
  void apply(const std::vector<Product>& p) override {
    locked([&] { kept_.apply(p); });
  }
  void apply(const std::vector<Stock>& s) override {
    locked([&] { kept_.apply(s); });
  }
  void apply(const std::vector<Price>& p) override {
    locked([&] { kept_.apply(p); });
  }
  void apply(const std::vector<Settings>& s) override {
    locked([&] { kept_.apply(s); });
  }
  void apply(const std::vector<OfferedPromotion>& p) override {
    locked([&] { kept_.apply(p); });
  }
  void apply(const std::vector<GiftCard>& g) override {
    locked([&] { kept_.apply(g); });
  }
  bool take_due() override { return false; }
  int64_t catalogue_version() override {
    int64_t v = 0;
    locked([&] { v = kept_.catalogue_version(); });
    return v;
  }
  void set_catalogue_version(int64_t v) override {
    locked([&] { kept_.set_catalogue_version(v); });
  }
  int64_t office_version() override {
    int64_t v = 0;
    locked([&] { v = kept_.office_version(); });
    return v;
  }
  void set_office_version(int64_t v) override {
    locked([&] { kept_.set_office_version(v); });
  }
  int64_t gift_version() override {
    int64_t v = 0;
    locked([&] { v = kept_.gift_version(); });
    return v;
  }
  void set_gift_version(int64_t v) override {
    locked([&] { kept_.set_gift_version(v); });
  }
  size_t products() {
    size_t n = 0;
    locked([&] { n = kept_.products.size(); });
    return n;
  }

 private:
  template <class Work>
  void locked(Work work) {
    const std::lock_guard lock(mutex_);
    work();
  }
  std::mutex mutex_;
  MemoryProjections kept_;
};

std::string hub_config(uint16_t leaf_port) {
  return "server_name: hub\njetstream { domain: hub, store_dir: \"DIR/js\" }\n"
         "leafnodes { listen: \"127.0.0.1:" +
         std::to_string(leaf_port) + "\" }";
}
std::string leaf_config(uint16_t leaf_port) {
  return "server_name: leaf\nping_interval: \"2s\"\njetstream { domain: s1, store_dir: \"DIR/js\" "
         "}\n"
         "leafnodes { reconnect: 1, remotes: [ { url: \"nats://127.0.0.1:" +
         std::to_string(leaf_port) +
         "\", deny_exports: [\"store.>\"], deny_imports: [\"store.>\"] } ] }";
}

class Store : public testing::Test {
 protected:
  const uint16_t leaf_port_ = free_port();
  NatsServer hub_{hub_config(leaf_port_)};
  NatsServer leaf_{leaf_config(leaf_port_)};
  TinyCentral central_{hub_.url()};
  SharedOutbox outbox_;
  SharedProjections projections_;
  MemoryNeighbours neighbours_;  // the sync thread's alone
  std::mutex mutex_;
  std::vector<std::string> log_;
  std::optional<SyncThread> sync_;

  void start() {
    NatsConfig nats;
    nats.url = leaf_.url();
    nats.name = "s1.till1";
    nats.inbox_prefix = "_INBOX.s1.till1";
    nats.retry_ms = 100;
    RelaySettings relay;
    relay.store = "s1";
    relay.till = "till1";
    relay.app = "test";
    relay.central_keys = {TinyCentral::key().public_key};
    relay.public_key = base64(std::string(32, 'k'));
    sync_.emplace(outbox_, projections_, neighbours_, nats, relay, wall,
                  [this](const std::string& line) {
                    const std::lock_guard lock(mutex_);
                    log_.push_back(line);
                  });
  }
  void sell(int n) {
    for (int i = 0; i < n; ++i) {
      outbox_.record();
      sync_->nudge();
    }
  }
  bool all_settled(seconds limit = seconds(30)) {
    return soon([&] { return sync_->status().waiting == 0 && outbox_.counts().waiting == 0; },
                limit);
  }
  bool link_is(Link link, seconds limit = seconds(30)) {
    return soon([&] { return sync_->status().link == link; }, limit);
  }
  std::string log() {
    const std::lock_guard lock(mutex_);
    std::string all;
    for (const auto& line : log_) all += line + "\n";
    return all;
  }
  int64_t stored() {
    const Json info = Json::parse(central_.api("STREAM.INFO.SALES", ""));
    return info["state"]["messages"].get<int64_t>();
  }
};

TEST_F(Store, RowsGoThroughTheLeafIntoSalesOnceAndInOrderAndAreSettled) {
  start();
  sell(500);
  ASSERT_TRUE(all_settled()) << log();
  EXPECT_EQ(central_.mark(), 500);
  EXPECT_EQ(central_.copies(), 0);
  EXPECT_EQ(stored(), 500);
  EXPECT_TRUE(link_is(Link::online));
  const Status s = sync_->status();
  EXPECT_EQ(s.settled, 500);
  EXPECT_EQ(s.sent, 0);
  EXPECT_EQ(s.needs_attention, 0) << s.attention;
  // It is answered beside the rows, not before them.
  EXPECT_TRUE(soon([&] { return outbox_.note("enrolled") == "approved"; }, seconds(30)));
}

TEST_F(Store, TheTillMakesDownlocalItselfAndTheCatalogueComesDown) {
  start();
  ASSERT_TRUE(link_is(Link::online)) << log();
  for (int i = 0; i < 50; ++i) central_.change_product("p" + std::to_string(i));
  EXPECT_TRUE(soon([&] { return projections_.products() == 50; }, seconds(30)));
  // And a till that comes later has them from there, and pulls the rest.
  ASSERT_TRUE(sync_->stop());
  sync_.reset();
  start();
  EXPECT_TRUE(soon([&] { return projections_.catalogue_version() == 50; }, seconds(30)));
}

TEST_F(Store, TheStoresOtherTillsHearEveryRow) {
  NatsLink neighbour([&] {
    NatsConfig c;
    c.url = leaf_.url();
    return c;
  }());
  ASSERT_TRUE(neighbour.connect({"store.s1.journal.*"}));
  central_.reads(false);  // a log that is made later begins with what central has not signed for
  start();
  sell(3);
  for (int i = 1; i <= 3; ++i) {
    const auto m = neighbour.next(seconds(30));
    ASSERT_TRUE(m) << neighbour.error() << log();
    EXPECT_EQ(m->subject, "store.s1.journal.till1");
    EXPECT_EQ(decode_envelope(m->body).value().place.seq, i);
    EXPECT_NE(m->header("Leaftill-Signature"), "");
  }
}

TEST_F(Store, AKilledLeafAndAKilledHubCostTimeAndNothingElse) {
  start();
  sell(50);
  ASSERT_TRUE(all_settled()) << log();
  leaf_.kill();
  ASSERT_TRUE(link_is(Link::offline));
  sell(50);
  EXPECT_TRUE(soon([&] { return sync_->status().waiting == 50; }));
  leaf_.start();
  ASSERT_TRUE(all_settled(seconds(60))) << log();
  EXPECT_THAT(log(), HasSubstr("attempt 1 to reach"));
  hub_.kill();
  sell(50);
  ASSERT_TRUE(link_is(Link::leaf_only)) << log();
  hub_.start();
  ASSERT_TRUE(all_settled(seconds(60))) << log();
  EXPECT_EQ(central_.mark(), 150);
}

TEST_F(Store, AnUnreadAndPurgedStreamIsFilledAgain) {
  central_.reads(false);
  start();
  sell(40);
  ASSERT_TRUE(soon([&] { return sync_->status().sent == 40; }, seconds(30))) << log();
  central_.api("STREAM.PURGE.SALES", "");
  ASSERT_EQ(stored(), 0);
  central_.reads(true);
  leaf_.kill();  // the hello that follows tells the truth
  leaf_.start();
  ASSERT_TRUE(all_settled(seconds(90))) << log();
  EXPECT_EQ(central_.mark(), 40);
}

TEST_F(Store, StopEndsWithinThreeSecondsWhateverTheLeafDoes) {
  start();
  sell(10);
  ASSERT_TRUE(all_settled()) << log();
  leaf_.freeze();
  sell(100);
  const auto before = std::chrono::steady_clock::now();
  sync_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(3));
  EXPECT_EQ(sync_->status().settled, 10);
}

TEST_F(Store, AFailingDatabaseIsShownAndTriedAgain) {
  start();
  ASSERT_TRUE(link_is(Link::online)) << log();
  outbox_.broken = true;
  EXPECT_TRUE(soon([&] { return log().find("disk I/O error") != std::string::npos; }));
  outbox_.broken = false;
  sell(5);
  EXPECT_TRUE(all_settled()) << log();
  EXPECT_TRUE(soon([&] { return sync_->status().needs_attention == 0; }));
}

TEST(SyncThread, WithoutALeafItCountsItsAttemptsAndShowsWhatWaits) {
  SharedOutbox outbox;
  SharedProjections projections;
  std::mutex mutex;
  std::string log;
  NatsConfig nats;
  nats.url = "nats://127.0.0.1:" + std::to_string(free_port());
  nats.retry_ms = 20;
  RelaySettings relay;
  relay.store = "s1";
  relay.till = "till1";
  MemoryNeighbours neighbours;
  SyncThread sync(outbox, projections, neighbours, nats, relay, wall, [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    log += line + "\n";
  });
  std::atomic<int> changes{0};
  sync.on_change([&] { ++changes; });
  EXPECT_TRUE(soon([&] { return sync.status().attempts >= 3; }));
  outbox.record();
  sync.nudge();
  EXPECT_TRUE(soon([&] { return sync.status().waiting == 1; }, seconds(2)));
  EXPECT_GT(changes, 0);
  EXPECT_EQ(sync.status().link, Link::offline);
  EXPECT_TRUE(sync.stop());
  EXPECT_TRUE(sync.stop());
  EXPECT_THAT(log, HasSubstr("attempt 3 to reach " + nats.url));
}

TEST(SyncThread, StopsAtOnceWhileItConnectsToASilentPeer) {
  for (const int pongs : {0, 1}) {
    SharedOutbox outbox;
    SharedProjections projections;
    const Rogue rogue(true, pongs);
    NatsConfig nats;
    nats.url = rogue.url();
    RelaySettings relay;
    relay.store = "s1";
    relay.till = "till1";
    MemoryNeighbours neighbours;
    SyncThread sync(outbox, projections, neighbours, nats, relay, wall);
    ASSERT_TRUE(soon([&] { return rogue.guests() == pongs + 1; }));
    const auto before = std::chrono::steady_clock::now();
    EXPECT_TRUE(sync.stop());
    EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(3));
  }
}

}  // namespace
}  // namespace pos::sync

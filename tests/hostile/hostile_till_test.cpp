// A whole till whose leaf turns against it: while it is connected, when it comes back, and when the
// leaf behaves for the look before a connect and for nothing after. The cashier sells meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "storage/projections.h"
#include "tests/hostile/hostile_door.h"
#include "tests/hostile/memory_use.h"
#include "tests/sync/tiny_central.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/bundle.h"
#include "till/till.h"

namespace pos::till {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using sync::Manner;
using sync::soon;

constexpr milliseconds kAnswer{500};  // the shortest wait for a network is 1 s
constexpr seconds kBack{5};
constexpr seconds kAttack{3};
// A message without an end is cut at a mebibyte; the copy that grows has the half of it once more.
constexpr int64_t kMoreMemory = 2 * 1024 * 1024;

// Hub, leaf, door, central and a till in this process.
class Siege {
 public:
  Siege() {
    Bundle bundle = lonely_bundle();
    bundle.nkey_seed = user_.seed;
    bundle.leaf_url = door_.url();
    bundle.central_keys = {sync::TinyCentral::key().public_key};
    provision(bundle, folder_ / "till", {1});
    {
      storage::Database database(folder_ / "till/till.db");
      sync::Product p;
      p.productId = p.name = "p1";
      p.codes = {"4006381333931"};
      p.price = 199;
      p.version = 1;
      storage::Projections(database).apply({p});
    }
    till_.emplace(load_config(folder_ / "till/till.toml", {}, [](auto&) { return std::nullopt; }));
    headless_.emplace(till_->headless());
    well(R"({"do":"login","pin":"1234"})");
    well(R"({"do":"open_shift","float":10000})");
  }

  void sell() {
    well(R"({"do":"scan","code":"4006381333931"})");
    const auto before = steady_clock::now();
    well(R"({"do":"pay","tender":"cash","amount":200})");
    slowest_ = std::max(slowest_, since(before));
    till_->after_answer();
    till_->nudge();
    ++sold_;
  }
  bool settles(seconds limit) {
    return soon([&] { return till_->status().waiting == 0 && settled() == sold_ + 1; }, limit);
  }
  int64_t settled() { return till_->counted_status().settled; }
  int64_t mark() const { return central_.mark(); }

  // Sells for `time`, and watches how long the sync thread takes to show each sale.
  void withstand(seconds time) {
    const auto end = steady_clock::now() + time;
    while (steady_clock::now() < end) {
      sell();
      const int64_t rows = sold_ + 1;
      const auto before = steady_clock::now();
      ASSERT_TRUE(soon(
          [&] {
            peak_ = std::max(peak_, resident_bytes());
            const sync::Status s = till_->status();
            return s.waiting + s.settled >= rows;
          },
          kBack + seconds(5)));
      longest_away_ = std::max(longest_away_, since(before));
      std::this_thread::sleep_for(milliseconds(20));  // the next customer
    }
  }
  milliseconds quit() {
    const auto before = steady_clock::now();
    headless_.reset();
    till_.reset();
    return since(before);
  }
  static milliseconds since(steady_clock::time_point t) {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - t);
  }
  void forget() { slowest_ = longest_away_ = milliseconds(0), peak_ = 0; }

  sync::HostileDoor& door() { return door_; }
  milliseconds slowest() const { return slowest_; }
  milliseconds longest_away() const { return longest_away_; }
  int64_t peak() const { return peak_; }
  int64_t sold() const { return sold_; }

 private:
  void well(const char* line) {
    const json answer = json::parse(headless_->answer(line));
    ASSERT_TRUE(answer["ok"].get<bool>()) << line << " -> " << answer;
  }

  const sync::Nkey user_ = sync::make_user_nkey();
  const uint16_t leafnodes_ = sync::free_port();
  sync::NatsServer hub_{
      "server_name: hub\njetstream { domain: hub, store_dir: \"DIR/js\" }\n"
      "leafnodes { listen: \"127.0.0.1:" +
      std::to_string(leafnodes_) + "\" }"};
  sync::NatsServer leaf_{
      "server_name: leaf\njetstream { domain: s1, store_dir: \"DIR/js\" }\n"
      "authorization { users: [ { nkey: " +
      user_.public_key +
      " } ] }\n"
      "leafnodes { reconnect: 1, remotes: [ { url: \"nats://127.0.0.1:" +
      std::to_string(leafnodes_) + "\" } ] }"};
  sync::HostileDoor door_{leaf_.port()};
  sync::TinyCentral central_{hub_.url()};
  const Folder folder_{Folder::memory()};
  std::optional<Till> till_;
  std::optional<Headless> headless_;
  milliseconds slowest_{0}, longest_away_{0};
  int64_t peak_ = 0, sold_ = 0;
};

class Hostile : public testing::TestWithParam<Manner> {
 protected:
  // `measured`: what it does to memory, too.
  void goes_through(Siege& siege, const char* when, bool measured = true) {
    const int64_t before = resident_bytes();
    siege.forget();
    siege.withstand(kAttack);
    const int64_t after = resident_bytes();
    std::cout << to_word(GetParam()) << ", " << when << ": slowest payment "
              << siege.slowest().count() << " ms, the sync thread away for at most "
              << siege.longest_away().count() << " ms, memory " << (after - before) / 1024
              << " KiB more (at most " << (siege.peak() - before) / 1024 << "), "
              << siege.door().guests() << " connections, " << siege.door().flooded() / 1024
              << " KiB of nonsense" << std::endl;
    EXPECT_LE(siege.slowest(), kAnswer) << when;
    EXPECT_LE(siege.longest_away(), kBack) << when;
    if (measured) {
      EXPECT_LT(after - before, kMoreMemory) << when;
    }
    siege.door().turn(Manner::good);
    ASSERT_TRUE(siege.settles(seconds(60))) << when;
  }
};

TEST_P(Hostile, LeafDelaysNobodyAndIsForgottenWhenItIsGoodAgain) {
  Siege siege;
  for (int i = 0; i < 300; ++i) siege.sell();
  ASSERT_TRUE(siege.settles(seconds(60)));
  siege.door().turn(GetParam());
  goes_through(siege, "while connected");
  siege.door().turn(GetParam());
  siege.door().cut();
  goes_through(siege, "at the look before a connect");
  if (GetParam() == Manner::wants_tls) {  // OpenSSL comes into memory with it, once: 1.5 MiB
    siege.door().turn(GetParam(), true);
    siege.door().cut();
    goes_through(siege, "for the first time after the look", false);
  }
  siege.door().turn(GetParam(), true);
  siege.door().cut();
  goes_through(siege, "after the look before a connect");
  EXPECT_EQ(siege.mark(), siege.sold() + 1);
  siege.door().turn(GetParam());
  siege.sell();
  EXPECT_LT(siege.quit(), seconds(3));
}

INSTANTIATE_TEST_SUITE_P(Peers, Hostile, testing::ValuesIn(sync::bad_manners()),
                         [](const auto& one) { return std::string(to_word(one.param)); });

}  // namespace
}  // namespace pos::till

// Central whose hub turns against it, while it is connected and when it comes back. Nobody waits
// for it: it answers for its health all the while, takes up by itself, and ends when it is told.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <memory>

#include "central/service.h"
#include "sync/wire.h"
#include "tests/central/rows.h"
#include "tests/central/temporary.h"
#include "tests/hostile/hostile_door.h"
#include "tests/hostile/memory_use.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using sync::Manner;
using sync::soon;

constexpr milliseconds kHealth{250};
constexpr seconds kAttack{3};
// libnats keeps 0.75 MiB of each message without an end that it was cut off in; two fit into the
// time of an attack, and the copy that grows has the half of one once more.
constexpr int64_t kMoreMemory = 3 * 1024 * 1024;

sync::NatsConfig at(const std::string& url) {
  sync::NatsConfig c;
  c.url = url;
  c.name = "test";
  c.retry_ms = 100;
  return c;
}

class HostileHub : public testing::TestWithParam<Manner> {
 protected:
  HostileHub() : database_(open_database("sqlite:" + folder_.path() + "/central.db", true)) {
    database_->migrate();
    auto session = database_->session();
    session->execute("INSERT INTO till (store, till, state) VALUES ('s1', 'till1', 'approved')");
    session->execute(
        "INSERT INTO till_key (store, till, key_id, public_key, since) VALUES ('s1', 'till1', $1, "
        "$2, '')",
        {till_.key.id, till_.public_key()});
    session.reset();
    service_ = std::make_unique<Service>(
        *database_, key_, at(door_.url()), [](const char*, const std::string&) {}, 100);
    service_->start();
  }
  // A sale of the till's, into SALES, past the door.
  void send() {
    ASSERT_TRUE(sender_.connected() || sender_.connect({})) << sender_.error();
    const auto row = till_.sell();
    const auto a = arrival_of(row, till_);
    ASSERT_TRUE(soon([&] {
      return sender_
          .request(a.subject,
                   {{"Nats-Msg-Id", sync::message_id(row, "s1", "till1", 1)},
                    {"Leaftill-Hash", a.hash},
                    {"Leaftill-Key", a.key_id},
                    {"Leaftill-Signature", a.signature}},
                   a.body, seconds(2))
          .has_value();
    }));
    ++sent_;
  }
  bool applied(seconds limit) {
    return soon([&] { return service_->health().applied == sent_; }, limit);
  }
  void goes_through(const char* when) {
    const int64_t before = resident_bytes();
    milliseconds slowest{0};
    for (const auto end = steady_clock::now() + kAttack; steady_clock::now() < end;) {
      const auto asked = steady_clock::now();
      service_->health();
      service_->nudge();
      slowest =
          std::max(slowest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - asked));
      std::this_thread::sleep_for(milliseconds(20));
    }
    send();
    const int64_t more = resident_bytes() - before;
    door_.turn(Manner::good);
    const bool back = applied(seconds(60));
    std::cout << to_word(GetParam()) << ", " << when << ": slowest answer " << slowest.count()
              << " ms, memory " << more / 1024 << " KiB more" << std::endl;
    EXPECT_TRUE(back) << when << ": " << service_->health().trouble;
    EXPECT_LE(slowest, kHealth) << when;
    EXPECT_LT(more, kMoreMemory) << when;
  }

  TemporaryDirectory folder_;
  sync::NatsServer hub_{"server_name: hub\njetstream { domain: hub, store_dir: \"DIR/js\" }"};
  sync::HostileDoor door_{hub_.port()};
  sync::NatsLink sender_{at(hub_.url())};
  const sync::SigningKey key_ = sync::make_signing_key();
  PaperTill till_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Service> service_;
  int64_t sent_ = 0;
};

TEST_P(HostileHub, DelaysNobodyAndIsForgottenWhenItIsGoodAgain) {
  ASSERT_TRUE(soon([&] { return service_->health().nats && service_->health().applier; }));
  for (int i = 0; i < 20; ++i) send();
  ASSERT_TRUE(applied(seconds(30)));
  door_.turn(GetParam());
  goes_through("while connected");
  door_.turn(GetParam());
  door_.cut();
  goes_through("when it connects");
  door_.turn(GetParam());
  const auto before = steady_clock::now();
  service_->stop();
  EXPECT_LT(steady_clock::now() - before, seconds(4));
}

INSTANTIATE_TEST_SUITE_P(Peers, HostileHub, testing::ValuesIn(sync::bad_manners()),
                         [](const auto& one) { return std::string(to_word(one.param)); });

}  // namespace
}  // namespace pos::central

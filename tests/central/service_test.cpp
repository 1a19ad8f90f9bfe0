// The service against a real nats-server, with a till on paper on the other side.
#include "central/service.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "central/answers.h"
#include "tests/central/books_fixture.h"
#include "tests/central/temporary.h"
#include "tests/lab/ports.h"
#include "tests/lab/server.h"

namespace pos::central {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

bool soon(const std::function<bool()>& condition, milliseconds patience = milliseconds{15'000}) {
  const auto until = steady_clock::now() + patience;
  while (!condition()) {
    if (steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds{5});
  }
  return true;
}

class Hub {
 public:
  Hub() : port_(ports_.take()) {
    const std::string file = directory_.path() + "/hub.conf";
    std::ofstream(file)
        << "server_name: hub1\nlisten: \"127.0.0.1:" << port_
        << "\"\nmax_payload: 256KB\nping_interval: \"2s\"\nping_max: 2\n"
        << "jetstream { domain: hub, store_dir: \"" << directory_.path()
        << "/js\", max_file_store: 1GB, max_memory_store: 16MB }\n"
        << "accounts { SYS { users: [ { user: sys, password: sys } ] }\n"
        << "POS { jetstream: enabled, users: [ { user: central, password: secret } ] } }\n"
        << "system_account: SYS\n";
    server_ = std::make_unique<lab::Server>(
        "hub",
        lab::Command{.argv = {"nats-server", "-c", file}, .log = directory_.path() + "/hub.log"},
        [this] { return sync::NatsLink(config()).connect({}); });
  }
  ~Hub() {
    server_->thaw();
    server_->stop();
  }
  lab::Server& server() { return *server_; }
  std::string disk() const { return directory_.path() + "/js"; }
  sync::NatsConfig config() const {
    sync::NatsConfig c;
    c.url = "nats://127.0.0.1:" + std::to_string(port_);
    c.name = "test";
    c.user = "central";
    c.password = "secret";
    return c;
  }

 private:
  TemporaryDirectory directory_;
  lab::Ports ports_;
  int port_;
  std::unique_ptr<lab::Server> server_;
};

class ServiceTest : public BooksTest {
 protected:
  void begin() {
    service_ = std::make_unique<Service>(*database_, key_, hub_.config(),
                                         [](const char*, const std::string& words) {
                                           if (getenv("LEAFTILL_TEST_VERBOSE"))
                                             fprintf(stderr, "  %s\n", words.c_str());
                                         });
    service_->start();
  }
  void open() {
    hub_.server().start();
    begin();
    ASSERT_TRUE(soon([&] { return service_->health().nats && service_->health().applier; }));
    ASSERT_TRUE(till_.connect({"down.>", "all.>", "stock.updated", "product.sold"}));
  }

  // To SALES through JetStream, with its PubAck.
  void send(const sync::SealedRow& row, const PaperTill& from) {
    const auto a = arrival_of(row, from);
    const auto answer =
        till_.request(a.subject,
                      {{"Nats-Msg-Id", sync::message_id(row, from.store, from.till, ++round_)},
                       {"Leaftill-Hash", a.hash},
                       {"Leaftill-Key", a.key_id},
                       {"Leaftill-Signature", a.signature}},
                      a.body, milliseconds{5000});
    ASSERT_TRUE(answer) << till_.error();
    const auto ack = sync::decode_pub_ack(answer->body);
    ASSERT_TRUE(ack && ack->stream == "SALES" && ack->domain == "hub" && !ack->duplicate)
        << answer->body;
  }

  // What comes down on `subject` until `wanted` says so.
  bool hear(const std::string& subject,
            const std::function<bool(const sync::NatsMessage&)>& wanted) {
    return soon([&] {
      const auto message = till_.next(milliseconds{50});
      return message && message->subject == subject && wanted(*message);
    });
  }
  bool acknowledged(const PaperTill& t) {
    return hear("down." + t.store + ".ack." + t.till, [&](const sync::NatsMessage& m) {
      const auto ack = sync::decode_ack(m.body);
      return ack && ack->epoch == t.epoch && ack->seq == t.seq && ack->hash == t.head &&
             signed_by_central(*ack, ack->signature, t);
    });
  }
  template <class Answer>
  bool signed_by_central(const Answer& answer, const std::string& signature, const PaperTill& t) {
    return sync::verify(key_.public_key,
                        sync::digest(sync::signed_members(answer, t.store, t.till)),
                        sync::unbase64(signature).value_or(""));
  }
  std::optional<sync::NatsMessage> ask(const std::string& subject, const std::string& body) {
    return till_.request(subject, {}, body, milliseconds{2000});
  }
  sync::HelloAnswer hello(const PaperTill& t, int64_t asked) {
    sync::Hello hello;
    hello.epochs = {{t.epoch, asked}};
    hello.app = "0.1.0";
    std::optional<sync::HelloAnswer> answer;
    soon([&] {
      const auto m = ask("sync.hello." + t.store + "." + t.till, sync::encode(hello));
      return m && (answer = sync::decode_hello_answer(m->body));
    });
    EXPECT_TRUE(answer && signed_by_central(*answer, answer->signature, t));
    return answer.value_or(sync::HelloAnswer{});
  }

  Hub hub_;
  sync::SigningKey key_ = sync::make_signing_key();
  std::unique_ptr<Service> service_;
  sync::NatsLink till_{hub_.config()};
  uint64_t round_ = 0;
};

TEST_F(ServiceTest, ASaleGoesUpAndItsStockAndThenItsSignedAckComeDown) {
  open();
  send(till1_.sell({{"p1", 2000, 199}}), till1_);
  EXPECT_TRUE(hear("down.s1.stock.p1", [&](const sync::NatsMessage& m) {
    auto stock = sync::decode_stock(m.body);
    return stock && stock->onHand == 998'000 && stock->covers["till1"][till1_.epoch] == 1;
  })) << "stock comes before the ack";
  EXPECT_TRUE(acknowledged(till1_));
  EXPECT_TRUE(soon([&] { return number("SELECT count(*) FROM down_mark") == 0; }));
  EXPECT_TRUE(soon([&] { return number("SELECT count(*) FROM event_outbox") == 0; }));
  EXPECT_EQ(service_->health().position, 1);
}

TEST_F(ServiceTest, OtherServicesGetPlainEventsAndCentralKnowsItsOwn) {
  open();
  send(till1_.sell({{"p1", 2000, 199}}), till1_);
  std::string sold, stock;
  EXPECT_TRUE(soon([&] {
    const auto m = till_.next(milliseconds{50});
    if (m && m->subject == "product.sold") sold = m->body;
    if (m && m->subject == "stock.updated") stock = m->body;
    return sold.find("\"price\":1.99,\"totalAmount\":3.98") != std::string::npos &&
           stock == R"({"productId":"p1","storeId":"s1","stock":998})";
  })) << sold
      << stock;
  ASSERT_TRUE(till_.publish("product.sold", "", {}, R"({"productId":"p1"})"));
  EXPECT_TRUE(soon([&] { return problems("foreign_event") == 1; }));
  EXPECT_EQ(number("SELECT times FROM problem WHERE kind = 'foreign_event'"), 1)
      << "only the stranger's";
}

TEST_F(ServiceTest, HelloIsAnsweredFromTheBooksAndSigned) {
  open();
  for (int i = 0; i < 3; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  const auto all = hello(till1_, 5);
  ASSERT_EQ(all.epochs.size(), 1u);
  EXPECT_EQ(all.epochs[0].appliedSeq, 3);
  EXPECT_EQ(all.epochs[0].mark, 3);
  EXPECT_EQ(all.epochs[0].hash, till1_.head);
  EXPECT_EQ(all.lastReceipt, "s1-till1-A000003");
  EXPECT_FALSE(all.generation.empty());
  const auto some = hello(till1_, 2);
  EXPECT_EQ(some.epochs[0].appliedSeq, 2);
  EXPECT_EQ(some.epochs[0].mark, 3);
  EXPECT_NE(some.epochs[0].hash, till1_.head);
}

TEST_F(ServiceTest, ATillEnrolsWithItsCodeAndWhatItSentBeforeCounts) {
  PaperTill fresh("s1", "till9", 9);
  database_->session()->execute(
      "INSERT INTO till (store, till, state, enrol_code_hash) VALUES ('s1', 'till9', 'pending', "
      "$1)",
      {sync::hex(sync::sha256("the-code"))});
  open();
  send(fresh.sell(), fresh);
  ASSERT_TRUE(soon([&] { return number("SELECT count(*) FROM waiting") == 1; }));
  sync::Hello question;
  question.epochs = {{fresh.epoch, 1}};
  EXPECT_FALSE(ask("sync.hello.s1.till9", sync::encode(question))) << "nobody knows it yet";
  const auto enrol = [&](const std::string& code) {
    const auto m =
        ask("sync.enrol.s1.till9", sync::encode(sync::Enrol{code, fresh.public_key(), "0.1.0"}));
    const auto answer = m ? sync::decode_enrol_answer(m->body) : std::nullopt;
    EXPECT_TRUE(answer && signed_by_central(*answer, answer->signature, fresh));
    return answer ? answer->state : "";
  };
  EXPECT_EQ(enrol("wrong"), "refused");
  EXPECT_EQ(enrol("the-code"), "approved");
  EXPECT_EQ(enrol("the-code"), "approved") << "it did not hear the first answer";
  EXPECT_TRUE(acknowledged(fresh));
  EXPECT_EQ(problems("unknown_key"), 0);
  EXPECT_EQ(hello(fresh, 1).epochs.at(0).appliedSeq, 1);
}

TEST_F(ServiceTest, ProductsGoDownWhenTheyAreMarkedAndOnRequest) {
  open();
  EXPECT_TRUE(soon([&] {
    const auto kept = till_.request("$JS.API.STREAM.MSG.GET.DOWNALL", {},
                                    R"({"last_by_subj":"all.product.p3"})", milliseconds{1000});
    return kept && kept->body.find("\"data\"") != std::string::npos;
  })) << "DOWNALL was new: everything goes there";
  {
    auto session = database_->session();
    session->begin();
    session->execute("UPDATE product SET price = 250, version = 9 WHERE id = 'p2'");
    set_meta(*session, "catalogue_version", "9");
    mark_down(*session, "all.product.p2");
    session->commit();
  }
  service_->nudge();
  EXPECT_TRUE(hear("all.product.p2", [](const sync::NatsMessage& m) {
    const auto product = sync::decode_product(m.body);
    return product && product->price == 250;
  }));
  sync::PullRequest request;
  request.limit = 2;
  auto page =
      sync::decode_pull_answer(ask("sync.pull.s1.till1", sync::encode(request)).value().body);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 2u);
  EXPECT_TRUE(page->more);
  request.afterVersion = page->items.back().version;
  request.afterId = page->items.back().productId;
  page = sync::decode_pull_answer(ask("sync.pull.s1.till1", sync::encode(request)).value().body);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1u);
  EXPECT_FALSE(page->more);
  EXPECT_EQ(page->items[0].version, 9);
  EXPECT_EQ(page->catalogueVersion, 9);
}

TEST_F(ServiceTest, BeatsAreKept) {
  open();
  sync::Beat beat;
  beat.epoch = till1_.epoch;
  beat.seq = 41;
  beat.pending = 3;
  beat.app = "0.1.0";
  beat.time = "2001-01-01T00:00:00.000Z";
  ASSERT_TRUE(till_.publish("till.beat.s1.till1", "", {}, sync::encode(beat)));
  EXPECT_TRUE(soon([&] { return number("SELECT pending FROM till WHERE till = 'till1'") == 3; }));
  EXPECT_LT(number("SELECT clock_skew_ms FROM till WHERE till = 'till1'"), -1'000'000);
}

TEST_F(ServiceTest, ARowAfterAGapFitsWhenTheMissingOneComes) {
  open();
  const auto a = till1_.sell(), b = till1_.sell();
  send(b, till1_);
  ASSERT_TRUE(soon([&] { return service_->health().batches >= 1; }));
  EXPECT_EQ(service_->health().position, 0) << "a restart would read it again";
  send(a, till1_);
  EXPECT_TRUE(acknowledged(till1_));
  EXPECT_TRUE(soon([&] { return service_->health().position == 2; }));
}

TEST_F(ServiceTest, AForkIsToldToTheTill) {
  open();
  PaperTill clone = till1_.cloned();
  send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  send(clone.sell(), clone);
  EXPECT_TRUE(hear("down.s1.fork.till1", [&](const sync::NatsMessage& m) {
    const auto fork = sync::decode_fork(m.body);
    return fork && fork->epoch == till1_.epoch && fork->seq == 1 && fork->hash == till1_.head &&
           signed_by_central(*fork, fork->signature, till1_);
  }));
}

TEST_F(ServiceTest, ARestartGoesOnWhereTheBooksAre) {
  open();
  for (int i = 0; i < 20; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  service_.reset();
  for (int i = 0; i < 20; ++i) send(till1_.sell(), till1_);
  begin();
  EXPECT_TRUE(acknowledged(till1_));
  EXPECT_EQ(on_hand("p1"), 960'000);
  EXPECT_EQ(service_->health().applied, 20) << "nothing was read twice";
}

TEST_F(ServiceTest, APurgeOfSalesLosesNothingThatTheTillSendsAgain) {
  open();
  for (int i = 0; i < 5; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  service_.reset();
  const auto lost = till1_.sell();
  send(lost, till1_);
  ASSERT_TRUE(till_.request("$JS.API.STREAM.PURGE.SALES", {}, "", milliseconds{5000}));
  begin();
  EXPECT_EQ(hello(till1_, 6).epochs.at(0).appliedSeq, 5);
  send(lost, till1_);
  EXPECT_TRUE(acknowledged(till1_));
}

TEST_F(ServiceTest, ASalesStreamThatWasMadeAgainIsReadFromItsStart) {
  open();
  for (int i = 0; i < 5; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  ASSERT_TRUE(till_.request("$JS.API.STREAM.DELETE.SALES", {}, "", milliseconds{5000}));
  ASSERT_TRUE(soon([&] {
    const auto info = till_.request("$JS.API.STREAM.INFO.SALES", {}, "", milliseconds{1000});
    return info && info->body.find("err_code") == std::string::npos;
  })) << "central makes it again";
  send(till1_.sell(), till1_);
  EXPECT_TRUE(acknowledged(till1_));
}

// nats-server 2.9 writes to its disk once a minute. Where it lost power with central beside it, and
// the tills were quicker to come back, the numbers that central has read are other rows now.
TEST_F(ServiceTest, ASalesStreamThatWentBackAndGrewAgainIsReadFromItsStart) {
  namespace fs = std::filesystem;
  open();
  for (int i = 0; i < 3; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  const std::string copy = hub_.disk() + ".old";
  hub_.server().stop();
  fs::copy(hub_.disk(), copy, fs::copy_options::recursive);
  hub_.server().start();
  ASSERT_TRUE(till_.connect({"down.s1.>"}));
  for (int i = 0; i < 3; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  service_.reset();
  hub_.server().stop();
  fs::remove_all(hub_.disk());
  fs::rename(copy, hub_.disk());
  hub_.server().start();
  ASSERT_TRUE(till_.connect({"down.s1.>"}));
  for (int i = 0; i < 4; ++i) send(till2_.sell(), till2_);
  begin();
  EXPECT_TRUE(acknowledged(till2_));
  EXPECT_EQ(on_hand("p1"), 990'000) << "and nothing counts twice";
}

TEST_F(ServiceTest, ARestoredDatabaseReadsSalesAgainAndHasANewGeneration) {
  open();
  for (int i = 0; i < 10; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  const std::string before = hello(till1_, 10).generation;
  service_.reset();
  {
    auto session = database_->session();  // a backup from before the first sale
    for (const char* table : {"chain", "chain_row", "journal_row", "down_mark", "event_outbox"})
      session->execute(std::string("DELETE FROM ") + table);
    session->execute("UPDATE stock SET on_hand = 1000000");
    session->execute(
        "UPDATE meta SET value = '0' WHERE name IN ('sales_position', 'down_published')");
  }
  begin();
  EXPECT_TRUE(acknowledged(till1_));
  EXPECT_EQ(on_hand("p1"), 990'000);
  EXPECT_NE(hello(till1_, 10).generation, before);
}

// What the first of two restored databases publishes says no more than the copy knows: the second
// one takes itself for the one that made the copy, and no till asks again for what that one held.
TEST_F(ServiceTest, ADatabaseThatIsRestoredTwiceFromOneCopyHasTwoNewGenerations) {
  open();
  const char* const tables[] = {"chain", "chain_row", "journal_row", "down_mark", "stock", "meta"};
  const auto each_table = [&](const std::vector<std::string>& statements) {
    auto session = database_->session();
    for (const char* table : tables) {
      for (std::string s : statements) {
        for (size_t at; (at = s.find('%')) != std::string::npos;) s.replace(at, 1, table);
        session->execute(s);
      }
    }
  };
  const auto ack_of = [&](const std::string& generation) {
    return hear("down.s1.ack.till1", [&](const sync::NatsMessage& m) {
      return m.header("Leaftill-Generation") == generation;
    });
  };
  for (int i = 0; i < 5; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  service_.reset();
  each_table({"CREATE TABLE copy_of_% AS SELECT * FROM %"});
  begin();
  for (int i = 0; i < 5; ++i) send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  std::set<std::string> generations = {hello(till1_, 10).generation};
  for (int restored = 1; restored <= 2; ++restored) {
    service_.reset();
    ASSERT_TRUE(till_.request("$JS.API.STREAM.DELETE.SALES", {}, "", milliseconds{5000}));
    each_table({"DELETE FROM %", "INSERT INTO % SELECT * FROM copy_of_%"});
    begin();
    sync::HelloAnswer answer;
    ASSERT_TRUE(soon([&] {
      return !generations.contains((answer = hello(till1_, 10)).generation);
    })) << "restored "
        << restored;
    ASSERT_EQ(answer.epochs.at(0).appliedSeq, 5);
    generations.insert(answer.generation);
    EXPECT_TRUE(ack_of(answer.generation)) << "restored " << restored;
  }
  // And nothing begins anew while it is only started again.
  const auto last = hello(till1_, 10).generation;
  service_.reset();
  begin();
  ASSERT_TRUE(soon([&] { return service_->health().applier; }));
  EXPECT_EQ(hello(till1_, 10).generation, last);
}

TEST_F(ServiceTest, AHubThatIsKilledAndStartedAgainLosesNothing) {
  open();
  send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  hub_.server().kill9();
  ASSERT_TRUE(soon([&] { return !service_->health().nats; }));
  EXPECT_TRUE(soon([&] { return !service_->health().trouble.empty(); }));
  hub_.server().start();
  ASSERT_TRUE(soon([&] { return till_.connect({"down.>"}); }));
  send(till1_.sell(), till1_);
  EXPECT_TRUE(acknowledged(till1_));
  EXPECT_EQ(on_hand("p1"), 998'000);
}

TEST_F(ServiceTest, ItWaitsForAHubThatIsNotThereYet) {
  begin();
  ASSERT_TRUE(soon([&] { return service_->health().attempts >= 2; }));
  EXPECT_FALSE(service_->health().nats);
  hub_.server().start();
  EXPECT_TRUE(soon([&] { return service_->health().nats; }));
}

TEST_F(ServiceTest, ItStopsWithinFiveSecondsWhileTheHubIsFrozen) {
  open();
  send(till1_.sell(), till1_);
  hub_.server().freeze();
  const auto began = steady_clock::now();
  service_->stop();
  EXPECT_LT(steady_clock::now() - began, milliseconds{5000});
  hub_.server().thaw();
}

TEST_F(ServiceTest, AFrozenHubIsLeftAndTakenUpAgain) {
  open();
  hub_.server().freeze();
  EXPECT_TRUE(soon([&] { return !service_->health().nats; }, milliseconds{20'000}));
  hub_.server().thaw();
  ASSERT_TRUE(soon([&] { return till_.connect({"down.>"}); }));
  ASSERT_TRUE(soon([&] { return service_->health().nats; }));
  send(till1_.sell(), till1_);
  EXPECT_TRUE(acknowledged(till1_));
}

#ifdef LEAFTILL_TEST_POSTGRES
TEST_F(ServiceTest, TheDatabaseServerIsRestartedUnderIt) {
  open();
  send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  restart_postgres();
  for (int i = 0; i < 10; ++i) send(till1_.sell(), till1_);
  EXPECT_TRUE(acknowledged(till1_));
  EXPECT_EQ(on_hand("p1"), 989'000);
  EXPECT_TRUE(service_->health().database);
}

TEST_F(ServiceTest, OfTwoInstancesOneAppliesAndTheOtherTakesOver) {
  open();
  auto other_database = open_database(url_, false);
  Service other(*other_database, key_, hub_.config(), [](const char*, const std::string&) {});
  other.start();
  ASSERT_TRUE(soon([&] { return other.health().nats; }));
  EXPECT_FALSE(other.health().applier);
  send(till1_.sell(), till1_);
  ASSERT_TRUE(acknowledged(till1_));
  service_.reset();
  database_ = open_database(url_, false);  // the first one's process ended
  ASSERT_TRUE(soon([&] { return other.health().applier; }, milliseconds{5000}));
  send(till1_.sell(), till1_);
  EXPECT_TRUE(acknowledged(till1_));
}
#endif

}  // namespace
}  // namespace pos::central

// Everything between the till and the vendor's database is stopped or killed, alone and in pairs,
// while two tills sell: nothing is lost or doubled, and all is confirmed within 30 s of the return.
#include <iostream>

#include "tests/e2e/shop.h"

namespace pos::e2e {
namespace {

constexpr int64_t kSalesMeanwhile = 30;

class Restart {
 public:
  explicit Restart(bool postgres) : shop_({.postgres = postgres}) { shop_.open_all(); }

  void alone_and_in_pairs() {
    std::vector<lab::Server*> servers{&shop_.lab().leaf("s1"), &shop_.lab().hub(),
                                      &shop_.lab().central()};
    // Those that others need come first: they are started in this order.
    if (auto* postgres = shop_.lab().postgres())
      servers.insert(servers.begin(), &postgres->server());
    bool kill = false;
    for (size_t a = 0; a < servers.size(); ++a) {
      for (size_t b = a; b < servers.size(); ++b) {
        kill = !kill;
        one_outage(a == b ? std::vector{servers[a]} : std::vector{servers[a], servers[b]}, kill);
        if (testing::Test::HasFailure()) return;
      }
    }
    EXPECT_TRUE(shop_.proves());
  }

 private:
  void one_outage(const std::vector<lab::Server*>& servers, bool kill) {
    std::string what = kill ? "killed:" : "stopped:";
    for (auto* server : servers) what += " " + server->name();
    std::cout << what << std::endl;
    SCOPED_TRACE(what);
    lab::Cashier anna(shop_.till(1), shop_.baskets()), bela(shop_.till(2), shop_.baskets());
    sold(anna, bela, 5);
    for (auto* server : servers) {
      if (kill)
        server->kill9();
      else
        EXPECT_TRUE(server->stop()) << server->name() << " did not stop by itself";
    }
    sold(anna, bela, kSalesMeanwhile);
    for (auto* server : servers) revive(*server);
    anna.stop();
    bela.stop();
    EXPECT_TRUE(shop_.settles_within(seconds(30)));
  }

  static void sold(const lab::Cashier& anna, const lab::Cashier& bela, int64_t more) {
    const auto a = anna.sales() + more, b = bela.sales() + more;
    EXPECT_TRUE(lab::until(seconds(60), [&] { return anna.sales() >= a && bela.sales() >= b; }))
        << "selling stopped with the servers";
  }

  Shop shop_;
};

TEST(Restart, OfLeafHubAndCentralLosesAndDoublesNothing) { Restart(false).alone_and_in_pairs(); }

TEST(Restart, OfPostgreSqlAndTheOthersLosesAndDoublesNothing) {
  if (!lab::postgres_is_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  Restart(true).alone_and_in_pairs();
}

}  // namespace
}  // namespace pos::e2e

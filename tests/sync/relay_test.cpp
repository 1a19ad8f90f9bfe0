// The protocol in simulated worlds: what the contract's section 4 promises, from the till's side.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/sync/world.h"

namespace pos::sync {
namespace {

constexpr int64_t kMinute = 60'000;

bool settles_within(World& w, int64_t ms) {
  return w.run_until([&] { return w.all_settled(); }, ms);
}

TEST(Relay, ASaleIsSettledWithinTwoSecondsOnAGoodDay) {
  World w(1);
  w.run_ms(1000);
  w.sell();
  EXPECT_TRUE(settles_within(w, 2000));
  EXPECT_EQ(w.status().link, Link::online);
  EXPECT_EQ(w.status().settled, 1);
  EXPECT_EQ(w.outbox.note("enrolled"), "approved");
  EXPECT_EQ(w.storelog.size(), 1u);
  EXPECT_EQ(w.fault(), "");
}

// Central answers the hello of tills that it knows, and of no others.
TEST(Relay, ATillWhoseHelloIsAnsweredIsEnrolledThoughThatAnswerWasLost) {
  World w(2);
  w.enrol_answers = false;
  w.sell();
  EXPECT_TRUE(settles_within(w, kMinute));
  EXPECT_EQ(w.outbox.note("enrolled"), "approved");
  EXPECT_EQ(w.status().needs_attention, 0) << w.status().attention;
}

TEST(Relay, AQuietTillSaysHelloEveryMinuteAndBeatsEveryTenSeconds) {
  World w(2);
  w.run_ms(20 * kMinute);
  EXPECT_GE(w.hellos, 17);
  EXPECT_LE(w.hellos, 26);
  EXPECT_NEAR(static_cast<double>(w.beats), 120, 3);
  EXPECT_EQ(w.status().link, Link::online);
  EXPECT_EQ(w.fault(), "");
}

// What is overdue is asked for once, and waited for.
TEST(Relay, ATillThatNobodyAnswersSleepsInBetween) {
  for (const bool silent : {false, true}) {
    World w(2);
    w.run_ms(1000);
    w.central_up = false;
    w.sell();
    w.run_ms(kMinute);
    w.wan_silent = silent;
    w.wan_up = false;
    w.sell();
    w.run_ms(kMinute);
    w.wakes = 0;
    w.run_ms(10 * kMinute);
    EXPECT_LT(w.wakes, 10 * 60 * 5) << (silent ? "silent" : "refused");
    w.wan_up = w.central_up = true;
    EXPECT_TRUE(settles_within(w, kMinute));
  }
}

TEST(Relay, RowsReachCentralInTheJournalsOrderAndOnce) {
  World w(3);
  for (int i = 0; i < 3000; ++i) w.sell();
  EXPECT_TRUE(settles_within(w, kMinute));
  EXPECT_EQ(w.duplicates, 0);
  EXPECT_EQ(w.sales.size(), 3000U);
  std::vector<std::string> journal;
  for (const auto& [id, row] : w.outbox.journal()) journal.push_back(row.transaction_id);
  EXPECT_EQ(w.order, journal);
}

TEST(Relay, SentIsNotSettled) {
  World w(4);
  w.run_ms(1000);
  w.central_up = false;
  for (int i = 0; i < 10; ++i) w.sell();
  w.run_ms(2000);
  EXPECT_EQ(w.status().waiting, 10);
  EXPECT_EQ(w.status().sent, 10);
  EXPECT_EQ(w.status().settled, 0);
  w.central_up = true;
  EXPECT_TRUE(settles_within(w, 2 * kMinute));
  w.run_ms(kMinute);
  EXPECT_EQ(w.status().sent, 0);
  EXPECT_EQ(w.fault(), "");
}

TEST(Relay, WithoutTheWanTheTillSaysSoAndEverythingFollowsLater) {
  for (const bool silent : {false, true}) {
    World w(5);
    w.run_ms(1000);
    w.wan_up = false;
    w.wan_silent = silent;
    for (int i = 0; i < 1000; ++i) w.sell();
    w.run_ms(kMinute);
    EXPECT_EQ(w.status().link, Link::leaf_only);
    EXPECT_EQ(w.status().waiting, 1000);
    EXPECT_EQ(w.status().sent, 0);
    w.wan_up = true;
    EXPECT_TRUE(settles_within(w, kMinute)) << w.fault();
    EXPECT_EQ(w.status().link, Link::online);
  }
}

TEST(Relay, AnAbsentHubIsProbedWithSingleRowsNotWithFloods) {
  World w(6);
  w.run_ms(1000);
  w.wan_up = false;
  for (int i = 0; i < 2000; ++i) w.sell();
  w.run_ms(1000);
  EXPECT_LE(w.rows, 512 + 2);
  const int64_t before = w.rows;
  w.run_ms(5 * kMinute);
  EXPECT_LE(w.rows - before, 60) << "rows went out that nobody takes";
}

TEST(Relay, WhatWasOnTheWayWhenTheLeafBrokeIsSentAgainAtOnce) {
  World w(16);
  w.run_ms(1000);
  w.weather.lose_percent = 100;
  for (int i = 0; i < 20; ++i) w.sell();
  w.run_ms(100);
  w.cut_leaf();
  w.weather.lose_percent = 0;
  EXPECT_TRUE(settles_within(w, 3000)) << w.fault();
}

TEST(Relay, OneShortAnswerIsNoReasonToSendAnythingAgain) {
  World w(17);
  w.run_ms(1000);
  const size_t here = w.central.position;
  w.central.position = SIZE_MAX;  // the applier takes its time
  for (int i = 0; i < 30; ++i) w.sell();
  w.run_ms(100);
  w.cut_leaf();  // a hello, and an answer that shows nothing of it
  w.run_ms(2000);
  w.central.position = here;
  EXPECT_TRUE(settles_within(w, 10'000)) << w.fault();
  w.run_ms(kMinute);
  EXPECT_EQ(w.sales.size(), 30U);
}

TEST(Relay, AnAckThatTheLeafDoesNotBringIsAskedForWithinTenSeconds) {
  World w(18);
  w.run_ms(1000);
  w.stall_downlocal();
  w.sell();
  EXPECT_TRUE(settles_within(w, 10'000));
}

TEST(Relay, WithoutTheLeafTheTillIsOffline) {
  World w(7);
  w.run_ms(1000);
  w.cut_leaf();
  EXPECT_EQ(w.status().link, Link::offline);
  w.sell();
  EXPECT_TRUE(settles_within(w, kMinute));
  EXPECT_EQ(w.status().link, Link::online);
}

TEST(Relay, APurgedStreamIsFilledAgainByTheHelloRuleAlone) {
  World w(8);
  w.run_ms(1000);
  w.central_up = false;
  for (int i = 0; i < 300; ++i) w.sell();
  w.run_ms(5000);
  ASSERT_EQ(w.status().sent, 300);
  w.purge_sales();  // and the message ids stay known
  w.central_up = true;
  EXPECT_TRUE(settles_within(w, 5 * kMinute)) << w.fault();
  w.run_ms(kMinute);
  EXPECT_EQ(w.fault(), "");
}

TEST(Relay, ACentralThatWentBackGetsEverythingThatItForgot) {
  for (const bool till_restarts : {false, true}) {
    World w(9);
    for (int i = 0; i < 100; ++i) w.sell();
    ASSERT_TRUE(settles_within(w, kMinute));
    const CentralState monday = w.backup();
    for (int i = 0; i < 100; ++i) w.sell();
    ASSERT_TRUE(settles_within(w, kMinute));
    w.purge_sales();  // else it would read them again from there
    w.restore(monday, "g2");
    if (till_restarts) w.restart_till();
    EXPECT_TRUE(settles_within(w, 5 * kMinute)) << w.fault();
    w.run_ms(kMinute);
    EXPECT_EQ(w.fault(), "");
    EXPECT_EQ(w.outbox.note("generation"), "g2");
  }
}

TEST(Relay, ACentralThatIsOnlySlowIsNotFloodedWithCopies) {
  World w(10);
  w.run_ms(1000);
  w.central_up = false;  // the applier; hello is answered from the database below
  for (int i = 0; i < 50; ++i) w.sell();
  w.run_ms(2000);
  const size_t stored = w.sales.size();
  w.central_up = true;
  w.central.position = SIZE_MAX;  // nothing is read
  w.run_ms(30 * kMinute);
  EXPECT_LE(w.sales.size(), stored * 7) << "each round must wait longer than the last";
  w.central.position = 0;
  EXPECT_TRUE(settles_within(w, 2 * kMinute));
}

TEST(Relay, ARestartedTillSendsWhatWaitsAndNothingIsDoubled) {
  World w(11);
  w.central_up = false;
  for (int i = 0; i < 200; ++i) w.sell();
  w.run_ms(500);
  w.restart_till();
  w.central_up = true;
  EXPECT_TRUE(settles_within(w, kMinute)) << w.fault();
  EXPECT_EQ(w.central.applied.size(), 200U);
}

TEST(Relay, WithoutAValidSignatureNothingIsFreedAndNothingTurnsGreen) {
  World w(12);
  w.answers_signed_well = false;
  for (int i = 0; i < 5; ++i) w.sell();
  w.run_ms(5 * kMinute);
  EXPECT_EQ(w.status().waiting, 5);
  EXPECT_EQ(w.status().link, Link::leaf_only);
  EXPECT_EQ(w.outbox.note("enrolled"), "");
  EXPECT_EQ(w.outbox.note("generation"), "");
  EXPECT_GT(w.status().needs_attention, 0);
  w.answers_signed_well = true;
  EXPECT_TRUE(settles_within(w, 2 * kMinute));
  w.run_ms(2 * kMinute);
  EXPECT_EQ(w.fault(), "");
}

TEST(Relay, APubAckOfAnotherStreamCountsForNothingAndIsShown) {
  World w(13);
  w.run_ms(1000);
  w.wan_up = false;
  w.false_stream = "DOWNLOCAL";
  w.sell();
  w.run_ms(2000);
  EXPECT_EQ(w.status().sent, 0);
  EXPECT_EQ(w.status().needs_attention, 1);
  EXPECT_GT(w.downlocal.made, 1) << "it was not made anew";
  w.false_stream.clear();
  w.wan_up = true;
  EXPECT_TRUE(settles_within(w, 2 * kMinute));
}

TEST(Relay, ATillThatWentBackGoesOnInANewEpoch) {
  World w(14);
  for (int i = 0; i < 5; ++i) w.sell();
  ASSERT_TRUE(settles_within(w, kMinute));
  w.outbox.forget_after(3);  // the image of this morning
  w.restart_till();
  w.sell();
  w.sell();
  EXPECT_TRUE(settles_within(w, kMinute)) << w.status().attention;
  EXPECT_EQ(w.outbox.epochs().size(), 2u);
  w.run_ms(2 * kMinute);
  EXPECT_EQ(w.fault(), "");
  for (const auto& row : w.outbox.rows(0, 100)) {
    EXPECT_TRUE(w.central.applied.contains(row.transaction_id)) << row.seq;
  }
}

// Two copies of a till go on: what the second wrote has the first one's places.
TEST(Relay, ACopyFindsTheLastRowThatItSharesAndTakesAllLaterOnesAlong) {
  for (const int apart : {1, 7, 300}) {
    SCOPED_TRACE(apart);
    World w(31);
    for (int i = 0; i < 40; ++i) w.sell();
    ASSERT_TRUE(settles_within(w, kMinute));
    const MemoryOutbox copy = w.outbox;
    for (int i = 0; i < apart; ++i) w.sell();
    ASSERT_TRUE(settles_within(w, kMinute));
    w.wan_up = false;
    w.run_ms(kMinute);
    w.outbox.become(copy);
    w.restart_till();
    for (int i = 0; i < 2 * apart; ++i) w.sell();
    std::vector<std::string> sold;
    for (const auto& row : w.outbox.rows(40, 1000)) sold.push_back(row.transaction_id);
    ASSERT_EQ(sold.size(), static_cast<size_t>(2 * apart));
    w.wan_up = true;
    EXPECT_TRUE(settles_within(w, 2 * kMinute)) << w.status().attention;
    EXPECT_EQ(w.outbox.rows(40, 1)[0].seq, 1) << "what follows the last shared row is moved";
    EXPECT_EQ(w.outbox.hash_at("9f3c0123456789ab", 40).has_value(), true);
    EXPECT_EQ(w.outbox.hash_at("9f3c0123456789ab", 41).has_value(), false);
    for (const std::string& id : sold) EXPECT_TRUE(w.central.applied.contains(id));
    w.run_ms(2 * kMinute);
    EXPECT_EQ(w.fault(), "");
  }
}

TEST(Relay, ANeighboursRowsAreAskedForAndCarriedWhenItIsSilent) {
  World w(32);
  w.run_ms(1000);
  for (int i = 0; i < 3; ++i) w.neighbour_sells();
  EXPECT_TRUE(w.run_until([&] { return w.neighbours.rows.size() == 3; }, 1000));
  w.central.neighbours.insert(w.neighbours.rows[1].row.row.transaction_id);
  w.run_ms(3 * kMinute - 10'000);
  EXPECT_TRUE(w.neighbours.rows[1].held);
  EXPECT_FALSE(w.neighbours.rows[2].held);
  EXPECT_EQ(w.carried, 0) << "the till may only be slow";
  EXPECT_TRUE(w.run_until([&] { return w.neighbours.open(0, 1).empty(); }, 5 * kMinute));
  EXPECT_EQ(w.carried, 2);
  w.restore(w.backup(), "g2");
  w.central.neighbours.clear();
  EXPECT_TRUE(w.run_until([&] { return !w.neighbours.open(0, 1).empty(); }, 2 * kMinute))
      << "another central is asked for everything again";
  EXPECT_TRUE(w.run_until([&] { return w.neighbours.open(0, 1).empty(); }, 10 * kMinute));
  EXPECT_EQ(w.central.neighbours.size(), 3u);
}

// The machine of central's database and of the hub was put back to one image: nothing on it tells.
TEST(Relay, ACentralThatLacksWhatItSignedForIsAskedForEveryNeighboursRow) {
  World w(35);
  w.run_ms(1000);
  const CentralState image = w.backup();
  w.sell();
  w.neighbour_sells();
  EXPECT_TRUE(w.run_until([&] { return w.neighbours.rows.size() == 1; }, 1000));
  w.central.neighbours.insert(w.neighbours.rows.begin()->second.row.row.transaction_id);
  w.run_ms(2 * kMinute);
  ASSERT_TRUE(w.all_settled());
  ASSERT_TRUE(w.neighbours.open(0, 1).empty());
  w.sales.clear();
  w.restore(image, image.generation);
  EXPECT_TRUE(w.run_until([&] { return w.central.neighbours.size() == 1; }, 10 * kMinute));
  EXPECT_TRUE(settles_within(w, kMinute));
}

// It brings them itself. But not where its database was put back to an older copy: then they are
// its neighbours' only.
TEST(Relay, ALivingNeighboursRowsAreCarriedOnlyWhenCentralMissesThemForLong) {
  World w(33);
  const auto sells_for = [&](int minutes) {
    for (int i = 0; i < 6 * minutes; ++i) {
      w.neighbour_sells();
      w.run_ms(10'000);
    }
  };
  sells_for(8);
  EXPECT_EQ(w.carried, 0);
  sells_for(4);
  EXPECT_GT(w.carried, 0);
}

TEST(Relay, TheStoreLearnsOfASaleWhileTheWanIsDownAndBeforeTheBacklog) {
  World w(34);
  w.outbox.record({1'800'000'000'000});
  for (int i = 0; i < 5000; ++i) w.outbox.record({1'800'000'000'000});
  w.restart_till();
  w.wan_up = false;
  w.run_ms(40);
  const std::string id = w.outbox.record({1'800'000'000'000}).transaction_id;
  w.nudge();
  EXPECT_TRUE(w.run_until([&] { return w.storelog.size() >= 5002; }, kMinute));
  const auto found = std::find_if(w.storelog.begin(), w.storelog.end(), [&](const auto& m) {
    return m.body.find(id) != std::string::npos;
  });
  EXPECT_LT(found - w.storelog.begin(), 4000);
}

TEST(Relay, AnOldAckFromTheLeafsCacheFreesNothing) {
  World w(15);
  for (int i = 0; i < 10; ++i) w.sell();
  ASSERT_TRUE(settles_within(w, kMinute));
  w.wan_up = false;
  for (int i = 0; i < 10; ++i) w.sell();
  w.cut_leaf();  // the consumer starts over, and brings the old ack again
  w.run_ms(kMinute);
  EXPECT_EQ(w.status().waiting, 10);
  EXPECT_EQ(w.status().settled, 10);
}

// ---- down ----

TEST(Intake, TheCatalogueAndStockComeDownWithinASecond) {
  World w(20);
  w.run_ms(1000);
  for (int i = 0; i < 250; ++i) w.change_product("p" + std::to_string(i));
  w.sell();
  EXPECT_TRUE(w.run_until([&] { return w.projections.products.size() == 250; }, 1000));
  EXPECT_TRUE(w.run_until([&] { return w.projections.stock.contains("p1"); }, 3000));
  w.run_ms(2 * kMinute);
  EXPECT_EQ(w.fault(), "");
}

TEST(Intake, PricesAndRulesComeDownAndTheOnesThatTheLeafDoesNotKeepArePulled) {
  World w(27);
  w.run_ms(1000);
  w.change_settings();
  w.change_promotion("o1");
  w.change_price("p1");
  EXPECT_TRUE(w.run_until(
      [&] {
        return w.projections.prices.size() == 1 && w.projections.promotions.size() == 1 &&
               w.projections.settings.version == 1;
      },
      1000));
  w.wan_up = false;
  for (int i = 0; i < 40; ++i) w.change_price("p" + std::to_string(i / 4));
  w.change_settings();
  w.run_ms(kMinute);
  w.wan_up = true;
  w.run_ms(3 * kMinute);
  EXPECT_EQ(w.projections.prices.size(), 20u);
  EXPECT_EQ(w.fault(), "");
  EXPECT_EQ(w.downlocal.made, 1) << "what another kind brings is no reason to make it anew";
}

TEST(Intake, GiftCardsComeDownAndWhatWasMissedIsPulled) {
  World w(28);
  w.run_ms(1000);
  w.change_gift_card("G-1");
  EXPECT_TRUE(w.run_until([&] { return w.projections.gift_cards.size() == 1; }, 1000));
  w.wan_up = false;
  for (int i = 0; i < 10; ++i) w.change_gift_card("G-" + std::to_string(i));
  w.run_ms(kMinute);
  w.wan_up = true;
  w.run_ms(3 * kMinute);
  EXPECT_EQ(w.projections.gift_cards.size(), 10u);
  EXPECT_EQ(w.projections.gift_version(), w.central.gift_version);
  EXPECT_EQ(w.projections.office_version(), 0) << "of which nothing was said";
  EXPECT_EQ(w.fault(), "");
}

TEST(Intake, GiftCardsArePulledAfterTheCatalogueAndTheOffice) {
  World w(29);
  w.wan_up = false;
  for (int i = 0; i < 20; ++i) w.change_product("p" + std::to_string(i));
  w.change_price("p1");
  w.change_settings();
  for (int i = 0; i < 8; ++i) w.change_gift_card("G-" + std::to_string(i));
  w.run_ms(kMinute);
  w.wan_up = true;
  w.run_ms(3 * kMinute);
  EXPECT_EQ(w.fault(), "");
  EXPECT_EQ(w.projections.gift_cards.size(), 8u);
}

TEST(Intake, WhatTheLeafLostIsMadeAgainAndPulled) {
  World w(21);
  for (int i = 0; i < 30; ++i) w.change_product("p" + std::to_string(i));
  w.run_ms(5000);
  w.lose_downlocal();
  w.change_product("p7");
  w.run_ms(3 * kMinute);
  EXPECT_TRUE(w.downlocal.exists);
  EXPECT_EQ(w.fault(), "");
}

TEST(Intake, ASourceThatStandsStillIsMadeAnewOnceInFiveMinutesAtMost) {
  World w(22);
  w.change_product("p1");
  w.run_ms(5000);
  w.stall_downlocal();
  w.change_product("p1");
  w.sell();
  w.run_ms(4 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2);
  EXPECT_EQ(w.fault(), "");
  w.change_product("p1");
  EXPECT_TRUE(w.run_until([&] { return w.projections.products["p1"].version == 3; }, 1000));
}

// By the office, or with the rows of a till that died: nothing of it is this till's.
TEST(Intake, StockThatMovesWhereNobodySellsShowsASourceThatStandsStill) {
  World w(22);
  w.run_ms(5000);
  w.stall_downlocal();
  w.change_stock("p1");
  w.run_ms(4 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2);
  EXPECT_EQ(w.fault(), "");
  w.change_stock("p2");
  w.run_ms(10 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2);
}

// Else a long list on a slow line would begin from its start, again and again.
TEST(Intake, WhatComesSlowlyIsNotBegunAgain) {
  World w(22);
  w.run_ms(5000);
  w.central.stock_version += 1000;  // hello names what has not come yet
  for (int i = 0; i < 20; ++i) {
    w.send_down("down.s1.stock.p1", encode(Stock{"p1", 1000, i + 1, {}}));
    w.run_ms(20'000);
  }
  EXPECT_EQ(w.downlocal.made, 1);
  w.run_ms(3 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2) << "it stands still";
}

// DOWN is another one then, or counts from a lower number, and the leaf does not see it.
TEST(Intake, ACentralThatWentBackLetsTheStoreMakeItsCacheAnewOnce) {
  World w(28);
  w.run_ms(5000);
  w.restore(w.backup(), "g2");
  EXPECT_TRUE(w.run_until([&] { return w.downlocal.made == 2; }, 2 * kMinute));
  w.run_ms(4 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2);
  w.restore(w.backup(), "g3");
  w.run_ms(kMinute);
  EXPECT_EQ(w.downlocal.made, 3);
  EXPECT_EQ(w.fault(), "");
}

// For the last time that central went back, or for the one before: nobody can tell. A store that
// sells nothing would not see otherwise that its cache stands still.
TEST(Intake, ACentralThatWentBackTwiceIsNotForgotten) {
  World w(28);
  w.run_ms(5000);
  w.restore(w.backup(), "g2");
  EXPECT_TRUE(w.run_until([&] { return w.downlocal.made == 2; }, 2 * kMinute));
  w.restore(w.backup(), "g3");
  w.run_ms(2 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2) << "it was made just now";
  w.run_ms(2 * kMinute);
  EXPECT_EQ(w.downlocal.made, 3);
  w.run_ms(10 * kMinute);
  EXPECT_EQ(w.downlocal.made, 3);
  EXPECT_EQ(w.fault(), "");
}

TEST(Intake, ANeighbourThatMakesTheCacheAnewDoesItForTheStore) {
  World w(29);
  w.run_ms(5000);
  w.neighbour_remakes_downlocal();
  w.restore(w.backup(), "g2");
  w.run_ms(140'000);
  w.neighbour_remakes_downlocal();
  w.run_ms(10 * kMinute);
  EXPECT_EQ(w.downlocal.made, 3);
  EXPECT_EQ(w.fault(), "");
}

// Else the store's stock would stay as it is for as long as the stranger likes.
TEST(Intake, AStrangersAckDoesNotHideASourceThatStandsStill) {
  World w(22);
  w.run_ms(5000);
  w.stall_downlocal();
  w.sell();
  w.forge_ack();
  w.run_ms(4 * kMinute);
  EXPECT_EQ(w.downlocal.made, 2);
  EXPECT_EQ(w.fault(), "");
}

TEST(Intake, ALossyLeafLosesNothingForLong) {
  World w(23);
  w.weather.lose_percent = 20;
  for (int i = 0; i < 500; ++i) {
    w.change_product("p" + std::to_string(i % 100));
    w.run_ms(200);
  }
  w.weather.lose_percent = 0;
  w.run_ms(5 * kMinute);
  EXPECT_EQ(w.fault(), "");
}

TEST(Intake, AGapIsFilledAtOnceAndALostLastMessageWithTheNextHeartbeat) {
  World w(24);
  w.run_ms(1000);
  w.lose_deliveries = 1;
  w.change_stock("p1");
  w.run_ms(100);
  w.change_stock("p2");
  EXPECT_TRUE(w.run_until([&] { return w.projections.stock.contains("p1"); }, 1000));
  w.lose_deliveries = 1;
  w.change_stock("p3");
  EXPECT_TRUE(w.run_until([&] { return w.projections.stock.contains("p3"); }, 7000));
}

TEST(Intake, AConsumerThatTheLeafForgotIsMissedAfterItsHeartbeats) {
  World w(25);
  w.run_ms(1000);
  w.forget_consumers();
  w.change_stock("p1");
  EXPECT_TRUE(w.run_until([&] { return w.projections.stock.contains("p1"); }, 17'000));
}

TEST(Intake, AStreamThatANeighbourMadeAnewIsReadFromItsStart) {
  World w(26);
  for (int i = 0; i < 50; ++i) w.change_stock("p" + std::to_string(i % 5));
  w.run_ms(1000);
  w.neighbour_remakes_downlocal();  // its numbers start at 1 again
  w.change_stock("p9");
  EXPECT_TRUE(w.run_until([&] { return w.projections.stock.contains("p9"); }, 17'000));
}

// ---- storms ----

// Half an hour of everything at once, then a heal: nothing is lost, nothing is doubled, all is
// green.
void storm(uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  World w(seed);
  Dice dice(seed + 1000);
  const auto chance = [&](int64_t one_in) { return dice.between(1, one_in) == 1; };
  w.weather = {static_cast<int>(dice.between(0, 25)), static_cast<int>(dice.between(0, 20)),
               dice.between(1, 800), chance(2)};
  std::vector<CentralState> backups;
  int generation = 1;
  for (int i = 0; i < 300; ++i) {
    for (int64_t n = dice.between(0, 3); n > 0; --n) w.sell();
    if (chance(3)) w.change_product("p" + std::to_string(dice.between(1, 20)));
    if (chance(6)) w.change_price("p" + std::to_string(dice.between(1, 6)));
    if (chance(10)) w.change_promotion("o" + std::to_string(dice.between(1, 6)));
    if (chance(20)) w.change_settings();
    if (chance(10)) w.change_gift_card("G-" + std::to_string(dice.between(1, 6)));
    if (chance(15)) w.wan_up = !w.wan_up;
    if (chance(15)) w.wan_silent = !w.wan_silent;
    if (chance(20)) w.central_up = !w.central_up;
    if (chance(20)) w.cut_leaf();
    if (chance(30)) w.restart_till();
    if (chance(40)) w.purge_sales();
    if (chance(40)) w.lose_downlocal();
    if (chance(40)) w.stall_downlocal();
    if (chance(20)) backups.push_back(w.backup());
    if (chance(60) && !backups.empty()) {
      const auto which =
          static_cast<size_t>(dice.between(0, static_cast<int64_t>(backups.size()) - 1));
      CentralState old = backups[which];
      old.catalogue = w.central.catalogue;  // the catalogue is not what this is about
      old.product_version = w.central.product_version;
      old.products = w.central.products;
      old.office = w.central.office;
      old.prices = w.central.prices;
      old.promotions = w.central.promotions;
      old.settings = w.central.settings;
      old.stock_version = w.central.stock_version;
      w.restore(std::move(old), "g" + std::to_string(++generation));
    }
    w.run_ms(dice.between(1, 10'000));
  }
  w.weather = {};
  w.wan_up = w.central_up = true;
  EXPECT_TRUE(settles_within(w, 30 * kMinute));
  w.run_ms(5 * kMinute);  // the catalogue, and the chip on the screen
  EXPECT_EQ(w.fault(), "");
}

TEST(Storm, WhateverTheSeedAllIsHeldOnceAndSettledAfterTheHeal) {
  const char* first = std::getenv("LEAFTILL_SEED");  // one seed again, or
  const char* many = std::getenv("LEAFTILL_SEEDS");  // that many
  const uint64_t from = first ? std::strtoull(first, nullptr, 10) : 1;
  const uint64_t count = many ? std::strtoull(many, nullptr, 10) : first ? 1 : 25;
  for (uint64_t seed = from; seed < from + count && !testing::Test::HasFailure(); ++seed)
    storm(seed);
}

}  // namespace
}  // namespace pos::sync

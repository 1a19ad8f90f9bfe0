// Intake: what central sends down, taken from the leaf's DOWNLOCAL and by pull, into Projections.
// A state machine like Relay. DOWNLOCAL makes things fast and may lose anything: its stream is made
// anew when it stays behind what hello says. Pull makes the catalogue right. Stock that is missed
// is right again with the product's next sale; acks are right again with the next hello.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/backoff.h"
#include "sync/bus.h"
#include "sync/feed.h"
#include "sync/projections.h"
#include "sync/wire.h"

namespace pos::sync {

class Intake {
 public:
  Intake(Projections& projections, Bus& bus, std::string store, std::string till, uint64_t seed);

  void connected(Tick);
  void lost();
  bool take(const NatsMessage&, Tick);  // true: it was for us
  // What hello said: the catalogue is pulled if it is ahead of ours, and DOWNLOCAL is made anew if
  // it has not brought by now what an earlier answer named.
  void hear(const HelloAnswer&, const std::string& current_epoch, Tick);
  // To a backup: then DOWN may count from a lower number than the leaf knows, which takes nothing
  // more of it and tells nobody. DOWNLOCAL is made anew; where that was done just now, perhaps for
  // this and perhaps for something before it, three minutes later, unless a neighbour does by then.
  void central_went_back(Tick);
  // Something is wrong with DOWNLOCAL: it is made anew, at most once in five minutes.
  void remake(Tick);
  // Applies one batch, and does what else is due. Returns when to call again, at the latest.
  int64_t step(Tick);

  // What came down for this till, unchecked, and has not been asked for yet.
  std::vector<Ack> take_acks() { return std::exchange(acks_, {}); }
  // One of them that is central's: a stranger's says nothing of whether DOWNLOCAL goes on.
  void came(const Ack&, Tick);
  std::vector<Fork> take_forks() { return std::exchange(forks_, {}); }
  int64_t malformed() const { return malformed_; }
  bool live() const { return feed_.live(); }

 private:
  struct Expected {  // what DOWNLOCAL should bring, from a hello answer
    int64_t catalogue = 0, stock = 0;
    std::string epoch;
    int64_t seq = 0;
    int64_t since_ms = -1;  // -1: nothing is expected
  };

  void open(const NatsMessage&);
  void make_anew(Tick);
  int64_t make_anew_for_central(Tick);
  bool acked(const Expected&) const;
  bool brought(const Expected&) const;
  bool stands_still(const Expected&, Tick) const;
  void pull_first(size_t kind, int64_t after_version, Tick);
  void pull_office(Tick);
  void pull_gifts(Tick);
  void pulled_whole(Tick);
  void pull(Tick);
  void pulled(const NatsMessage&, Tick);
  template <class Answer, class Item>
  bool take_page(std::optional<Answer>, std::vector<Item>& where);
  template <class Item>
  bool apply_some(std::vector<Item>& from);
  bool unapplied() const;
  void apply_batch();

  Projections& projections_;
  Bus& bus_;
  const std::string store_, till_;
  Dice dice_;

  Feed feed_;
  LogPlace place_;  // in DOWNLOCAL, last that came

  std::string made_;  // "created" of the DOWNLOCAL that is read, and since when it is another
  int64_t made_ms_ = -1;
  int64_t remade_ms_ = -1, remake_pause_ms_ = 300'000;
  int64_t went_back_ms_ = -1;  // when central did, and DOWNLOCAL was not made anew for it yet
  Expected expected_;
  int64_t down_catalogue_ = 0;  // highest versions of a product and of the store's stock that
  int64_t down_stock_ = 0;      // DOWNLOCAL brought
  int64_t now_ms_ = 0;          // when what it brings came
  int64_t from_down_ms_ = -1, from_downall_ms_ = -1;  // when it brought the last of its sources
  std::string ack_epoch_;                             // the last ack of central's
  int64_t ack_seq_ = 0, ack_ms_ = -1;

  std::string pull_inbox_;  // empty: no pull under way
  int64_t pull_ms_ = 0, pull_again_ms_ = kNever;
  Backoff pull_backoff_;
  // The catalogue; the office's: prices, settings, promotions in turn; gift cards.
  size_t pull_kind_ = 0;
  int64_t pull_version_ = 0;  // the last item of the last page
  std::string pull_id_;
  int64_t pull_target_ = 0, office_target_ = 0, gift_target_ = 0;  // what hello said
  int64_t office_held_ = 0;     // the lowest version that an answer to this turn called complete
  int64_t pull_complete_ = -1;  // to note when all of it is applied; -1: not yet
  bool pull_more_ = false;      // the next page, when this one is applied

  std::vector<Product> products_;
  std::vector<Stock> stock_;
  std::vector<Price> prices_;
  std::vector<Settings> settings_;
  std::vector<OfferedPromotion> promotions_;
  std::vector<GiftCard> gifts_;
  int64_t due_ms_ = 0;  // when to look whether a later product's time has come
  std::vector<Ack> acks_;
  std::vector<Fork> forks_;
  int64_t malformed_ = 0;
};

}  // namespace pos::sync

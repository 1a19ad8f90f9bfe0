// Relay: the till's side of the protocol (contract section 4) as one state machine, without a
// thread, a clock, a socket or SQL of its own: in go events and the time, out go messages and what
// the outbox is told. The sync thread drives it; so does a simulation.
//
// What central has signed for, and only that, leaves the outbox. An answer to hello is both an ack
// and the truth: what it does not show goes back into the outbox, whatever was acknowledged before.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sync/backoff.h"
#include "sync/bus.h"
#include "sync/carrier.h"
#include "sync/outbox.h"
#include "sync/projections.h"
#include "sync/sender.h"
#include "sync/status.h"
#include "sync/wire.h"

namespace pos::sync {

struct RelaySettings {
  std::string store, till, app;
  std::vector<std::string> central_keys;  // raw public keys of central, from the bundle
  std::string enrol_code, public_key;     // of this till; public_key base64
  size_t window = 512;                    // rows in flight
  int64_t carry_after_ms = 180'000;       // rows of a neighbour that is silent so long
  uint64_t seed = 0;                      // of jitter and round numbers; 0: nobody can foresee them
};

class Relay {
 public:
  Relay(Outbox&, Projections&, Bus&, Carrier&, RelaySettings);

  void connected(Tick);
  void lost(Tick);
  bool take(const NatsMessage&, Tick);  // true: it was an answer to something of ours
  bool hear(const Ack&, Tick);          // came down, not checked yet; false: not central's
  void hear(const Fork&, Tick);
  void nudge();  // a row was recorded
  // Does what is due. Returns when to call again, at the latest.
  int64_t step(Tick);

  Status status(Tick);
  // Words for people, until they are empty again; `what` is one cause.
  void attention(const std::string& what, const std::string& words);

  // What happened since it was asked last, for Intake.
  std::optional<HelloAnswer> take_hello() { return std::exchange(heard_hello_, {}); }
  bool take_went_back() { return std::exchange(went_back_, false); }  // central, to a backup
  bool take_false_ack() { return sender_.take_false_ack(); }
  bool online(Tick now) const { return link(now) == Link::online; }
  bool sending() const { return sender_.busy(); }  // rows go to central now

 private:
  struct Asked {        // a request under way
    std::string inbox;  // empty: none
    int64_t sent_ms = 0;
    bool late(Tick now) const;
  };
  struct Shortfall {  // central holds less of an epoch than it was sent
    int64_t applied = 0;
    int64_t since_ms = 0;       // when it was seen first
    int64_t resent_ms = -1;     // when the rows after it were sent once more; -1: never
    int64_t pause_ms = 60'000;  // before they are again; doubled each time
  };

  struct Search {  // for the last row of an epoch that central shares, by asking for lower seqs
    std::string epoch;  // empty: none is under way
    int64_t low = 0;    // shared, or no longer kept
    int64_t high = 0;   // differs
    int64_t asked = 0;
    Asked request;
    int64_t due_ms = 0;
    Backoff backoff{};
  };

  bool signed_by_central(const std::vector<std::string>& members, const std::string& key,
                         const std::string& signature) const;
  std::optional<HelloAnswer> hello_in(const NatsMessage&);
  void say_hello(Tick);
  void hello_failed(Tick);
  void hello_answered(const HelloAnswer&, Tick);
  void hear_revoked(const NatsMessage&);
  void note_revoked(const std::string& words);
  bool compare(const EpochHeld&, Tick);
  void begin_epoch(const Outbox::NewEpoch&, Tick);
  void search(const std::string& epoch, int64_t differs, Tick);
  void search_on(Tick);
  void search_answered(const HelloAnswer&, Tick);
  void fell_short(const EpochHeld&, Tick);
  void central_went_back();
  bool was_settled(const std::string& epoch, int64_t seq);
  bool was_sent(const std::string& epoch, int64_t applied);
  void enrol(Tick);
  void note_enrolled();
  void enrol_answered(const EnrolAnswer&, Tick);
  void settle_due(Tick);
  bool settle(const std::string& epoch, int64_t seq, const std::string& hash, Tick);
  void beat(Tick);
  int64_t ask_for_overdue_acks(Tick);
  void watch_sender(Tick);
  const Outbox::Counts& counts(Tick, int64_t max_age_ms);
  Link link(Tick) const;

  Outbox& outbox_;
  Projections& projections_;
  Bus& bus_;
  Carrier& carrier_;
  const RelaySettings settings_;
  Dice dice_;
  Sender sender_;

  bool up_ = false;
  Asked hello_, enrol_;
  int64_t hello_due_ = 0, enrol_due_ = 0, beat_due_ = 0;
  int64_t second_hello_ms_ = -1;  // when a soon second hello was asked for last
  Backoff hello_backoff_, enrol_backoff_;
  int64_t hellos_failed_ = 0;  // in a row
  bool enrolled_ = false;
  std::map<std::string, int64_t> asked_, sent_when_asked_;  // epoch -> seq, of the hello under way
  std::map<std::string, Shortfall> shortfalls_;
  Search search_;
  std::string last_receipt_;  // of this till, that central has seen last
  std::optional<HelloAnswer> heard_hello_;

  std::map<std::string, int64_t> held_;  // epoch -> seq that central confirmed last
  std::map<std::string, Ack> acks_;      // waiting to be settled, at most once a second
  int64_t settled_ms_ = -1;
  int64_t overdue_ms_ = -1;  // when to ask for acks; -1: no row waits for one
  int64_t overdue_pause_ms_ = 0;

  bool away_ = false;  // the last request to central failed
  bool went_back_ = false;
  int64_t central_ms_ = -1;  // when central was heard last; -1: never
  std::map<std::string, std::string> attention_;
  Link last_link_ = Link::offline;
  Instant link_since_;
  Outbox::Counts counts_;
  int64_t counted_ms_ = -1;
  Pace pace_;
};

}  // namespace pos::sync

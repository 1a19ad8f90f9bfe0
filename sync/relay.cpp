#include "sync/relay.h"

#include <algorithm>
#include <limits>

#include "sync/hold.h"
#include "sync/planted.h"
#include "sync/seal.h"

namespace pos::sync {
namespace {

constexpr int64_t kHelloEvery_ms = 60'000;  // +-10 s
constexpr int64_t kHelloJitter_ms = 10'000;
constexpr int64_t kSecondHello_ms = 2000;  // two answers in a row are that far apart, at least
constexpr int64_t kSecondHelloEvery_ms = 20'000;
constexpr int64_t kLongestResendPause_ms = 600'000;
constexpr int64_t kAskOn_ms = 1000;        // for more rows of neighbours
constexpr int64_t kEnrolAgainAfter = 5;    // hellos without an answer
constexpr int64_t kAckOverdue_ms = 4000;   // then hello asks for it, ever more rarely
constexpr int64_t kSettleEvery_ms = 1000;  // one commit a second
constexpr int64_t kBeatEvery_ms = 10'000;
constexpr int64_t kOnlineFor_ms = 90'000;
constexpr int64_t kCountEvery_ms = 1000;  // it reads the whole index of the outbox,
constexpr int64_t kManyWaiting = 10'000;  // which takes milliseconds from here on:
constexpr int64_t kCountManyEvery_ms = 10'000;
const char* const kEnrolled = "enrolled";

}  // namespace

bool Relay::Asked::late(Tick now) const { return !inbox.empty() && now.ms - sent_ms >= kAnswer_ms; }

Relay::Relay(Outbox& outbox, Projections& projections, Bus& bus, Carrier& carrier,
             RelaySettings settings)
    : outbox_(outbox),
      projections_(projections),
      bus_(bus),
      carrier_(carrier),
      settings_(std::move(settings)),
      dice_(settings_.seed),
      sender_(outbox, bus, settings_.store, settings_.till, settings_.window, dice_.next()),
      hello_backoff_(1000, 30'000, dice_.next()),
      enrol_backoff_(2000, 60'000, dice_.next()) {
  search_.backoff = Backoff(1000, 30'000, dice_.next());
  attention("revoked", outbox_.note("revoked"));  // the leaf may not let it in to hear it again
}

void Relay::connected(Tick now) {
  up_ = true;
  hello_ = {};
  enrol_ = {};
  hello_due_ = enrol_due_ = beat_due_ = now.ms;
  hello_backoff_.reset();
  enrolled_ = outbox_.note(kEnrolled) == "approved";
  search_.request = {};
  search_.due_ms = now.ms;
  sender_.connected();
}

void Relay::lost(Tick) {
  up_ = false;
  away_ = true;
  hello_ = {};
  enrol_ = {};
  search_.request = {};
  sender_.lost();
}

void Relay::nudge() {
  if (counts_.waiting < kManyWaiting) counted_ms_ = -1;
  sender_.nudge();
}

// An answer to hello; nullopt: none, or not central's.
std::optional<HelloAnswer> Relay::hello_in(const NatsMessage& m) {
  auto answer = m.status.empty() ? decode_hello_answer(m.body) : std::nullopt;
  if (!answer) return {};
  const bool good = signed_by_central(signed_members(*answer, settings_.store, settings_.till),
                                      answer->key, answer->signature);
  attention("key", good ? "" : "central's answers are not signed by a key that this till knows");
  return good ? std::move(answer) : std::nullopt;
}

bool Relay::take(const NatsMessage& m, Tick now) {
  if (!hello_.inbox.empty() && m.subject == hello_.inbox) {
    const auto answer = hello_in(m);
    if (!answer) hear_revoked(m);
    answer ? hello_answered(*answer, now) : hello_failed(now);
    return true;
  }
  if (!search_.request.inbox.empty() && m.subject == search_.request.inbox) {
    search_.request.inbox.clear();
    search_.due_ms = now.ms + search_.backoff.next_ms();
    if (const auto answer = hello_in(m)) search_answered(*answer, now);
    return true;
  }
  if (!enrol_.inbox.empty() && m.subject == enrol_.inbox) {
    enrol_.inbox.clear();
    if (const auto answer = decode_enrol_answer(m.body)) enrol_answered(*answer, now);
    return true;
  }
  const bool ours = sender_.take(m, now);
  if (ours) watch_sender(now);
  return ours;
}

int64_t Relay::step(Tick now) {
  if (!up_) return kNever;
  if (enrol_.late(now)) enrol_.inbox.clear();
  if (hello_.late(now)) hello_failed(now);
  if (!enrolled_ && enrol_.inbox.empty() && now.ms >= enrol_due_) enrol(now);
  if (hello_.inbox.empty() && now.ms >= hello_due_) say_hello(now);
  search_on(now);
  settle_due(now);
  if (now.ms >= beat_due_) beat(now);
  int64_t next = std::min(sender_.step(now), beat_due_);
  watch_sender(now);
  next = std::min(next, ask_for_overdue_acks(now));
  next = std::min(next, hello_.inbox.empty() ? hello_due_ : hello_.sent_ms + kAnswer_ms);
  if (!enrolled_) {
    next = std::min(next, enrol_.inbox.empty() ? enrol_due_ : enrol_.sent_ms + kAnswer_ms);
  }
  if (!search_.epoch.empty()) {
    const bool asked = !search_.request.inbox.empty();
    next = std::min(next, asked ? search_.request.sent_ms + kAnswer_ms : search_.due_ms);
  }
  if (!acks_.empty()) next = std::min(next, settled_ms_ + kSettleEvery_ms);
  return std::max(next, now.ms + 1);
}

// Acks come by way of two streams, and a source of the leaf's may stand still for a while; the
// answer to hello comes straight from central's database.
int64_t Relay::ask_for_overdue_acks(Tick now) {
  if (sender_.sent() == 0) {
    overdue_ms_ = -1;
    return kNever;
  }
  if (overdue_ms_ < 0) {
    overdue_pause_ms_ = kAckOverdue_ms;
    overdue_ms_ = now.ms + overdue_pause_ms_;
  }
  if (now.ms >= overdue_ms_) {
    hello_due_ = std::min(hello_due_, now.ms);
    overdue_pause_ms_ = std::min(overdue_pause_ms_ * 2, kHelloEvery_ms);
    overdue_ms_ = now.ms + overdue_pause_ms_;
  }
  return overdue_ms_;
}

void Relay::watch_sender(Tick now) {
  if (sender_.take_recovered()) hello_due_ = std::min(hello_due_, now.ms);
  if (sender_.take_stalled()) away_ = true;
  attention("refused", sender_.trouble());
}

bool Relay::signed_by_central(const std::vector<std::string>& members, const std::string& key,
                              const std::string& signature) const {
  const auto raw = unbase64(signature);
  if (!raw) return false;
  if (planted("any signature is central's")) return true;
  for (const std::string& public_key : settings_.central_keys) {
    if (key_id(public_key) == key && verify(public_key, digest(members), *raw)) return true;
  }
  return false;
}

// ---- enrolment ----

void Relay::enrol(Tick now) {
  enrol_due_ = now.ms + enrol_backoff_.next_ms();
  enrol_ = {bus_.new_inbox(), now.ms};
  bus_.publish("sync.enrol." + settings_.store + "." + settings_.till, enrol_.inbox, {},
               encode(Enrol{settings_.enrol_code, settings_.public_key, settings_.app}));
}

void Relay::enrol_answered(const EnrolAnswer& a, Tick now) {
  const bool good =
      a.publicKey == settings_.public_key &&
      signed_by_central(signed_members(a, settings_.store, settings_.till), a.key, a.signature);
  if (!good) return;
  if (a.state == "approved") {
    note_enrolled();
    hello_due_ = now.ms;
  } else {
    enrolled_ = false;
    attention("enrol", "central does not know this till: " + a.message);
  }
}

void Relay::note_enrolled() {
  if (!std::exchange(enrolled_, true)) outbox_.set_note(kEnrolled, "approved");
  attention("enrol", "");
  note_revoked("");
}

// ---- hello ----

void Relay::say_hello(Tick now) {
  Hello hello;
  hello.generation = outbox_.note("generation");
  hello.epochs = outbox_.epochs();
  hello.have = carrier_.have();
  hello.catalogueVersion = projections_.catalogue_version();
  hello.app = settings_.app;
  asked_.clear();
  sent_when_asked_.clear();
  for (const EpochSeq& e : hello.epochs) {
    asked_[e.epoch] = e.seq;
    sent_when_asked_[e.epoch] = sender_.sent_to(e.epoch);
  }
  hello_ = {bus_.new_inbox(), now.ms};
  hello_due_ = now.ms + kHelloEvery_ms + dice_.between(-kHelloJitter_ms, kHelloJitter_ms);
  if (planted("hello is said once")) hello_due_ = kNever;
  bus_.publish("sync.hello." + settings_.store + "." + settings_.till, hello_.inbox, {},
               encode(hello));
}

// Central answers the hello of a till whose rights it took away as it would its enrolment.
void Relay::hear_revoked(const NatsMessage& m) {
  const auto answer = m.status.empty() ? decode_enrol_answer(m.body) : std::nullopt;
  const bool told = answer && answer->state == "refused" &&
                    signed_by_central(signed_members(*answer, settings_.store, settings_.till),
                                      answer->key, answer->signature);
  if (told) note_revoked("central takes nothing of this till: " + answer->message);
}

void Relay::note_revoked(const std::string& words) {
  if (outbox_.note("revoked") == words) return;
  outbox_.set_note("revoked", words);
  attention("revoked", words);
}

void Relay::hello_failed(Tick now) {
  hello_.inbox.clear();
  away_ = true;
  // A central that was restored to a time before this till was enrolled answers nothing; it may
  // take the same code again.
  if (++hellos_failed_ >= kEnrolAgainAfter && enrolled_) {
    enrolled_ = false;
    enrol_due_ = now.ms;
  }
  hello_due_ = now.ms + hello_backoff_.next_ms();
}

void Relay::hello_answered(const HelloAnswer& answer, Tick now) {
  hello_.inbox.clear();
  hello_backoff_.reset();
  hellos_failed_ = 0;
  away_ = false;
  central_ms_ = now.ms;
  note_enrolled();  // its answer to the enrolment may have been lost
  if (carrier_.answered(answer.held, now)) hello_due_ = std::min(hello_due_, now.ms + kAskOn_ms);
  if (const auto before = outbox_.note("generation"); answer.generation != before) {
    before.empty() ? carrier_.new_generation() : central_went_back();
    outbox_.set_note("generation", answer.generation);
    hello_due_ = std::min(hello_due_, now.ms + kAskOn_ms);
  }
  last_receipt_ = answer.lastReceipt;
  heard_hello_ = answer;
  for (const auto& [epoch, seq] : std::map(asked_)) {
    const auto found =
        std::find_if(answer.epochs.begin(), answer.epochs.end(),
                     [&wanted = epoch](const EpochHeld& e) { return e.epoch == wanted; });
    const bool same =
        compare(found != answer.epochs.end() ? *found : EpochHeld{epoch, 0, kZeroHash, 0}, now);
    if (!same) return;  // rows have another place now, or will have: the next hello asks again
  }
  if (outbox_.receipt_is_ahead(answer.lastReceipt)) {
    const EpochSeq last = counts(now, 0).last_row;
    begin_epoch({last.epoch, last.seq, "numbered_on",
                 "central has seen receipt " + answer.lastReceipt + " of this till", true,
                 answer.lastReceipt},
                now);
  }
}

// What central holds of one epoch, beside what this journal keeps of it. False: they differ.
bool Relay::compare(const EpochHeld& held, Tick now) {
  const int64_t last = asked_[held.epoch];
  if (held.appliedSeq > last) return true;  // not an answer to what was asked
  const auto own = outbox_.hash_at(held.epoch, held.appliedSeq);
  if (own && *own != held.hash) return search(held.epoch, held.appliedSeq, now), false;
  const EpochSeq last_row = counts(now, 0).last_row;
  if (held.epoch == last_row.epoch && held.mark > last_row.seq) {
    begin_epoch({held.epoch, last_row.seq, "forked",
                 "central holds rows of this epoch up to " + std::to_string(held.mark) +
                     " that are not here: this database went back, or was copied",
                 true, last_receipt_},
                now);
    return false;
  }
  const bool joins = held.appliedSeq == last ||
                     (own && outbox_.hash_at(held.epoch, held.appliedSeq + 1).has_value());
  if (!joins) {
    const int64_t first = outbox_.first_kept(held.epoch);
    if (first == 0) return true;
    central_went_back();  // rows that are pruned had been settled
    begin_epoch({held.epoch, first - 1, "gap",
                 "central holds this epoch up to row " + std::to_string(held.appliedSeq) +
                     "; rows from there to " + std::to_string(first - 1) + " are not kept here",
                 false, ""},
                now);
    return false;
  }
  if (!own) return true;
  if (held.appliedSeq > 0) settle(held.epoch, held.appliedSeq, held.hash, now);
  held_[held.epoch] = held.appliedSeq;
  if (held.appliedSeq < last && was_sent(held.epoch, held.appliedSeq)) {
    fell_short(held, now);
  } else {
    shortfalls_.erase(held.epoch);
  }
  return true;
}

// Always safe: what central has already it knows by its transaction id.
void Relay::begin_epoch(const Outbox::NewEpoch& wanted, Tick now) {
  Outbox::NewEpoch e = wanted;
  if (planted("a fork drops its rows")) e.after = std::numeric_limits<int32_t>::max();
  outbox_.begin_epoch(e, now.wall);
  search_.epoch.clear();
  search_.request = {};
  attention("fork", "");
  shortfalls_.clear();
  acks_.clear();
  held_.clear();
  asked_.clear();
  counted_ms_ = -1;
  sender_.new_round();
  hello_due_ = now.ms;
}

// ---- a fork: where do the two histories part? ----

void Relay::search(const std::string& epoch, int64_t differs, Tick now) {
  if (!search_.epoch.empty() || planted("a fork is not looked into"))
    return;  // one after the other
  search_.epoch = epoch;
  search_.high = differs;
  search_.low = std::max<int64_t>(outbox_.first_kept(epoch), 1) - 1;
  search_.due_ms = now.ms;
  search_.backoff.reset();
  attention("fork", "central holds another row " + std::to_string(differs) + " of epoch " + epoch +
                        " than this till: its database was copied or restored");
}

void Relay::search_on(Tick now) {
  if (search_.epoch.empty()) return;
  if (search_.request.late(now)) {
    search_.request.inbox.clear();
    search_.due_ms = now.ms + search_.backoff.next_ms();
  }
  if (!search_.request.inbox.empty() || now.ms < search_.due_ms) return;
  if (search_.high - search_.low <= 1) {
    return begin_epoch(
        {search_.epoch, search_.low, "forked",
         "central holds another row " + std::to_string(search_.high) + " of epoch " + search_.epoch,
         true, last_receipt_},
        now);
  }
  search_.asked = search_.low + (search_.high - search_.low) / 2;
  Hello hello;
  hello.generation = outbox_.note("generation");
  hello.epochs = {{search_.epoch, search_.asked}};
  hello.catalogueVersion = projections_.catalogue_version();
  hello.app = settings_.app;
  search_.request = {bus_.new_inbox(), now.ms};
  bus_.publish("sync.hello." + settings_.store + "." + settings_.till, search_.request.inbox, {},
               encode(hello));
}

void Relay::search_answered(const HelloAnswer& answer, Tick now) {
  const auto held = std::find_if(answer.epochs.begin(), answer.epochs.end(),
                                 [this](const EpochHeld& e) { return e.epoch == search_.epoch; });
  if (search_.epoch.empty() || held == answer.epochs.end()) return;
  if (held->appliedSeq != search_.asked) {  // central went back meanwhile: begin again
    search_.epoch.clear();
    attention("fork", "");
    hello_due_ = now.ms;
    return;
  }
  last_receipt_ = answer.lastReceipt;
  const auto own = outbox_.hash_at(search_.epoch, search_.asked);
  (own == held->hash ? search_.low : search_.high) = search_.asked;
  search_.due_ms = now.ms;
  search_.backoff.reset();
}

// Whether some row after `applied` had been sent when hello was said: it has a PubAck, or is no
// longer in the outbox. Rows of an epoch leave the outbox from the front, so one look is enough.
bool Relay::was_sent(const std::string& epoch, int64_t applied) {
  return sent_when_asked_[epoch] > applied || was_settled(epoch, applied + 1);
}

bool Relay::was_settled(const std::string& epoch, int64_t seq) {
  const int64_t first = outbox_.first_waiting(epoch);
  return first == 0 || first > seq;
}

// A row that central has signed for and does not hold went with a backup. Where the whole machine
// went back, DOWN with it, nothing there tells that it did, and there is no new generation: what
// central held of the neighbours is asked for again all the same.
void Relay::central_went_back() {
  carrier_.new_generation();
  went_back_ = true;
}

void Relay::fell_short(const EpochHeld& held, Tick now) {
  const auto [found, is_new] = shortfalls_.try_emplace(held.epoch);
  Shortfall& s = found->second;
  if (is_new || s.applied != held.appliedSeq) {
    s = {held.appliedSeq, now.ms, -1, kHelloEvery_ms};
    if (second_hello_ms_ < 0 || now.ms - second_hello_ms_ >= kSecondHelloEvery_ms) {
      second_hello_ms_ = now.ms;
      hello_due_ = std::min(hello_due_, now.ms + kSecondHello_ms);
    }
    return;
  }
  if (now.ms - s.since_ms < kSecondHello_ms) return;
  if (s.resent_ms >= 0 && now.ms - s.resent_ms < s.pause_ms) return;  // central is only slow
  if (s.resent_ms >= 0) s.pause_ms = std::min(s.pause_ms * 2, kLongestResendPause_ms);
  s.resent_ms = now.ms;
  if (planted("what central lost is not sent again")) return;
  if (was_settled(held.epoch, held.appliedSeq + 1)) central_went_back();
  outbox_.requeue_after(held.epoch, held.appliedSeq);
  counted_ms_ = -1;
  sender_.new_round();
}

// ---- acks and forks that came down ----

bool Relay::hear(const Ack& ack, Tick now) {
  if (!signed_by_central(signed_members(ack, settings_.store, settings_.till), ack.key,
                         ack.signature)) {
    return false;
  }
  const auto held = held_.find(ack.epoch);
  if (held != held_.end() && ack.seq < held->second) {
    // Central went back, or this is an old one from the leaf's cache: hello knows.
    hello_due_ = std::min(hello_due_, std::max(now.ms, hello_.sent_ms + kSecondHelloEvery_ms));
    return true;
  }
  if (held == held_.end() || ack.seq > held->second) acks_[ack.epoch] = ack;
  return true;
}

void Relay::settle_due(Tick now) {
  if (acks_.empty() || (settled_ms_ >= 0 && now.ms - settled_ms_ < kSettleEvery_ms)) return;
  while (!acks_.empty()) {
    const Ack ack = acks_.begin()->second;
    if (settle(ack.epoch, ack.seq, ack.hash, now)) {
      held_[ack.epoch] = ack.seq;
      central_ms_ = now.ms;
    } else if (outbox_.hash_at(ack.epoch, ack.seq)) {
      hello_due_ = std::min(hello_due_, now.ms);  // another row stands there: a fork, or an old ack
    }
    acks_.erase(ack.epoch);
  }
}

bool Relay::settle(const std::string& epoch, int64_t seq, const std::string& hash, Tick now) {
  hold_at("intake");
  if (!outbox_.settle(epoch, seq, hash, now.wall)) return false;
  settled_ms_ = now.ms;
  overdue_ms_ = -1;
  counted_ms_ = -1;
  sender_.settled(epoch, seq);
  return true;
}

void Relay::hear(const Fork& fork, Tick now) {
  if (!signed_by_central(signed_members(fork, settings_.store, settings_.till), fork.key,
                         fork.signature)) {
    return;
  }
  const auto own = outbox_.hash_at(fork.epoch, fork.seq);
  if (own && *own != fork.hash) search(fork.epoch, fork.seq, now);  // otherwise it is stale
}

// ---- what others are told ----

void Relay::beat(Tick now) {
  beat_due_ = now.ms + kBeatEvery_ms;
  const auto& c = counts(now, kCountEvery_ms);
  const std::string oldest = c.waiting > 0 ? to_iso(c.oldest_waiting) : "";
  bus_.publish("till.beat." + settings_.store + "." + settings_.till, "", {},
               encode(Beat{c.last_row.epoch, c.last_row.seq, c.last_receipt, c.waiting, oldest,
                           settings_.app, to_iso(now.wall)}));
}

const Outbox::Counts& Relay::counts(Tick now, int64_t max_age_ms) {
  if (counted_ms_ < 0 || now.ms - counted_ms_ > max_age_ms) {
    counts_ = outbox_.counts();
    counted_ms_ = now.ms;
  }
  return counts_;
}

void Relay::attention(const std::string& what, const std::string& words) {
  if (words.empty()) {
    attention_.erase(what);
  } else {
    attention_[what] = words;
  }
}

Link Relay::link(Tick now) const {
  if (!up_) return Link::offline;
  const bool heard = central_ms_ >= 0 && now.ms - central_ms_ < kOnlineFor_ms;
  return heard && !away_ ? Link::online : Link::leaf_only;
}

Status Relay::status(Tick now) {
  const bool many = counts_.waiting >= kManyWaiting;
  const auto& c = counts(now, many ? kCountManyEvery_ms : kCountEvery_ms);
  Status s;
  s.link = link(now);
  if (s.link != last_link_ || link_since_.unix_ms == 0) {
    last_link_ = s.link;
    link_since_ = now.wall;
  }
  s.link_since = link_since_;
  s.waiting = c.waiting;
  s.sent = std::min(sender_.sent(), c.waiting);
  s.settled = c.settled;
  s.left_s = pace_.left_s(now.ms, c.waiting, c.settled);
  s.oldest_waiting = c.oldest_waiting;
  s.last_receipt = c.last_receipt;
  s.needs_attention = static_cast<int64_t>(attention_.size());
  for (const auto& [what, words] : attention_)
    s.attention += (s.attention.empty() ? "" : "; ") + words;
  return s;
}

}  // namespace pos::sync

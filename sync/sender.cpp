#include "sync/sender.h"

#include <algorithm>
#include <utility>

#include "sync/hold.h"
#include "sync/planted.h"
#include "sync/row_headers.h"

namespace pos::sync {
namespace {

constexpr int64_t kPoll_ms = 5000;  // should a nudge ever be lost
constexpr int kPerStep = 100;       // rows, so that answers are heard in between
// Rows ahead of what central has signed for. One stream serves all tills: what one of them has put
// into it, another's new sale has to wait for.
constexpr int64_t kMaxAhead = 50'000;
constexpr int64_t kFirstPause_ms = 500, kLongestPause_ms = 10'000;

}  // namespace

Sender::Sender(Outbox& outbox, Bus& bus, std::string store, std::string till, size_t window,
               uint64_t seed)
    : outbox_(outbox),
      bus_(bus),
      store_(std::move(store)),
      till_(std::move(till)),
      window_(window),
      dice_(seed),
      backoff_(kFirstPause_ms, kLongestPause_ms, dice_.next()),
      round_(dice_.next()) {}

void Sender::connected() {
  up_ = true;
  more_ = true;
  stalled_until_ = 0;
  backoff_.reset();
}

void Sender::lost() {
  up_ = false;
  outage_ = true;
  probing_ = true;
  for (Flying& f : flight_) f.to_send = !f.acked;
}

bool Sender::take(const NatsMessage& m, Tick now) {
  const auto found = by_inbox_.find(m.subject);
  if (found == by_inbox_.end()) return false;
  const auto f = std::lower_bound(flight_.begin(), flight_.end(), found->second,
                                  [](const Flying& a, int64_t id) { return a.row.id < id; });
  if (!m.status.empty()) {
    if (!f->to_send) stall(now);  // 503: nobody takes rows; the other rows' say the same
  } else {
    pub_ack(*f, m, now);
  }
  return true;
}

void Sender::pub_ack(Flying& f, const NatsMessage& m, Tick now) {
  const auto ack = decode_pub_ack(m.body);
  if (!ack) return;  // the row's timeout takes care
  if (ack->error_code != 0) {
    trouble_ = "the hub refuses row " + std::to_string(f.row.seq) + ": " + ack->error;
    if (!f.to_send) stall(now);
    return;
  }
  if (ack->stream != "SALES" || ack->domain != "hub") {
    false_ack_ = true;  // some stream of the leaf listens to our subject; the hub's answer counts
    return;
  }
  if (planted("a PubAck frees")) outbox_.settle(f.row.epoch, f.row.seq, f.row.hash, now.wall);
  f.acked = true;
  f.to_send = false;
  by_inbox_.erase(f.inbox);
  trouble_.clear();
  backoff_.reset();
  probing_ = false;
  stalled_until_ = 0;
  if (std::exchange(outage_, false)) recovered_ = true;
  pop_acked();
}

void Sender::pop_acked() {
  while (!flight_.empty() && flight_.front().acked) {
    Chain& chain = chains_[flight_.front().row.epoch];
    chain.acked_to = std::max(chain.acked_to, flight_.front().row.seq);
    flight_.pop_front();
  }
}

void Sender::stall(Tick now) {
  outage_ = true;
  stalled_ = true;
  probing_ = true;
  stalled_until_ = now.ms + backoff_.next_ms();
  for (Flying& f : flight_) f.to_send = !f.acked;
}

const Sender::Flying* Sender::oldest_on_the_way() const {
  for (const Flying& f : flight_) {
    if (!f.acked) return f.to_send ? nullptr : &f;
  }
  return nullptr;
}

int64_t Sender::step(Tick now) {
  if (!up_) return kNever;
  const Flying* oldest = oldest_on_the_way();
  if (oldest && now.ms - oldest->sent_ms >= kPubAckTimeout_ms) stall(now);
  if (now.ms < stalled_until_) return stalled_until_;
  if (now.ms - looked_ms_ >= kPoll_ms) {
    more_ = true;
    looked_ms_ = now.ms;  // there may be no room to look
  }
  int budget = kPerStep;
  if (!send(now, budget))
    return now.ms + 1;  // out of budget, or the connection went: its loss comes next
  oldest = oldest_on_the_way();
  const int64_t poll = looked_ms_ + kPoll_ms;
  return oldest ? std::min(poll, oldest->sent_ms + kPubAckTimeout_ms) : std::max(poll, now.ms + 1);
}

// False if there is more to do that could not be done. While probing, one row's PubAck opens the
// way for the others.
bool Sender::send(Tick now, int& budget) {
  held_ = false;
  do {
    for (Flying& f : flight_) {
      if (f.acked) continue;
      if (f.to_send && (budget-- <= 0 || !publish(f, now))) return false;
      if (probing_) return true;
    }
  } while (load(now, budget));
  return budget > 0 || !more_;
}

// Takes rows from the outbox when there is room for a good number of them.
bool Sender::load(Tick now, int budget) {
  const size_t most = probing_ ? 1 : window_;
  const auto ahead = static_cast<size_t>(std::max<int64_t>(0, kMaxAhead - sent()));
  const size_t room = std::min(most - std::min(most, flight_.size()), ahead);
  if (!more_ || budget <= 0 || room < std::clamp<size_t>(most / 2, 1, kPerStep)) return false;
  auto rows = outbox_.waiting(cursor_, static_cast<int>(std::min<size_t>(room, budget)));
  looked_ms_ = now.ms;
  more_ = !rows.empty();  // it may give fewer than it was asked for
  for (SealedRow& row : rows) {
    cursor_ = row.id;
    Chain& chain = chains_[row.epoch];
    if (chain.from == 0) chain.from = row.seq;
    flight_.push_back({std::move(row), round_, bus_.new_inbox()});
    by_inbox_[flight_.back().inbox] = flight_.back().row.id;
  }
  return more_;
}

Headers Sender::headers_of(const Flying& f) const {
  const uint64_t round = planted("one message id for every round") ? 0 : f.round;
  return row_headers(f.row, message_id(f.row, store_, till_, round));
}

bool Sender::publish(Flying& f, Tick now) {
  if (!std::exchange(held_, true)) hold_at("publish");
  if (!bus_.publish(subject_of(f.row, store_, till_), f.inbox, headers_of(f), f.row.body)) {
    if (bus_.connected()) {  // it is this row that the connection does not take
      trouble_ = "row " + std::to_string(f.row.seq) + " cannot be sent";
      stall(now);
    }
    return false;
  }
  if (planted("sending frees")) outbox_.settle(f.row.epoch, f.row.seq, f.row.hash, now.wall);
  f.to_send = false;
  f.sent_ms = now.ms;
  return true;
}

void Sender::settled(const std::string& epoch, int64_t seq) {
  Chain& chain = chains_[epoch];
  chain.settled_to = std::max(chain.settled_to, seq);
  for (Flying& f : flight_) {
    if (f.acked || f.row.epoch != epoch || f.row.seq > seq) continue;
    f.acked = true;
    f.to_send = false;
    by_inbox_.erase(f.inbox);
  }
  pop_acked();
}

void Sender::new_round() {
  round_ = dice_.next();
  cursor_ = 0;
  more_ = true;
  flight_.clear();
  by_inbox_.clear();
  chains_.clear();
}

int64_t Sender::sent() const {
  int64_t count = 0;
  for (const auto& [epoch, c] : chains_) {
    if (c.from > 0) count += std::max<int64_t>(0, c.acked_to - std::max(c.settled_to, c.from - 1));
  }
  return count;
}

int64_t Sender::sent_to(const std::string& epoch) const {
  const auto found = chains_.find(epoch);
  return found == chains_.end() ? 0 : std::max(found->second.acked_to, found->second.settled_to);
}

}  // namespace pos::sync

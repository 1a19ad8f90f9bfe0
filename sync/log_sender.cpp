#include "sync/log_sender.h"

#include <algorithm>
#include <utility>

#include "sync/row_headers.h"

namespace pos::sync {
namespace {

constexpr size_t kWindow = 256;
constexpr int kLogPerStep = 100;
constexpr int64_t kLogPoll_ms = 5000;  // should a nudge ever be lost
constexpr int64_t kGiveWay_ms = 250;   // between two slices of a backlog while central is served
constexpr int64_t kNoteEvery_ms = 10'000;
const char* const kNote = "storelog_sent";  // "<created> <journal id>"

}  // namespace

LogSender::LogSender(Outbox& outbox, Bus& bus, std::string store, std::string till, uint64_t seed)
    : outbox_(outbox),
      bus_(bus),
      store_(std::move(store)),
      till_(std::move(till)),
      backoff_(500, 10'000, seed) {}

void LogSender::connected() {
  up_ = true;
  stalled_until_ = 0;
  backoff_.reset();
}

void LogSender::lost() {
  up_ = false;
  for (Lane* lane : {&fresh_, &older_}) {
    lane->flight.clear();
    lane->cursor = lane->acked;
    lane->full = false;
  }
  more_ = true;
}

// From where this log has to be written: after the last row that it took, or, where it is another
// one, from the first row on that central has not signed for.
void LogSender::begin(const std::string& log) {
  log_ = log;
  const std::string note = outbox_.note(kNote);
  const size_t space = note.rfind(' ');
  const bool known = space != std::string::npos && note.substr(0, space) == log;
  const int64_t last = outbox_.last_id();
  int64_t from = last;
  if (known) {
    from = std::min<int64_t>(last, std::strtoll(note.c_str() + space + 1, nullptr, 10));
  } else if (const auto first = outbox_.waiting(0, 1); !first.empty()) {
    from = first[0].id - 1;
  }
  older_ = {from, from, last, {}, false};
  fresh_ = {last, last, kNever, {}, false};
  noted_ = known ? from : -1;
  more_ = true;
}

bool LogSender::take(const NatsMessage& m, Tick now) {
  for (Lane* lane : {&fresh_, &older_}) {
    for (Flying& f : lane->flight) {
      if (f.acked || f.inbox != m.subject) continue;
      const auto ack = m.status.empty() ? decode_pub_ack(m.body) : std::nullopt;
      if (!ack || ack->error_code != 0 || ack->stream != "STORELOG" || ack->domain != store_) {
        go_back(now);
      } else {
        acked(*lane, f);
      }
      return true;
    }
  }
  return false;
}

void LogSender::acked(Lane& lane, Flying& f) {
  f.acked = true;
  backoff_.reset();
  if (std::exchange(lane.full, false) && &lane == &fresh_) more_ = true;
  while (!lane.flight.empty() && lane.flight.front().acked) {
    lane.acked = lane.flight.front().id;
    lane.flight.pop_front();
  }
}

void LogSender::go_back(Tick now) {
  for (Lane* lane : {&fresh_, &older_}) {
    lane->flight.clear();
    lane->cursor = lane->acked;
    lane->full = false;
  }
  more_ = true;
  stalled_until_ = now.ms + backoff_.next_ms();
}

int64_t LogSender::step(Tick now, const std::string& log, bool busy) {
  if (!up_ || log.empty()) return kNever;
  if (log != log_) begin(log);
  for (const Lane* lane : {&fresh_, &older_}) {
    if (!lane->flight.empty() && now.ms - lane->flight.front().sent_ms >= kPubAckTimeout_ms) {
      go_back(now);
      break;
    }
  }
  if (now.ms < stalled_until_) return stalled_until_;
  if (now.ms - looked_ms_ >= kLogPoll_ms) more_ = true;
  if (more_) {
    looked_ms_ = now.ms;
    more_ = send(fresh_, now, kLogPerStep);
  }
  int64_t next = more_ ? now.ms + 1 : looked_ms_ + kLogPoll_ms;
  if (older_.cursor < older_.end && !more_ && !older_.full) {
    if (now.ms >= older_ms_ + (busy ? kGiveWay_ms : 0)) {
      older_ms_ = now.ms;
      if (!send(older_, now, kLogPerStep) && !older_.full && now.ms >= stalled_until_) {
        older_.cursor = older_.end;  // nothing more of it is kept
      }
    }
    next = std::min(next, older_ms_ + (busy ? kGiveWay_ms : 1));
  }
  if (older_.cursor >= older_.end && older_.flight.empty()) older_.acked = older_.end;
  for (const Lane* lane : {&fresh_, &older_}) {
    if (!lane->flight.empty()) {
      next = std::min(next, lane->flight.front().sent_ms + kPubAckTimeout_ms);
    }
  }
  note_place(now);
  return std::max(next, now.ms + 1);
}

// True if there may be more to send at once.
bool LogSender::send(Lane& lane, Tick now, int most) {
  const size_t room = kWindow - std::min(kWindow, lane.flight.size());
  const int n = std::min(most, static_cast<int>(room));
  lane.full = n == 0;
  if (lane.full) return false;
  const auto rows = outbox_.rows(lane.cursor, n);
  for (const SealedRow& row : rows) {
    if (row.id > lane.end) return false;
    const Headers headers = row_headers(row, message_id(row, store_, till_, 0));
    std::string inbox = bus_.new_inbox();
    if (!bus_.publish("store." + store_ + ".journal." + till_, inbox, headers, row.body)) {
      if (bus_.connected()) go_back(now);
      return false;
    }
    lane.cursor = row.id;
    lane.flight.push_back({row.id, std::move(inbox), now.ms, false});
  }
  return !rows.empty();
}

// Not at each row: it is a write, and to send one twice costs less.
void LogSender::note_place(Tick now) {
  const int64_t done = older_.done() ? fresh_.acked : older_.acked;
  if (done == noted_ || (noted_ >= 0 && now.ms - noted_ms_ < kNoteEvery_ms)) return;
  outbox_.set_note(kNote, log_ + " " + std::to_string(done));
  noted_ = done;
  noted_ms_ = now.ms;
}

}  // namespace pos::sync

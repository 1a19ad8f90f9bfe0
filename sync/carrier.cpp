#include "sync/carrier.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "sync/planted.h"
#include "sync/row_headers.h"

namespace pos::sync {
namespace {

constexpr int kMaxHave = 500;
constexpr int kMaxCarried = 500;
constexpr int64_t kPause_ms = 60'000, kLongestCarryPause_ms = 600'000;
constexpr int64_t kLookEvery_ms = 10'000;
constexpr int64_t kLongMissed = 3;  // times as long as a silent till's; a backlog takes its time

}  // namespace

Carrier::Carrier(Neighbours& neighbours, Bus& bus, std::string store, std::string till,
                 int64_t after_ms, Heard heard, uint64_t seed)
    : neighbours_(neighbours),
      bus_(bus),
      store_(std::move(store)),
      till_(std::move(till)),
      after_ms_(after_ms),
      heard_(std::move(heard)),
      dice_(seed),
      pause_ms_(kPause_ms) {}

std::vector<HaveRow> Carrier::have() {
  asked_ = neighbours_.open(asked_to_, kMaxHave);
  const bool from_the_start = asked_to_ == 0;
  asked_to_ = static_cast<int>(asked_.size()) < kMaxHave ? 0 : asked_.back().no;
  if (asked_.empty() && !from_the_start) asked_ = neighbours_.open(0, kMaxHave);
  std::vector<HaveRow> have;
  have.reserve(asked_.size());
  for (const NeighbourRow& n : asked_) have.push_back({n.till, n.row.transaction_id, n.row.hash});
  return have;
}

bool Carrier::answered(const std::vector<std::string>& held, Tick now) {
  if (asked_.empty()) return false;
  const std::unordered_set<std::string> named(held.begin(), held.end());
  std::vector<int64_t> there, missing;
  for (const NeighbourRow& n : asked_) {
    (named.contains(n.row.transaction_id) ? there : missing).push_back(n.no);
  }
  const bool full = static_cast<int>(asked_.size()) == kMaxHave;
  asked_.clear();
  if (!there.empty()) neighbours_.held(there);
  if (!missing.empty()) neighbours_.missed(missing, now.wall);
  got_held_ = got_held_ || !there.empty();
  return full && there.size() >= kMaxHave / 2;
}

void Carrier::new_generation() {
  if (!planted("neighbours stay settled in a new generation")) neighbours_.open_all();
  asked_.clear();
  asked_to_ = 0;
  pause_ms_ = kPause_ms;
}

int64_t Carrier::step(Tick now, bool online) {
  if (!online || planted("nobody carries")) return kNever;
  if (now.ms < due_ms_) return due_ms_;
  std::vector<std::string> silent, awake;
  for (const std::string& till : neighbours_.open_tills()) {
    // Rows of the own id are a copy's: it writes under this till's name, as this till does.
    const bool gone = till == till_ || !heard_(till, after_ms_, now);
    (gone ? silent : awake).push_back(till);
  }
  auto rows = neighbours_.to_carry(silent, after_ms_, now.wall, kMaxCarried);
  // A till that was put back to an older copy is awake, and knows nothing of what it wrote since.
  for (NeighbourRow& n : neighbours_.to_carry(awake, kLongMissed * after_ms_, now.wall,
                                              kMaxCarried - static_cast<int>(rows.size())))
    rows.push_back(std::move(n));
  const std::string subject = "till.carried." + store_ + "." + till_;
  for (const NeighbourRow& n : rows) {
    Headers headers = row_headers(n.row, message_id(n.row, store_, n.till, dice_.next()));
    headers.emplace_back("Leaftill-Till", n.till);
    if (!bus_.publish(subject, "", headers, n.row.body)) break;
    ++carried_;
  }
  if (std::exchange(got_held_, false) || rows.empty()) {
    pause_ms_ = kPause_ms;
  } else {
    pause_ms_ = std::min(pause_ms_ * 2, kLongestCarryPause_ms);
  }
  due_ms_ = now.ms + (rows.empty() ? std::min(kLookEvery_ms, after_ms_) : pause_ms_) +
            dice_.between(0, rows.empty() ? 1000 : 6000);
  return due_ms_;
}

}  // namespace pos::sync

#include "sync/store_log.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "sync/seal.h"

namespace pos::sync {
namespace {

constexpr size_t kStoreBatch = 100;
constexpr int64_t kNotePlace_ms = 60'000;  // where nothing was to be kept
constexpr int64_t kForgetEvery_ms = 60'000;

std::string config(const std::string& store) {
  return R"({"name":"STORELOG","subjects":["store.)" + store +
         R"(.journal.*"],"storage":"file","retention":"limits","max_age":1209600000000000,)"
         R"("max_bytes":268435456,"discard":"old","max_consumers":-1,"max_msgs":-1,)"
         R"("max_msg_size":-1,"num_replicas":1,"duplicate_window":120000000000})";
}

// A row as it is kept and carried; nullopt: not what a till of this store writes under its name.
std::optional<NeighbourRow> row_of(const NatsMessage& m, const std::string& store) {
  const std::string head = "store." + store + ".journal.";
  if (m.subject.rfind(head, 0) != 0 || m.body.size() > kMaxRowBytes) return {};
  NeighbourRow n;
  n.till = m.subject.substr(head.size());
  const auto envelope = decode_envelope(m.body);
  if (!envelope || envelope->place.store != store || envelope->place.till != n.till) return {};
  const auto prev = unhex(envelope->place.prev);
  const std::string hash(m.header("Leaftill-Hash"));
  const auto signature = unbase64(m.header("Leaftill-Signature"));
  const std::string key(m.header("Leaftill-Key"));
  if (!prev || prev->size() != 32 || !signature || signature->size() != 64 || key.size() != 16 ||
      !unhex(key) || hex(row_hash(*prev, m.body)) != hash) {
    return {};
  }
  n.row.type = envelope->type;
  n.row.transaction_id = envelope->transaction_id;
  n.row.epoch = envelope->place.epoch;
  n.row.seq = envelope->place.seq;
  n.row.body = m.body;
  n.row.hash = hash;
  n.row.key_id = key;
  n.row.signature = m.header("Leaftill-Signature");
  return n;
}

}  // namespace

StoreLog::StoreLog(Outbox& outbox, Neighbours& neighbours, Bus& bus, std::string store,
                   std::string till, uint64_t seed)
    : outbox_(outbox),
      neighbours_(neighbours),
      store_(std::move(store)),
      till_(std::move(till)),
      feed_(
          bus, {"STORELOG", config(store_), 1, 15'000},
          [this](const NatsMessage& m, const LogPlace& at) { open(m, at); }, seed) {}

void StoreLog::connected(Tick now) {
  if (started_ms_ < 0) started_ms_ = now.ms;
  rows_.clear();
  read_ = kept_ = neighbours_.place();
  feed_.connected(kept_, now);
}

void StoreLog::lost() { feed_.lost(); }

bool StoreLog::take(const NatsMessage& m, Tick now) {
  now_ms_ = now.ms;
  return feed_.take(m, now);
}

void StoreLog::open(const NatsMessage& m, const LogPlace& at) {
  read_ = at;
  auto row = row_of(m, store_);
  if (!row) return void(++malformed_);
  heard_ms_[row->till] = now_ms_;
  // The own ones come back as well; what is not in the own journal is a copy's.
  if (row->till == till_ && outbox_.hash_at(row->row.epoch, row->row.seq) == row->row.hash) return;
  rows_.push_back(std::move(*row));
}

bool StoreLog::heard_within(const std::string& till, int64_t ms, Tick now) const {
  const auto found = heard_ms_.find(till);
  const int64_t since = found != heard_ms_.end() ? found->second : started_ms_;
  return now.ms - since < ms;
}

int64_t StoreLog::step(Tick now) {
  int64_t next = feed_.step(now);
  const bool note_place = read_ != kept_ && now.ms - kept_ms_ >= kNotePlace_ms;
  if (!rows_.empty() || note_place) {
    const size_t n = std::min(rows_.size(), kStoreBatch);
    const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(n);
    const std::vector<NeighbourRow> batch(rows_.begin(), end);  // it may have to be tried again
    // How far is noted with the last of them: before that they would be read once more.
    const LogPlace place = n == rows_.size() ? read_ : kept_;
    neighbours_.keep(batch, place, now.wall);
    rows_.erase(rows_.begin(), end);
    kept_ = place;
    kept_ms_ = now.ms;
  }
  if (now.ms - forgot_ms_ >= kForgetEvery_ms) {
    if (!neighbours_.forget_old(now.wall)) forgot_ms_ = now.ms;
  }
  next = std::min(next, forgot_ms_ + kForgetEvery_ms);
  return rows_.empty() ? next : now.ms + 1;
}

}  // namespace pos::sync

#include "tests/sync/memory.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>

namespace pos::sync {

MemoryOutbox::MemoryOutbox(std::string store, std::string till)
    : store_(std::move(store)), till_(std::move(till)) {}

const SealedRow& MemoryOutbox::record(Instant at) {
  TillNoted fact;
  std::array<uint8_t, 10> random{};
  ++facts_;
  std::memcpy(random.data() + 3, &facts_, 7);  // behind version and variant
  fact.header.id.value = uuid_v7(at.unix_ms, random);
  fact.header.business_date = local_date(at, 0);
  fact.header.at = at;
  fact.code = "test";
  SealedRow row;
  row.type = type_of(Fact(fact));
  row.transaction_id = fact.header.id.value;
  row.body = encode(Place{store_, till_, epochs_.back(), 1, kZeroHash}, fact);
  return add(std::move(row));
}

// Behind the last one, whatever place its body says.
SealedRow& MemoryOutbox::add(SealedRow row) {
  const EpochSeq last = last_of(epochs_.back());
  const SealedRow* before = row_at(last.epoch, last.seq);
  const std::string prev = before ? before->hash : kZeroHash;
  row.id = ++last_id_;
  row.epoch = last.epoch;
  row.seq = last.seq + 1;
  row.body = rechained(row.body, row.epoch, row.seq, prev).value();
  const std::string hash = row_hash(unhex(prev).value(), row.body);
  row.hash = hex(hash);
  row.key_id = key_.id;
  row.signature = base64(sign(key_, hash));
  outbox_.insert(row.id);
  places_[{row.epoch, row.seq}] = row.id;
  return journal_[row.id] = std::move(row);
}

const SealedRow* MemoryOutbox::row_at(const std::string& epoch, int64_t seq) const {
  const auto found = places_.find({epoch, seq});
  return found == places_.end() ? nullptr : &journal_.at(found->second);
}

EpochSeq MemoryOutbox::last_of(const std::string& epoch) const {
  auto it = places_.lower_bound({epoch, INT64_MAX});
  const bool any = it != places_.begin() && (--it)->first.first == epoch;
  return {epoch, any ? it->first.second : 0};
}

void MemoryOutbox::drop_after(int64_t id) {
  for (auto it = journal_.upper_bound(id); it != journal_.end(); ++it) {
    places_.erase({it->second.epoch, it->second.seq});
  }
  journal_.erase(journal_.upper_bound(id), journal_.end());
  outbox_.erase(outbox_.upper_bound(id), outbox_.end());
}

void MemoryOutbox::begin_epoch(const NewEpoch& e, Instant now) {
  int64_t from = 0;
  if (const SealedRow* last = row_at(e.epoch, e.after)) from = last->id;
  if (const SealedRow* first = e.after == 0 ? row_at(e.epoch, 1) : nullptr) from = first->id - 1;
  std::vector<SealedRow> later;
  for (auto it = journal_.upper_bound(from); it != journal_.end(); ++it)
    later.push_back(it->second);
  drop_after(from);
  epochs_.push_back(hex(sha256(epochs_.back() + std::to_string(last_id_))).substr(0, 16));
  record(now);
  for (SealedRow& row : later) add(std::move(row));
}

void MemoryOutbox::become(const MemoryOutbox& copy) {
  const int64_t facts = facts_;  // no transaction id comes twice
  epochs_ = copy.epochs_;
  last_id_ = copy.last_id_;
  journal_ = copy.journal_;
  places_ = copy.places_;
  outbox_ = copy.outbox_;
  notes_ = copy.notes_;
  facts_ = facts;
}

void MemoryOutbox::forget_after(int64_t id) { drop_after(id); }

std::vector<SealedRow> MemoryOutbox::waiting(int64_t after, int limit) {
  std::vector<SealedRow> rows;
  for (auto it = outbox_.upper_bound(after); it != outbox_.end() && limit-- > 0; ++it) {
    rows.push_back(journal_.at(*it));
  }
  return rows;
}

std::vector<SealedRow> MemoryOutbox::rows(int64_t after, int limit) {
  std::vector<SealedRow> rows;
  for (auto it = journal_.upper_bound(after); it != journal_.end() && limit-- > 0; ++it) {
    rows.push_back(it->second);
  }
  return rows;
}

std::vector<EpochSeq> MemoryOutbox::epochs() {
  std::vector<EpochSeq> all;
  for (const std::string& epoch : epochs_) {
    const EpochSeq last = last_of(epoch);
    if (last.seq > 0 || epoch == epochs_.back()) all.push_back(last);
  }
  return all;
}

std::optional<std::string> MemoryOutbox::hash_at(const std::string& epoch, int64_t seq) {
  if (std::find(epochs_.begin(), epochs_.end(), epoch) == epochs_.end()) return {};
  if (seq == 0) return kZeroHash;
  const SealedRow* row = row_at(epoch, seq);
  return row ? std::optional(row->hash) : std::nullopt;
}

std::optional<int64_t> MemoryOutbox::settle(const std::string& epoch, int64_t seq,
                                            const std::string& hash, Instant) {
  if (hash_at(epoch, seq) != hash) return {};
  const auto from = places_.lower_bound({epoch, 1});
  if (from == places_.end() || seq == 0) return 0;
  // An epoch's ids are together, and in the order of its seqs.
  const auto first = outbox_.lower_bound(from->second);
  const auto end = outbox_.upper_bound(places_.at({epoch, seq}));
  const auto count = std::distance(first, end);
  outbox_.erase(first, end);
  return count;
}

int64_t MemoryOutbox::requeue_after(const std::string& epoch, int64_t seq) {
  int64_t added = 0;
  for (const auto& [id, row] : journal_) {
    if (row.epoch == epoch && row.seq > seq) added += outbox_.insert(id).second;
  }
  return added;
}

int64_t MemoryOutbox::first_kept(const std::string& epoch) {
  for (const auto& [id, row] : journal_) {
    if (row.epoch == epoch) return row.seq;
  }
  return 0;
}

int64_t MemoryOutbox::first_waiting(const std::string& epoch) {
  for (const int64_t id : outbox_) {
    if (journal_.at(id).epoch == epoch) return journal_.at(id).seq;
  }
  return 0;
}

Outbox::Counts MemoryOutbox::counts() {
  Counts c;
  c.waiting = static_cast<int64_t>(outbox_.size());
  c.settled = static_cast<int64_t>(journal_.size()) - c.waiting;
  if (c.waiting > 0) c.oldest_waiting = {1};
  c.last_row = last_of(epochs_.back());
  return c;
}

void MemoryNeighbours::keep(const std::vector<NeighbourRow>& batch, const LogPlace& at, Instant) {
  place_ = at;
  for (const NeighbourRow& n : batch) {
    const auto known = std::find_if(rows.begin(), rows.end(), [&](const auto& r) {
      return r.second.row.till == n.till && r.second.row.row.transaction_id == n.row.transaction_id;
    });
    const int64_t no = known != rows.end() ? known->first : static_cast<int64_t>(rows.size()) + 1;
    rows[no].row = n;
    rows[no].row.no = no;
  }
}

std::vector<NeighbourRow> MemoryNeighbours::open(int64_t after, int limit) {
  std::vector<NeighbourRow> found;
  for (auto it = rows.upper_bound(after); it != rows.end() && limit > 0; ++it) {
    if (it->second.held) continue;
    found.push_back(it->second.row);
    --limit;
  }
  return found;
}

void MemoryNeighbours::held(const std::vector<int64_t>& nos) {
  for (const int64_t no : nos) rows.at(no).held = true;
}

void MemoryNeighbours::missed(const std::vector<int64_t>& nos, Instant now) {
  for (const int64_t no : nos) {
    if (rows.at(no).missed_ms == 0) rows.at(no).missed_ms = now.unix_ms;
  }
}

void MemoryNeighbours::open_all() {
  for (auto& [no, kept] : rows) kept.held = false;
}

std::vector<NeighbourRow> MemoryNeighbours::to_carry(const std::vector<std::string>& silent,
                                                     int64_t missed_for_ms, Instant now,
                                                     int limit) {
  std::vector<NeighbourRow> found;
  for (const auto& [no, kept] : rows) {
    const bool quiet = std::find(silent.begin(), silent.end(), kept.row.till) != silent.end();
    if (!quiet || kept.held || kept.missed_ms == 0 ||
        now.unix_ms - kept.missed_ms < missed_for_ms || static_cast<int>(found.size()) >= limit)
      continue;
    found.push_back(kept.row);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.till, a.row.epoch, a.row.seq) < std::tie(b.till, b.row.epoch, b.row.seq);
  });
  return found;
}

std::vector<std::string> MemoryNeighbours::open_tills() {
  std::vector<std::string> tills;
  for (const auto& [no, kept] : rows) {
    if (!kept.held) tills.push_back(kept.row.till);
  }
  std::sort(tills.begin(), tills.end());
  tills.erase(std::unique(tills.begin(), tills.end()), tills.end());
  return tills;
}

void MemoryProjections::apply(const std::vector<Product>& batch) {
  largest_batch = std::max(largest_batch, batch.size());
  for (const Product& p : batch) {
    Product& kept = products[p.productId];
    if (kept.productId.empty() || p.version > kept.version) kept = p;
  }
}

void MemoryProjections::apply(const std::vector<Stock>& batch) {
  largest_batch = std::max(largest_batch, batch.size());
  for (const Stock& s : batch) {
    Stock& kept = stock[s.productId];
    if (kept.productId.empty() || s.version > kept.version) kept = s;
  }
}

void MemoryProjections::apply(const std::vector<Price>& batch) {
  largest_batch = std::max(largest_batch, batch.size());
  for (const Price& p : batch) {
    Price& kept = prices[p.productId + " " + p.effectiveFrom];
    if (p.version > kept.version) kept = p;
  }
}

void MemoryProjections::apply(const std::vector<Settings>& batch) {
  for (const Settings& s : batch) {
    if (s.version > settings.version) settings = s;
  }
}

void MemoryProjections::apply(const std::vector<OfferedPromotion>& batch) {
  largest_batch = std::max(largest_batch, batch.size());
  for (const OfferedPromotion& p : batch) {
    OfferedPromotion& kept = promotions[p.promotion.id];
    if (p.version > kept.version) kept = p;
  }
}

void MemoryProjections::apply(const std::vector<GiftCard>& batch) {
  largest_batch = std::max(largest_batch, batch.size());
  for (const GiftCard& g : batch) {
    GiftCard& kept = gift_cards[g.card];
    if (g.version > kept.version) kept = g;
  }
}

}  // namespace pos::sync

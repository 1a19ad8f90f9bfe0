#include "tests/sync/memory.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace pos::sync {

MemoryOutbox::MemoryOutbox(std::string store, std::string till)
    : store_(std::move(store)), till_(std::move(till)) {}

const SealedRow& MemoryOutbox::record(Instant at) {
  const int64_t seq = static_cast<int64_t>(journal_.size()) + 1;
  const std::string prev = journal_.empty() ? kZeroHash : journal_.rbegin()->second.hash;
  TillNoted fact;
  std::array<uint8_t, 10> random{};
  std::memcpy(random.data() + 3, &seq, 7);  // behind version and variant
  fact.header.id.value = uuid_v7(at.unix_ms, random);
  fact.header.business_date = local_date(at, 0);
  fact.header.at = at;
  fact.code = "test";
  SealedRow row;
  row.id = row.seq = seq;
  row.type = type_of(Fact(fact));
  row.transaction_id = fact.header.id.value;
  row.epoch = epoch_;
  row.body = encode(Place{store_, till_, epoch_, seq, prev}, fact);
  const std::string hash = row_hash(unhex(prev).value(), row.body);
  row.hash = hex(hash);
  row.key_id = key_.id;
  row.signature = base64(sign(key_, hash));
  outbox_.insert(seq);
  return journal_[seq] = std::move(row);
}

void MemoryOutbox::forget_after(int64_t id) {
  journal_.erase(journal_.upper_bound(id), journal_.end());
  outbox_.erase(outbox_.upper_bound(id), outbox_.end());
}

std::vector<SealedRow> MemoryOutbox::waiting(int64_t after, int limit) {
  std::vector<SealedRow> rows;
  for (auto it = outbox_.upper_bound(after); it != outbox_.end() && limit-- > 0; ++it) {
    rows.push_back(journal_.at(*it));
  }
  return rows;
}

std::vector<EpochSeq> MemoryOutbox::epochs() {
  return {{epoch_, static_cast<int64_t>(journal_.size())}};
}

std::optional<std::string> MemoryOutbox::hash_at(const std::string& epoch, int64_t seq) {
  if (epoch != epoch_) return {};
  if (seq == 0) return kZeroHash;
  const auto found = journal_.find(seq);
  return found == journal_.end() ? std::nullopt : std::optional(found->second.hash);
}

std::optional<int64_t> MemoryOutbox::settle(const std::string& epoch, int64_t seq,
                                            const std::string& hash, Instant) {
  if (hash_at(epoch, seq) != hash) return {};
  const auto end = outbox_.upper_bound(seq);
  const auto count = std::distance(outbox_.begin(), end);
  outbox_.erase(outbox_.begin(), end);
  return count;
}

int64_t MemoryOutbox::requeue_after(const std::string& epoch, int64_t seq) {
  int64_t added = 0;
  if (epoch != epoch_) return 0;
  for (auto it = journal_.upper_bound(seq); it != journal_.end(); ++it) {
    added += outbox_.insert(it->first).second;
  }
  return added;
}

Outbox::Counts MemoryOutbox::counts() {
  Counts c;
  c.waiting = static_cast<int64_t>(outbox_.size());
  c.settled = static_cast<int64_t>(journal_.size()) - c.waiting;
  if (c.waiting > 0) c.oldest_waiting = {1};
  c.last_row = {epoch_, static_cast<int64_t>(journal_.size())};
  return c;
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

}  // namespace pos::sync

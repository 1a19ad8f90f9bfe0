// The ports of sync/ in memory: what storage/ does over SQLite, in twenty lines each.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sync/outbox.h"
#include "sync/projections.h"
#include "sync/seal.h"

namespace pos::sync {

class MemoryOutbox final : public Outbox {
 public:
  explicit MemoryOutbox(std::string store = "s1", std::string till = "till1");

  const SealedRow& record(Instant at);  // a till.noted row, signed and chained
  const std::map<int64_t, SealedRow>& journal() const { return journal_; }
  bool waits(int64_t id) const { return outbox_.contains(id); }
  const SigningKey& key() const { return key_; }
  // Takes the last rows away, as a restored image does.
  void forget_after(int64_t id);

  std::vector<SealedRow> waiting(int64_t after, int limit) override;
  std::string current_epoch() override { return epoch_; }
  std::vector<EpochSeq> epochs() override;
  std::optional<std::string> hash_at(const std::string& epoch, int64_t seq) override;
  std::optional<int64_t> settle(const std::string& epoch, int64_t seq, const std::string& hash,
                                Instant now) override;
  int64_t requeue_after(const std::string& epoch, int64_t seq) override;
  Counts counts() override;
  std::string note(const std::string& name) override { return notes_[name]; }
  void set_note(const std::string& name, const std::string& value) override {
    notes_[name] = value;
  }

 private:
  const std::string store_, till_;
  const std::string epoch_ = "9f3c0123456789ab";
  const SigningKey key_ = *signing_key(std::string(32, 't'));
  std::map<int64_t, SealedRow> journal_;  // id = seq: one epoch
  std::set<int64_t> outbox_;
  std::map<std::string, std::string> notes_;
};

class MemoryProjections final : public Projections {
 public:
  void apply(const std::vector<Product>&) override;
  void apply(const std::vector<Stock>&) override;
  void apply(const std::vector<Price>&) override;
  void apply(const std::vector<Settings>&) override;
  void apply(const std::vector<OfferedPromotion>&) override;
  bool take_due() override { return false; }
  int64_t catalogue_version() override { return version_; }
  void set_catalogue_version(int64_t v) override { version_ = v; }
  int64_t office_version() override { return office_version_; }
  void set_office_version(int64_t v) override { office_version_ = v; }

  std::map<std::string, Product> products;
  std::map<std::string, Stock> stock;
  std::map<std::string, Price> prices;  // by product and effectiveFrom
  std::map<std::string, OfferedPromotion> promotions;
  Settings settings;
  size_t largest_batch = 0;

 private:
  int64_t version_ = 0, office_version_ = 0;
};

}  // namespace pos::sync

// The ports of sync/ in memory: what storage/ does over SQLite, in twenty lines each.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sync/neighbours.h"
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
  // Another disk, a copy of this one once.
  void become(const MemoryOutbox& copy);
  // Takes the last rows away, as a restored image does.
  void forget_after(int64_t id);

  std::vector<SealedRow> waiting(int64_t after, int limit) override;
  std::vector<SealedRow> rows(int64_t after, int limit) override;
  int64_t last_id() override { return journal_.empty() ? 0 : journal_.rbegin()->first; }
  std::string current_epoch() override { return epochs_.back(); }
  std::vector<EpochSeq> epochs() override;
  std::optional<std::string> hash_at(const std::string& epoch, int64_t seq) override;
  std::optional<int64_t> settle(const std::string& epoch, int64_t seq, const std::string& hash,
                                Instant now) override;
  int64_t requeue_after(const std::string& epoch, int64_t seq) override;
  int64_t first_kept(const std::string& epoch) override;
  int64_t first_waiting(const std::string& epoch) override;
  void begin_epoch(const NewEpoch&, Instant now) override;
  bool receipt_is_ahead(const std::string&) override { return false; }  // nothing is sold here
  Counts counts() override;
  std::string note(const std::string& name) override { return notes_[name]; }
  void set_note(const std::string& name, const std::string& value) override {
    notes_[name] = value;
  }

 private:
  const std::string store_, till_;
  SealedRow& add(SealedRow row);
  const SealedRow* row_at(const std::string& epoch, int64_t seq) const;
  EpochSeq last_of(const std::string& epoch) const;
  void drop_after(int64_t id);
  std::vector<std::string> epochs_ = {"9f3c0123456789ab"};
  int64_t facts_ = 0, last_id_ = 0;
  const SigningKey key_ = *signing_key(std::string(32, 't'));
  std::map<int64_t, SealedRow> journal_;
  std::map<std::pair<std::string, int64_t>, int64_t> places_;  // epoch, seq -> id
  std::set<int64_t> outbox_;
  std::map<std::string, std::string> notes_;
};

class MemoryNeighbours final : public Neighbours {
 public:
  struct Kept {
    NeighbourRow row;
    bool held = false;
    int64_t missed_ms = 0;
  };
  LogPlace place() override { return place_; }
  void keep(const std::vector<NeighbourRow>&, const LogPlace&, Instant) override;
  std::vector<NeighbourRow> open(int64_t after, int limit) override;
  void held(const std::vector<int64_t>& nos) override;
  void missed(const std::vector<int64_t>& nos, Instant now) override;
  void open_all() override;
  std::vector<NeighbourRow> to_carry(const std::vector<std::string>& silent, int64_t missed_for_ms,
                                     Instant now, int limit) override;
  std::vector<std::string> open_tills() override;
  bool forget_old(Instant) override { return false; }

  std::map<int64_t, Kept> rows;  // by no

 private:
  LogPlace place_;
};

class MemoryProjections final : public Projections {
 public:
  void apply(const std::vector<Product>&) override;
  void apply(const std::vector<Stock>&) override;
  void apply(const std::vector<Price>&) override;
  void apply(const std::vector<Settings>&) override;
  void apply(const std::vector<OfferedPromotion>&) override;
  void apply(const std::vector<GiftCard>&) override;
  bool take_due() override { return false; }
  int64_t catalogue_version() override { return version_; }
  void set_catalogue_version(int64_t v) override { version_ = v; }
  int64_t office_version() override { return office_version_; }
  void set_office_version(int64_t v) override { office_version_ = v; }
  int64_t gift_version() override { return gift_version_; }
  void set_gift_version(int64_t v) override { gift_version_ = v; }

  std::map<std::string, Product> products;
  std::map<std::string, Stock> stock;
  std::map<std::string, Price> prices;  // by product and effectiveFrom
  std::map<std::string, OfferedPromotion> promotions;
  std::map<std::string, GiftCard> gift_cards;
  Settings settings;
  size_t largest_batch = 0;

 private:
  int64_t version_ = 0, office_version_ = 0, gift_version_ = 0;
};

}  // namespace pos::sync

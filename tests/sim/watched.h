// The ports of the sync core with a witness between: what is settled must be held by central, and
// what comes back or goes is counted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/outbox.h"
#include "tests/sim/counts.h"

namespace pos::sim {

class WatchedOutbox final : public sync::Outbox {
 public:
  using Witness =
      std::function<void(const std::string& epoch, int64_t seq, const std::string& hash)>;
  WatchedOutbox(storage::Outbox& real, sim::Counts& counts, Witness settled)
      : real_(real), counts_(counts), settled_(std::move(settled)) {}

  std::vector<sync::SealedRow> waiting(int64_t after, int limit) override {
    return real_.waiting(after, limit);
  }
  std::vector<sync::SealedRow> rows(int64_t after, int limit) override {
    return real_.rows(after, limit);
  }
  int64_t last_id() override { return real_.last_id(); }
  int64_t first_kept(const std::string& epoch) override { return real_.first_kept(epoch); }
  int64_t first_waiting(const std::string& epoch) override { return real_.first_waiting(epoch); }
  void begin_epoch(const NewEpoch& e, Instant now) override {
    counts_.branch(("new epoch: " + e.code).c_str());
    real_.begin_epoch(e, now);
  }
  bool receipt_is_ahead(const std::string& receipt) override {
    return real_.receipt_is_ahead(receipt);
  }
  std::string current_epoch() override { return real_.current_epoch(); }
  std::vector<sync::EpochSeq> epochs() override { return real_.epochs(); }
  std::optional<std::string> hash_at(const std::string& epoch, int64_t seq) override {
    return real_.hash_at(epoch, seq);
  }
  std::optional<int64_t> settle(const std::string& epoch, int64_t seq, const std::string& hash,
                                Instant now) override {
    const auto own = real_.hash_at(epoch, seq);
    const auto freed = real_.settle(epoch, seq, hash, now);
    // Of the row that is freed, whatever hash was named.
    if (freed && own) settled_(epoch, seq, *own);
    counts_.branch(freed ? "settled" : "settling refused");
    return freed;
  }
  int64_t requeue_after(const std::string& epoch, int64_t seq) override {
    const int64_t back = real_.requeue_after(epoch, seq);
    counts_.branch("sent once more");
    counts_.branch("rows back in the outbox", back);
    return back;
  }
  Counts counts() override { return real_.counts(); }
  std::string note(const std::string& name) override { return real_.note(name); }
  void set_note(const std::string& name, const std::string& value) override {
    if (name == "generation" && !real_.note(name).empty()) counts_.branch("new generation seen");
    real_.set_note(name, value);
  }

 private:
  storage::Outbox& real_;
  sim::Counts& counts_;
  Witness settled_;
};

}  // namespace pos::sim

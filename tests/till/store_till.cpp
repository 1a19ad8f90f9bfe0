#include "tests/till/store_till.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "storage/outbox.h"
#include "storage/projections.h"
#include "storage/verify.h"

namespace pos::till {

ClaimAnswer LeafClaims::ask(const Claim& claim) {
  if (still_asking > 0) return --still_asking, ClaimAnswer{};
  if (never_tells && claim.wanted.empty()) return {ClaimAnswer::State::unreachable};
  const ClaimAnswer answer = sync::settle_claim(place_, claim, leaf_.door());
  return never_tells ? ClaimAnswer{ClaimAnswer::State::unreachable} : answer;
}

StoreTill::StoreTill(const std::string& name, sync::LeafLog& leaf, const std::string& pepper)
    : claims({"s1", name}, leaf), name_(name), pepper_(pepper) {
  storage::provision(folder_ / "till.db", {"s1", name, "EUR", "UTC", {}, "", three_people(pepper_)},
                     {0});
  start();
  sync::Product coffee;
  coffee.productId = "coffee", coffee.name = "Coffee", coffee.codes = {"4006381333931"};
  coffee.price = 199, coffee.taxRate = 200'000, coffee.category = "drinks", coffee.version = 118;
  storage::Projections(parts_->database).apply(std::vector<sync::Product>{coffee});
}

void StoreTill::start() {
  headless_.reset(), parts_.reset();
  parts_ = std::make_unique<Parts>(folder_ / "till.db", pepper_, key_, clock_,
                                   RegisterSettings{{"s1"}, {name_}}, &claims);
  Headless::Hooks hooks;
  hooks.status = [] { return sync::Status{}; };
  hooks.nudge = hooks.recover = [] {};
  hooks.receipt = [](const CompletedSale& s) { return s.receipt; };
  hooks.report = [](const ShiftClosed&, bool z) { return z ? "Z" : "X"; };
  headless_ = std::make_unique<Headless>(parts_->reg, hooks);
}

void StoreTill::hear(StoreTill& other) {
  std::vector<sync::NeighbourRow> rows;
  for (sync::SealedRow& row :
       storage::Outbox(other.parts_->database, other.parts_->pending).waiting(0, 1000)) {
    rows.push_back({0, other.name_, std::move(row)});
  }
  storage::Neighbours(parts_->database).keep(rows, {"now", 1}, clock_.now());
}

void StoreTill::hear(const sync::GiftCard& card) {
  storage::Projections(parts_->database).apply(std::vector{card});
}

json StoreTill::ask(const json& command) {
  json answer = json::parse(headless_->answer(command.dump()));
  parts_->reg.give_back_claims();  // as the program does
  return answer;
}

json StoreTill::well(const json& command) {
  json answer = ask(command);
  EXPECT_EQ(answer["ok"], true) << name_ << ": " << command << " -> " << answer;
  return answer;
}
json StoreTill::well(const char* line) { return well(json::parse(line)); }

std::string StoreTill::refusal(const json& command) {
  const json answer = ask(command);
  EXPECT_EQ(answer["ok"], false) << name_ << ": " << command << " -> " << answer;
  return answer.value("refused", "");
}

void StoreTill::open_shop() {
  well(R"({"do":"login","pin":"1234"})");
  if (!parts_->reg.shift()) well(R"({"do":"open_shift","float":10000})");
}

std::string StoreTill::sell(int64_t quantity) {
  well({{"do", "scan"}, {"code", "4006381333931"}, {"quantity", quantity}});
  return well(R"({"do":"pay"})")["completed"]["receipt"];
}

json StoreTill::last_row() {
  const auto rows = parts_->ledger.journal(0, 1000);
  return rows.empty() ? json() : json::parse(rows.back().body);
}

json StoreTill::row_of(const std::string& type) {
  json last;
  for (const JournalEntry& row : parts_->ledger.journal(0, 1000)) {
    if (row.type == type) last = json::parse(row.body);
  }
  return last;
}

std::vector<std::string> StoreTill::codes() {
  std::vector<std::string> all;
  for (const JournalEntry& row : parts_->ledger.journal(0, 1000)) {
    if (row.type == "till.noted") all.push_back(json::parse(row.body)["code"]);
  }
  return all;
}

std::vector<std::string> StoreTill::faults() {
  return storage::verify_journal(parts_->database).faults;
}

}  // namespace pos::till

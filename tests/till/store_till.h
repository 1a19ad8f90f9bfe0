// A store of several headless tills in this process, each over a database of its own, and the leaf
// between them in memory: it carries no rows by itself (hear() does), it keeps claims.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "storage/neighbours.h"
#include "tests/sync/leaf_log.h"
#include "tests/till/folder.h"
#include "tests/till/parts.h"
#include "till/headless.h"

namespace pos::till {

using nlohmann::json;

// pos::Claims straight over the leaf, with a cashier's bad luck.
class LeafClaims final : public Claims {
 public:
  LeafClaims(sync::ClaimPlace place, sync::LeafLog& leaf) : place_(std::move(place)), leaf_(leaf) {}
  ClaimAnswer ask(const Claim&) override;
  void wait(const Claim&, int64_t) override { ++waited; }

  int still_asking = 0;      // so many times it has no answer yet
  bool never_tells = false;  // it is settled, and nobody hears of it
  int waited = 0;

 private:
  const sync::ClaimPlace place_;
  sync::LeafLog& leaf_;
};

class StoreTill {
 public:
  StoreTill(const std::string& name, sync::LeafLog& leaf, const std::string& pepper);
  void start();                      // again, after the program ended in whatever way
  void hear(StoreTill& other);       // all rows of it, as STORELOG brings them
  void hear(const sync::GiftCard&);  // of central

  json ask(const json& command);
  json well(const json& command);
  json well(const char* line);
  std::string refusal(const json& command);
  void open_shop();
  std::string sell(int64_t quantity);  // of coffee at 1.99; its receipt
  json last_row();
  json row_of(const std::string& type);  // the last of that type
  std::vector<std::string> codes();      // of the journal's notes
  std::vector<std::string> faults();
  Register& reg() { return parts_->reg; }

  LeafClaims claims;

 private:
  const std::string name_, pepper_;
  Folder folder_{Folder::memory()};
  sync::SigningKey key_ = sync::make_signing_key();
  TickingClock clock_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Headless> headless_;
};

}  // namespace pos::till
